import { EVENT_CODE } from "../model/event-code.ts";
import type { MeasureConfiguration } from "./configuration.ts";

/** One event of the intersection's high-resolution log. */
export type MeasureEvent = { readonly at: number; readonly code: number; readonly parameter: number };

/** The window that is asked for: instants in [from, to), in bins that begin at multiples of their length after `from`. */
export type MeasureWindow = {
  readonly from: number;
  readonly to: number;
  readonly binMs: number;
  /** Whether the log covers the bin that begins here: a bin without a log is no bin without vehicles. */
  readonly covers: (binFrom: number) => boolean;
};

/** A row as reports show it. `null`: not known. */
export type MeasureRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A measure: a reducer over the events of one intersection, in the order of their instants. `next` changes the state that it is
 * given, which belongs to the caller alone; nothing else does. What has been found is kept as facts, each with its instant, so
 * that any window can be asked for and cycles at its borders are whole.
 */
export type Measure<State, Row extends MeasureRow> = {
  /** Of its rows, in the order in which they are shown. */
  readonly columns: readonly (keyof Row & string)[];
  readonly start: (configuration: MeasureConfiguration) => State;
  readonly next: (state: State, event: MeasureEvent) => void;
  readonly result: (state: State, window: MeasureWindow) => readonly Row[];
};

/** A measure with its state. */
export type RunningMeasure = {
  readonly next: (event: MeasureEvent) => void;
  readonly result: (window: MeasureWindow) => readonly MeasureRow[];
};

export function run<State, Row extends MeasureRow>(
  measure: Measure<State, Row>,
  configuration: MeasureConfiguration,
): RunningMeasure {
  const state = measure.start(configuration);
  return {
    next: (event) => measure.next(state, event),
    result: (window) => measure.result(state, window),
  };
}

/** What was found, nearly in the order of time; the oldest are forgotten. */
export type Facts<Fact extends { readonly at: number }> = {
  kept: Fact[];
  readonly keepMs: number;
  /** Facts at which old ones are looked for again. */
  sweepAt: number;
};

const SWEEP_MIN = 1_024;

export function noFacts<Fact extends { readonly at: number }>(keepMs: number): Facts<Fact> {
  return { kept: [], keepMs, sweepAt: SWEEP_MIN };
}

/** Adds a fact that became known at `now`. */
export function keep<Fact extends { readonly at: number }>(
  facts: Facts<Fact>,
  fact: Fact,
  now: number,
): void {
  facts.kept.push(fact);
  if (facts.kept.length < facts.sweepAt || facts.keepMs === Number.POSITIVE_INFINITY) return;
  facts.kept = facts.kept.filter(({ at }) => at >= now - facts.keepMs);
  facts.sweepAt = Math.max(SWEEP_MIN, 2 * facts.kept.length);
}

/** The facts whose instant lies in the window, by instant. */
export function within<Fact extends { readonly at: number }>(
  { kept }: Facts<Fact>,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Fact[] {
  const found = kept.filter(({ at }) => at >= from && at < to);
  // Facts become known at the end of what they tell of.
  for (let index = 1; index < found.length; index += 1) {
    if ((found[index]?.at ?? 0) < (found[index - 1]?.at ?? 0)) return found.toSorted((a, b) => a.at - b.at);
  }
  return found;
}

export type Bin = { readonly from: number; readonly to: number; readonly covered: boolean };

export function binsOf({ from, to, binMs, covers }: MeasureWindow): readonly Bin[] {
  const bins: Bin[] = [];
  for (let at = from; at < to; at += binMs) {
    bins.push({ from: at, to: Math.min(at + binMs, to), covered: covers(at) });
  }
  return bins;
}

/** Facts of each bin, by group: `groups` are told in every bin, with no facts where nothing happened. */
export function byBin<Fact extends { readonly at: number }, Group, Row>(
  window: MeasureWindow,
  facts: Facts<Fact>,
  groups: readonly Group[],
  groupOf: (fact: Fact) => Group | undefined,
  rowOf: (bin: Bin, group: Group, facts: readonly Fact[]) => Row,
): readonly Row[] {
  const bins = binsOf(window);
  const sorted = bins.map(() => new Map<Group, Fact[]>(groups.map((group) => [group, []])));
  for (const fact of within(facts, window)) {
    const group = groupOf(fact);
    if (group === undefined) continue;
    sorted[Math.floor((fact.at - window.from) / window.binMs)]?.get(group)?.push(fact);
  }
  return bins.flatMap((bin, index) =>
    groups.map((group) => rowOf(bin, group, sorted[index]?.get(group) ?? [])),
  );
}

/** Group of facts that belong to a head. */
export function headOf({ head }: { readonly head: number }): number {
  return head;
}

/** The value where the bin is covered by the log; `null`, no data, where it is not. */
export function ifCovered<Value>({ covered }: Bin, value: Value): Value | null {
  return covered ? value : null;
}

export function sumOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += valueOf(item);
  return sum;
}

/** `null` of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

export function meanOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): number | null {
  return ratio(sumOf(items, valueOf), items.length);
}

export function maxOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): number | null {
  let max: number | null = null;
  for (const item of items) max = max === null ? valueOf(item) : Math.max(max, valueOf(item));
  return max;
}

/** The smallest value that the share of the items does not exceed (nearest rank); `null` of nothing. */
export function quantileOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

const RANK_OTHERS = 50;

/**
 * Place of a code among those of the same tick: a controller logs what ends before what begins (REQ-L1), but not every log keeps
 * to it. Signals go before those that are seen by them: a vehicle that arrives in the tick in which green begins arrives on green.
 */
const RANK: ReadonlyMap<number, number> = new Map(
  [
    EVENT_CODE.gapOut,
    EVENT_CODE.maxOut,
    EVENT_CODE.forceOff,
    EVENT_CODE.endGreen,
    EVENT_CODE.beginYellow,
    EVENT_CODE.overlapYellow,
    EVENT_CODE.endYellow,
    EVENT_CODE.beginRedClear,
    EVENT_CODE.overlapRedClear,
    EVENT_CODE.endRedClear,
    EVENT_CODE.overlapOff,
    EVENT_CODE.phaseInactive,
    EVENT_CODE.phaseOn,
    EVENT_CODE.beginGreen,
    EVENT_CODE.overlapGreen,
  ].map((code, rank) => [code, rank]),
);

function rankOf({ code }: MeasureEvent): number {
  return RANK.get(code) ?? RANK_OTHERS;
}

/**
 * Hands events on tick by tick, those of a tick in their order. Expects events that do not go back in time; what does is taken for
 * as late as the one before it. `flush` hands on the last tick.
 */
export function inTicks(take: (event: MeasureEvent) => void): {
  readonly next: (event: MeasureEvent) => void;
  readonly flush: () => void;
} {
  let tick: MeasureEvent[] = [];
  let at = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    const events = tick;
    tick = [];
    if (events.length > 1) events.sort((left, right) => rankOf(left) - rankOf(right));
    for (const event of events) take(event);
  };
  return {
    flush,
    next: (event) => {
      if (event.at > at) {
        flush();
        at = event.at;
      }
      tick.push(event.at < at ? { ...event, at } : event);
    },
  };
}
