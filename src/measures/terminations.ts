import { EVENT_CODE } from "../model/event-code.ts";
import { headName, type MeasureConfiguration } from "./configuration.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  noFacts,
  within,
} from "./measure.ts";

export type Termination = "gapOut" | "maxOut" | "forceOff" | "unknown";

const TERMINATIONS: ReadonlyMap<number, Termination> = new Map([
  [EVENT_CODE.gapOut, "gapOut"],
  [EVENT_CODE.maxOut, "maxOut"],
  [EVENT_CODE.forceOff, "forceOff"],
]);

/** A termination event, or a green that ended without one. */
type Ended = {
  readonly at: number;
  readonly head: number;
  readonly why: Termination | "walk";
  /** The how manyth of its kind in a row; 1 of a walk. */
  readonly consecutive: number;
};

type TerminationState = {
  readonly configuration: MeasureConfiguration;
  /** Phases whose present green has had a termination event. */
  readonly told: Map<number, boolean>;
  readonly ended: Facts<Ended>;
  /** The last termination of each phase. */
  readonly last: Map<number, Ended>;
  /** Phases that were ever seen, in the order of their numbers. */
  readonly seen: Set<number>;
};

/** The termination that an event tells, or `undefined`. */
export function terminationOf(code: number): Termination | undefined {
  return TERMINATIONS.get(code);
}

function startTerminations(configuration: MeasureConfiguration): TerminationState {
  return {
    configuration,
    told: new Map(),
    ended: noFacts(configuration.keepMs),
    last: new Map(),
    seen: new Set(configuration.heads.filter(({ key }) => key < 1_000).map(({ key }) => key)),
  };
}

function nextTermination(state: TerminationState, { at, code, parameter: head }: MeasureEvent): void {
  const why = terminationOf(code);
  if (why !== undefined) {
    state.seen.add(head);
    state.told.set(head, true);
    noteEnd(state, at, head, why);
  } else if (code === EVENT_CODE.beginGreen) {
    state.seen.add(head);
    state.told.set(head, false);
  } else if (code === EVENT_CODE.endGreen) {
    if (state.told.get(head) === false) noteEnd(state, at, head, "unknown");
    state.told.delete(head);
  } else if (code === EVENT_CODE.beginWalk) {
    keep(state.ended, { at, head, why: "walk", consecutive: 1 }, at);
  }
}

function noteEnd({ ended, last }: TerminationState, at: number, head: number, why: Termination): void {
  const before = last.get(head);
  const one = { at, head, why, consecutive: before?.why === why ? before.consecutive + 1 : 1 };
  last.set(head, one);
  keep(ended, one, at);
}

type TerminationRow = {
  readonly from: number;
  readonly phase: string;
  readonly gapOuts: number | null;
  readonly maxOuts: number | null;
  readonly forceOffs: number | null;
  readonly unknown: number | null;
  readonly walks: number | null;
};

/**
 * Phase terminations by bin: events 4, 5 and 6 as they stand in the log, the begins of walk (21), and greens that ended (7) without
 * any of the three. 4 and 5 mark when the condition occurred, 7 the end.
 */
export const terminations: Measure<TerminationState, TerminationRow> = {
  columns: ["from", "phase", "gapOuts", "maxOuts", "forceOffs", "unknown", "walks"],
  start: startTerminations,
  next: nextTermination,
  result: ({ configuration, ended, seen }, window) => {
    const heads = [...seen].toSorted((left, right) => left - right);
    return byBin(
      window,
      ended,
      heads,
      ({ head }) => head,
      (bin, head, own) => {
        const of = (why: Ended["why"]): number | null =>
          ifCovered(bin, own.filter((one) => one.why === why).length);
        return {
          from: bin.from,
          phase: headName(configuration, head),
          gapOuts: of("gapOut"),
          maxOuts: of("maxOut"),
          forceOffs: of("forceOff"),
          unknown: of("unknown"),
          walks: of("walk"),
        };
      },
    );
  },
};

type DotRow = {
  readonly at: number;
  readonly phase: string;
  readonly termination: string;
  readonly consecutive: number;
};

/**
 * Purdue phase termination: each termination and walk with its instant, and the how manyth it is of its kind in a row. UDOT plots
 * those from the N-th on (1 unless asked otherwise).
 */
export const phaseTermination: Measure<TerminationState, DotRow> = {
  columns: ["at", "phase", "termination", "consecutive"],
  start: startTerminations,
  next: nextTermination,
  result: ({ configuration, ended }, window) =>
    within(ended, window).map(({ at, head, why, consecutive }) => ({
      at,
      phase: headName(configuration, head),
      termination: why,
      consecutive,
    })),
};
