import type { JSX } from "preact";
import type { ForecastErrorRow } from "../../data/performance-rows.ts";
import { selectedMovementNames } from "../../data/store.ts";
import { linearScale } from "../../draw/plot.ts";
import { Figure } from "../parts/Figure.tsx";
import { valueText } from "./BinFigure.tsx";

type Props = {
  readonly rows: readonly ForecastErrorRow[] | null;
  readonly fault: string | null;
  readonly fileName: string;
};

const BAR = 92;

/** How wrong forecasts were, by movement: the mean error, and to which side. */
export function ForecastErrors({ rows, fault, fileName }: Props): JSX.Element {
  const names = selectedMovementNames.value;
  const shortest = Math.min(...(rows ?? []).map(({ horizonMinutes }) => horizonMinutes));
  const shown = (rows ?? []).filter(({ horizonMinutes }) => horizonMinutes === shortest);
  const most = Math.max(1, ...shown.map(({ mae, bias }) => Math.max(mae ?? 0, Math.abs(bias ?? 0))));
  return (
    <Figure
      title="Forecast errors"
      fileName={`${fileName}-forecasts`}
      note={shown.length === 0 ? undefined : `veh an interval, ${valueText(shortest)} min ahead`}
      table={() => ({
        columns: [
          "movement",
          "minutes ahead",
          "intervals",
          "MAE (veh)",
          "bias (veh)",
          "WAPE (%)",
          "in 90 % band (%)",
        ],
        rows: (rows ?? []).map((row) => [
          names.get(row.movement) ?? row.movement,
          row.horizonMinutes,
          row.intervals,
          hundredth(row.mae),
          hundredth(row.bias),
          hundredth(row.wapePercent),
          hundredth(row.coveragePercent),
        ]),
      })}
    >
      {fault !== null && <p class="reason">▲ {fault}</p>}
      {shown.length === 0 && fault === null && (
        <p class="dim">{rows === null ? "Reading…" : "No forecast of this window has been counted yet."}</p>
      )}
      {shown.length > 0 && (
        <table class="pf-forecasts">
          <thead>
            <tr>
              <th scope="col">Movement</th>
              <th scope="col" class="number">
                MAE
              </th>
              <th scope="col" class="number">
                Bias
              </th>
              <th scope="col">too low · too high</th>
              <th scope="col" class="number">
                In band
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.movement}>
                <th scope="row">{names.get(row.movement) ?? row.movement}</th>
                <td class="number">{valueText(row.mae)}</td>
                <td class="number">{signedText(row.bias)}</td>
                <td>
                  <BiasBar mae={row.mae ?? 0} bias={row.bias ?? 0} most={most} />
                </td>
                <td class="number">
                  {row.coveragePercent === null ? "—" : `${Math.round(row.coveragePercent)} %`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Figure>
  );
}

/** Mean error to both sides as a thin bar, the bias in it as a thick one. */
function BiasBar({
  mae,
  bias,
  most,
}: {
  readonly mae: number;
  readonly bias: number;
  readonly most: number;
}): JSX.Element {
  const x = linearScale([-most, most], [0, BAR]);
  return (
    <svg class="pf-bias" viewBox={`0 0 ${BAR} 12`} width={BAR} height={12} aria-hidden="true">
      <rect class="pf-bias-mae" x={x(-mae)} width={x(mae) - x(-mae)} y={4.5} height={3} />
      <rect
        class="pf-bias-own"
        x={Math.min(x(0), x(bias))}
        width={Math.abs(x(bias) - x(0))}
        y={2}
        height={8}
      />
      <line class="pf-bias-zero" x1={x(0)} x2={x(0)} y1={0} y2={12} />
    </svg>
  );
}

function hundredth(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

function signedText(value: number | null): string {
  if (value === null) return "—";
  const text = valueText(Math.abs(value));
  return text === "0" ? "±0" : `${value > 0 ? "+" : "−"}${text}`;
}
