import type * as fc from "fast-check";
import type { Intersection } from "../../src/model/intersection.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { lampsAt } from "../../src/signal/lamps.ts";
import { advanceSignal, type SignalInput, startSignal, takeInput } from "../../src/signal/machine.ts";
import type { SignalState } from "../../src/signal/state.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import { after, CONTROLLER_TICK_MS, type InstantMs, instantMs } from "../../src/units.ts";
import type { Seen, Shown } from "./model-phase.ts";

/** Some midnight; the machine starts an hour later. */
export const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
export const START = after(MIDNIGHT, 3_600_000);

/** The machine of `src/signal` as the reference models see it: ticks, inputs, lamps. */
export type Machine = {
  readonly table: TimingTable;
  state: SignalState;
  at: InstantMs;
  midnightAt: InstantMs;
  /** What it runs from the end of the present cycle on. */
  plan: ActivePlan;
};

export function startMachine(intersection: Intersection, plan: ActivePlan): Machine {
  const table = timingTable(intersection, CONTROLLER_TICK_MS);
  const state = startSignal(table, plan, MIDNIGHT, START);
  const machine = { table, state, at: START, midnightAt: MIDNIGHT, plan };
  work(machine);
  return machine;
}

function work(machine: Machine): void {
  const { table, state, midnightAt, at, plan } = machine;
  machine.state = advanceSignal(table, state, midnightAt, at, () => plan).state;
}

export function tickMachine(machine: Machine): void {
  machine.at = after(machine.at, CONTROLLER_TICK_MS);
  work(machine);
}

/** An input after the instant has been worked out: it shows from the next tick on. */
export function tellMachine(machine: Machine, input: SignalInput): void {
  machine.state = takeInput(machine.table, machine.state, input, machine.at).state;
}

export function machineShows({ table, state }: Machine): Shown {
  const { lamps, walk } = lampsAt(table, state);
  return { lamps, walk };
}

/** Machine and reference model differ. */
export function expectSame(machine: Machine, reference: Shown): void {
  const own = machineShows(machine);
  if (own.lamps === reference.lamps && own.walk === reference.walk) return;
  const tick = (machine.at - START) / CONTROLLER_TICK_MS;
  throw new Error(
    `tick ${tick}: machine ${own.lamps} ${own.walk}, reference ${reference.lamps} ${reference.walk}`,
  );
}

/** A command to both. */
export type SideCommand<Model extends object> = fc.Command<Model, Machine>;

/** How many cases: the suite's, or `RUNS` of the environment for a long run, which also says what it met. */
export function runsOf(usual: number): number {
  return Number(process.env["RUNS"] ?? usual);
}

export function report(seen: Seen): void {
  if (process.env["RUNS"] !== undefined) console.log(seen);
}
