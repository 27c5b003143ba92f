import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import {
  type Figure,
  type IntersectionFigures,
  MORE_IS_WORSE,
  NETWORK_NAMES,
  type NetworkMeasures,
  networkFigures,
  sortedFigures,
} from "../../data/network-measures.ts";
import { usePolled } from "../../data/polled.ts";
import { intersectionNames, networkView, select, selectedId } from "../../data/store.ts";
import { sortedBy } from "./choices.ts";
import { readMeasures } from "./use-performance.ts";

const POLL_MS = 30_000;
const WINDOW_MINUTES = 15;
const MINUTE_MS = 60_000;

const COLUMNS: readonly {
  readonly figure: Figure;
  readonly title: string;
  readonly unit: string;
  readonly about: string;
}[] = [
  { figure: "delaySeconds", title: "Delay", unit: "s/veh", about: "approach delay of arrivals on red" },
  { figure: "failedPercent", title: "Fails", unit: "%", about: "split failures, share of cycles" },
  { figure: "onGreenPercent", title: "AOG", unit: "%", about: "arrivals on green" },
  { figure: "vehPerHour", title: "Volume", unit: "veh/h", about: "counted at the stop lines" },
  { figure: "queueSeconds", title: "Queue", unit: "s", about: "longest queue on an advance loop" },
  { figure: "pedestrianSeconds", title: "Ped", unit: "s", about: "longest wait of a pedestrian" },
];

/** Every intersection with its key measures of the last quarter of an hour, the worst on top; a click selects. */
export function NetworkTable(): JSX.Element {
  const ids = networkView.value?.network.intersections.map(({ id }) => id) ?? [];
  const polled = usePolled("network", POLL_MS, async (now, signal) => {
    const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const window = { from: to - WINDOW_MINUTES * MINUTE_MS, to, binMinutes: WINDOW_MINUTES };
    return await readMeasures<NetworkMeasures>("*", window, now, NETWORK_NAMES, signal);
  });
  const { figure, worstFirst } = sortedBy.value;
  const [answer, shown, names] = [polled.value, selectedId.value, intersectionNames.value];
  const rows = useMemo(
    () =>
      answer === null
        ? null
        : sortedFigures(networkFigures(answer.measures, ids, WINDOW_MINUTES), figure, worstFirst),
    [answer, figure, worstFirst],
  );
  return (
    <section class="card pf-network" aria-labelledby="pf-network-heading">
      <h2 id="pf-network-heading">
        Network <small>last {WINDOW_MINUTES} min</small>
      </h2>
      {polled.fault !== null && <p class="reason">▲ {polled.fault.message}</p>}
      {rows === null && polled.fault === null && <p class="dim">Reading the measures…</p>}
      {rows !== null && (
        <div class="pf-network-scroll live" tabIndex={0} role="region" aria-label="Measures by intersection">
          <table>
            <thead>
              <tr>
                <th scope="col">Intersection</th>
                {COLUMNS.map((column) => (
                  <ColumnHead key={column.figure} {...column} />
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.id} row={row} name={names.get(row.id) ?? row.id} isShown={row.id === shown} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function ColumnHead({ figure, title, unit, about }: (typeof COLUMNS)[number]): JSX.Element {
  const { figure: by, worstFirst } = sortedBy.value;
  const isSorted = by === figure;
  const descending = worstFirst === MORE_IS_WORSE[figure];
  const sorting = descending ? "descending" : "ascending";
  return (
    <th scope="col" class="number" aria-sort={isSorted ? sorting : "none"}>
      <button
        type="button"
        title={`${about}; ${isSorted ? "the other way round" : "the worst on top"}`}
        onClick={() => (sortedBy.value = { figure, worstFirst: isSorted ? !worstFirst : true })}
      >
        {title}
        {isSorted && (descending ? " ▾" : " ▴")}
        <small>{unit}</small>
      </button>
    </th>
  );
}

function Row({
  row,
  name,
  isShown,
}: {
  readonly row: IntersectionFigures;
  readonly name: string;
  readonly isShown: boolean;
}): JSX.Element {
  return (
    <tr aria-current={isShown ? "true" : undefined} onClick={() => select(row.id)}>
      <th scope="row">
        <button type="button">{name}</button>
      </th>
      {COLUMNS.map(({ figure }) => (
        <td key={figure} class="number">
          {figureText(figure, row[figure])}
        </td>
      ))}
    </tr>
  );
}

function figureText(figure: Figure, value: number | null): string {
  if (value === null) return "—";
  return figure === "delaySeconds" ? value.toFixed(1) : String(Math.round(value));
}
