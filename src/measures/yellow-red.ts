import { EVENT_CODE } from "../model/event-code.ts";
import { detectorsBy, headName, type MeasureConfiguration, OVERLAP_KEY } from "./configuration.ts";
import type { GreenCycle, Light } from "./heads.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  noFacts,
  sumOf,
  within,
} from "./measure.ts";

/** Codes of the changes that either definition looks at. */
type Change = { readonly code: number; readonly at: number };

type Watched = { changes: Change[]; hits: number[] };

type YellowRedState<Fact extends { readonly at: number }> = {
  readonly configuration: MeasureConfiguration;
  readonly channels: ReadonlyMap<number, readonly number[]>;
  readonly heads: Map<number, Watched>;
  readonly facts: Facts<Fact>;
};

function start<Fact extends { readonly at: number }>(
  configuration: MeasureConfiguration,
): YellowRedState<Fact> {
  const detectors = [...detectorsBy(configuration, "yellowRed").values()];
  return {
    configuration,
    channels: new Map(detectors.map(({ channel, heads }) => [channel, heads])),
    heads: new Map(detectors.flatMap(({ heads }) => heads).map((head) => [head, { changes: [], hits: [] }])),
    facts: noFacts(configuration.keepMs),
  };
}

/** Overlap codes as those of phases. */
const PHASE_CODE: ReadonlyMap<number, number> = new Map([
  [EVENT_CODE.overlapGreen, EVENT_CODE.beginGreen],
  [EVENT_CODE.overlapYellow, EVENT_CODE.beginYellow],
  [EVENT_CODE.overlapRedClear, EVENT_CODE.endYellow],
  [EVENT_CODE.overlapOff, EVENT_CODE.endRedClear],
]);

function noteHit(state: YellowRedState<Violations>, event: MeasureEvent): void {
  if (event.code !== EVENT_CODE.detectorOn) return;
  for (const head of state.channels.get(event.parameter) ?? []) state.heads.get(head)?.hits.push(event.at);
}

/** A cycle's crossings after the begin of yellow (UDOT). */
type Violations = {
  /** Begin of yellow. */
  readonly at: number;
  readonly head: number;
  readonly yellow: number;
  readonly violations: number;
  readonly severe: number;
  readonly violationMs: number;
};

/** A crossing so long after the end of yellow is severe. */
const SEVERE_MS = 5_000;

const UDOT_SEQUENCE: readonly number[] = [
  EVENT_CODE.beginYellow,
  EVENT_CODE.endYellow,
  EVENT_CODE.endRedClear,
  EVENT_CODE.beginGreen,
];

function nextViolation(state: YellowRedState<Violations>, event: MeasureEvent): void {
  const code = PHASE_CODE.get(event.code) ?? event.code;
  if (!UDOT_SEQUENCE.includes(code)) {
    noteHit(state, event);
    return;
  }
  const key = event.code >= EVENT_CODE.overlapGreen ? OVERLAP_KEY + event.parameter : event.parameter;
  const head = state.heads.get(key);
  if (head === undefined) return;
  if (code === EVENT_CODE.beginYellow) {
    head.changes = [];
    // Crossings on green are nobody's mistake.
    head.hits = head.hits.filter((at) => at >= event.at);
  }
  head.changes.push({ code, at: event.at });
  if (code !== EVENT_CODE.beginGreen) return;
  const whole = UDOT_SEQUENCE.every((one, place) => head.changes[place]?.code === one);
  const [yellow, red] = head.changes;
  if (whole && yellow !== undefined && red !== undefined) {
    const late = head.hits.filter((at) => at >= red.at && at < event.at).map((at) => at - red.at);
    const fact = {
      at: yellow.at,
      head: key,
      yellow: head.hits.filter((at) => at >= yellow.at && at < red.at).length,
      violations: late.length,
      severe: late.filter((ms) => ms > SEVERE_MS).length,
      violationMs: sumOf(late, (ms) => ms),
    };
    keep(state.facts, fact, event.at);
  }
  head.changes = [];
  head.hits = [];
}

type ViolationRow = {
  readonly from: number;
  readonly phase: string;
  readonly cycles: number | null;
  readonly onYellow: number | null;
  readonly onRed: number | null;
  readonly severe: number | null;
  readonly violationSeconds: number | null;
};

/**
 * Yellow and red actuations as UDOT counts them: on-events of stop-line detectors between the begin of yellow (8) and its end (9; 64
 * of overlaps), after it, and more than 5 s after it, up to the next green; of cycles 8, 9, 11, 1 (63, 64, 65, 61) alone, so a phase
 * without red clearance, which has no 11, has no cycles.
 */
