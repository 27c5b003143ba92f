import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ageText } from "../../data/clock.ts";
import { type Shifts, tryShift } from "../../data/offset-trial.ts";
import { useSlowTime } from "../../data/polled.ts";
import { siteMode } from "../../data/site.ts";
import { clock, details, intersectionNames, liveById } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import type { Corridor } from "../../draw/corridor.ts";
import { Figure, type FigureTable } from "../parts/Figure.tsx";
import { BandTable, type Column } from "./BandTable.tsx";
import {
  bandKind,
  changeTrial,
  corridorShown,
  designSpeedKmh,
  minutesShown,
  pathsShown,
  trial,
} from "./choices.ts";
import { Diagram, type DiagramProps } from "./Diagram.tsx";
import { Legend } from "./Legend.tsx";
import {
  DIRECTIONS,
  type Greens,
  greensWith,
  planCyclesMs,
  planGreensOf,
  reportsOf,
  travelMsOf,
} from "./street-picture.ts";
import { onTrialKey, Toolbar } from "./Toolbar.tsx";
import { RECORD_MS, type StreetRecord, useStreetRecord } from "./use-street-record.ts";

/** Time and distance along a street: what it shows, what its plans say, and on the screen alone what other offsets would do. */
export function TimeSpaceView(): JSX.Element {
  const corridor = corridorShown.value;
  if (corridor === null) {
    return (
      <div class="view-page">
        <section class="card">
          <h2>Time–space</h2>
          <p>
            No street of this network goes straight on through two intersections, so there is nothing to
            coordinate along.
          </p>
        </section>
      </div>
    );
  }
  return <CorridorPage corridor={corridor} />;
}

const AHEAD_SHARE = 0.2;

function CorridorPage({ corridor }: { readonly corridor: Corridor }): JSX.Element {
  const now = useSlowTime();
  const record = useStreetRecord(corridor);
  const metersPerSecond = designSpeedKmh.value / 3.6;
  const cyclesMs = planCyclesMs(corridor);
  const isTrial = trial.value !== null;
  const street = streetShown(corridor, record, now, metersPerSecond);
  // Plans repeat: they are worked out anew for other plans, and not for another second.
  const plans = useMemo(
    () => planShown(corridor, now, metersPerSecond, cyclesMs, new Map()),
    [details.value, corridor, metersPerSecond, trial.value?.from],
  );
  const fallbackOnly = corridor.onward.stops.filter(
    ({ intersection }) => siteMode(liveById.peek().get(intersection)) === "schedule",
  ).length;
  const columns: Column[] = [
    {
      title: record.stored.value === null ? "Street, as seen here" : `Street, last ${RECORD_MS / 60_000} min`,
      reports: street.reports,
    },
    { title: fallbackOnly > 0 ? "Plans to fall back on" : "Plans in force", reports: plans.reports },
  ];
  return (
    <div class="view-page ts-page" onKeyDown={isTrial ? onTrialKey : undefined}>
      <Toolbar corridor={corridor} now={now} cyclesMs={cyclesMs} />
      {isTrial ? (
        <Trial corridor={corridor} columns={columns} plans={plans} cyclesMs={cyclesMs} />
      ) : (
        <Street
          corridor={corridor}
          columns={columns}
          picture={street.picture}
          record={record}
          fallbackOnly={fallbackOnly}
          now={now}
        />
      )}
    </div>
  );
}

type Shown = { readonly picture: DiagramProps; readonly reports: DiagramProps["reports"] };

function streetShown(corridor: Corridor, record: StreetRecord, now: number, metersPerSecond: number): Shown {
  const spanMs = minutesShown.value * 60_000;
  const window: Span = [now - spanMs * (1 - AHEAD_SHARE), now + spanMs * AHEAD_SHARE];
  const greens = greensWith(corridor, record.greensOf);
  const planned = greensWith(corridor, (stop) => {
    // What ran before the plan did not follow it.
    const since = details.peek().get(stop.intersection)?.running?.effectiveAt ?? window[0];
    return since >= window[1] ? [] : planGreensOf(stop, [Math.max(since, window[0]), window[1]]);
  });
  // Who departs later than this has not arrived at the end yet.
  const complete: Span = [now - RECORD_MS, now - travelMsOf(corridor, metersPerSecond)];
  const reports = reportsOf(greens, metersPerSecond, complete);
  const { ended, running, baseAt } = record.tracks();
  const ways = {
    ended: ended.filter(({ points }) => (points.at(-2) ?? 0) > window[0]),
    running: [...running.values()],
  };
  const picture: DiagramProps = {
    corridor,
    window,
    metersPerSecond,
    bandsOf: greens,
    bands: bandKind.value,
    planned,
    reports,
    shown: {
      kind: "street",
      greens,
      now,
      ways: pathsShown.value ? ways : { ended: [], running: [] },
      baseAt,
    },
  };
  return { picture, reports };
}

type Planned = { readonly greens: Greens; readonly window: Span; readonly reports: DiagramProps["reports"] };

const CYCLES_SHOWN = 4;

