import { defined } from "../../src/assert.ts";
import type { TimingPlanFrame } from "../../src/protocol/frames.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";
import type { ControllerState } from "../controller/controller.ts";

/** What a controller does with the plans that it is lent, seen from outside: by the plans that come and by what it runs. */
export type PlanWatch = {
  /** End of the lease of every plan that came. */
  readonly validUntil: ReadonlyMap<string, InstantMs>;
  readonly begun: ReadonlySet<string>;
  /** The engine's plan that it runs; `null` while it is on its own. */
  readonly running: string | null;
  /** Times that it went back to a plan that it had run before. */
  readonly begunAgain: number;
  /** Times that it went from the engine's plans to its own. */
  readonly fallbacks: number;
  /** Longest time for which it ran a plan whose lease had ended, in cycles of that plan. */
  readonly pastLeaseMaxCycles: number;
  /** Cycles that the plan's clock began out of step with its offset; those taken up in their middle, behind a stage schedule, are none. */
  readonly transitionCycles: number;
  /** Begin of green of the cycle seen last; `null` in free operation. */
  readonly cycleAt: InstantMs | null;
};

export const NO_PLANS: PlanWatch = {
  validUntil: new Map(),
  begun: new Set(),
  running: null,
  begunAgain: 0,
  fallbacks: 0,
  pastLeaseMaxCycles: 0,
  transitionCycles: 0,
  cycleAt: null,
};

/** The plan has come, whatever the controller says to it. */
export function planCame(before: PlanWatch, { id, validUntil }: TimingPlanFrame): PlanWatch {
  return { ...before, validUntil: new Map(before.validUntil).set(id, instantMs(validUntil)) };
}

/** The controller is in this cycle; one cycle counts once. */
export function cycleRuns(before: PlanWatch, cycle: ControllerState["signal"]["cycle"]): PlanWatch {
  const cycleAt = cycle?.startAt ?? null;
  if (cycleAt === before.cycleAt) return before;
  const inTransition = cycle?.coordination === "transition" && cycle.disturbedBy !== "recovery";
  return { ...before, cycleAt, transitionCycles: before.transitionCycles + Number(inTransition) };
}

/** The controller runs this plan at `at`. */
export function planRuns(
  before: PlanWatch,
  plan: ControllerState["signal"]["plan"],
  at: InstantMs,
): PlanWatch {
  const running = plan.source === "plan" ? plan.id : null;
  let watch = before;
  if (running !== before.running) {
    const again = running !== null && before.begun.has(running);
    watch = {
      ...watch,
      running,
      begun: running === null || again ? before.begun : new Set(before.begun).add(running),
      begunAgain: before.begunAgain + (again ? 1 : 0),
      fallbacks: before.fallbacks + (running === null ? 1 : 0),
    };
  }
  if (running === null) return watch;
  // A plan that nobody sent has no lease at all.
  const pastLeaseMs = at - (before.validUntil.get(running) ?? 0);
  const { cycleMs } = defined(plan.timing ?? undefined, "timing of a plan of the engine");
  const pastLeaseMaxCycles = Math.max(watch.pastLeaseMaxCycles, pastLeaseMs / cycleMs);
  return pastLeaseMaxCycles === watch.pastLeaseMaxCycles ? watch : { ...watch, pastLeaseMaxCycles };
}
