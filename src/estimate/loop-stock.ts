import { defined } from "../assert.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import { isStuck } from "./loop-doubt.ts";
import { rateAt } from "./loop-learning.ts";
import type { LoopQueues } from "./loop-queue.ts";
import { standing } from "./loop-silence.ts";

/** Vehicles that loops let believe before the stop lines of these lanes, those included that came behind who stands on an advance loop. */
export function loopStock(
  { geometry, approaches }: LoopQueues,
  lanes: readonly number[],
  at: InstantMs,
): number {
  let stock = 0;
  for (const [index, layout] of geometry.approaches.entries()) {
    if (!layout.lanes.some((lane) => lanes.includes(lane))) continue;
    const { vehicles, lanes: learnt, loops } = defined(approaches[index], "approach");
    for (const { chances } of vehicles) for (const chance of chances) stock += chance;
    for (const { unseenVehicles, atLineDueAt } of learnt)
      stock += unseenVehicles + (atLineDueAt === undefined ? 0 : 1);
    for (const loop of loops) {
      if (!standing(loop, at) || isStuck(loop, at)) continue;
      stock += 1 + msToSeconds(at - loop.changedAt) * rateAt(loop.passed, loop.changedAt);
    }
  }
  return stock;
}
