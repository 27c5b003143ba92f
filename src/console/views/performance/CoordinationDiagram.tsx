import type { JSX } from "preact";
import type { ArrivalRow } from "../../data/performance-rows.ts";
import { clock } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import { digits, dotsPath, linearScale, type Scale, valueTicks } from "../../draw/plot.ts";
import { Figure } from "../parts/Figure.tsx";
import { PlotAxes } from "./BinFigure.tsx";
import { PhasePanels } from "./PhasePanels.tsx";

type Props = {
  readonly arrivals: readonly ArrivalRow[];
  readonly phases: readonly string[];
  readonly domain: Span;
  readonly fileName: string;
};

const HEIGHT = 150;
const MARGIN = { left: 34, right: 6, top: 6, bottom: 17 } as const;

/** Purdue coordination diagram: each arrival by clock and by second of its cycle, over the green and yellow of that cycle. */
export function CoordinationDiagram({ arrivals, phases, domain, fileName }: Props): JSX.Element {
  const shown = arrivals.filter(
    ({ at, phase }) => at >= domain[0] && at < domain[1] && phases.includes(phase),
  );
  const own = phases.filter((phase) => shown.some((row) => row.phase === phase));
  const ticks = valueTicks(cycleMost(shown), 4);
  return (
    <Figure
      title="Purdue coordination diagram"
      fileName={`${fileName}-pcd`}
      note="a dot a vehicle at the stop line; upward the second of its cycle, which begins with red"
      table={() => ({
        columns: ["arrives", "phase", "second of cycle", "on", "green at (s)", "yellow at (s)", "cycle (s)"],
        rows: shown.map((row) => [
          clock.value.time(row.at),
          row.phase,
          Math.round(row.secondsInCycle * 10) / 10,
          row.arrival,
          row.greenAtSeconds,
          row.yellowAtSeconds,
          row.cycleSeconds,
        ]),
      })}
    >
      {own.length === 0 && <p class="dim">No arrival at an advance loop in this time.</p>}
      <PhasePanels
        phases={own}
        height={HEIGHT}
        widthMin={330}
        label={(phase) => shareText(shown.filter((row) => row.phase === phase))}
        draw={(phase, width) => {
          const x = linearScale(domain, [MARGIN.left, width - MARGIN.right]);
          const free = linearScale([0, ticks.at(-1) ?? 1], [HEIGHT - MARGIN.bottom, MARGIN.top]);
          // What is longer than the axis ends at its edge.
          const y: Scale = (value) => Math.max(MARGIN.top, free(value));
          const rows = shown.filter((row) => row.phase === phase);
          const cycles = cyclesOf(rows);
          return (
            <>
              <PlotAxes domain={domain} x={x} y={y} ticks={ticks} width={width} height={HEIGHT} />
              <path class="pf-pcd-green" d={cycleBars(cycles, domain, x, y, "green")} />
              <path class="pf-pcd-yellow" d={cycleBars(cycles, domain, x, y, "yellow")} />
              <path class="pf-pcd-end" d={cycleEnds(cycles, domain, x, y)} />
              <path
                class="pf-dots"
                d={dotsPath(rows.map(({ at, secondsInCycle }) => [x(at), y(secondsInCycle)]))}
              />
            </>
          );
        }}
      />
      <ul class="pf-legend dim">
        <li>
          <i class="pf-key-green" /> green
        </li>
        <li>
          <i class="pf-key-yellow" /> yellow
        </li>
        <li>
          <i class="pf-key-end" /> end of cycle; below green it is red
        </li>
      </ul>
    </Figure>
  );
}

/** Upper end of the axis, seconds: the longest cycle, but twice the middle one at most, so that one does not flatten all others. */
function cycleMost(rows: readonly ArrivalRow[]): number {
  const lengths = cyclesOf(rows)
    .map(({ cycleSeconds }) => cycleSeconds)
    .toSorted((one, other) => one - other);
  const middle = lengths[Math.floor(lengths.length / 2)] ?? 60;
  return Math.min(lengths.at(-1) ?? middle, 2 * middle);
}

function cyclesOf(rows: readonly ArrivalRow[]): readonly ArrivalRow[] {
  return [...new Map(rows.map((row) => [`${row.phase} ${row.cycleFrom}`, row])).values()];
}

/** Green, or yellow, of each cycle as a bar as wide as the cycle lasts. */
function cycleBars(
  cycles: readonly ArrivalRow[],
  domain: Span,
  x: Scale,
  y: Scale,
  light: "green" | "yellow",
): string {
  return cycles
    .map(({ cycleFrom, greenAtSeconds, yellowAtSeconds, cycleSeconds }) => {
      const [low, high] =
        light === "green" ? [greenAtSeconds, yellowAtSeconds] : [yellowAtSeconds, cycleSeconds];
      const [left, right] = sidesOf(cycleFrom, cycleSeconds, domain, x);
      return `M${left} ${digits(y(low))}H${right}V${digits(y(high))}H${left}z`;
    })
    .join("");
}

function cycleEnds(cycles: readonly ArrivalRow[], domain: Span, x: Scale, y: Scale): string {
  return cycles
    .map(({ cycleFrom, cycleSeconds }) => {
      const [left, right] = sidesOf(cycleFrom, cycleSeconds, domain, x);
      return `M${left} ${digits(y(cycleSeconds))}H${right}`;
    })
    .join("");
}

function sidesOf(cycleFrom: number, cycleSeconds: number, domain: Span, x: Scale): readonly [string, string] {
  return [
    digits(x(Math.max(cycleFrom, domain[0]))),
    digits(x(Math.min(cycleFrom + cycleSeconds * 1_000, domain[1]))),
  ];
}

function shareText(rows: readonly ArrivalRow[]): string {
  const onGreen = rows.filter(({ arrival }) => arrival === "green").length;
  return `${rows.length} arrivals · ${Math.round((100 * onGreen) / rows.length)} % on green`;
}
