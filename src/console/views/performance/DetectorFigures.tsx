import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { DetectorRow } from "../../data/performance-rows.ts";
import { selectedDetail } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import { seriesMax, sparkPath } from "../../draw/spark.ts";
import { Figure } from "../parts/Figure.tsx";
import { valueText } from "./BinFigure.tsx";

type Props = { readonly rows: readonly DetectorRow[]; readonly domain: Span; readonly fileName: string };

type Told = {
  readonly detector: string;
  readonly ons: number | null;
  readonly onPercent: number | null;
  readonly longestOnSeconds: number | null;
  readonly unmatched: number | null;
  readonly onsByBin: readonly (number | null)[];
};

/** What each detector told, and whether the engine trusts it. */
export function DetectorFigures({ rows, domain, fileName }: Props): JSX.Element {
  const [from, to] = domain;
  const told = useMemo(
    () => toldBy(rows.filter((row) => row.from >= from && row.from < to)),
    [rows, from, to],
  );
  const doubted = new Map(selectedDetail.value?.detectors.map((one) => [one.detector, one]));
  const most = seriesMax(...told.map(({ onsByBin }) => onsByBin));
  const ordered = told.toSorted(
    (one, other) => Number(doubted.has(other.detector)) - Number(doubted.has(one.detector)),
  );
  return (
    <Figure
      title="Detectors"
      fileName={`${fileName}-detectors`}
      note={doubted.size === 0 ? "all trusted now" : `${doubted.size} not trusted now`}
      table={() => ({
        columns: ["detector", "state now", "actuations", "on (%)", "longest on (s)", "unmatched"],
        rows: ordered.map((row) => [
          row.detector,
          doubted.get(row.detector)?.state ?? "good",
          row.ons,
          row.onPercent === null ? null : Math.round(row.onPercent * 10) / 10,
          row.longestOnSeconds,
          row.unmatched,
        ]),
      })}
    >
      <div class="pf-detectors" tabIndex={0} role="region" aria-label="Detectors">
        <table>
          <thead>
            <tr>
              <th scope="col">Detector</th>
              <th scope="col">State now</th>
              <th scope="col" class="number">
                Actuations
              </th>
              <th scope="col">by bin</th>
              <th scope="col" class="number">
                On
              </th>
              <th scope="col" class="number">
                Longest
              </th>
              <th scope="col" class="number">
                Unmatched
              </th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((row) => {
              const doubt = doubted.get(row.detector);
              return (
                <tr key={row.detector}>
                  <th scope="row">{row.detector}</th>
                  <td title={doubt?.reason}>
                    {doubt === undefined ? (
                      <span class="dim">good</span>
                    ) : (
                      <span class="badge badge-p3">
                        ◆ {doubt.state}, {doubt.fault}
                      </span>
                    )}
                  </td>
                  <td class="number">{row.ons ?? "—"}</td>
                  <td>
                    <svg class="pf-spark" viewBox="0 0 90 16" width={90} height={16} aria-hidden="true">
                      <path d={sparkPath(row.onsByBin, most, 90, 15)} />
                    </svg>
                  </td>
                  <td class="number">{row.onPercent === null ? "—" : `${valueText(row.onPercent)} %`}</td>
                  <td class="number">
                    {row.longestOnSeconds === null ? "—" : `${valueText(row.longestOnSeconds)} s`}
                  </td>
                  <td class="number">{row.unmatched ?? "—"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}

function toldBy(rows: readonly DetectorRow[]): readonly Told[] {
  const byDetector = new Map<string, DetectorRow[]>();
  for (const row of rows) {
    const own = byDetector.get(row.detector);
    if (own === undefined) byDetector.set(row.detector, [row]);
    else own.push(row);
  }
  return [...byDetector].map(([detector, own]) => {
    const known = (valueOf: (row: DetectorRow) => number | null): readonly number[] =>
      own.map(valueOf).filter((value) => value !== null);
    const on = known((row) => row.onPercent);
    const longest = known((row) => row.longestOnSeconds);
    const onTotal = total(on);
    return {
      detector,
      ons: total(known((row) => row.ons)),
      onPercent: onTotal === null ? null : onTotal / on.length,
      longestOnSeconds: longest.length === 0 ? null : Math.max(...longest),
      unmatched: total(known((row) => row.unmatched)),
      onsByBin: own.map(({ ons }) => ons),
    };
  });
}

/** Of nothing there is no sum. */
function total(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((all, value) => all + value, 0);
}
