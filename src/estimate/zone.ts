import { defined } from "../assert.ts";
import type { Arrival, LaneOutlook, Outlook, StandingInside } from "../model/outlook.ts";
import { type InstantMs, SECOND_MS } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import { laneFactors, shareOut, travelSeconds } from "./zone-arrivals.ts";
import { SIGHT_METERS, type SightStretch, type SightTable } from "./sight-table.ts";
import {
  followLanes,
  followTracks,
  hasStoodOpen,
  learnNotFor,
  MOVING,
  refuses,
  STANDING_MAX_METERS_PER_SECOND,
  stoodSeconds,
  type TrackMemory,
  type VehiclesByPlace,
  type ZoneMemory,
  type ZoneSnapshot,
} from "./zone-memory.ts";

/** What is known beside the snapshot. */
export type ZoneConditions = {
  /** By stream: its share in its lane (`DepartureState.shares`). */
  readonly shares: readonly number[];
  /** By lane: exponential mean of departures over 300 s, vehicles a second. */
  readonly ratesVehPerSecond: readonly number[];
  /** By lane: saturation headway, seconds a vehicle. */
  readonly headwaysSeconds: readonly number[];
  /** What the heads show, one letter for each phase; empty if not known, then no lane is corrected. */
  readonly lamps: string;
  /**
   * Links whose vehicles come from a signal that tells its planned departures (keys of `SightTable.neighbours`): who has not passed that
   * signal yet is left to `plannedArrivals`, and nobody is expected from there beyond what it tells.
   */
  readonly plannedLinks: ReadonlySet<string>;
  /** As `URGENCY_SECONDS`. */
  readonly urgencySeconds: number;
};

/** An exit is full when its last vehicle stands so near to its begin (reference `control-algorithms.md` §2). */
const EXIT_FULL_METERS = 8;
/** Who stands so near to the stop line is there. */
const AT_LINE_METERS = 6;
/** How fast a vehicle starts that has stood inside. */
const STARTING_METERS_PER_SECOND2 = 2;
/** Who is out within this clears with the change of signals, as turns that waited do; who stands just behind the line does not. */
const LATE_INSIDE_SECONDS = 5;

type Look = {
  readonly sight: SightTable;
  readonly table: LaneTable;
  readonly seen: VehiclesByPlace;
  readonly tracks: Map<number, TrackMemory>;
  readonly at: InstantMs;
};

/** What zone detectors show, at `at`, of what will come to the stop lines. The memory is handed back with the next look. */
export function zoneOutlook(
  sight: SightTable,
  table: LaneTable,
  snapshot: ZoneSnapshot,
  memory: ZoneMemory,
  conditions: ZoneConditions,
  at: InstantMs,
): { readonly outlook: Outlook; readonly lateInside: readonly boolean[]; readonly memory: ZoneMemory } {
  const seen: VehiclesByPlace = new Map(snapshot.vehicles);
  const tracks = followTracks(memory, sight, seen, snapshot.at);
  const look: Look = { sight, table, seen, tracks, at: snapshot.at };
  const clocks = followLanes(memory, look, seen, conditions.lamps, snapshot.at);
  const exitFull = fullExits(look);
  const insteadOf = laneChanges(look, clocks, exitFull, conditions.lamps);
  const ageSeconds = Math.max(0, at - snapshot.at) / SECOND_MS;
  const arrivals = arrivalsOf(look, clocks.openSince, conditions, insteadOf, ageSeconds);
  return {
    outlook: {
      lanes: table.lanes.map((_, lane) =>
        laneOutlook(look, lane, conditions, defined(arrivals[lane], "lane")),
      ),
      exitFull,
      standingInside: standingInside(look),
    },
    lateInside: lateInside(look),
    memory: { tracks, ...clocks },
  };
}

const NONE: readonly number[] = [];

function laneOutlook(
  { sight, table }: Look,
  lane: number,
  { shares, ratesVehPerSecond, headwaysSeconds, plannedLinks }: ZoneConditions,
  arrivals: readonly Arrival[],
): LaneOutlook {
  let unplanned = 0;
  let seconds = 0;
  for (const { share, sightSeconds, link } of defined(sight.lanes[lane], "lane").origins) {
    if (link !== null && plannedLinks.has(link)) continue;
    unplanned += share;
    seconds += share * sightSeconds;
  }
  return {
    arrivals: arrivals.toSorted((left, right) => left.earliestSeconds - right.earliestSeconds),
    unseenVehPerSecond: Math.max(0, ratesVehPerSecond[lane] ?? 0) * Math.min(1, unplanned),
    sightSeconds: unplanned > 0 ? seconds / unplanned : 0,
    streamShares: defined(table.lanes[lane], "lane").streams.map((stream) =>
      defined(shares[stream], "share"),
    ),
    headIsNot: NONE,
    findsNoGap: false,
    heldSeconds: 0,
    delayWeight: 1,
    headwaySeconds: defined(headwaysSeconds[lane], "headway"),
  };
}

function fullExits({ sight, seen }: Look): readonly boolean[] {
  return sight.exits.map(
    (lanes) =>
      lanes.length > 0 &&
      lanes.every(({ place, lengthMeters }) => {
        const flat = seen.get(place);
        if (flat === undefined || flat.length < 3) return false;
        const fromBegin = lengthMeters - (flat[flat.length - 2] ?? 0) / 10;
        const speed = (flat[flat.length - 1] ?? 0) / 100;
        return fromBegin < EXIT_FULL_METERS && speed < STANDING_MAX_METERS_PER_SECOND;
      }),
  );
}

