import { defined } from "../assert.ts";
import { offsetMoveSeconds, type Placement, type RegionModel } from "./progression.ts";

/** Offsets at which a link's delay is looked at for its mean over all of them. */
const SHIFTS = 16;

/** A correction to be made, and how fast the controller may make it. */
export type Correction = {
  readonly cycleSeconds: number;
  /** When its next cycle is due to begin, and when the plan would have it, after local midnight. */
  readonly nextCycleSeconds: number;
  readonly offsetSeconds: number;
  readonly lengthenRatio: number;
  readonly shortenRatio: number;
};

/** How long a controller is out of step, seconds: whole cycles, lengthened or shortened, whichever are fewer. */
export function transitionSeconds({
  cycleSeconds,
  nextCycleSeconds,
  offsetSeconds,
  lengthenRatio,
  shortenRatio,
}: Correction): number {
  const way = offsetMoveSeconds(nextCycleSeconds, offsetSeconds, cycleSeconds);
  // Less than a second is no correction on a plant with steps of one.
  if (way < 1) return 0;
  const ahead = (((offsetSeconds - nextCycleSeconds) % cycleSeconds) + cycleSeconds) % cycleSeconds;
  const cycles = (seconds: number, ratio: number): number =>
    ratio > 0 ? Math.ceil(seconds / (ratio * cycleSeconds) - 1e-9) : Number.POSITIVE_INFINITY;
  return cycleSeconds * Math.min(cycles(ahead, lengthenRatio), cycles(cycleSeconds - ahead, shortenRatio));
}

/**
 * What a transition costs, vehicle-seconds: while either end of a link is out of step its platoons meet any part of the cycle, so it has
 * the mean of its delays over all offsets instead of the one that it will have.
 */
export function transitionCost(
  { links, cycleSeconds, linkDelay }: RegionModel,
  placement: Placement,
  outOfStepSeconds: readonly number[],
): number {
  return links.reduce((sum, { from, to }, link) => {
    const seconds = Math.max(
      defined(outOfStepSeconds[from], "seconds"),
      defined(outOfStepSeconds[to], "seconds"),
    );
    if (seconds === 0) return sum;
    const at = (shift: number): number =>
      linkDelay(link, {
        ...placement,
        offsetSeconds: placement.offsetSeconds.with(
          from,
          defined(placement.offsetSeconds[from], "offset") + shift,
        ),
      });
    let mean = 0;
    for (let step = 0; step < SHIFTS; step += 1) mean += at((step * cycleSeconds) / SHIFTS) / SHIFTS;
    return sum + seconds * Math.max(0, mean - linkDelay(link, placement));
  }, 0);
}
