import { defined } from "../../../src/assert.ts";
import type { ExploredMachine } from "./machine.ts";

export type Waits = {
  /** The longest way from any state to the green of any phase, when everybody calls and nobody interferes. */
  readonly longestSteps: number;
  /** A phase that this way never leads to, and the first state from which it does not. */
  readonly starved: readonly { readonly phase: string; readonly state: number }[];
};

const UNKNOWN = -1;

/** From each of the machine's states below `count`, follows the one way that is left when everybody is fair. */
export function longestWaits(machine: ExploredMachine, count: number): Waits {
  const nexts = Int32Array.from({ length: count }, (_, state) => machine.fairSuccessor(state));
  const { phases } = machine.draftOf(machine.start).table;
  let longestSteps = 0;
  const starved: { readonly phase: string; readonly state: number }[] = [];
  phases.forEach(({ id }, phase) => {
    const isServed = Uint8Array.from({ length: count }, (_, state) =>
      machine.outputsOf(state).lamps[phase] === "G" ? 1 : 0,
    );
    const steps = stepsTo(isServed, nexts);
    const never = steps.indexOf(Infinity);
    if (never >= 0) starved.push({ phase: id, state: never });
    else longestSteps = steps.reduce((most, own) => Math.max(most, own), longestSteps);
  });
  return { longestSteps, starved };
}

/** From each place, how many steps it is to one that is marked; Infinity where the way never comes to one. */
function stepsTo(marked: Uint8Array, nexts: Int32Array): Float64Array {
  const steps = new Float64Array(nexts.length).fill(UNKNOWN);
  for (let first = 0; first < nexts.length; first += 1) {
    const way: number[] = [];
    const onWay = new Set<number>();
    let place = first;
    while (steps[place] === UNKNOWN && marked[place] !== 1 && !onWay.has(place)) {
      way.push(place);
      onWay.add(place);
      place = defined(nexts[place], "next");
    }
    let left = marked[place] === 1 ? 0 : Infinity;
    if (!onWay.has(place) && marked[place] !== 1) left = defined(steps[place], "steps");
    if (marked[place] === 1) steps[place] = 0;
    for (const passed of way.toReversed()) {
      left += 1;
      steps[passed] = left;
    }
  }
  return steps;
}
