import type { JSX } from "preact";
import type { OccupancyRow } from "../../data/performance-rows.ts";
import { clock } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import { dotsPath, linearScale } from "../../draw/plot.ts";
import { Figure } from "../parts/Figure.tsx";
import { useSize } from "../parts/use-size.ts";

type Props = { readonly cycles: readonly OccupancyRow[]; readonly domain: Span; readonly fileName: string };

type Known = OccupancyRow & { readonly greenOccupancy: number; readonly redOccupancy: number };

const HEIGHT = 220;
const MARGIN = { left: 40, right: 10, top: 8, bottom: 30 } as const;
/** A split fails from here on (`atspm`). */
const FAILS_FROM = 80;

/** Green and first red occupancy of each cycle against one another: a split failed where both are high. */
export function SplitFailures({ cycles, domain, fileName }: Props): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const shown = cycles.filter(
    (row): row is Known =>
      row.at >= domain[0] && row.at < domain[1] && row.greenOccupancy !== null && row.redOccupancy !== null,
  );
  const failed = shown.filter((row) => row.failed === true);
  const width = size?.width ?? 0;
  const x = linearScale([0, 100], [MARGIN.left, width - MARGIN.right]);
  const y = linearScale([0, 100], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const dots = (rows: readonly Known[]): string =>
    dotsPath(rows.map((row) => [x(row.greenOccupancy * 100), y(row.redOccupancy * 100)]));
  return (
    <Figure
      title="Occupancy of green and red"
      fileName={`${fileName}-occupancy`}
      table={() => ({
        columns: ["green begins", "phase", "GOR (%)", "ROR5 (%)", "failed"],
        rows: shown.map((row) => [
          clock.value.time(row.at),
          row.phase,
          Math.round(row.greenOccupancy * 100),
          Math.round(row.redOccupancy * 100),
          row.failed === true ? "yes" : "no",
        ]),
      })}
    >
      <p class="pf-value">
        <b>{failed.length}</b> of {shown.length} cycles failed <small>both 80 % or more</small>
      </p>
      <div ref={box} class="pf-plot" style={{ height: `${HEIGHT}px` }}>
        {width > 80 && (
          <svg
            viewBox={`0 0 ${width} ${HEIGHT}`}
            height={HEIGHT}
            role="img"
            aria-label={`${failed.length} of ${shown.length} cycles failed`}
          >
            <rect
              class="pf-fails"
              x={x(FAILS_FROM)}
              y={y(100)}
              width={x(100) - x(FAILS_FROM)}
              height={y(FAILS_FROM) - y(100)}
            />
            <g class="pf-axes" aria-hidden="true">
              {[0, 20, 40, 60, 80, 100].map((tick) => (
                <g key={tick}>
                  <line x1={x(0)} x2={x(100)} y1={y(tick)} y2={y(tick)} />
                  <text class="pf-tick-value" x={x(0) - 4} y={y(tick) + 3.5}>
                    {tick}
                  </text>
                  <text class="pf-tick" x={x(tick)} y={HEIGHT - 16}>
                    {tick}
                  </text>
                </g>
              ))}
              <text class="pf-tick" x={(x(0) + x(100)) / 2} y={HEIGHT - 3}>
                occupancy of green, %
              </text>
              <text class="pf-tick" transform={`translate(10 ${(y(0) + y(100)) / 2}) rotate(-90)`}>
                first 5 s of red, %
              </text>
            </g>
            <path class="pf-dots pf-dots-large" d={dots(shown.filter((row) => row.failed !== true))} />
            <path
              class="pf-failed"
              d={failed
                .map(
                  (row) =>
                    `M${x(row.greenOccupancy * 100).toFixed(1)} ${y(row.redOccupancy * 100).toFixed(1)}m-3-3l6 6m0-6l-6 6`,
                )
                .join("")}
            />
          </svg>
        )}
      </div>
    </Figure>
  );
}
