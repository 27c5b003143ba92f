import { defined } from "../assert.ts";
import type { TimingPlan } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { cycleSplits } from "../signal/cycle.ts";
import { after, type InstantMs } from "../units.ts";

/** A change of greens that the lamps owe us: which phases are green from when on. */
type Expected = {
  readonly at: InstantMs;
  /** One character a phase: `G` green, `.` not. */
  readonly greens: string;
};

/** One cycle of a plan being compared with the lamps. */
export type Readback = {
  readonly plan: string;
  readonly cycleStartAt: InstantMs;
  readonly expected: readonly Expected[];
  /** How many of `expected` the lamps have shown. */
  readonly seen: number;
  readonly greens: string;
};

export type ReadbackStep =
  | { readonly kind: "watching"; readonly readback: Readback }
  /** The whole cycle was as planned. */
  | { readonly kind: "applied" }
  | { readonly kind: "mismatch"; readonly detail: string };

/** The lamps reduced to what a plan decides. */
export function greensOf(lamps: string): string {
  return lamps.replaceAll(/[Gg]/g, "G").replaceAll(/[^G]/g, ".");
}

/** What the lamps must show in the cycle that begins at `cycleStartAt`, corrections of the offset included. */
export function expectCycle(
  table: TimingTable,
  plan: TimingPlan,
  midnightAt: InstantMs,
  cycleStartAt: InstantMs,
  greens: string,
): Readback {
  const { splitsMs } = cycleSplits(table, plan, midnightAt, cycleStartAt);
  const stages = plan.stages.map(({ stage }) => defined(table.stageIndex.get(stage), stage));
  const expected: Expected[] = [];
  let at = cycleStartAt;
  for (const [slot, stage] of stages.entries()) {
    const next = defined(stages[(slot + 1) % stages.length], "next stage");
    const splitMs = defined(splitsMs[slot], "split");
    const intergreenMs = defined(table.intergreenMs[stage]?.[next], "intergreen");
    const phases = defined(table.stages[stage], "stage").phases;
    const staying = phases.filter((phase) => table.stages[next]?.phases.includes(phase) === true);
    expected.push({ at, greens: greenLetters(table, phases) });
    if (staying.length < phases.length) {
      expected.push({ at: after(at, splitMs - intergreenMs), greens: greenLetters(table, staying) });
    }
    at = after(at, splitMs);
  }
  return { plan: plan.id, cycleStartAt, expected: withoutRepeats(expected), seen: 0, greens };
}

function greenLetters(table: TimingTable, phases: readonly number[]): string {
  return table.phases.map((_, phase) => (phases.includes(phase) ? "G" : ".")).join("");
}

/** Two changes in one instant show only the second; a change to the same greens shows nothing. */
function withoutRepeats(expected: readonly Expected[]): readonly Expected[] {
  const shown = expected.filter(({ at }, index) => expected[index + 1]?.at !== at);
  return shown.filter(({ greens }, index) => index === 0 || shown[index - 1]?.greens !== greens);
}

/** Compares the lamps at `at` with what is due; instants may differ by one step of the plant. */
export function readBack(before: Readback, table: TimingTable, lamps: string, at: InstantMs): ReadbackStep {
  const greens = greensOf(lamps);
  const due = before.expected[before.seen];
  if (due === undefined) return { kind: "applied" };
  const toleranceMs = table.stepMs;
  if (greens === due.greens && Math.abs(at - due.at) <= toleranceMs) {
    const seen = before.seen + 1;
    if (seen === before.expected.length) return { kind: "applied" };
    return { kind: "watching", readback: { ...before, seen, greens } };
  }
  if (greens !== before.greens && before.seen > 0) {
    return { kind: "mismatch", detail: `greens ${greens} at ${at}, due ${due.greens} at ${due.at}` };
  }
  if (at > due.at + toleranceMs) {
    return { kind: "mismatch", detail: `greens ${greens} still at ${at}, due ${due.greens} at ${due.at}` };
  }
  return { kind: "watching", readback: before };
}
