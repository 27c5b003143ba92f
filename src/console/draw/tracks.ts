import { type MeasuredLine, placeAlong, turnDegrees } from "./along.ts";

export type Direction = "onward" | "back";

/** The way of one vehicle along a line: instants and metres in turn, with no more corners than it takes. */
export type Track = { readonly direction: Direction; readonly points: number[] };

/** Ways of vehicles, by their ids; `at` is when they were last looked for. Belongs to its caller, who alone changes it. */
export type Tracks = {
  readonly line: MeasuredLine;
  at: number;
  /** The first instant. */
  baseAt: number;
  readonly running: Map<number, Track>;
  ended: Track[];
};

/** Numbers a vehicle takes in `FrameMessage.vehicles`: id, x dm, y dm, heading, length dm. */
const FIELDS = 5;
/** Carriageways of the line's street lie within this. */
const ASIDE_MAX_METERS = 22;
/** Who heads elsewhere crosses it or turns. */
const TURN_MAX_DEGREES = 40;
/** A corner is made where a vehicle is so far from where it would be had it gone on. */
const BEND_METERS = 4;
/** What was not seen for longer is not joined. */
const GAP_MAX_MS = 15_000;

export function startTracks(line: MeasuredLine): Tracks {
  return { line, at: Number.NEGATIVE_INFINITY, baseAt: 0, running: new Map(), ended: [] };
}

/** Notes where vehicles are; what lies before `keepFrom` is forgotten, and everything where time goes back. */
export function followVehicles(
  tracks: Tracks,
  at: number,
  vehicles: readonly number[],
  keepFrom: number,
): void {
  if (at < tracks.at || at - tracks.at > GAP_MAX_MS) endAll(tracks);
  if (at < tracks.at) tracks.ended = [];
  if (tracks.at === Number.NEGATIVE_INFINITY) tracks.baseAt = at;
  tracks.at = at;
  const seen = new Set<number>();
  for (let index = 0; index + FIELDS <= vehicles.length; index += FIELDS) {
    const [id, x, y, heading] = [
      vehicles[index] ?? 0,
      vehicles[index + 1] ?? 0,
      vehicles[index + 2] ?? 0,
      vehicles[index + 3] ?? 0,
    ];
    const place = placeAlong(tracks.line, x / 10, y / 10, ASIDE_MAX_METERS);
    if (place === null) continue;
    const turn = turnDegrees(heading, place.bearingDegrees);
    const direction = turn <= TURN_MAX_DEGREES ? "onward" : turn >= 180 - TURN_MAX_DEGREES ? "back" : null;
    if (direction === null) continue;
    seen.add(id);
    const track = tracks.running.get(id);
    if (track?.direction === direction) extend(track.points, at, place.meters);
    else {
      if (track !== undefined) tracks.ended.push(track);
      tracks.running.set(id, { direction, points: [at, place.meters] });
    }
  }
  for (const [id, track] of tracks.running) {
    if (seen.has(id)) continue;
    tracks.running.delete(id);
    tracks.ended.push(track);
  }
  tracks.ended = tracks.ended.filter(({ points }) => (points.at(-2) ?? 0) >= keepFrom);
  for (const { points } of tracks.running.values()) forget(points, keepFrom);
}

function endAll(tracks: Tracks): void {
  tracks.ended.push(...tracks.running.values());
  tracks.running.clear();
}

/** A point more, or the last one moved on where the vehicle kept its speed. */
function extend(points: number[], at: number, meters: number): void {
  const count = points.length;
  const [beforeAt, beforeMeters] = [points[count - 4], points[count - 3]];
  const [lastAt, lastMeters] = [points[count - 2] ?? at, points[count - 1] ?? meters];
  if (at <= lastAt) return;
  if (beforeAt !== undefined && beforeMeters !== undefined && lastAt > beforeAt) {
    const speed = (lastMeters - beforeMeters) / (lastAt - beforeAt);
    const straight = beforeMeters + speed * (at - beforeAt);
    if (Math.abs(straight - meters) <= BEND_METERS) {
      points[count - 2] = at;
      points[count - 1] = meters;
      return;
    }
  }
  points.push(at, meters);
}

/** Drops corners that lie wholly before an instant; the one before it stays, so that the line enters from the edge. */
function forget(points: number[], keepFrom: number): void {
  let drop = 0;
  while (drop + 4 <= points.length && (points[drop + 2] ?? 0) < keepFrom) drop += 2;
  if (drop > 0) points.splice(0, drop);
}
