import { defined } from "../assert.ts";
import { type InstantMs, instantMs, msToSeconds, SECOND_MS } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import {
  exitChanged,
  lineChanged,
  type LoopChange,
  type LoopInside,
  NOBODY_INSIDE,
  stageBegan,
} from "./loop-inside.ts";
import type { AdvanceLoop, ApproachLayout, LoopGeometry } from "./loop-layout.ts";
import {
  counted,
  hasMissed,
  laneChances,
  type LaneLearning,
  laterOf,
  learnBias,
  learnDeparture,
  learnLane,
  learntChances,
  MISSED_SURPLUS,
  type LoopLearning,
  newLane,
  opened,
  rateAt,
  released,
} from "./loop-learning.ts";
import { advanced, type ApproachQueue, forgetGone, standing, travelSeconds } from "./loop-silence.ts";
import { attribute, driveSeconds, inserted, type TrackedVehicle } from "./loop-vehicles.ts";
import {
  enteredLink,
  type LinkArrival,
  passedLoop,
  platoonsAfterSecond,
  startPlatoons,
} from "./platoon-arrivals.ts";
import { PRIOR_SHARE } from "./platoon-fit.ts";

export type LoopQueues = {
  readonly geometry: LoopGeometry;
  readonly approaches: readonly ApproachQueue[];
  /** By detector, of the loops at the begin of exits: since when it is occupied. */
  readonly exitOccupiedSince: readonly (InstantMs | undefined)[];
  readonly inside: LoopInside;
};

/** How early it may be. */
const EARLY_SECONDS = 2;
const EARLY_RATIO = 0.2;
/** Nothing is known yet: empty lanes, dark signals. */
export function startLoopQueues(table: LaneTable, geometry: LoopGeometry): LoopQueues {
  const at = instantMs(0);
  return {
    geometry,
    approaches: geometry.approaches.map((layout) => approachAt(layout, at)),
    exitOccupiedSince: table.streamsOfLoop.map(() => undefined),
    inside: NOBODY_INSIDE,
  };
}

function approachAt(layout: ApproachLayout, at: InstantMs): ApproachQueue {
  const { lanes, advance } = layout;
  return {
    at,
    vehicles: [],
    lanes: lanes.map(() => newLane(at)),
    loops: advance.map(() => ({
      occupied: false,
      changedAt: at,
      passed: { perSecond: 0, at },
      seen: [...lanes.map(() => 0), 0],
      biasSeconds: 0,
    })),
    platoons: startPlatoons(layout),
  };
}

/** A second is over, and all that loops told of it is told; nothing is learnt of its platoons where `heard` is not set. */
export function loopSecond(state: LoopQueues, at: InstantMs, heard: boolean): LoopQueues {
  return {
    ...state,
    approaches: state.approaches.map((approach): ApproachQueue => {
      const { platoons, loops } = approach;
      if (platoons === null) return approach;
      const learns = heard && !loops.some((loop) => standing(loop, at));
      return { ...approach, platoons: platoonsAfterSecond(platoons, learns) };
    }),
  };
}

/** A loop went on or off. Events are to come in the order of time. */
export function loopEvent(state: LoopQueues, table: LaneTable, event: LoopChange): LoopQueues {
  const { detector, on, at } = event;
  const place = state.geometry.approachOf[detector];
  if (place === undefined) {
    if ((state.exitOccupiedSince[detector] !== undefined) === on) return state;
    return {
      ...state,
      inside: outsideAfter(state, table, event),
      exitOccupiedSince: state.exitOccupiedSince.map((since, index) =>
        index === detector ? (on ? at : undefined) : since,
      ),
    };
  }
  const layout = defined(state.geometry.approaches[place], "approach");
  const before = advanced(defined(state.approaches[place], "approach"), layout, at);
  const loop = layout.advance.findIndex((advance) => advance.detector === detector);
  if (loop >= 0) return withApproach(state, place, onAdvanceLoop(before, layout, loop, event));
  const served = servedLane(before, layout, table, detector);
  const inside = insideAfter(state, defined(before.lanes[served], "lane"), event);
  return { ...withApproach(state, place, onStopLine(before, layout, served, event)), inside };
}

/** Who comes to a line that stays red and leaves its loop has gone over to the lane beside. */
const STAYED_MS = 2 * SECOND_MS;

/** A stop-line loop went on or off, on which this lane's first is or was. */
function insideAfter(
  { geometry: { crossings, approachOf }, inside }: LoopQueues,
  lane: LaneLearning,
  change: LoopChange,
): LoopInside {
  const { detector, on, at } = change;
  if (crossings === null || lane.occupied === on) return inside;
  const inRed = !lane.released && at - lane.stoppedAt > STAYED_MS;
  const stays = inRed && lane.changedAt > lane.stoppedAt - STAYED_MS;
  const ways = stays ? null : defined(crossings[detector], "ways");
  const beside = (other: number): boolean => other !== detector && approachOf[other] === approachOf[detector];
  return lineChanged(inside, change, ways, msToSeconds(at - lane.changedAt), beside);
}

