import type { JSX } from "preact";
import { corridorShown } from "./choices.ts";
import { speedText } from "./Diagram.tsx";
import { directionNames, type WayReport } from "./street-picture.ts";

export type Column = {
  readonly title: string;
  readonly reports: readonly WayReport[];
  /** What it is told the difference to. */
  readonly against?: readonly WayReport[];
};

type Props = { readonly columns: readonly Column[] };

/** Width and attainability of the bands, and the speeds that greens imply, each direction a row. */
export function BandTable({ columns }: Props): JSX.Element | null {
  const corridor = corridorShown.value;
  if (corridor === null) return null;
  const names = directionNames(corridor);
  const directions = columns[0]?.reports.map(({ direction }) => direction) ?? [];
  return (
    <section class="card ts-bands live" aria-label="Bands through the corridor">
      <table>
        <thead>
          <tr>
            <th scope="col">Through band</th>
            {columns.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {directions.map((direction) => (
            <tr key={direction}>
              <th scope="row" class={`ts-way ts-${direction}`}>
                {direction === "onward" ? "↑" : "↓"} {names[direction]}
              </th>
              {columns.map(({ title, reports, against }) => (
                <td key={title}>
                  <Report
                    report={reports.find((report) => report.direction === direction)}
                    against={against?.find((report) => report.direction === direction)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Report({
  report,
  against,
}: {
  readonly report: WayReport | undefined;
  readonly against: WayReport | undefined;
}): JSX.Element {
  const band = report?.band ?? null;
  if (report === undefined || band === null) return <span class="dim">no green known yet</span>;
  const seconds = Math.round(band.bandMs / 100) / 10;
  const change =
    against?.band === undefined || against.band === null
      ? 0
      : Math.round((band.bandMs - against.band.bandMs) / 100) / 10;
  return (
    <span>
      <b>{seconds}</b> s
      {change !== 0 && (
        <em class="ts-change">
          {" "}
          {change > 0 ? "▲ +" : "▼ −"}
          {Math.abs(change)} s
        </em>
      )}
      <span class="dim"> · </span>
      {Math.round(band.attainabilityPercent)} %{" "}
      <small>of {Math.round(band.smallestGreenMs / 1_000)} s, the smallest green</small>
      <span class="dim"> · </span>
      implied {speedText(report.implied.whole)} <small>km/h</small>
    </span>
  );
}
