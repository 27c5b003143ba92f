import { defined } from "../assert.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import {
  hasMissed,
  type LaneLearning,
  laterOf,
  learnLane,
  type LoopLearning,
  missingShare,
  rateAt,
} from "./loop-learning.ts";
import { inserted, presence, type TrackedVehicle, withoutLane } from "./loop-vehicles.ts";
import type { Platoons } from "./platoon-arrivals.ts";

/** What loops tell of the lanes of one approach, between which vehicles may change. */
export type ApproachQueue = {
  /** Until when silence of the loops has been used. */
  readonly at: InstantMs;
  /** By earliest arrival; without those on a stop-line loop. */
  readonly vehicles: readonly TrackedVehicle[];
  /** In the order of the layout. */
  readonly lanes: readonly LaneLearning[];
  readonly loops: readonly LoopLearning[];
  /** Who is on the way from neighbours to the advance loops; `null` where there are none of the ones or of the others. */
  readonly platoons: Platoons | null;
};

/** A stop-line loop free for so long has no queue behind it; longer in red, where the next one still rolls up to the line. */
const EMPTY_RELEASED_SECONDS = 3;
const EMPTY_RED_SECONDS = 5;
/** How late a vehicle may be that nothing holds up. */
const LATE_SECONDS = 3;
const LATE_RATIO = 0.15;
/** Less of a vehicle than this is forgotten. */
const PRESENCE_MIN = 0.05;
/** Vehicles that nobody saw are supposed in these steps. */
const UNSEEN_STEP = 0.5;
/** An approach whose lanes never empty remembers at most so many. */
const VEHICLES_MAX = 120;
/** A loop occupied for so long has a vehicle standing on it. */
const STANDING_SECONDS = 4;
/** A balance is out by so much of the departures while queues grow and shrink; beyond it is believed, fully after the ramp. */
const UNSEEN_SHARE_MIN = 0.3;
const UNSEEN_SHARE_RAMP = 0.15;

/** From as far as the loops of a lane see to its stop line, driving freely. */
export function sightSeconds({ advance }: ApproachLayout, place: number): number {
  const own = advance.filter(({ serves }) => serves[place] === true);
  const loops = own.length > 0 ? own : advance;
  return loops.length === 0 ? 0 : Math.min(...loops.map(({ travelSeconds: seconds }) => seconds));
}

/** Free travel of a tracked vehicle between its loop and the stop line; 0 for supposed ones. */
export function travelSeconds({ loop }: TrackedVehicle, layout: ApproachLayout): number {
  return loop === undefined ? 0 : defined(layout.advance[loop], "loop").travelSeconds;
}

/**
 * Vehicles a second that come to each lane past the advance loops: what leaves beyond what the loops saw and did not lose, on the
 * lanes where it leaves unforeseen; `undefined` for none. A balance, so that vehicles supposed in error do not confirm themselves.
 */
function unseenByLane(
  { lanes, loops }: ApproachQueue,
  { advance }: ApproachLayout,
  at: InstantMs,
): readonly number[] | undefined {
  let departed = 0;
  for (const lane of lanes) departed += rateAt(lane.departed, at);
  let seen = 0;
  for (const [index, loop] of loops.entries()) {
    seen += rateAt(loop.passed, at) * (1 - missingShare(loop, defined(advance[index], "loop")));
  }
  const excess = departed - seen;
  // Most of the time: then nobody is believed to come unseen, and nothing more need be known.
  if (excess <= 0 || excess / departed <= UNSEEN_SHARE_MIN) return undefined;
  const share = excess / departed;
  const believed = excess * Math.min(1, (share - UNSEEN_SHARE_MIN) / UNSEEN_SHARE_RAMP);
  const unforeseen = lanes.map((lane) => rateAt(lane.unforeseen, at));
  const total = unforeseen.reduce((sum, rate) => sum + rate, 0);
  return total > 0 ? unforeseen.map((rate) => (believed * rate) / total) : undefined;
}

