import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import type { InstantMs } from "../units.ts";
import type { SignalState } from "./machine.ts";

/** What the heads of an intersection show, one character a phase; the letters are those of the link's `state` frame. */
export type Lamps = {
  readonly lamps: string;
  readonly walk: string;
};

export function lampsAt(table: TimingTable, state: SignalState, at: InstantMs): Lamps {
  let lamps = "";
  let walk = "";
  for (let phase = 0; phase < table.phases.length; phase += 1) {
    lamps += lampOf(table, state, phase, at);
    walk += walkOf(table, state, phase, at);
  }
  return { lamps, walk };
}

function lampOf(table: TimingTable, state: SignalState, phase: number, at: InstantMs): string {
  const from = defined(table.stages[state.stage], "stage");
  const to = defined(table.stages[state.nextStage], "stage");
  if (defined(state.greenSince[phase], "phase") !== null) {
    // Through a change of stage a phase keeps the weaker right of way until its foes have cleared.
    const yields =
      (from.permissive.has(phase) && from.phases.includes(phase)) ||
      (to.permissive.has(phase) && to.phases.includes(phase));
    return yields ? "g" : "G";
  }
  const ending = state.stage !== state.nextStage && from.phases.includes(phase);
  const { yellowMs } = defined(table.phases[phase], "phase");
  return ending && at - state.greenEndsAt < yellowMs ? "y" : "r";
}

function walkOf(table: TimingTable, state: SignalState, phase: number, at: InstantMs): string {
  const { walkMs, pedestrianClearMs } = defined(table.phases[phase], "phase");
  if (walkMs === 0) return "-";
  const since = defined(state.greenSince[phase], "phase");
  if (since === null) return "D";
  const elapsedMs = at - since;
  if (elapsedMs < walkMs) return "W";
  return elapsedMs < walkMs + pedestrianClearMs ? "F" : "D";
}
