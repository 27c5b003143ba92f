import { headName, type MeasureConfiguration } from "./configuration.ts";
import { headChangeOf, type Light } from "./heads.ts";
import { type Facts, keep, type Measure, type MeasureEvent, noFacts, within } from "./measure.ts";

/** A green of a coordinated phase. */
type Green = {
  readonly at: number;
  readonly head: number;
  readonly yellowAt: number;
  readonly redAt: number;
};

type Running = { readonly at: number; yellowAt: number | null };

type GreenState = {
  readonly configuration: MeasureConfiguration;
  readonly heads: ReadonlySet<number>;
  readonly running: Map<number, Running>;
  readonly greens: Facts<Green>;
};

function start(configuration: MeasureConfiguration): GreenState {
  return {
    configuration,
    heads: new Set(configuration.heads.filter(({ coordinated }) => coordinated).map(({ key }) => key)),
    running: new Map(),
    greens: noFacts(configuration.keepMs),
  };
}

function next(state: GreenState, event: MeasureEvent): void {
  const change = headChangeOf(event, state.configuration.variant);
  if (change === undefined || !state.heads.has(change.head)) return;
  show(state, change.head, change.light, event.at);
}

function show({ running, greens }: GreenState, head: number, light: Light, at: number): void {
  const before = running.get(head);
  if (light === "green") running.set(head, { at, yellowAt: null });
  else if (light === "yellow" && before !== undefined) before.yellowAt ??= at;
  else if (light === "red" && before !== undefined) {
    running.delete(head);
    if (before.yellowAt !== null) {
      keep(greens, { at: before.at, head, yellowAt: before.yellowAt, redAt: at }, at);
    }
  }
}

type GreenRow = {
  readonly at: number;
  readonly phase: string;
  readonly yellowAt: number;
  readonly redAt: number;
  readonly greenSeconds: number;
};

/** Greens of the coordinated phases, one row each: what a time–space diagram is drawn of (`progressionBands` for the street). */
export const coordinatedGreens: Measure<GreenState, GreenRow> = {
  columns: ["at", "phase", "yellowAt", "redAt", "greenSeconds"],
  start,
  next,
  result: ({ configuration, greens }, window) =>
    within(greens, window).map(({ at, head, yellowAt, redAt }) => ({
      at,
      phase: headName(configuration, head),
      yellowAt,
      redAt,
      greenSeconds: (yellowAt - at) / 1_000,
    })),
};

/** A stop line of a street. */
export type StreetStop = {
  readonly intersection: string;
  /** Name of the phase that serves the street, as in the rows of the intersection's greens. */
  readonly phase: string;
  /** From the first stop line. */
  readonly distanceMeters: number;
  /** In free flow from the first stop line. */
  readonly travelSeconds: number;
};

export type Street = { readonly name: string; readonly stops: readonly StreetStop[] };

/** A row of `coordinatedGreens`, as far as bands need it. */
export type StreetGreen = { readonly at: number; readonly phase: string; readonly yellowAt: number };

export type Band = {
  readonly street: string;
  readonly fromStop: string;
  readonly toStop: string;
  /** First and last instant at which one may pass the first stop line. */
  readonly from: number;
  readonly to: number;
  readonly bandwidthSeconds: number;
  readonly arrivesFrom: number;
};

/**
 * Progression bands of a street: departures at `fromStop` that pass every stop line up to `toStop` on green, driving at the speed of
 * the street. One set for the whole street and one for each pair of neighbours. The line of a band runs from (`from`, first stop) to
 * (`arrivesFrom`, last stop), and parallel to it `bandwidthSeconds` later.
 */
export function progressionBands(
  street: Street,
  greensOf: (intersection: string) => readonly StreetGreen[],
): readonly Band[] {
  const { stops } = street;
  const windows = stops.map(({ intersection, phase, travelSeconds }): readonly Interval[] =>
    greensOf(intersection)
      .filter((green) => green.phase === phase)
      .map(({ at, yellowAt }) => [at - travelSeconds * 1_000, yellowAt - travelSeconds * 1_000] as const),
  );
  const band = (first: number, last: number): readonly Band[] => {
    const [from, to] = [stops[first], stops[last]];
    if (from === undefined || to === undefined) return [];
    return windows
      .slice(first, last + 1)
      .reduce((left, right) => overlapsOf(left, right))
      .map(([begin, end]) => ({
        street: street.name,
        fromStop: from.intersection,
        toStop: to.intersection,
        from: begin + from.travelSeconds * 1_000,
        to: end + from.travelSeconds * 1_000,
        bandwidthSeconds: (end - begin) / 1_000,
        arrivesFrom: begin + to.travelSeconds * 1_000,
      }));
  };
  if (stops.length < 2) return [];
  const pairs = stops.slice(1).flatMap((_, index) => band(index, index + 1));
  return stops.length === 2 ? pairs : [...band(0, stops.length - 1), ...pairs];
}

type Interval = readonly [from: number, to: number];

/** What lies in both of two lists of intervals, each in order and without overlaps. */
function overlapsOf(left: readonly Interval[], right: readonly Interval[]): readonly Interval[] {
  const found: Interval[] = [];
  let [one, other] = [0, 0];
  for (;;) {
    const [first, second] = [left[one], right[other]];
    if (first === undefined || second === undefined) return found;
    const [from, to] = [Math.max(first[0], second[0]), Math.min(first[1], second[1])];
    if (from < to) found.push([from, to]);
    if (first[1] < second[1]) one += 1;
    else other += 1;
  }
}
