import type { Cabinet } from "./cabinet.ts";

/** What all controllers together did with what the engine lent them, and with their logs. */
export type ControllerTotals = {
  /** Plans of the engine that a controller ran, and how often one went back to a plan that it had run before. */
  readonly plansBegun: number;
  readonly plansBegunAgain: number;
  /** Times that a controller went from the engine's plans to its own. */
  readonly fallbacks: number;
  /** Longest time for which a controller ran a plan whose lease had ended, in cycles of that plan: at most the rest of one. */
  readonly pastLeaseMaxCycles: number;
  /** Cycles that controllers began out of step with their plan's offset, to come into step. */
  readonly transitionCycles: number;
  readonly logEvents: number;
  /** Events of them that no engine has said to have stored. */
  readonly logEventsUnconfirmed: number;
};

export function totalsOf(cabinets: readonly Cabinet[]): ControllerTotals {
  const sum = (of: (cabinet: Cabinet) => number): number =>
    cabinets.reduce((total, cabinet) => total + of(cabinet), 0);
  return {
    plansBegun: sum(({ plans }) => plans.begun.size),
    plansBegunAgain: sum(({ plans }) => plans.begunAgain),
    fallbacks: sum(({ plans }) => plans.fallbacks),
    pastLeaseMaxCycles: Math.max(0, ...cabinets.map(({ plans }) => plans.pastLeaseMaxCycles)),
    transitionCycles: sum(({ plans }) => plans.transitionCycles),
    logEvents: sum(({ state }) => state.log.next),
    logEventsUnconfirmed: sum(({ state }) => state.log.next - Math.min(state.log.stored, state.log.next)),
  };
}
