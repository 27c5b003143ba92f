import { EVENT_CODE } from "../model/event-code.ts";
import { headName, type MeasureConfiguration } from "./configuration.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  maxOf,
  type Measure,
  type MeasureEvent,
  meanOf,
  noFacts,
} from "./measure.ts";

type Wait = {
  /** Begin of green. */
  readonly at: number;
  readonly head: number;
  readonly ms: number;
  /** Whether it lasted longer than one and a half cycles: its turn was passed over. */
  readonly skipped: boolean;
};

type Calling = {
  /** Whether vehicles call (43 without 44 yet). */
  vehicles: boolean;
  /** Since when somebody waits; `null` while nobody does, or in green. */
  since: number | null;
  sinceCycleMs: number;
  green: boolean;
};

type WaitState = {
  readonly configuration: MeasureConfiguration;
  readonly phases: Map<number, Calling>;
  cycleMs: number;
  readonly waits: Facts<Wait>;
};

/** Of free operation, where there is no cycle: as the Python package assumes. */
const CYCLE_ASSUMED_MS = 140_000;
/** A wait beyond so many cycles was passed over. */
const SKIP_CYCLES = 1.5;

function start(configuration: MeasureConfiguration): WaitState {
  return {
    configuration,
    phases: new Map(),
    cycleMs: CYCLE_ASSUMED_MS,
    waits: noFacts(configuration.keepMs),
  };
}

function next(state: WaitState, { at, code, parameter }: MeasureEvent): void {
  switch (code) {
    case EVENT_CODE.cycleLength:
      state.cycleMs = parameter === 0 ? CYCLE_ASSUMED_MS : parameter * 1_000;
      return;
    case EVENT_CODE.cycleExcess:
      state.cycleMs += parameter * 1_000;
      return;
    case EVENT_CODE.callOn: {
      const phase = phaseOf(state, parameter);
      phase.vehicles = true;
      wait(state, phase, at);
      return;
    }
    case EVENT_CODE.callOff: {
      const phase = phaseOf(state, parameter);
      phase.vehicles = false;
      // Called off before green: nobody waits any more.
      phase.since = null;
      return;
    }
    case EVENT_CODE.pedestrianCall:
      wait(state, phaseOf(state, parameter), at);
      return;
    case EVENT_CODE.beginGreen:
      begin(state, parameter, at);
      return;
    case EVENT_CODE.endGreen: {
      const phase = phaseOf(state, parameter);
      phase.green = false;
      if (phase.vehicles) wait(state, phase, at);
      return;
    }
    default:
  }
}

function phaseOf({ phases }: WaitState, phase: number): Calling {
  const known = phases.get(phase);
  if (known !== undefined) return known;
  const calling: Calling = { vehicles: false, since: null, sinceCycleMs: 0, green: false };
  phases.set(phase, calling);
  return calling;
}

function wait({ cycleMs }: WaitState, phase: Calling, at: number): void {
  if (phase.green || phase.since !== null) return;
  phase.since = at;
  phase.sinceCycleMs = cycleMs;
}

function begin(state: WaitState, head: number, at: number): void {
  const phase = phaseOf(state, head);
  phase.green = true;
  if (phase.since === null) return;
  const ms = at - phase.since;
  // The longer one, where the cycle was changed meanwhile.
  const skipped = ms > SKIP_CYCLES * Math.max(phase.sinceCycleMs, state.cycleMs);
  phase.since = null;
  keep(state.waits, { at, head, ms, skipped }, at);
}

type WaitRow = {
  readonly from: number;
  readonly phase: string;
  readonly services: number | null;
  readonly meanSeconds: number | null;
  readonly maxSeconds: number | null;
  readonly skips: number | null;
};

/**
 * Phase wait by bin, in which green begins: from the first call (43, or 45 of pedestrians) while the phase was not green, or from the
 * end of green (7) where its call lasts on, to the begin of green. A call that was dropped (44) before is none. Longer than one and a
 * half cycles (132; 140 s in free operation) counts as a skip.
 */
export const phaseWait: Measure<WaitState, WaitRow> = {
  columns: ["from", "phase", "services", "meanSeconds", "maxSeconds", "skips"],
  start,
  next,
  result: ({ configuration, phases, waits }, window) => {
    const heads = [...phases.keys()].toSorted((left, right) => left - right);
    return byBin(
      window,
      waits,
      heads,
      ({ head }) => head,
      (bin, head, own) => {
        const mean = meanOf(own, ({ ms }) => ms / 1_000);
        return {
          from: bin.from,
          phase: headName(configuration, head),
          services: ifCovered(bin, own.length),
          meanSeconds: ifCovered(bin, mean),
          maxSeconds: ifCovered(
            bin,
            maxOf(own, ({ ms }) => ms / 1_000),
          ),
          skips: ifCovered(bin, own.filter(({ skipped }) => skipped).length),
        };
      },
    );
  },
};
