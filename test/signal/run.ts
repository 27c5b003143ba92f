import type { TimingTable } from "../../src/model/timing.ts";
import { lampsAt } from "../../src/signal/lamps.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { advanceSignal, startSignal } from "../../src/signal/machine.ts";
import type { NextPlan, SignalState } from "../../src/signal/state.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import { MIDNIGHT, second } from "./crossings.ts";

export function active(timing: CycleTiming, id = "p"): ActivePlan {
  return { id, source: "plan", timing };
}

export const samePlan: NextPlan = (_, running) => running;

export type Run = {
  readonly states: readonly SignalState[];
  /** What the heads show, `lamps walk`, with the seconds that it lasts, in the order of time. */
  readonly shown: readonly (readonly [seconds: number, shown: string])[];
};

/** The machine second by second from `from` to before `to`, with what its heads show. */
export function runSignal(
  table: TimingTable,
  plan: ActivePlan,
  from: number,
  to: number,
  nextPlan: NextPlan = samePlan,
): Run {
  const shown: [number, string][] = [];
  const states: SignalState[] = [];
  let state = startSignal(table, plan, MIDNIGHT, second(from));
  for (let at = from; at < to; at += 1) {
    state = advanceSignal(table, state, MIDNIGHT, second(at), nextPlan).state;
    states.push(state);
    const { lamps, walk } = lampsAt(table, state);
    const text = /^-+$/.test(walk) ? lamps : `${lamps} ${walk}`;
    const last = shown.at(-1);
    if (last !== undefined && last[1] === text) last[0] += 1;
    else shown.push([1, text]);
  }
  return { states, shown };
}
