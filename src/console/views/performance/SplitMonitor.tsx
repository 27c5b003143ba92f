import type { JSX } from "preact";
import { type PlanStretch, planStretches, splitSummary } from "../../data/performance.ts";
import type { SplitRow, Termination, WalkRow } from "../../data/performance-rows.ts";
import { clock } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import { digits, linearScale, linePath, type Scale, valueTicks } from "../../draw/plot.ts";
import { Figure } from "../parts/Figure.tsx";
import { PlotAxes } from "./BinFigure.tsx";
import { PhasePanels } from "./PhasePanels.tsx";

type Props = {
  readonly splits: readonly SplitRow[];
  readonly walks: readonly WalkRow[];
  readonly phases: readonly string[];
  readonly domain: Span;
  readonly fileName: string;
  /** Whether the programmed splits are those of a plan that is only fallen back on. */
  readonly fallbackOnly: boolean;
};

const KINDS: readonly {
  readonly why: Termination;
  readonly letter: string;
  readonly name: string;
  readonly path: string;
}[] = [
  { why: "gapOut", letter: "G", name: "gap-out", path: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0" },
  { why: "maxOut", letter: "M", name: "max-out", path: "m-2.7-2.7h5.4v5.4h-5.4z" },
  { why: "forceOff", letter: "F", name: "force-off", path: "m0-3.200l3.200 5.600h-6.400z" },
  { why: "unknown", letter: "?", name: "not told", path: "m-2.500-2.500l5 5m0-5l-5 5" },
];

const HEIGHT = 118;
const MARGIN = { left: 34, right: 6, top: 6, bottom: 17 } as const;

/** How long each phase was served, how that ended, and how long it was programmed to be, a panel a phase. */
export function SplitMonitor({ splits, walks, phases, domain, fileName, fallbackOnly }: Props): JSX.Element {
  const shown = splits.filter(({ at, phase }) => at >= domain[0] && at < domain[1] && phases.includes(phase));
  const ticks = valueTicks(
    Math.max(
      ...shown.map(({ splitSeconds, programmedSeconds }) => Math.max(splitSeconds, programmedSeconds ?? 0)),
      10,
    ),
    3,
  );
  const stretches = planStretches(splits, domain[1]);
  return (
    <Figure
      title="Split monitor"
      fileName={`${fileName}-splits`}
      note={
        fallbackOnly
          ? "each served split; the line is the programmed one of the plan that is only fallen back on"
          : "each served split; the line is the programmed one"
      }
      table={() => ({
        columns: ["begins", "phase", "split (s)", "programmed (s)", "ended by", "pattern"],
        rows: shown.map((row) => [
          clock.value.time(row.at),
          row.phase,
          row.splitSeconds,
          row.programmedSeconds,
          KINDS.find(({ why }) => why === row.termination)?.name ?? "",
          row.pattern,
        ]),
      })}
    >
      <PhasePanels
        phases={phases}
        height={HEIGHT}
        label={(phase) => summaryText(shown.filter((row) => row.phase === phase))}
        draw={(phase, width) => (
          <Panel
            own={shown.filter((row) => row.phase === phase)}
            walks={walks.filter((walk) => walk.phase === phase)}
            {...{ domain, ticks, stretches, width }}
          />
        )}
      />
      <Legend />
    </Figure>
  );
}

type PanelProps = Pick<Props, "walks" | "domain"> & {
  readonly own: readonly SplitRow[];
  readonly ticks: readonly number[];
  readonly stretches: readonly PlanStretch[];
  readonly width: number;
};

/** Splits of one phase over time. */
function Panel({ own, walks, domain, ticks, stretches, width }: PanelProps): JSX.Element {
  const x = linearScale(domain, [MARGIN.left, width - MARGIN.right]);
  const y = linearScale([0, ticks.at(-1) ?? 1], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const ended = (why: Termination, sign: string): string =>
    own
      .filter(({ termination }) => termination === why)
      .map(({ at, splitSeconds }) => `M${digits(x(at))} ${digits(y(splitSeconds))}${sign}`)
      .join("");
  return (
    <>
      {stretches.map(({ pattern, from, to }, index) => {
        const [left, right] = [x(Math.max(from, domain[0])), x(Math.min(to, domain[1]))];
        return right <= left ? null : (
          <rect
            key={from}
            class="pf-plan"
            data-shade={index % 2}
            x={left}
            width={right - left}
            y={MARGIN.top}
            height={HEIGHT - MARGIN.bottom - MARGIN.top}
          >
            <title>pattern {pattern}</title>
          </rect>
        );
      })}
      <PlotAxes domain={domain} x={x} y={y} ticks={ticks} width={width} height={HEIGHT} />
      <path class="pf-programmed" d={programmedPath(own, domain, x, y)} />
      {KINDS.map(({ why, path }) => (
        <path key={why} class={`pf-end pf-end-${why}`} d={ended(why, path)} />
      ))}
      <path
        class="pf-end pf-end-walk"
        d={walks
          .filter(({ at }) => at >= domain[0] && at < domain[1])
          .map(({ at }) => `M${digits(x(at))} ${HEIGHT - MARGIN.bottom}v-6`)
          .join("")}
      />
    </>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="pf-legend dim">
      {KINDS.map(({ why, letter, name, path }) => (
        <li key={why}>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path class={`pf-end pf-end-${why}`} d={`M6 6${path}`} />
          </svg>
          <b>{letter}</b> {name}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path class="pf-end pf-end-walk" d="M6 10v-7" />
        </svg>
        <b>P</b> walk served
      </li>
      <li>shading alternates with the pattern</li>
    </ul>
  );
}

function summaryText(own: readonly SplitRow[]): string {
  const summary = splitSummary(own);
  if (summary === null) return "not served";
  const shares = KINDS.filter(({ why }) => summary.percent[why] > 0)
    .map(({ why, letter }) => `${letter} ${Math.round(summary.percent[why])} %`)
    .join(" · ");
  return `${Math.round(summary.meanSeconds)} s, 85 % to ${Math.round(summary.percentile85Seconds)} s · ${shares}`;
}

/** The programmed split as a level for as long as it holds. */
function programmedPath(own: readonly SplitRow[], domain: Span, x: Scale, y: Scale): string {
  return linePath(
    own.flatMap(({ at, programmedSeconds }, index): readonly (readonly [number, number] | null)[] => {
      if (programmedSeconds === null) return [null];
      const until = own[index + 1]?.at ?? domain[1];
      return [
        [x(at), y(programmedSeconds)],
        [x(until), y(programmedSeconds)],
      ];
    }),
  );
}
