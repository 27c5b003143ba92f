import type {
  DelayRow,
  FailureRow,
  ArrivalsRow,
  PedestrianRow,
  QueueRow,
  TurningRow,
} from "./performance-rows.ts";

type Of<Row> = readonly (Row & { readonly intersection: string })[];

/** What is asked of all intersections at once, one bin for the whole window. */
export type NetworkMeasures = {
  readonly "approach-delay": Of<DelayRow>;
  readonly "split-failure": Of<FailureRow>;
  readonly aog: Of<ArrivalsRow>;
  readonly "turning-counts": Of<TurningRow>;
  readonly queues: Of<QueueRow>;
  readonly "pedestrian-delay": Of<PedestrianRow>;
};

export const NETWORK_NAMES: readonly (keyof NetworkMeasures)[] = [
  "approach-delay",
  "split-failure",
  "aog",
  "turning-counts",
  "queues",
  "pedestrian-delay",
];

/** Key measures of an intersection; null where the log does not cover the window. */
export type IntersectionFigures = {
  readonly id: string;
  readonly delaySeconds: number | null;
  readonly failedPercent: number | null;
  readonly onGreenPercent: number | null;
  readonly vehPerHour: number | null;
  readonly queueSeconds: number | null;
  readonly pedestrianSeconds: number | null;
};

export type Figure = Exclude<keyof IntersectionFigures, "id">;

/** Whether more of it is worse: then the worst are on top when it is sorted. */
export const MORE_IS_WORSE: Readonly<Record<Figure, boolean>> = {
  delaySeconds: true,
  failedPercent: true,
  onGreenPercent: false,
  vehPerHour: true,
  queueSeconds: true,
  pedestrianSeconds: true,
};

export function networkFigures(
  measures: NetworkMeasures,
  ids: readonly string[],
  windowMinutes: number,
): readonly IntersectionFigures[] {
  return ids.map((id) => {
    const own = <Row extends { readonly intersection: string }>(rows: readonly Row[]): readonly Row[] =>
      rows.filter(({ intersection }) => intersection === id);
    const [delays, failures, arrivals] = [
      own(measures["approach-delay"]),
      own(measures["split-failure"]),
      own(measures.aog),
    ];
    return {
      id,
      delaySeconds: share(
        delays,
        (row) => row.delaySeconds,
        (row) => row.vehicles,
        1,
      ),
      failedPercent: share(
        failures,
        (row) => row.failures,
        (row) => row.cycles,
        100,
      ),
      onGreenPercent: share(
        arrivals,
        (row) => row.onGreen,
        (row) => row.arrivals,
        100,
      ),
      vehPerHour: share(own(measures["turning-counts"]), (row) => row.vehicles, null, 60 / windowMinutes),
      queueSeconds: highest(
        own(measures.queues).filter(({ kind }) => kind === "queue"),
        (row) => row.longestSeconds,
      ),
      pedestrianSeconds: highest(own(measures["pedestrian-delay"]), (row) => row.delayMaxSeconds),
    };
  });
}

/** One sum over another, or alone; null where nothing is known of it. */
function share<Row>(
  rows: readonly Row[],
  partOf: (row: Row) => number | null,
  wholeOf: ((row: Row) => number | null) | null,
  times: number,
): number | null {
  const known = rows.filter((row) => partOf(row) !== null && wholeOf?.(row) !== null);
  if (known.length === 0) return null;
  const part = known.reduce((total, row) => total + (partOf(row) ?? 0), 0);
  const whole = wholeOf === null ? 1 : known.reduce((total, row) => total + (wholeOf(row) ?? 0), 0);
  return whole === 0 ? null : (times * part) / whole;
}

function highest<Row>(rows: readonly Row[], valueOf: (row: Row) => number | null): number | null {
  const known = rows.map(valueOf).filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The worst first, or the best; those of which nothing is known last. */
export function sortedFigures(
  figures: readonly IntersectionFigures[],
  by: Figure,
  worstFirst: boolean,
): readonly IntersectionFigures[] {
  const sign = worstFirst === MORE_IS_WORSE[by] ? -1 : 1;
  return figures.toSorted((one, other) => {
    const [left, right] = [one[by], other[by]];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}
