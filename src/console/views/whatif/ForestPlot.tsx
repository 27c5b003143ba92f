import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { StudyResult } from "../../../protocol/studies.ts";
import { Figure, type FigureTable } from "../parts/Figure.tsx";
import {
  type Forest,
  forestOf,
  type ForestRow,
  MAIN_MEASURES,
  VERDICT_SIGN,
  VERDICT_TEXT,
} from "./forest.ts";

const WIDTH = 920;
const NAME_WIDTH = 210;
const TEXT_WIDTH = 330;
const ROW = 20;
const HEAD = 26;
const GROUP = 22;

type Props = { readonly result: StudyResult; readonly fileName: string };

/** What each variant changes, measure by measure: mean difference with its 95 % interval, in percent of the base. */
export function ForestPlot({ result, fileName }: Props): JSX.Element {
  const [all, setAll] = useState(false);
  const forest = forestOf(result, all ? result.measures.map(({ name }) => name) : MAIN_MEASURES);
  const base = result.arms[0]?.name ?? "";
  const every = result.measures.map(({ name }) => name);
  return (
    <Figure
      title={`Differences to ${base}`}
      fileName={fileName}
      note="mean of paired runs, 95 % interval, percent of the base"
      table={() => tableOf(forestOf(result, every))}
    >
      {forest.groups.length === 0 ? (
        <p class="reason dim">Nothing could be compared.</p>
      ) : (
        <Drawing forest={forest} />
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={all}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
        All {every.length} measures
      </label>
    </Figure>
  );
}

function Drawing({ forest }: { readonly forest: Forest }): JSX.Element {
  const { groups, reachPercent } = forest;
  const left = NAME_WIDTH;
  const right = WIDTH - TEXT_WIDTH;
  const middle = (left + right) / 2;
  const x = (percent: number): number => {
    const within = Math.max(-reachPercent, Math.min(reachPercent, percent));
    return middle + (within / reachPercent) * ((right - left) / 2 - 10);
  };
  const tops: number[] = [];
  let height = HEAD;
  for (const { rows } of groups) {
    tops.push(height);
    height += GROUP + rows.length * ROW + 4;
  }
  const ticks = [-reachPercent, -reachPercent / 2, 0, reachPercent / 2, reachPercent];
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height + 4}`}
      class="forest"
      role="img"
      aria-label="Forest plot; the table has the same numbers"
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 ? "forest-zero" : "forest-tick"}
            x1={x(tick)}
            x2={x(tick)}
            y1={HEAD - 6}
            y2={height}
          />
          <text class="forest-axis" x={x(tick)} y={14} text-anchor="middle">
            {tick > 0 ? `+${tick}` : String(tick).replace("-", "−")} %
          </text>
        </g>
      ))}
      {groups.map(({ measure, rows }, place) => {
        const top = tops[place] ?? 0;
        return (
          <g key={measure.name}>
            <text class="forest-group" x={4} y={top + 15}>
              {measure.text}
              {measure.better === "more" ? " (more is better)" : ""}
            </text>
            {rows.map((row, index) => (
              <Row
                key={row.variant}
                row={row}
                y={top + GROUP + index * ROW + ROW / 2}
                x={x}
                reach={reachPercent}
                right={right}
              />
            ))}
          </g>
        );
      })}
    </svg>
  );
}

type RowProps = {
  readonly row: ForestRow;
  readonly y: number;
  readonly x: (percent: number) => number;
  readonly reach: number;
  readonly right: number;
};

function Row({ row, y, x, reach, right }: RowProps): JSX.Element {
  const { variant, percent, verdict, text } = row;
  return (
    <g class={`forest-row verdict-${verdict.replaceAll(" ", "-")}`}>
      <text class="forest-name" x={16} y={y + 4}>
        {variant.length > 30 ? `${variant.slice(0, 29)}…` : variant}
        <title>{`${variant} against ${row.base}`}</title>
      </text>
      {percent !== null && (
        <>
          <line class="forest-whisker" x1={x(percent.low)} x2={x(percent.high)} y1={y} y2={y} />
          {[percent.low, percent.high].map((end, index) => (
            <End key={index} at={end} x={x} y={y} reach={reach} />
          ))}
          <rect
            class="forest-mean"
            x={x(percent.mean) - 4}
            y={y - 4}
            width={8}
            height={8}
            transform={verdict === "worse" ? `rotate(45 ${x(percent.mean)} ${y})` : undefined}
          />
        </>
      )}
      <text class="forest-text" x={right + 10} y={y + 4}>
        {text}
      </text>
      <text class="forest-verdict" x={WIDTH - 4} y={y + 4} text-anchor="end">
        {VERDICT_SIGN[verdict]} {VERDICT_TEXT[verdict]}
      </text>
    </g>
  );
}

/** A tick where the interval ends, an arrow where it goes on beyond the axis. */
function End({
  at,
  x,
  y,
  reach,
}: {
  readonly at: number;
  readonly x: RowProps["x"];
  readonly y: number;
  readonly reach: number;
}): JSX.Element {
  const place = x(at);
  if (Math.abs(at) <= reach)
    return <line class="forest-whisker" x1={place} x2={place} y1={y - 4} y2={y + 4} />;
  const away = at < 0 ? -6 : 6;
  return (
    <path class="forest-beyond" d={`M${place - away} ${y - 4}L${place} ${y}L${place - away} ${y + 4}`} />
  );
}

function tableOf({ groups }: Forest): FigureTable {
  return {
    columns: [
      "Measure",
      "Unit",
      "Variant",
      "Base",
      "Difference %",
      "Low %",
      "High %",
      "Difference (95 %)",
      "Verdict",
    ],
    rows: groups.flatMap(({ measure, rows }) =>
      rows.map(({ variant, base, percent, text, verdict }) => [
        measure.text,
        measure.unit,
        variant,
        base,
        percent === null ? null : tenths(percent.mean),
        percent === null ? null : tenths(percent.low),
        percent === null ? null : tenths(percent.high),
        text,
        VERDICT_TEXT[verdict],
      ]),
    ),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
