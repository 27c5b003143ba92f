import type { ZonePlace } from "../model/zone-sight.ts";
import { defined } from "../assert.ts";
import { type InstantMs, SECOND_MS } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import type { SightTable } from "./sight-table.ts";

/** What zone detectors saw around one intersection in one instant. */
export type ZoneSnapshot = {
  readonly at: InstantMs;
  readonly vehicles: readonly ZonePlace[];
};

/** What is kept from one look to the next. */
export type ZoneMemory = {
  /** Of the vehicles in sight, by track number: those that stand or have stood. */
  readonly tracks: ReadonlyMap<number, TrackMemory>;
  /** By lane: since when it is green and empty, so that who wants to go there, can. */
  readonly openSince: readonly (InstantMs | null)[];
  /** By lane: since when all that it does is green and unopposed. */
  readonly protectedSince: readonly (InstantMs | null)[];
};

export type TrackMemory = {
  /** Since when it stands; `null` while it moves. */
  readonly since: InstantMs | null;
  /** How long it has stood before that, since it came into sight. */
  readonly stoodMs: number;
  /** Lanes that it could have gone to while it stands and did not. */
  readonly notFor: readonly number[];
  /** The lane that it waits beside its own to change to. */
  readonly waitsFor: number | null;
};

/**
 * Slower than this is standing: queues creep, and a vehicle that starts is faster within a second. The same speed as in the rules
 * for the inside of a junction (reference `control-algorithms.md` §3).
 */
export const STANDING_MAX_METERS_PER_SECOND = 1.5;
/** Who could have gone for so long, and did not, wants to go elsewhere. */
const PATIENCE_MS = 5 * SECOND_MS;

export const MOVING: TrackMemory = { since: null, stoodMs: 0, notFor: [], waitsFor: null };

/** Vehicles of each place, as the snapshot tells them. */
export type VehiclesByPlace = ReadonlyMap<string, readonly number[]>;

export function startZone(table: LaneTable): ZoneMemory {
  const never = table.lanes.map(() => null);
  return { tracks: new Map(), openSince: never, protectedSince: never };
}

/** How long a track has stood altogether, seconds. */
export function stoodSeconds({ since, stoodMs }: TrackMemory, at: InstantMs): number {
  return (stoodMs + (since === null ? 0 : at - since)) / SECOND_MS;
}

/** The tracks that are still seen, with how long they stand and what their standing tells of where they want to go. */
export function followTracks(
  before: ZoneMemory,
  sight: SightTable,
  seen: VehiclesByPlace,
  at: InstantMs,
): Map<number, TrackMemory> {
  const tracks = new Map<number, TrackMemory>();
  for (const [place, flat] of seen) {
    if (!sight.places.has(place) && !sight.inside.has(place)) continue;
    for (let index = 0; index + 2 < flat.length; index += 3) {
      const track = flat[index] ?? 0;
      const known = before.tracks.get(track);
      const standing = (flat[index + 2] ?? 0) < STANDING_MAX_METERS_PER_SECOND * 100;
      if (standing) {
        tracks.set(track, known === undefined || known.since === null ? stopped(known, at) : known);
      } else if (known !== undefined) {
        tracks.set(track, { ...MOVING, stoodMs: stoodSeconds(known, at) * SECOND_MS });
      }
    }
  }
  return tracks;
}

function stopped(known: TrackMemory | undefined, at: InstantMs): TrackMemory {
  return { ...MOVING, stoodMs: known?.stoodMs ?? 0, since: at };
}

/** Since when lanes are open and protected, under the lamps that are shown (one letter for each phase, empty if not known). */
export function followLanes(
  before: ZoneMemory,
  { table, sight }: { readonly table: LaneTable; readonly sight: SightTable },
  seen: VehiclesByPlace,
  lamps: string,
  at: InstantMs,
): Pick<ZoneMemory, "openSince" | "protectedSince"> {
  const lampsOf = (lane: number): readonly (string | undefined)[] =>
    defined(table.lanes[lane], "lane").streams.map((stream) => lamps[table.streams[stream]?.phase ?? -1]);
  const empty = (place: string): boolean => (seen.get(place)?.length ?? 0) === 0;
  return {
    openSince: table.lanes.map(({ id }, lane) => {
      const green = lampsOf(lane).some((lamp) => lamp === "G" || lamp === "g");
      const open = green && empty(id) && (sight.lanes[lane]?.entries ?? []).every(empty);
      return open ? (before.openSince[lane] ?? at) : null;
    }),
    protectedSince: table.lanes.map((_, lane) =>
      lampsOf(lane).every((lamp) => lamp === "G") ? (before.protectedSince[lane] ?? at) : null,
    ),
  };
}

/** Whether a lane has been open so long that who wanted to go there would have. */
export function hasStoodOpen(openSince: InstantMs | null | undefined, at: InstantMs): boolean {
  return openSince !== null && openSince !== undefined && at - openSince >= PATIENCE_MS;
}

/**
 * Lane correction for a lane upstream: its first vehicle stands although a lane that it could go to has been green and empty for a
 * while, so it is not for that lane. Kept for as long as it stands.
 */
export function learnNotFor(
  track: TrackMemory,
  direct: readonly number[],
  openSince: ZoneMemory["openSince"],
  at: InstantMs,
): TrackMemory {
  const { since } = track;
  if (since === null || at - since < PATIENCE_MS) return track;
  const passed = direct.filter((lane) => hasStoodOpen(openSince[lane], at) && !track.notFor.includes(lane));
  return passed.length === 0 ? track : { ...track, notFor: [...track.notFor, ...passed] };
}

/** Whether the first vehicle at a stop line has had an unopposed green for a while and still stands. */
export function refuses(
  { since }: TrackMemory,
  protectedSince: InstantMs | null | undefined,
  at: InstantMs,
): boolean {
  if (since === null || protectedSince === null || protectedSince === undefined) return false;
  return at - Math.max(since, protectedSince) >= PATIENCE_MS;
}
