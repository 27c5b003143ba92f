import { COORDINATION_STATE, EVENT_CODE, splitPhaseOf } from "../model/event-code.ts";
import { headName, type MeasureConfiguration } from "./configuration.ts";
import {
  type Facts,
  keep,
  type Measure,
  type MeasureEvent,
  meanOf,
  noFacts,
  quantileOf,
  ratio,
  within,
} from "./measure.ts";
import { type Termination, terminationOf } from "./terminations.ts";

/** Codes that are logged when a plan changes, and so may lie long before a window. */
export const PLAN_CODES: readonly number[] = [
  EVENT_CODE.pattern,
  EVENT_CODE.cycleLength,
  EVENT_CODE.offset,
  EVENT_CODE.cycleExcess,
  ...codesFrom(EVENT_CODE.splitFirst, EVENT_CODE.splitLast),
  ...codesFrom(EVENT_CODE.splitSeventeen, EVENT_CODE.splitThirtyTwo),
];

function codesFrom(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

type Split = {
  /** Begin of green. */
  readonly at: number;
  readonly head: number;
  readonly greenSeconds: number;
  readonly seconds: number;
  readonly termination: Termination;
  readonly pattern: number | null;
  readonly programmedSeconds: number | null;
};

type Running = { readonly at: number; yellowAt: number | null; termination: Termination };
/** Begin of a cycle of the coordinator: what skips are counted against. */
type CycleBegin = { readonly at: number; readonly pattern: number | null };

type SplitState = {
  readonly configuration: MeasureConfiguration;
  readonly running: Map<number, Running>;
  readonly programmed: Map<number, number>;
  pattern: number | null;
  readonly splits: Facts<Split>;
  readonly cycles: Facts<CycleBegin>;
};

function start(configuration: MeasureConfiguration): SplitState {
  const { keepMs } = configuration;
  return {
    configuration,
    running: new Map(),
    programmed: new Map(),
    pattern: null,
    splits: noFacts(keepMs),
    cycles: noFacts(keepMs),
  };
}

function next(state: SplitState, event: MeasureEvent): void {
  const { at, code, parameter } = event;
  const phase = splitPhaseOf(code);
  if (phase !== undefined) {
    state.programmed.set(phase, parameter);
    return;
  }
  const running = state.running.get(parameter);
  const why = terminationOf(code);
  if (why !== undefined) {
    if (running !== undefined) running.termination = why;
    return;
  }
  switch (code) {
    case EVENT_CODE.pattern:
      state.pattern = parameter;
      return;
    case EVENT_CODE.beginGreen:
      state.running.set(parameter, { at, yellowAt: null, termination: "unknown" });
      return;
    case EVENT_CODE.beginYellow:
      if (running !== undefined) running.yellowAt ??= at;
      return;
    // 12 follows 11 in the same tick, and stands alone where there is no red clearance.
    case EVENT_CODE.endRedClear:
    case EVENT_CODE.phaseInactive:
      if (running !== undefined) endSplit(state, parameter, running, at);
      return;
    case EVENT_CODE.coordinationState:
      if (parameter === COORDINATION_STATE.localZero) keep(state.cycles, { at, pattern: state.pattern }, at);
      return;
    default:
  }
}

function endSplit(
  state: SplitState,
  head: number,
  { at, yellowAt, termination }: Running,
  endAt: number,
): void {
  state.running.delete(head);
  const { pattern, programmed } = state;
  const split = {
    at,
    head,
    greenSeconds: ((yellowAt ?? endAt) - at) / 1_000,
    seconds: (endAt - at) / 1_000,
    termination,
    pattern,
    programmedSeconds: programmed.get(head) ?? null,
  };
  keep(state.splits, split, endAt);
}

type SplitRow = {
  readonly pattern: number | null;
  readonly phase: string;
  readonly splits: number;
  readonly meanSeconds: number | null;
  readonly percentile85Seconds: number | null;
  readonly programmedSeconds: number | null;
  readonly gapOutPercent: number | null;
  readonly maxOutPercent: number | null;
  readonly forceOffPercent: number | null;
  readonly skipPercent: number | null;
};

/**
 * Split monitor: how long the phase was served, from the begin of green to the end of red clearance, by pattern (131), beside the
 * split that was programmed last (134 on), and how its greens ended. Skips are counted where the log tells the begins of cycles
 * (150 with 5): cycles of the pattern without a split of the phase, over all of them.
 */
export const splitMonitor: Measure<SplitState, SplitRow> = {
  columns: [
    "pattern",
    "phase",
    "splits",
    "meanSeconds",
    "percentile85Seconds",
    "programmedSeconds",
    "gapOutPercent",
    "maxOutPercent",
    "forceOffPercent",
    "skipPercent",
  ],
  start,
  next,
  result: ({ configuration, splits, cycles }, window) => {
    const groups = new Map<string, Split[]>();
    for (const split of within(splits, window)) {
      const key = `${split.pattern ?? ""}:${String(split.head).padStart(5, "0")}`;
      const own = groups.get(key);
      if (own === undefined) groups.set(key, [split]);
      else own.push(split);
    }
    const begun = within(cycles, window);
    return [...groups.entries()]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([, own]) => {
        const last = own.at(-1);
        if (last === undefined) return [];
        const share = (why: Termination): number | null =>
          percentOf(own.filter(({ termination }) => termination === why).length, own.length);
        const served = begun.filter(({ pattern }) => pattern === last.pattern).length;
        return [
          {
            pattern: last.pattern,
            phase: headName(configuration, last.head),
            splits: own.length,
            meanSeconds: meanOf(own, ({ seconds }) => seconds),
            percentile85Seconds: quantileOf(
              own.map(({ seconds }) => seconds),
              0.85,
            ),
            programmedSeconds: last.programmedSeconds,
            gapOutPercent: share("gapOut"),
            maxOutPercent: share("maxOut"),
            forceOffPercent: share("forceOff"),
            skipPercent: percentOf(Math.max(0, served - own.length), served),
          },
        ];
      });
  },
};

function percentOf(part: number, whole: number): number | null {
  const share = ratio(part, whole);
  return share === null ? null : share * 100;
}

type SplitServed = {
  readonly at: number;
  readonly phase: string;
  readonly greenSeconds: number;
  readonly splitSeconds: number;
  readonly termination: Termination;
  readonly pattern: number | null;
  readonly programmedSeconds: number | null;
};

/** Each split that was served, as the split monitor counts them: what it and a time–space diagram of any street are drawn of. */
export const servedSplits: Measure<SplitState, SplitServed> = {
  columns: ["at", "phase", "greenSeconds", "splitSeconds", "termination", "pattern", "programmedSeconds"],
  start,
  next,
  result: ({ configuration, splits }, window) =>
    within(splits, window).map(
      ({ at, head, greenSeconds, seconds, termination, pattern, programmedSeconds }) => ({
        at,
        phase: headName(configuration, head),
        greenSeconds,
        splitSeconds: seconds,
        termination,
        pattern,
        programmedSeconds,
      }),
    ),
};
