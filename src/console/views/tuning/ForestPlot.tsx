import type { JSX } from "preact";
import type { DryRunDifference, DryRunResult } from "../../../protocol/change.ts";
import { type ForestRow, forestOf } from "../../draw/forest.ts";
import { Figure } from "../parts/Figure.tsx";
import { differenceText, figureText } from "./words.ts";

const WIDTH = 560;
const LEFT = 162;
const RIGHT = 186;
const TOP = 6;
const ROW = 17;
const BOTTOM = 30;

const CLASS: Readonly<Record<DryRunDifference["verdict"], string>> = {
  worse: "worse",
  better: "better",
  "indistinguishable from noise": "noise",
  "too few pairs": "noise",
};

const NOTE =
  "Draft less in force, in percent of what is in force, with 95 % intervals; simulated, the same arrivals in each pair";

/** What a dry run found, measure by measure: losses first. */
export function ForestPlot({
  id,
  result,
}: {
  readonly id: string;
  readonly result: DryRunResult;
}): JSX.Element {
  return (
    <Figure title="Measured in pairs" fileName={`${id}-dry-run`} note={NOTE} table={() => tableOf(result)}>
      <Plot result={result} />
    </Figure>
  );
}

function Plot({ result: { differences } }: { readonly result: DryRunResult }): JSX.Element {
  const { reachPercent, rows } = forestOf(differences);
  const height = TOP + rows.length * ROW + BOTTOM;
  const bottom = height - BOTTOM;
  const x = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT);
  return (
    <svg class="forest" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={NOTE}>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line
            class={share === 0.5 ? "forest-zero" : "forest-edge"}
            x1={x(share)}
            x2={x(share)}
            y1={TOP}
            y2={bottom}
          />
          <text class="forest-tick" x={x(share)} y={bottom + 13} text-anchor="middle">
            {share === 0.5 ? "0" : `${share === 0 ? "−" : "+"}${reachPercent}`}
          </text>
        </g>
      ))}
      <text class="forest-tick" x={x(0.5)} y={bottom + 26} text-anchor="middle">
        % of in force
      </text>
      {rows.map((row, index) => (
        <Row key={row.difference.measure} row={row} y={TOP + (index + 0.5) * ROW} x={x} />
      ))}
    </svg>
  );
}

function Row({
  row: { difference, mean, interval, cutLow, cutHigh },
  y,
  x,
}: {
  readonly row: ForestRow;
  readonly y: number;
  readonly x: (share: number) => number;
}): JSX.Element {
  const { text, verdict } = difference;
  return (
    <g class={`forest-${CLASS[verdict]}`}>
      <text class="forest-name" x={LEFT - 10} y={y + 4} text-anchor="end">
        {text}
      </text>
      {interval !== null && <line class="forest-bar" x1={x(interval[0])} x2={x(interval[1])} y1={y} y2={y} />}
      {cutLow && <path class="forest-mark" d={`M${x(0)},${y}l6,-4v8z`} />}
      {cutHigh && <path class="forest-mark" d={`M${x(1)},${y}l-6,-4v8z`} />}
      {mean !== null && <Mark verdict={verdict} x={x(mean)} y={y} />}
      <text class="forest-cell" x={WIDTH - RIGHT + 12} y={y + 4}>
        {differenceText(difference)}
      </text>
    </g>
  );
}

/** Told by its shape too: square worse, disc better, ring noise. */
function Mark({
  verdict,
  x,
  y,
}: {
  readonly verdict: DryRunDifference["verdict"];
  readonly x: number;
  readonly y: number;
}): JSX.Element {
  if (verdict === "worse") return <rect class="forest-mark" x={x - 4.5} y={y - 4.5} width={9} height={9} />;
  if (verdict === "better") return <circle class="forest-mark" cx={x} cy={y} r={5} />;
  return <circle class="forest-ring" cx={x} cy={y} r={4} />;
}

function tableOf({ differences }: DryRunResult) {
  return {
    columns: [
      "Measure",
      "Unit",
      "In force",
      "Difference",
      "95 % from",
      "95 % to",
      "Percent",
      "Pairs",
      "Verdict",
    ],
    rows: differences.map((one) => [
      one.text,
      one.unit,
      figureText(one.baseMean),
      one.differenceMean,
      one.ci95?.[0] ?? null,
      one.ci95?.[1] ?? null,
      one.differencePercent,
      one.pairs,
      one.verdict,
    ]),
  };
}
