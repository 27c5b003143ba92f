import { defined } from "../assert.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import { rateAt } from "./loop-learning.ts";
import { announcedShare, ANNOUNCED_MIN, comingTo, upstreamSeconds } from "./loop-outlook.ts";
import type { LinkArrival } from "./loop-queue.ts";
import type { ApproachQueue } from "./loop-silence.ts";
import { expectedArrivals, type PlatoonFit, startPlatoonFit } from "./platoon-fit.ts";

/** From a stop line over the junction to the loops at the begin of the exit. */
const CROSSING_SECONDS = 2;
/** Beyond this nobody plans; and a plan for so many seconds from now is believed by 1/e, since it changes each second. */
const PLANNED_SECONDS = 40;
const PLAN_BELIEF_SECONDS = 30;

/** From the nearest advance loop to the stop line, driving freely; 0 without any. */
function advanceSeconds({ advance }: ApproachLayout): number {
  return advance.length === 0 ? 0 : Math.min(...advance.map(({ travelSeconds }) => travelSeconds));
}

/** Knows nothing yet of how vehicles of the approach's upstream links come to its advance loops. */
export function startApproachFit(layout: ApproachLayout): PlatoonFit {
  const loops = advanceSeconds(layout);
  return startPlatoonFit(
    [...layout.upstream.values()].map(({ travelSeconds }) => Math.max(0, travelSeconds - loops)),
  );
}

/**
 * Vehicles over an approach's advance loops in each of the next `seconds`, by what came onto the upstream links, how that comes here,
 * and what neighbours plan to send.
 */
export function fittedArrivals(
  fit: PlatoonFit,
  layout: ApproachLayout,
  at: InstantMs,
  planned: readonly LinkArrival[],
  seconds: number,
): readonly number[] {
  const coming = [...layout.upstream.keys()].map((link, index) =>
    plannedBySecond(
      planned.filter((leaving) => leaving.link === link),
      defined(fit.links[index], "link").meanVehPerSecond,
      at,
    ),
  );
  return expectedArrivals(fit, coming, seconds);
}

/** What a neighbour plans for one link, by second, mixed with the mean rate the more the further ahead; nothing where it plans none. */
function plannedBySecond(
  planned: readonly LinkArrival[],
  meanVehPerSecond: number,
  at: InstantMs,
): readonly number[] {
  if (planned.length === 0) return [];
  const vehicles = Array.from({ length: PLANNED_SECONDS }, () => 0);
  for (const leaving of planned) {
    const second = Math.floor(msToSeconds(leaving.at - at) + CROSSING_SECONDS);
    if (second < PLANNED_SECONDS) vehicles[second] = defined(vehicles[second], "second") + leaving.vehicles;
  }
  return vehicles.map((count, second) => {
    const belief = Math.exp(-second / PLAN_BELIEF_SECONDS);
    return belief * count + (1 - belief) * meanVehPerSecond;
  });
}

/**
 * The same as `loopOutlook` has it: announced and planned vehicles at the speed limit, undispersed, and the mean rate of those whom
 * nobody announces, or from as far as the neighbours on. Who is late is expected in the next second.
 */
export function outlookArrivals(
  approach: ApproachQueue,
  layout: ApproachLayout,
  at: InstantMs,
  planned: readonly LinkArrival[],
  seconds: number,
): readonly number[] {
  const loops = advanceSeconds(layout);
  const announced = announcedShare(approach, at);
  const told = announced >= ANNOUNCED_MIN;
  const unseen = approach.lanes.reduce((sum, { departed }) => sum + rateAt(departed, at), 0);
  const from = told ? upstreamSeconds(layout) - loops : 0;
  const expected = Array.from({ length: seconds }, (_, second) =>
    second >= from ? unseen * (told ? 1 : 1 - announced) : 0,
  );
  for (const { earliestSeconds, vehicles, arriving } of comingTo(approach, layout, at, planned)) {
    const second = Math.max(0, Math.floor(earliestSeconds - loops));
    if (second < seconds) expected[second] = defined(expected[second], "second") + vehicles * arriving;
  }
  return expected;
}