/**
 * What the silence of the loops up to `at` tells. Whoever is late for a stop line whose loop has been free for a while is not
 * in that lane; lanes that let out more than their loops see fill at that rate.
 */
export function advanced(before: ApproachQueue, layout: ApproachLayout, at: InstantMs): ApproachQueue {
  if (at <= before.at) return before;
  const elapsed = before.at === 0 ? 0 : msToSeconds(at - before.at);
  const unseenRates = unseenByLane(before, layout, at);
  let { vehicles, lanes } = before;
  for (const [place, lane] of before.lanes.entries()) {
    const free = lane.occupied ? 0 : msToSeconds(at - lane.changedAt);
    if (free >= (lane.released ? EMPTY_RELEASED_SECONDS : EMPTY_RED_SECONDS)) {
      vehicles = withoutLate(vehicles, layout, place, at);
    }
    if (unseenRates === undefined && lane.unseenVehicles < UNSEEN_STEP) continue;
    const unseen = lane.unseenVehicles + elapsed * (unseenRates?.[place] ?? 0);
    if (unseen === lane.unseenVehicles && unseen < UNSEEN_STEP) continue;
    const unseenVehicles = unseen < UNSEEN_STEP ? unseen : Math.min(UNSEEN_STEP, unseen - UNSEEN_STEP);
    lanes = lanes.with(place, { ...lane, unseenVehicles });
    if (unseen < UNSEEN_STEP) continue;
    vehicles = inserted(vehicles, {
      loop: undefined,
      dueAt: laterOf(at, sightSeconds(layout, place)),
      chances: before.lanes.map((_, other) => (other === place ? UNSEEN_STEP : 0)),
      left: 0,
    });
  }
  return forgetGone({ ...before, at, vehicles, lanes });
}

/** The vehicles when nobody who is late can be in the lane at `place`; the same list where nobody was expected there. */
function withoutLate(
  vehicles: readonly TrackedVehicle[],
  layout: ApproachLayout,
  place: number,
  at: InstantMs,
): readonly TrackedVehicle[] {
  let changed: TrackedVehicle[] | undefined;
  for (const [index, vehicle] of vehicles.entries()) {
    if (defined(vehicle.chances[place], "lane") <= 0) continue;
    const late = msToSeconds(at - vehicle.dueAt);
    if (late <= LATE_SECONDS + LATE_RATIO * travelSeconds(vehicle, layout)) continue;
    changed ??= [...vehicles];
    changed[index] = withoutLane(vehicle, place, 1);
  }
  return changed ?? vehicles;
}

/** Drops vehicles that are hardly there any more; their loops learn how many never came. */
export function forgetGone(approach: ApproachQueue): ApproachQueue {
  const { vehicles } = approach;
  const oldest = vehicles.length - VEHICLES_MAX;
  const keeps = (vehicle: TrackedVehicle, index: number): boolean =>
    presence(vehicle) >= PRESENCE_MIN && index >= oldest;
  if (vehicles.every(keeps)) return approach;
  const gone = vehicles.filter((vehicle, index) => !keeps(vehicle, index));
  // Nothing is learnt of who is not seen where a stop-line loop is in doubt.
  const inDoubt = approach.lanes.some((lane) => hasMissed(lane, approach.at));
  const loops = approach.loops.map((learning, loop) =>
    inDoubt
      ? learning
      : gone.reduce(
          (known, vehicle) =>
            vehicle.loop === loop
              ? learnLane(known, approach.lanes.length, Math.max(0, 1 - vehicle.left - presence(vehicle)))
              : known,
          learning,
        ),
  );
  // A copy takes no room for more.
  return { ...approach, vehicles: vehicles.filter(keeps).slice(), loops };
}

/** A vehicle stands on the loop. */
export function standing({ occupied, changedAt }: LoopLearning, at: InstantMs): boolean {
  return occupied && msToSeconds(at - changedAt) >= STANDING_SECONDS;
}