/** A loop at the begin of an exit went on or off. */
function outsideAfter(
  { geometry, inside }: LoopQueues,
  { exits }: LaneTable,
  change: LoopChange,
): LoopInside {
  if (geometry.crossings === null) return inside;
  const own = exits.filter(({ entryLoops }) => entryLoops.includes(change.detector));
  const beside = (other: number): boolean =>
    other !== change.detector && own.some(({ entryLoops }) => entryLoops.includes(other));
  return exitChanged(inside, change, beside);
}

/** What the heads show from `at` on: one letter a phase. */
export function loopLamps(state: LoopQueues, table: LaneTable, lamps: string, at: InstantMs): LoopQueues {
  let known = state;
  let begun = false;
  for (const [place, layout] of state.geometry.approaches.entries()) {
    const approach = defined(known.approaches[place], "approach");
    const shown = layout.lanes.map((lane) => ({
      going: mayGo(table, lane, lamps),
      open: greenStreams(table, lane, lamps, "G"),
      yields: greenStreams(table, lane, lamps, "g") !== 0,
    }));
    const isKnown = (lane: LaneLearning, index: number): boolean => {
      const { going, open, yields } = defined(shown[index], "lane");
      return (
        lane.released === going && lane.openStreams === open && (lane.yieldsSince !== undefined) === yields
      );
    };
    if (approach.lanes.every(isKnown)) continue;
    const silent = advanced(approach, layout, at);
    begun ||= silent.lanes.some((lane, index) => !lane.released && shown[index]?.going === true);
    const lanes = silent.lanes.map((lane, index) => {
      const { going, open, yields } = defined(shown[index], "lane");
      return opened(released(lane, going, at), open, yields, at);
    });
    known = withApproach(known, place, { ...silent, lanes });
  }
  return begun && known.geometry.crossings !== null
    ? { ...known, inside: stageBegan(known.inside, at) }
    : known;
}

/** Whether the heads let any of a lane's streams go. */
function mayGo({ lanes, streams }: LaneTable, lane: number, lamps: string): boolean {
  for (const stream of defined(lanes[lane], "lane").streams) {
    const lamp = lamps[defined(streams[stream], "stream").phase];
    if (lamp === "G" || lamp === "g" || lamp === "y") return true;
  }
  return false;
}

/** By bit: which of a lane's streams have this lamp: `G` for a green that yields to nobody, `g` for one that yields. */
function greenStreams({ lanes, streams }: LaneTable, lane: number, lamps: string, lamp: "G" | "g"): number {
  let bits = 0;
  for (const [place, stream] of defined(lanes[lane], "lane").streams.entries()) {
    if (lamps[defined(streams[stream], "stream").phase] === lamp) bits |= 1 << place;
  }
  return bits;
}

/** A neighbour sent vehicles into a link that leads here; links that do not are ignored. */
export function loopArrival(state: LoopQueues, arrival: LinkArrival): LoopQueues {
  let known = state;
  for (const [place, layout] of state.geometry.approaches.entries()) {
    const from = layout.upstream.get(arrival.link);
    if (from === undefined) continue;
    const approach = defined(known.approaches[place], "approach");
    const { platoons } = approach;
    known = withApproach(
      known,
      place,
      platoons === null
        ? announcedTo(approach, arrival, laterOf(arrival.at, from.travelSeconds))
        : { ...approach, platoons: enteredLink(platoons, layout, arrival) },
    );
  }
  return known;
}

/** An approach without advance loops to which a neighbour's vehicles come, due at the stop line at `dueAt`. */
function announcedTo(
  approach: ApproachQueue,
  { at, vehicles }: LinkArrival,
  dueAt: InstantMs,
): ApproachQueue {
  const lanes = laneShares(approach, at);
  let tracked = approach.vehicles;
  for (let left = vehicles; left > 0; left -= 1) {
    const part = Math.min(1, left) * PRIOR_SHARE;
    const chances = lanes.map((lane) => lane * part);
    tracked = inserted(tracked, { loop: undefined, dueAt, chances, left: 0 });
  }
  return { ...approach, vehicles: tracked };
}

function withApproach(state: LoopQueues, place: number, approach: ApproachQueue): LoopQueues {
  return { ...state, approaches: state.approaches.with(place, approach) };
}

/** How the lanes share the approach's vehicles, by departures. */
export function laneShares({ lanes }: ApproachQueue, at: InstantMs): readonly number[] {
  // A vehicle each of the last five minutes, so that a lane nobody used yet has a part.
  const rates = lanes.map(({ departed }) => rateAt(departed, at) + 1 / 300);
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return rates.map((rate) => rate / total);
}

/** A stop-line loop upstream of several lanes: the vehicle goes to the one most is expected in. */
function servedLane(
  { vehicles }: ApproachQueue,
  layout: ApproachLayout,
  table: LaneTable,
  detector: number,
): number {
  const candidates = layout.lanes.flatMap((lane, place) =>
    defined(table.lanes[lane], "lane").stopLineLoops.includes(detector) ? [place] : [],
  );
  const expected = (place: number): number =>
    vehicles.reduce((sum, vehicle) => sum + defined(vehicle.chances[place], "lane"), 0);
  return candidates.reduce((best, place) => (expected(place) > expected(best) ? place : best));
}

