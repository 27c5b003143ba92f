import { defined } from "../assert.ts";
import type { Intersection } from "../model/intersection.ts";
import { after, type InstantMs, instantMs, msToSeconds, SECOND_MS, secondsToMs } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import type { LaneLearning } from "./loop-learning.ts";
import { driveSeconds } from "./loop-vehicles.ts";

/** A way through the junction, from stop line to exit. */
type Crossing = { readonly meters: number; readonly speedMetersPerSecond: number };

/** By stop-line detector, the ways from its lanes to the exits; empty for other detectors. */
export type Crossings = readonly (readonly Crossing[])[];

/** How the lanes of a network are connected; `model/files.ts` Network fits. */
export type LaneMap = {
  readonly links: readonly {
    readonly id: string;
    readonly speedMetersPerSecond: number;
    readonly lanes?: readonly { readonly id: string }[];
  }[];
  readonly connections?:
    | readonly {
        readonly fromLane: string;
        readonly toLane: string;
        readonly lengthMeters: number;
        readonly insideSpeedMetersPerSecond?: number | undefined;
      }[]
    | undefined;
};

/** A loop went on or off. */
export type LoopChange = { readonly detector: number; readonly on: boolean; readonly at: InstantMs };

/** What a loop told, and who was counted in or out for it. */
type Told = LoopChange & { readonly vehicle?: Inside };

type Inside = {
  /** When it would be out if nothing held it up. */
  readonly dueAt: InstantMs;
  /** It came in under an earlier stage, and is not waited for any longer than this. */
  readonly forgottenAt?: InstantMs;
};

/**
 * Who is inside the junction, from loops that all lie outside it: whoever passed a stop line, less whoever came onto an exit since. Who
 * should have been out when a stage began is forgotten then, so that what loops miss or see twice does not add up.
 */
export type LoopInside = {
  readonly vehicles: readonly Inside[];
  /** Came onto an exit while nobody was counted inside: short turns reach it before they have left the stop-line loop. */
  readonly outBeforeIn: readonly InstantMs[];
  readonly lastInAt: InstantMs;
  readonly lastOutAt: InstantMs;
  /** What loops told just now, to tell who only changes lanes on them. */
  readonly recent: readonly Told[];
  /** Share of the vehicles that were forgotten before they came out, fading: much of it tells of a loop that misses vehicles. */
  readonly lostShare: number;
};

export const NOBODY_INSIDE: LoopInside = {
  vehicles: [],
  outBeforeIn: [],
  lastInAt: instantMs(0),
  lastOutAt: instantMs(0),
  recent: [],
  lostShare: 0,
};

/** A turn that takes less than this of its lane's vehicles, as nearly all U-turns do, is not waited for. */
const SHARE_LEAST = 0.05;
/** When the rear of a vehicle leaves the stop-line loop its front is beyond the line by so much. */
const AHEAD_METERS = 3;
/** A vehicle covers a loop of 2 m for so long a way. */
const COVERED_METERS = 7;
/** Who starts from the line has this speed when he leaves the loop, and nobody is taken to go faster than the other. */
const SPEED_LEAST = 4;
const SPEED_MOST = 14;
/** By so much the front may reach an exit before the rear has left the stop line. */
const OUT_BEFORE_IN_MS = 2 * SECOND_MS;
/** Who came in under an earlier stage is waited for so long. */
const CARRIED_MS = 8 * SECOND_MS;
/** More do not fit. */
const VEHICLES_MAX = 50;
/**
 * One loop becomes free and one beside it occupied within this: it is taken for one vehicle, which changes lanes. Two that pass
 * abreast may coincide, too.
 */
const LANE_CHANGE_MS = 100;
/** The lost share is that of about the last fifty vehicles; of more than this nothing is believed. */
const LOST_GAIN = 1 / 50;
const LOST_MAX = 0.15;

/**
 * The ways inside a junction whose lanes and exits all have loops. `null` where some have none, and where the network does not tell how its
 * lanes are connected: nobody is counted there.
 */
