import { defined } from "../assert.ts";
import type { Arrival, LaneOutlook, Outlook } from "../model/outlook.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import { isExitStuck, isStuck, supposedLane } from "./loop-doubt.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import {
  findsNoGap,
  laneChances,
  type LaneLearning,
  rateAt,
  refusedStreams,
  stoodInGreenSeconds,
} from "./loop-learning.ts";
import { laneShares, type LoopQueues } from "./loop-queue.ts";
import { advanced, type ApproachQueue, sightSeconds, standing } from "./loop-silence.ts";
import { driveSeconds } from "./loop-vehicles.ts";
import { type Coming, type PlannedByLink, platoonsComing } from "./platoon-arrivals.ts";
import { URGENCY_SECONDS } from "./urgency.ts";

/** Length that a standing vehicle takes of its lane; its own and the gap. */
const SPACING_METERS = 7.5;
/** Less of a vehicle than this is left out. */
const VEHICLES_MIN = 0.02;
/** Of a dispersed platoon so much is told as one arrival: the search's time grows with their number. */
const PLATOON_PART_VEHICLES = 0.25;
/** Beyond so long, who surely stands at the line counts for ever more, so that no queue elsewhere outweighs him: */
const LONG_WAIT_SECONDS = 90;
/** by the square of what is beyond, in parts of this. */
const LONG_WAIT_PART_SECONDS = 15;
/** An exit is full when the loops at its begin have all been occupied for so long: with one free, vehicles get away. */
const EXIT_FULL_SECONDS = 3;

/**
 * What the loops let expect at the stop lines at `at`. `shares` is each stream's share of its lane (`departures.ts`); `planned` are
 * vehicles that neighbours will send, beyond those told by `loopArrival`.
 */
export function loopOutlook(
  state: LoopQueues,
  table: LaneTable,
  at: InstantMs,
  shares: readonly number[],
  planned: PlannedByLink = new Map(),
  urgencySeconds: number = URGENCY_SECONDS,
): Outlook {
  const found: LaneOutlook[] = [];
  const exitFull = fullExits(state, table, at);
  for (const [index, layout] of state.geometry.approaches.entries()) {
    const approach = advanced(defined(state.approaches[index], "approach"), layout, at);
    const lanes = laneShares(approach, at);
    const platoons = platoonsComing(approach.platoons, layout, at, planned);
    for (const [place, lane] of layout.lanes.entries()) {
      const learnt = defined(approach.lanes[place], "lane");
      const { departed, headwaySeconds } = learnt;
      const streamShares = defined(table.lanes[lane], "lane").streams.map((stream) =>
        defined(shares[stream], "share"),
      );
      const supposed = supposedLane(approach, layout, place, at, urgencySeconds);
      if (supposed !== undefined) {
        const { arrivals, vehPerSecond: unseenVehPerSecond } = supposed;
        found[lane] = {
          arrivals,
          unseenVehPerSecond,
          sightSeconds: 0,
          streamShares,
          ...NOTHING_TOLD,
          delayWeight: 1,
          headwaySeconds,
        };
        continue;
      }
      found[lane] = {
        arrivals: mergedArrivals(
          arrivalsAt(approach, layout, place, at, urgencySeconds),
          platoons?.coming ?? [],
          defined(lanes[place], "lane"),
        ),
        unseenVehPerSecond: rateAt(departed, at),
        sightSeconds: platoons?.untilSeconds ?? sightSeconds(layout, place),
        streamShares,
        ...headOf(table, lane, learnt, exitFull, at),
        delayWeight: 1,
        headwaySeconds,
      };
    }
  }
  // No loop lies inside a junction.
  const movements = Math.max(-1, ...table.streams.map(({ movement }) => movement)) + 1;
  return {
    lanes: found,
    exitFull,
    standingInside: Array.from({ length: movements }, () => ({ vehicles: 0, seconds: 0 })),
  };
}

function fullExits(
  { exitOccupiedSince }: LoopQueues,
  { exits }: LaneTable,
  at: InstantMs,
): readonly boolean[] {
  return exits.map(
    ({ entryLoops }) =>
      entryLoops.length > 0 &&
      entryLoops.every((loop) => {
        const since = exitOccupiedSince[loop];
        return since !== undefined && msToSeconds(at - since) > EXIT_FULL_SECONDS && !isExitStuck(since, at);
      }),
  );
}

type Head = Pick<LaneOutlook, "headIsNot" | "heldSeconds" | "findsNoGap">;

