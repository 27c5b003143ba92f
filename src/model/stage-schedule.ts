import type { InstantMs } from "../units.ts";

/**
 * What the adaptive level lends a controller (DESIGN §3, §5): the stage to show and the ones to follow it. Minimum greens, walk,
 * clearances and the longest wait stay the controller's own: a schedule can ask a stage to begin, never a clearance to be shorter.
 */
export type StageSchedule = {
  readonly id: string;
  readonly intersection: string;
  /** Instant of the state that it was made for. */
  readonly basedOnAt: InstantMs;
  readonly effectiveAt: InstantMs;
  /** End of the lease: from then on the controller goes on with its timing plan. */
  readonly validUntil: InstantMs;
  /** In the order of time; the first is what is to be shown from `effectiveAt` on. */
  readonly stages: readonly ScheduledStage[];
  /**
   * Red extension: no stage begins before this, although its clearance has passed, because somebody is still inside the junction.
   * Absent for none.
   */
  readonly redUntilAt?: InstantMs;
  readonly reason: string;
};

export type ScheduledStage = {
  readonly stage: string;
  /** When the green before it is to end for it: not before `effectiveAt`, ascending. */
  readonly startAt: InstantMs;
};

/**
 * A red is extended by this at most, beyond its clearance and beyond the instant from which a schedule takes effect, for those with
 * green to come wait meanwhile.
 */
export const RED_EXTENSION_MAX_SECONDS = 5;

/** Longest lease of a stage schedule (DESIGN §5). */
export const SCHEDULE_VALID_MAX_SECONDS = 10;