export function crossings(table: LaneTable, intersection: Intersection, map: LaneMap): Crossings | null {
  const { connections } = map;
  const counted =
    table.lanes.every(({ stopLineLoops }) => stopLineLoops.length > 0) &&
    table.exits.every(({ entryLoops }) => entryLoops.length > 0);
  if (connections === undefined || !counted) return null;
  const linkOf = new Map(map.links.flatMap(({ id, lanes }) => (lanes ?? []).map((lane) => [lane.id, id])));
  const speedOf = new Map(map.links.map(({ id, speedMetersPerSecond }) => [id, speedMetersPerSecond]));
  return intersection.detectors.map((_, detector) =>
    table.lanes.flatMap(({ id, link, streams, stopLineLoops }) => {
      if (!stopLineLoops.includes(detector)) return [];
      const often = streams.filter((stream) => defined(table.priorShares[stream], "share") >= SHARE_LEAST);
      const exits = table.exits.filter((exit) => exit.streams.some((stream) => often.includes(stream)));
      const leads = new Set(exits.map((exit) => exit.link));
      return connections
        .filter(({ fromLane, toLane }) => fromLane === id && leads.has(linkOf.get(toLane) ?? ""))
        .map(({ lengthMeters, insideSpeedMetersPerSecond }) => ({
          meters: lengthMeters,
          speedMetersPerSecond: Math.min(
            SPEED_MOST,
            insideSpeedMetersPerSecond ?? speedOf.get(link) ?? SPEED_MOST,
          ),
        }));
    }),
  );
}

/**
 * A stop-line loop went on or off; whoever leaves it is inside, unless he came onto a loop beside it.
 * @param ways those from this loop; `null` where nobody passed the line
 * @param occupiedSeconds how long he was on it
 * @param beside whether a detector is such a loop of another lane of the approach
 */
export function lineChanged(
  before: LoopInside,
  change: LoopChange,
  ways: readonly Crossing[] | null,
  occupiedSeconds: number,
  beside: (detector: number) => boolean,
): LoopInside {
  const known = recently(before, change.at);
  const half = otherHalf(known, change, beside);
  if (change.on) {
    const back = half?.vehicle;
    const vehicles = back === undefined ? known.vehicles : known.vehicles.filter((other) => other !== back);
    return told({ ...known, vehicles }, change);
  }
  if (half !== undefined || ways === null) return told(known, change);
  const passed = passedLine(known, ways, occupiedSeconds, change.at);
  return told(passed, change, passed.vehicles === known.vehicles ? undefined : passed.vehicles.at(-1));
}

/**
 * A loop at the begin of an exit went on or off; whoever comes onto it is out, unless he came from a loop beside it.
 * @param beside whether a detector is such a loop of another lane of the exit
 */
export function exitChanged(
  before: LoopInside,
  change: LoopChange,
  beside: (detector: number) => boolean,
): LoopInside {
  const known = recently(before, change.at);
  const half = otherHalf(known, change, beside);
  if (!change.on) {
    const back = half?.vehicle;
    return told(back === undefined ? known : { ...known, vehicles: [...known.vehicles, back] }, change);
  }
  if (half !== undefined) return told(known, change);
  const { inside, vehicle } = reachedExit(known, change.at);
  return told(inside, change, vehicle);
}

function recently(before: LoopInside, at: InstantMs): LoopInside {
  return {
    ...before,
    vehicles: notForgotten(before, at),
    recent: before.recent.filter((other) => at - other.at <= LANE_CHANGE_MS),
  };
}

/** The other half of a change of lanes over two loops. */
function otherHalf(
  { recent }: LoopInside,
  { on }: LoopChange,
  beside: (detector: number) => boolean,
): Told | undefined {
  return recent.find((other) => other.on !== on && beside(other.detector));
}

function told(inside: LoopInside, change: LoopChange, vehicle?: Inside): LoopInside {
  return {
    ...inside,
    recent: [...inside.recent, vehicle === undefined ? change : { ...change, vehicle }],
  };
}

/** A vehicle has left a stop-line loop on which it was for `occupiedSeconds`; `ways` are those from this loop. */
function passedLine(
  before: LoopInside,
  ways: readonly Crossing[],
  occupiedSeconds: number,
  at: InstantMs,
): LoopInside {
  const outBeforeIn = before.outBeforeIn.filter((when) => at - when < OUT_BEFORE_IN_MS);
  if (outBeforeIn.length > 0) return { ...before, lastInAt: at, outBeforeIn: outBeforeIn.slice(1) };
  const speed = Math.min(SPEED_MOST, Math.max(SPEED_LEAST, COVERED_METERS / Math.max(0.1, occupiedSeconds)));
  let seconds = 0;
  for (const { meters, speedMetersPerSecond: free } of ways) {
    seconds = Math.max(seconds, driveSeconds(Math.max(0, meters - AHEAD_METERS), speed, free));
  }
  const vehicle = { dueAt: after(at, Math.round(secondsToMs(seconds))) };
  return {
    ...before,
    lastInAt: at,
    outBeforeIn,
    vehicles: [...before.vehicles, vehicle].slice(-VEHICLES_MAX),
  };
}

