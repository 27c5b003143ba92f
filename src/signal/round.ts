import { advanceFollowers } from "./followers.ts";
import { advanceTimers } from "./heads.ts";
import type { RingsDraft } from "./rings.ts";
import { leastTimes, runUnit, targetPhases, type UnitDraft } from "./unit.ts";

/** What directs the heads: detectors, plan and orders in a controller; anything at all where the machine is explored. */
export type Direction = {
  readonly flashRequested: boolean;
  /** Walk may last on though its time is over. */
  readonly walkRests: (phase: number) => boolean;
  /** Takes up the sequence from the greens that start-up, flash or a preemption has left. */
  readonly resume: () => void;
  /** One round of the sequence, while nothing has authority over it. */
  readonly sequence: () => void;
  /** The sequence is committed to begin the phase next. */
  readonly coming: (phase: number) => boolean;
};

/** One look at an instant: timers, whoever has authority, the sequence, then what follows phases. Repeated until nothing changes. */
export function runRound(draft: UnitDraft & RingsDraft, direction: Direction): void {
  const wasNormal = draft.unit.kind === "normal";
  advanceTimers(
    draft,
    (phase) => wasNormal && direction.walkRests(phase),
    (phase) => leastTimes(draft, phase),
  );
  runUnit(draft, direction.flashRequested);
  const normal = draft.unit.kind === "normal";
  if (normal) {
    if (!wasNormal) direction.resume();
    direction.sequence();
  }
  advanceFollowers(draft, (phase) =>
    normal ? direction.coming(phase) : targetPhases(draft).includes(phase),
  );
}