/** The plans, with offsets that are tried or without, over some cycles from where the trial begins. */
function planShown(
  corridor: Corridor,
  now: number,
  metersPerSecond: number,
  cyclesMs: readonly number[],
  shifts: Shifts,
): Planned {
  const from = trial.value?.from ?? now;
  const longestMs = cyclesMs.at(-1) ?? 60_000;
  const window: Span = [from, from + CYCLES_SHOWN * longestMs];
  const travelMs = travelMsOf(corridor, metersPerSecond);
  const known: Span = [from - travelMs - longestMs, window[1] + travelMs + longestMs];
  const greens = greensWith(corridor, (stop) => planGreensOf(stop, known, shifts));
  // One cycle where all have the same: the next is like it.
  const counted: Span = cyclesMs.length === 1 ? [from, from + longestMs] : window;
  return { greens, window, reports: reportsOf(greens, metersPerSecond, counted) };
}

type StreetProps = {
  readonly corridor: Corridor;
  readonly columns: readonly Column[];
  readonly picture: DiagramProps;
  readonly record: StreetRecord;
  readonly fallbackOnly: number;
  readonly now: number;
};

function Street({ corridor, columns, picture, record, fallbackOnly, now }: StreetProps): JSX.Element {
  const { stored } = record;
  const note =
    stored.fault === null
      ? stored.asOf === null
        ? "reading what is stored; greens since this view was opened are shown as they come"
        : `stored greens ${ageText(now - stored.asOf)} old, those since then as seen on this screen`
      : `stored greens cannot be read (${stored.fault.message}): only those seen on this screen`;
  return (
    <>
      <BandTable columns={columns} />
      <Figure
        title={`${corridor.name}: the street`}
        fileName={`time-space-${corridor.id}`}
        table={() => tableOf(picture)}
        note={note}
      >
        <Diagram {...picture} />
      </Figure>
      <Legend
        kind="street"
        fallbackOnly={fallbackOnly}
        of={corridor.onward.stops.length}
        withPaths={record.tracks().running.size > 0}
        noBand={hasNoBand(picture)}
      />
    </>
  );
}

type TrialProps = {
  readonly corridor: Corridor;
  readonly columns: readonly Column[];
  readonly plans: Planned;
  readonly cyclesMs: readonly number[];
};

function Trial({ corridor, columns, plans, cyclesMs }: TrialProps): JSX.Element {
  const [held, setHeld] = useState<{ readonly site: string; readonly seconds: number } | null>(null);
  const metersPerSecond = designSpeedKmh.value / 3.6;
  const present = trial.value?.offsets.present ?? new Map<string, number>();
  const shifts = held === null ? present : withShift(present, held.site, held.seconds);
  const tried = planShown(corridor, plans.window[0], metersPerSecond, cyclesMs, shifts);
  const onShift = (site: string, bySeconds: number, done: boolean): void => {
    const seconds = (held?.site === site ? held.seconds : 0) + bySeconds;
    setHeld(done ? null : { site, seconds });
    if (done) changeTrial((offsets) => tryShift(offsets, site, (offsets.present.get(site) ?? 0) + seconds));
  };
  const picture: DiagramProps = {
    corridor,
    window: plans.window,
    metersPerSecond,
    bandsOf: tried.greens,
    bands: bandKind.value,
    planned: plans.greens,
    reports: tried.reports,
    shown: { kind: "trial", greens: tried.greens, tried: { shifts, onShift } },
  };
  return (
    <>
      <BandTable columns={[...columns, { title: "Tried", reports: tried.reports, against: plans.reports }]} />
      <Figure
        title={`${corridor.name}: sandbox – nothing is sent`}
        fileName={`time-space-${corridor.id}-tried`}
        table={() => tableOf(picture)}
        note="drag a row left or right, or focus an intersection and use the arrow keys (1 s, with Shift 5 s)"
      >
        <Diagram {...picture} />
      </Figure>
      <Legend kind="trial" fallbackOnly={0} of={0} withPaths={false} noBand={hasNoBand(picture)} />
    </>
  );
}

/** Whether bands through all stop lines are asked for, and there is none. */
function hasNoBand({ bands, reports }: DiagramProps): boolean {
  return bands === "through" && reports.every(({ band }) => band === null || band.bandMs === 0);
}

function withShift(shifts: Shifts, site: string, seconds: number): Shifts {
  return new Map(shifts).set(site, (shifts.get(site) ?? 0) + seconds);
}

/** Every green in the picture, in words and numbers. */
function tableOf({ planned, shown, window }: DiagramProps): FigureTable {
  const first = shown.kind === "street" ? "shown" : "tried";
  const rows = [
    [first, shown.greens],
    ["planned", planned],
  ] as const;
  return {
    columns: ["intersection", "direction", "phase", "green", "begins", "seconds"],
    rows: rows.flatMap(([kind, greens]) =>
      DIRECTIONS.flatMap((direction) =>
        greens[direction].flatMap(({ intersection, phase, greens: spans }) =>
          spans
            .filter(([from, to]) => to > window[0] && from < window[1])
            .map(([from, to]) => [
              intersectionNames.value.get(intersection) ?? intersection,
              direction === "onward" ? "upward" : "downward",
              phase,
              kind,
              clock.value.time(from),
              Math.round((to - from) / 100) / 10,
            ]),
        ),
      ),
    ),
  };
}