/** A vehicle has come onto an exit. Which one is not seen, so the one that is due first is out: how many are left is the same. */
function reachedExit(
  before: LoopInside,
  at: InstantMs,
): { readonly inside: LoopInside; readonly vehicle?: Inside } {
  const { vehicles } = before;
  const [one] = vehicles;
  if (one === undefined) {
    const outBeforeIn = before.outBeforeIn.filter((when) => at - when < OUT_BEFORE_IN_MS);
    return { inside: { ...before, outBeforeIn: [...outBeforeIn, at] } };
  }
  const first = vehicles.reduce((least, other) => (other.dueAt < least.dueAt ? other : least), one);
  const inside = {
    ...before,
    lastOutAt: at,
    lostShare: before.lostShare * (1 - LOST_GAIN),
    vehicles: vehicles.filter((other) => other !== first),
  };
  return { inside, vehicle: first };
}

/** Another stage's greens have begun. */
export function stageBegan(before: LoopInside, at: InstantMs): LoopInside {
  const known = notForgotten(before, at);
  const vehicles = known.filter(({ dueAt }) => dueAt >= at);
  const lost = known.length - vehicles.length;
  return {
    ...before,
    lostShare: 1 - (1 - before.lostShare) * (1 - LOST_GAIN) ** lost,
    vehicles: vehicles.map((vehicle) => ({ forgottenAt: after(at, CARRIED_MS), ...vehicle })),
  };
}

/** The first who is late starts when nobody is left to whom it yields, about so long after the last one passed a stop line. */
const START_SECONDS = 3;
/** Each behind it follows by a saturation headway, as the first needs one to leave. */
const HEADWAY_SECONDS = 2;
/** A green that is not put off begins so much later, and its first needs so long from the line to where ways cross. */
const GREEN_IN_SECONDS = 1;
const REACHING_SECONDS = 2.5;
/** Who drives and is not out within this is waited for. */
const DRIVING_SECONDS = 2;

/**
 * Whether some will still be inside when vehicles that get green in a second reach them: who has just come in, or those who ought to be out by
 * now and leave one after the other.
 * @param held vehicles that have stood on a stop-line loop in their green: in front of each somebody is held up
 */
export function staysInside(inside: LoopInside, held: number, at: InstantMs): boolean {
  if (inside.lostShare > LOST_MAX) return false;
  const vehicles = notForgotten(inside, at);
  if (vehicles.some(({ dueAt }) => dueAt >= after(at, secondsToMs(DRIVING_SECONDS)))) return true;
  const late = vehicles.filter(({ dueAt }) => dueAt < at).length;
  if (late === 0) return false;
  const startAt = Math.max(after(inside.lastInAt, secondsToMs(START_SECONDS)), inside.lastOutAt);
  return GREEN_IN_SECONDS + REACHING_SECONDS < msToSeconds(startAt - at) + HEADWAY_SECONDS * (late + held);
}

/**
 * Who stands on a stop-line loop for so long in its green and yellow is held up by somebody ahead, and its front is over the line. Who stops
 * for the yellow comes onto the loop too late for that.
 */
const HELD_SECONDS = 3.5;
/** After so much red nobody is of the green before. */
const LAST_GREEN_SECONDS = 10;

/** How many have stood on a stop-line loop in the green that runs, or in the one that has just ended. */
export function heldAtLines(lanes: readonly LaneLearning[], at: InstantMs): number {
  return lanes.filter(({ occupied, released, changedAt, releasedAt, stoppedAt }) => {
    const until = released ? at : stoppedAt;
    const since = Math.max(changedAt, releasedAt);
    return (
      occupied && msToSeconds(at - until) < LAST_GREEN_SECONDS && msToSeconds(until - since) >= HELD_SECONDS
    );
  }).length;
}

function notForgotten({ vehicles }: LoopInside, at: InstantMs): readonly Inside[] {
  return vehicles.filter(({ forgottenAt }) => forgottenAt === undefined || at < forgottenAt);
}