/** Of a first vehicle that has not stood in any green, or whose loop is in doubt. */
const NOTHING_TOLD: Head = { headIsNot: [], heldSeconds: 0, findsNoGap: false };

/**
 * What the first vehicle of a lane tells by standing in its green. Who could not have left has refused nothing. Who refuses every green of
 * the lane is held up by something, as long again as it has been.
 */
function headOf(
  { lanes, exits }: LaneTable,
  lane: number,
  learnt: LaneLearning,
  exitFull: readonly boolean[],
  at: InstantMs,
): Head {
  const refused = refusedStreams(learnt, at);
  const found = { ...NOTHING_TOLD, findsNoGap: findsNoGap(learnt, at) };
  if (refused === 0) return found;
  const { streams } = defined(lanes[lane], "lane");
  const headIsNot = streams.flatMap((stream, place) => {
    const isFull = exits.some((exit, index) => exitFull[index] === true && exit.streams.includes(stream));
    return ((refused >> place) & 1) === 1 && !isFull ? [place] : [];
  });
  return headIsNot.length < streams.length
    ? { ...found, headIsNot }
    : { ...found, heldSeconds: stoodInGreenSeconds(learnt, at) };
}

/** The vehicle on the stop-line loop and those tracked, each as far from the line as those expected before it stand long. */
function arrivalsAt(
  approach: ApproachQueue,
  layout: ApproachLayout,
  place: number,
  at: InstantMs,
  urgencySeconds: number,
): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  const { atLineDueAt, unseenVehicles } = defined(approach.lanes[place], "lane");
  let ahead = 0;
  let earliest = 0;
  const push = (vehicles: number, dueAt: InstantMs, atLine = false): void => {
    if (vehicles < VEHICLES_MIN) return;
    const standingSeconds =
      ahead < 0.5 ? 0 : driveSeconds(ahead * SPACING_METERS, 0, layout.speedMetersPerSecond);
    earliest = Math.max(earliest, msToSeconds(dueAt - at), standingSeconds);
    const lost = Math.max(0, earliest - msToSeconds(dueAt - at));
    const longSeconds = atLine ? Math.max(0, lost - LONG_WAIT_SECONDS) : 0;
    const urgency = 1 + lost / urgencySeconds + (longSeconds / LONG_WAIT_PART_SECONDS) ** 2;
    arrivals.push({ earliestSeconds: earliest, vehicles, urgency });
    ahead += vehicles;
  };
  if (atLineDueAt !== undefined) push(1, atLineDueAt, true);
  for (const { chances, dueAt } of approach.vehicles) push(defined(chances[place], "lane"), dueAt);
  push(unseenVehicles, at);
  for (const [index, loop] of approach.loops.entries()) {
    // Behind a vehicle that stands on an advance loop others have come since, and nobody counted them.
    if (!standing(loop, at) || isStuck(loop, at)) continue;
    const blocked = msToSeconds(at - loop.changedAt);
    const chances = laneChances(loop, defined(layout.advance[index], "loop"));
    const before = rateAt(loop.passed, loop.changedAt);
    push(defined(chances[place], "lane") * (1 + blocked * before), at);
  }
  return arrivals;
}

/**
 * A lane's own arrivals and its part of those on their way, both by earliest arrival; of two at one time the own first. The parts of
 * dispersed platoons are put together until they are worth an arrival.
 */
function mergedArrivals(
  own: readonly Arrival[],
  coming: readonly Coming[],
  laneShare: number,
): readonly Arrival[] {
  const merged: Arrival[] = [];
  let next = 0;
  let together = 0;
  let vehicleSeconds = 0;
  for (const [place, { earliestSeconds: seconds, vehicles }] of coming.entries()) {
    together += vehicles * laneShare;
    vehicleSeconds += vehicles * laneShare * seconds;
    if (together < (place === coming.length - 1 ? VEHICLES_MIN : PLATOON_PART_VEHICLES)) continue;
    const earliestSeconds = vehicleSeconds / together;
    for (let arrival = own[next]; arrival !== undefined; arrival = own[next]) {
      if (arrival.earliestSeconds > earliestSeconds) break;
      merged.push(arrival);
      next += 1;
    }
    merged.push({ earliestSeconds, vehicles: together, urgency: 1 });
    together = 0;
    vehicleSeconds = 0;
  }
  for (; next < own.length; next += 1) merged.push(defined(own[next], "arrival"));
  return merged;
}