export const yellowRedActuations: Measure<YellowRedState<Violations>, ViolationRow> = {
  columns: ["from", "phase", "cycles", "onYellow", "onRed", "severe", "violationSeconds"],
  start,
  next: nextViolation,
  result: ({ configuration, heads, facts }, window) =>
    byBin(
      window,
      facts,
      [...heads.keys()],
      ({ head }) => head,
      (bin, head, own) => ({
        from: bin.from,
        phase: headName(configuration, head),
        cycles: ifCovered(bin, own.length),
        onYellow: ifCovered(
          bin,
          sumOf(own, ({ yellow }) => yellow),
        ),
        onRed: ifCovered(
          bin,
          sumOf(own, ({ violations }) => violations),
        ),
        severe: ifCovered(
          bin,
          sumOf(own, ({ severe }) => severe),
        ),
        violationSeconds: ifCovered(bin, sumOf(own, ({ violationMs }) => violationMs) / 1_000),
      }),
    ),
};

/** A crossing by its distance in time from the begin of red. */
type Offset = {
  /** Begin of red. */
  readonly at: number;
  readonly head: number;
  readonly light: Light;
  readonly offsetMs: number;
};

type OffsetState = YellowRedState<Offset> & { readonly ended: Map<number, GreenCycle> };

/** From its on-event to where the vehicle is judged: as the Python package's default. */
const LATENCY_MS = 1_500;

const ATSPM_CODES: readonly number[] = [
  EVENT_CODE.beginGreen,
  EVENT_CODE.beginYellow,
  EVENT_CODE.beginRedClear,
];

function startOffsets(configuration: MeasureConfiguration): OffsetState {
  return { ...start<Offset>(configuration), ended: new Map() };
}

function nextOffset(state: OffsetState, event: MeasureEvent): void {
  if (event.code === EVENT_CODE.detectorOn) {
    for (const key of state.channels.get(event.parameter) ?? []) cross(state, key, event.at);
    return;
  }
  if (!ATSPM_CODES.includes(event.code)) return;
  const head = state.heads.get(event.parameter);
  if (head === undefined) return;
  if (event.code === EVENT_CODE.beginGreen) {
    endCycle(state, event.parameter, head, event.at);
    head.changes = [];
  }
  head.changes.push({ code: event.code, at: event.at });
}

/** By the latency, a crossing may still belong to the cycle that has ended. */
function cross(state: OffsetState, key: number, now: number): void {
  const at = now - LATENCY_MS;
  const ended = state.ended.get(key);
  if (ended !== undefined && at < ended.endAt) noteOffset(state, key, ended, at, now);
  else state.heads.get(key)?.hits.push(at);
}

function endCycle(state: OffsetState, key: number, head: Watched, endAt: number): void {
  const { changes } = head;
  const whole = changes.length === 3 && ATSPM_CODES.every((code, place) => changes[place]?.code === code);
  const [green, yellow, red] = changes;
  const before = head.hits.filter((at) => at < endAt);
  head.hits = head.hits.filter((at) => at >= endAt);
  state.ended.delete(key);
  if (!whole || green === undefined || yellow === undefined || red === undefined) return;
  const cycle = { greenAt: green.at, yellowAt: yellow.at, redAt: red.at, endAt };
  state.ended.set(key, cycle);
  for (const at of before) noteOffset(state, key, cycle, at, endAt);
}

function noteOffset({ facts }: OffsetState, head: number, cycle: GreenCycle, at: number, now: number): void {
  const { greenAt, yellowAt, redAt } = cycle;
  if (at < greenAt) return;
  const light = at < yellowAt ? "green" : at < redAt ? "yellow" : "red";
  keep(facts, { at: redAt, head, light, offsetMs: at - redAt }, now);
}

type OffsetRow = {
  readonly from: number;
  readonly phase: string;
  readonly light: Light;
  readonly offsetSeconds: number;
  readonly vehicles: number;
};

/**
 * The same as the Python package counts: on-events, moved back by 1.5 s of latency, by half seconds from the begin of red clearance
 * (10); of cycles with exactly one 1, 8 and 10 that are over.
 */
export const redOffsets: Measure<OffsetState, OffsetRow> = {
  columns: ["from", "phase", "light", "offsetSeconds", "vehicles"],
  start: startOffsets,
  next: nextOffset,
  result: ({ configuration, facts }, window) => {
    const counts = new Map<string, { readonly row: Omit<OffsetRow, "vehicles">; vehicles: number }>();
    for (const { at, head, light, offsetMs } of within(facts, window)) {
      const from = window.from + Math.floor((at - window.from) / window.binMs) * window.binMs;
      const offsetSeconds = Math.round(offsetMs / 500) / 2;
      const key = `${from} ${head} ${light} ${offsetSeconds}`;
      const row = { from, phase: headName(configuration, head), light, offsetSeconds };
      const known = counts.get(key) ?? { row, vehicles: 0 };
      known.vehicles += 1;
      counts.set(key, known);
    }
    return [...counts.values()]
      .map(({ row, vehicles }) => ({ ...row, vehicles }))
      .toSorted((left, right) => left.from - right.from || left.offsetSeconds - right.offsetSeconds);
  },
};
