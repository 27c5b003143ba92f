import type { MeasureName } from "../../src/measures/catalog.ts";
import type { MeasureConfiguration, MeasureDetector, MeasureHead } from "../../src/measures/configuration.ts";
import { startMeasures } from "../../src/measures/intersection-measures.ts";
import type { MeasureEvent, MeasureRow } from "../../src/measures/measure.ts";

/** An event by hand: seconds, code, parameter. */
export type Event = readonly [seconds: number, code: number, parameter: number];

export function eventsOf(events: readonly Event[]): readonly MeasureEvent[] {
  return events.map(([seconds, code, parameter]) => ({ at: Math.round(seconds * 1_000), code, parameter }));
}

export function detector(channel: number, change: Partial<MeasureDetector> = {}): MeasureDetector {
  return {
    channel,
    name: `d${channel}`,
    functions: ["presence"],
    heads: [2],
    approach: "west",
    movement: null,
    distanceMeters: null,
    speedMetersPerSecond: null,
    ...change,
  };
}

export function head(key: number, change: Partial<MeasureHead> = {}): MeasureHead {
  return { key, name: String(key), approach: "west", coordinated: false, yieldsTo: null, ...change };
}

export function configuration(change: Partial<MeasureConfiguration> = {}): MeasureConfiguration {
  return {
    intersection: "x",
    heads: [head(2)],
    detectors: [],
    pedestrianChannels: new Map(),
    opposing: new Map(),
    variant: "atspm",
    keepMs: Number.POSITIVE_INFINITY,
    ...change,
  };
}

/** Three events a minute of no interest, so that the log covers the whole window. */
export function heartbeats(minutes: number): readonly Event[] {
  return Array.from({ length: minutes * 3 }, (_, index): Event => [index * 20 + 0.05, 400, 0]);
}

/** A cycle of phase 2: green from `at`, yellow after `green` seconds, red clearance 4 s later, over after 1 s more. */
export function cycle(at: number, green: number, phase = 2, end = 6): readonly Event[] {
  return [
    [at, 1, phase],
    [at + green, end, phase],
    [at + green, 7, phase],
    [at + green, 8, phase],
    [at + green + 4, 9, phase],
    [at + green + 4, 10, phase],
    [at + green + 5, 11, phase],
    [at + green + 5, 12, phase],
  ];
}

/** Rows of a measure of the first `minutes`, in bins of so many, over events by hand in any order. */
export function measured(
  name: MeasureName,
  events: readonly Event[],
  change: Partial<MeasureConfiguration> = {},
  span: { readonly minutes: number; readonly binMinutes: number } = { minutes: 10, binMinutes: 10 },
): readonly MeasureRow[] {
  const { minutes, binMinutes } = span;
  const measures = startMeasures(configuration(change), [name]);
  const ordered = eventsOf([...heartbeats(minutes), ...events]).toSorted((left, right) => left.at - right.at);
  for (const event of ordered) measures.next(event);
  measures.end();
  return measures.result(name, { from: 0, to: minutes * 60_000, binMs: binMinutes * 60_000 });
}
