import { defined } from "../assert.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import { isStuck } from "./loop-doubt.ts";
import type { LoopQueues } from "./loop-queue.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import type { ApproachQueue } from "./loop-silence.ts";

/** Greens of one stop-line lane, with the yellow after them, that ended since the interval began. */
export type GreenTally = {
  readonly greens: number;
  /** Of them, those that left a residual queue, as far as loops can tell: cycle failures. */
  readonly failures: number;
};

export const NO_GREENS: GreenTally = { greens: 0, failures: 0 };

/** Vehicles expected to be left over that make a failure: as likely as not one of them. */
const LEFT_VEHICLES_MIN = 0.5;
/** Who covers an advance loop for so long when a green ends stands in a queue that reaches back to it. */
const STANDING_SECONDS = 3;

/** By stop-line lane: the tally once the lamps changed what loops tell from `was` to `is`, at `at`. */
export function tallyGreens(
  before: readonly GreenTally[],
  table: LaneTable,
  was: LoopQueues,
  is: LoopQueues,
  at: InstantMs,
): readonly GreenTally[] {
  let tally = before;
  for (const [index, layout] of is.geometry.approaches.entries()) {
    const known = defined(was.approaches[index], "approach");
    const approach = defined(is.approaches[index], "approach");
    if (known === approach) continue;
    for (const [place, lane] of layout.lanes.entries()) {
      const { released, releasedAt } = defined(known.lanes[place], "lane");
      if (!released || defined(approach.lanes[place], "lane").released) continue;
      const { greens, failures } = defined(tally[lane], "lane");
      const failed =
        leftBehind(approach, place, releasedAt) >= LEFT_VEHICLES_MIN ||
        reachesBack(approach, layout, defined(table.lanes[lane], "lane").advanceLoops, at);
      tally = tally.with(lane, { greens: greens + 1, failures: failures + Number(failed) });
    }
  }
  return tally;
}

/** Vehicles expected to be in a lane that were due at its stop line before `since`. */
function leftBehind({ lanes, vehicles }: ApproachQueue, place: number, since: InstantMs): number {
  const { atLineDueAt } = defined(lanes[place], "lane");
  const atLine = atLineDueAt !== undefined && atLineDueAt < since ? 1 : 0;
  return vehicles.reduce(
    (sum, { dueAt, chances }) => (dueAt < since ? sum + defined(chances[place], "lane") : sum),
    atLine,
  );
}

/** Whether somebody stands on one of the lane's advance loops. */
function reachesBack(
  { loops }: ApproachQueue,
  { advance }: ApproachLayout,
  advanceLoops: readonly number[],
  at: InstantMs,
): boolean {
  return advance.some(({ detector }, index) => {
    const loop = defined(loops[index], "loop");
    const stands = loop.occupied && msToSeconds(at - loop.changedAt) > STANDING_SECONDS;
    return advanceLoops.includes(detector) && stands && !isStuck(loop, at);
  });
}