/** Mean length of a vehicle, for its speed over a loop. */
const VEHICLE_METERS = 5;

function onAdvanceLoop(
  before: ApproachQueue,
  layout: ApproachLayout,
  place: number,
  { on, at }: LoopChange,
): ApproachQueue {
  const advance = defined(layout.advance[place], "loop");
  const loop = defined(before.loops[place], "loop");
  if (on === loop.occupied) return before;
  const occupiedSeconds = msToSeconds(at - loop.changedAt);
  const changed: LoopLearning = {
    ...loop,
    occupied: on,
    changedAt: at,
    passed: on ? loop.passed : counted(loop.passed, at, 1),
  };
  const loops = before.loops.map((other, index) => (index === place ? changed : other));
  if (on) return { ...before, loops };
  const vehicle: TrackedVehicle = {
    loop: place,
    dueAt: laterOf(at, passageSeconds(advance, occupiedSeconds) + loop.biasSeconds),
    chances: laneChances(loop, advance),
    left: 0,
  };
  const learnt = learntChances(loop);
  const lanes = before.lanes.map((lane, index) => ({
    ...lane,
    missed: lane.missed + defined(learnt[index], "lane"),
    missedQueue: lane.missedQueue + MISSED_SURPLUS * defined(vehicle.chances[index], "lane"),
  }));
  const platoons = before.platoons === null ? null : passedLoop(before.platoons);
  return { ...before, lanes, loops, platoons, vehicles: inserted(before.vehicles, vehicle) };
}

/** From the end of a loop to the stop line, at first with the speed that the occupancy tells. */
function passageSeconds(advance: AdvanceLoop, occupiedSeconds: number): number {
  const speed = (advance.lengthMeters + VEHICLE_METERS) / Math.max(0.1, occupiedSeconds);
  const free = advance.speedMetersPerSecond;
  // The rear leaves the loop, the front is a vehicle's length ahead.
  const meters = Math.max(0, advance.meters - VEHICLE_METERS);
  const lost = driveSeconds(meters, Math.max(1, speed), free) - meters / free;
  return Math.max(0, advance.travelSeconds - VEHICLE_METERS / free + lost);
}

function onStopLine(
  before: ApproachQueue,
  layout: ApproachLayout,
  place: number,
  { on, at }: LoopChange,
): ApproachQueue {
  const lane = defined(before.lanes[place], "lane");
  if (on === lane.occupied) return before;
  const changed: LaneLearning = {
    ...lane,
    occupied: on,
    changedAt: at,
    refused: 0,
    gaplessSeconds: 0,
    unheardSince: undefined,
    missed: 0,
    missedQueue: 0,
  };
  if (on) return cameToLine(before, layout, place, changed);
  const gone = learnDeparture({ ...changed, atLineDueAt: undefined }, at);
  return { ...before, lanes: before.lanes.map((other, index) => (index === place ? gone : other)) };
}

function cameToLine(
  before: ApproachQueue,
  layout: ApproachLayout,
  place: number,
  lane: LaneLearning,
): ApproachQueue {
  const at = lane.changedAt;
  const readiness = (vehicle: TrackedVehicle): number => {
    const early = msToSeconds(vehicle.dueAt - at);
    const allowed = EARLY_SECONDS + EARLY_RATIO * travelSeconds(vehicle, layout);
    return early <= 0 ? 1 : Math.max(0, 1 - early / allowed);
  };
  const { vehicles, shares, unknown } = attribute(before.vehicles, place, readiness);
  let dueMs = unknown * at;
  let unforeseen = unknown;
  let loops = before.loops;
  const inDoubt = before.lanes.some((other) => hasMissed(other, at));
  const freeMs = at - defined(before.lanes[place], "lane").changedAt;
  for (const [index, share] of shares.entries()) {
    const { loop, dueAt } = defined(before.vehicles[index], "vehicle");
    dueMs += share * Math.min(dueAt, at);
    if (loop === undefined) unforeseen += share;
    // Who is not seen beside it is no reason to learn that all come here.
    if (loop === undefined || share < 0.01 || inDoubt) continue;
    // Who comes freely after a while of nobody tells how long the way really takes.
    const free = lane.released && freeMs >= 4000 && share > 0.7;
    loops = loops.map((learning, other) => {
      if (other !== loop) return learning;
      const learnt = learnLane(learning, place, share);
      return free ? learnBias(learnt, Math.min(6, msToSeconds(at - dueAt))) : learnt;
    });
  }
  const came: LaneLearning = {
    ...lane,
    atLineDueAt: instantMs(dueMs),
    unforeseen: counted(lane.unforeseen, at, unforeseen),
  };
  const lanes = before.lanes.map((other, index) => (index === place ? came : other));
  return forgetGone({ ...before, vehicles, lanes, loops });
}