function standingInside({ sight, seen, tracks, at }: Look): readonly StandingInside[] {
  const standing = Array.from({ length: sight.movementCount }, () => ({ vehicles: 0, seconds: 0 }));
  for (const [place, flat] of seen) {
    const movements = sight.inside.get(place);
    if (movements === undefined) continue;
    for (let index = 0; index + 2 < flat.length; index += 3) {
      const since = tracks.get(flat[index] ?? 0)?.since ?? null;
      if (since === null) continue;
      for (const movement of movements) {
        const found = defined(standing[movement], "movement");
        found.vehicles += 1;
        found.seconds = Math.max(found.seconds, (at - since) / SECOND_MS);
      }
    }
  }
  return standing;
}

/** By movement: whether somebody of it needs a while yet to get out of the junction, even if he starts at once. */
function lateInside({ sight, seen }: Look): readonly boolean[] {
  const late = Array.from({ length: sight.movementCount }, () => false);
  for (const [place, flat] of seen) {
    const movements = sight.inside.get(place);
    if (movements === undefined) continue;
    for (let index = 0; index + 2 < flat.length; index += 3) {
      const meters = (flat[index + 1] ?? 0) / 10;
      const speed = (flat[index + 2] ?? 0) / 100;
      const seconds =
        (Math.sqrt(speed ** 2 + 2 * STARTING_METERS_PER_SECOND2 * meters) - speed) /
        STARTING_METERS_PER_SECOND2;
      if (seconds > LATE_INSIDE_SECONDS) for (const movement of movements) late[movement] = true;
    }
  }
  return late;
}

/**
 * Lane correction at the stop line: a first vehicle that stands in an unopposed green, with room ahead of it, waits to change lanes.
 * Until it moves, what is expected on its lane depends on the nearest lane beside it that was red. By lane, the lane to count for.
 */
function laneChanges(
  { sight, table, seen, tracks, at }: Look,
  { openSince, protectedSince }: Pick<ZoneMemory, "openSince" | "protectedSince">,
  exitFull: readonly boolean[],
  lamps: string,
): readonly number[] {
  const red = (lane: number): boolean =>
    defined(table.lanes[lane], "lane").streams.every(
      (stream) => lamps[table.streams[stream]?.phase ?? -1] === "r",
    );
  return table.lanes.map(({ id }, lane) => {
    const head = seen.get(id)?.[0];
    const track = head === undefined ? undefined : tracks.get(head);
    if (head === undefined || track === undefined || track.since === null) return lane;
    if (track.waitsFor !== null) {
      // The lane it was thought to wait for has been there for it: it waits for something else.
      if (hasStoodOpen(openSince[track.waitsFor], at)) {
        tracks.set(head, { ...track, waitsFor: null });
        return lane;
      }
      return track.waitsFor;
    }
    const { ways, exits, siblings } = defined(sight.lanes[lane], "lane");
    if (!refuses(track, protectedSince[lane], at) || exits.some((exit) => exitFull[exit])) return lane;
    if (ways.some((way) => (seen.get(way)?.length ?? 0) > 0)) return lane;
    const sibling = siblings.find(red);
    if (sibling === undefined) return lane;
    tracks.set(head, { ...track, waitsFor: sibling });
    return sibling;
  });
}

function arrivalsOf(
  { sight, table, seen, tracks, at }: Look,
  openSince: ZoneMemory["openSince"],
  { ratesVehPerSecond, plannedLinks, urgencySeconds }: ZoneConditions,
  insteadOf: readonly number[],
  ageSeconds: number,
): readonly Arrival[][] {
  const arrivals = table.lanes.map((): Arrival[] => []);
  const factors = laneFactors(ratesVehPerSecond, table.lanes.length);
  for (const [place, flat] of seen) {
    const stretches = sight.places.get(place)?.stretches;
    if (stretches === undefined) continue;
    // Who stands behind a first vehicle that waits for another lane, waits with it.
    let notFor: readonly number[] = [];
    for (let index = 0; index + 2 < flat.length; index += 3) {
      const number = flat[index] ?? 0;
      const meters = Math.max(0, (flat[index + 1] ?? 0) / 10);
      const stretch = stretchAt(stretches, meters);
      if (stretch === undefined) continue;
      let track = tracks.get(number) ?? MOVING;
      const standing = track.since !== null;
      const { behindLink } = stretch;
      if (behindLink !== null && (standing || plannedLinks.has(behindLink))) continue;
      if (index === 0 && standing) {
        track = learnNotFor(track, directLanes(stretch), openSince, at);
        tracks.set(number, track);
        notFor = track.notFor;
      }
      if (!standing) notFor = [];
      const urgency = 1 + stoodSeconds(track, at) / urgencySeconds;
      const speed = Math.max(0, (flat[index + 2] ?? 0) / 100);
      shareOut(stretch.groups, factors, notFor, ({ lane, distanceMeters, seconds }, vehicles) => {
        const wayMeters = meters + distanceMeters;
        if (wayMeters > SIGHT_METERS) return;
        const travel =
          standing && wayMeters <= AT_LINE_METERS
            ? 0
            : travelSeconds(wayMeters, speed, meters * stretch.secondsPerMeter + seconds);
        const earliestSeconds = Math.max(0, travel - ageSeconds);
        arrivals[insteadOf[lane] ?? lane]?.push({ earliestSeconds, vehicles, urgency });
      });
    }
  }
  return arrivals;
}

function stretchAt(stretches: readonly SightStretch[], meters: number): SightStretch | undefined {
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const stretch = stretches[index];
    if (stretch !== undefined && stretch.fromMeters <= meters) return stretch;
  }
  return undefined;
}

function directLanes({ groups }: SightStretch): readonly number[] {
  return groups.flatMap((targets) => targets.filter(({ direct }) => direct).map(({ lane }) => lane));
}
