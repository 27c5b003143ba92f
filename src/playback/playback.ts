import { defined } from "../assert.ts";
import type { Intersection } from "../model/intersection.ts";
import { type TimingTable, timingTable } from "../model/timing.ts";
import type { EventColumns, ForecastRow, PlanRow } from "../ports/store.ts";
import type { IntersectionDetail, IntersectionLive, LiveContent, LogEntry } from "../protocol/live.ts";
import { movementsAt } from "./forecasts.ts";
import { type IntersectionPlayer, startIntersection } from "./intersection.ts";
import type { LoggedEvent } from "./logged-event.ts";
import { entryOf, type PlanBook, startPlanBook } from "./plan-book.ts";

/** Stored rows, each table's by instant, and none of them twice. */
export type StoredRows = {
  readonly events?: EventColumns;
  readonly plans?: readonly PlanRow[];
  readonly forecasts?: readonly ForecastRow[];
};

/** A stored period, played: what consoles were told then, as far as the store knows. */
export type Playback = {
  /** Takes what comes next. It may be of later instants than are shown: the more is known, the surer is which greens yield. */
  readonly take: (rows: StoredRows) => void;
  /** Intersections of which it is not known what they show now, by id. */
  readonly unknownAt: (at: number) => readonly string[];
  /** Begins an intersection anew, before anything was shown; `fromBegin` as in `startIntersection`. */
  readonly restart: (intersection: string, fromBegin: boolean) => void;
  /** Everything that a console that was told of the instant before has to be told of `at`; instants rise. */
  readonly messagesAt: (at: number, pace: Pace) => readonly LiveContent[];
};

/** How fast it is played, and whether it goes on. */
export type Pace = { readonly speedFactor: number; readonly moving: boolean };

type Site = {
  readonly table: TimingTable;
  player: IntersectionPlayer;
  readonly book: PlanBook;
  readonly forecasts: ForecastRow[];
  /** What its detail was told to be. */
  told: string;
};

/** Entries that are told at first, as live. */
const LOG_KEPT = 300;

/** `stepMs` is the plant's, to which durations of the configuration are rounded up. */
export function startPlayback(intersections: readonly Intersection[], stepMs: number): Playback {
  const sites = new Map(
    intersections.map((intersection): readonly [string, Site] => {
      const table = timingTable(intersection, stepMs);
      const player = startIntersection(table, false);
      return [intersection.id, { table, player, book: startPlanBook(table), forecasts: [], told: "" }];
    }),
  );
  let rows: PlanRow[] = [];
  let begun = false;

  /** Takes the operators' log up to an instant; the entries that are news. */
  const logUpTo = (at: number): readonly LogEntry[] => {
    const behind = rows.findIndex((row) => row.at > at);
    const due = behind < 0 ? rows : rows.slice(0, behind);
    rows = behind < 0 ? [] : rows.slice(behind);
    for (const row of due) sites.get(row.intersection)?.book.take(row);
    // Of an entry that changed, its last state; the newest news last.
    const entries = new Map<number, LogEntry>();
    for (const row of due) {
      const entry = entryOf(row);
      entries.delete(row.entry);
      if (entry !== undefined) entries.set(row.entry, entry);
    }
    return [...entries.values()].slice(-LOG_KEPT);
  };

  return {
    take: ({ events, plans = [], forecasts = [] }) => {
      if (events !== undefined) {
        for (const [id, own] of eventsBySite(events)) sites.get(id)?.player.take(own);
      }
      rows = [...rows, ...plans];
      for (const row of forecasts) sites.get(row.intersection)?.forecasts.push(row);
    },
    unknownAt: (at) =>
      [...sites].flatMap(([id, { player }]) => {
        const { lamps, walk } = player.playedAt(at);
        return lamps === "" || walk === "" ? [id] : [];
      }),
    restart: (intersection, fromBegin) => {
      const site = defined(sites.get(intersection), intersection);
      site.player = startIntersection(site.table, fromBegin);
    },
    messagesAt: (at, { speedFactor, moving }) => {
      const entries = logUpTo(at);
      const shown = [...sites.values()].map((site) => ({ site, live: liveOf(site, at) }));
      const changed = shown.flatMap(({ site, live }) => changedDetail(site, live, at));
      const first = !begun;
      begun = true;
      return [
        ...(changed.length > 0 ? [{ kind: "detail", at, intersections: changed } as const] : []),
        ...(entries.length > 0 || first ? [{ kind: "log", entries } as const] : []),
        {
          kind: "frame",
          at,
          speedFactor,
          plantConnected: moving,
          intersections: shown.map(({ live }) => live),
          vehicles: [],
          measures: null,
          counters: [],
        },
      ];
    },
  };
}

function liveOf({ table, player, book }: Site, at: number): IntersectionLive {
  const { planSince, ...played } = player.playedAt(at);
  const leased = played.source === "plan" && planSince !== null ? book.leasedSince(planSince) : null;
  return {
    id: table.intersection.id,
    // An intersection whose log goes on was linked, or its log was sent afterwards: the operators' log knows which.
    linked: book.linked() ?? played.stateAt !== null,
    mode: book.mode(),
    ...played,
    plan: played.plan ?? leased,
  };
}

/** The intersection's detail, where it is another one than was told. */
function changedDetail(
  site: Site,
  { id, plan }: IntersectionLive,
  at: number,
): readonly IntersectionDetail[] {
  const running = plan === null ? null : site.book.timingOf(plan);
  const movements = movementsAt(site.table.intersection, site.forecasts, at);
  const detail = {
    id,
    running,
    next: null,
    proposal: null,
    shadow: null,
    decision: null,
    movements,
    warnings: [],
    detectors: [],
  };
  const text = JSON.stringify(detail);
  if (text === site.told) return [];
  site.told = text;
  return [detail];
}

function eventsBySite(columns: EventColumns): ReadonlyMap<string, readonly LoggedEvent[]> {
  const { intersections, intersection, code, parameter } = columns;
  const own = intersections.map((): LoggedEvent[] => []);
  columns.at.forEach((at, index) => {
    const event = { at, code: code[index] ?? 0, parameter: parameter[index] ?? 0 };
    own[intersection[index] ?? 0]?.push(event);
  });
  return new Map(intersections.map((id, place) => [id, own[place] ?? []]));
}
