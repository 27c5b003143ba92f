import type { Link } from "../../src/model/network.ts";

/** A polyline with the distance of each of its points from the first, and the factor from driven to drawn metres. */
export type Path = {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly along: Float64Array;
  /** Drawn length over the link's configured length. */
  readonly scale: number;
};

/** A place and the direction of travel there (unit vector). */
export type Pose = {
  x: number;
  y: number;
  dx: number;
  dy: number;
};

export function pathOf(link: Link): Path {
  const x = Float64Array.from(link.shape, (point) => point[0]);
  const y = Float64Array.from(link.shape, (point) => point[1]);
  const along = new Float64Array(x.length);
  for (let k = 1; k < x.length; k += 1) {
    along[k] = along[k - 1]! + Math.hypot(x[k]! - x[k - 1]!, y[k]! - y[k - 1]!);
  }
  return { x, y, along, scale: along[along.length - 1]! / link.lengthMeters };
}

/**
 * Writes into `pose` the place `meters` (driven) along the link, `offsetMeters` to the right of its centre line. Beyond the
 * ends the first and last piece go on straight.
 */
export function poseAt(path: Path, meters: number, offsetMeters: number, pose: Pose): void {
  const { x, y, along } = path;
  const drawn = meters * path.scale;
  let piece = 1;
  while (piece < along.length - 1 && along[piece]! < drawn) piece += 1;
  const length = along[piece]! - along[piece - 1]!;
  const dx = length > 0 ? (x[piece]! - x[piece - 1]!) / length : 0;
  const dy = length > 0 ? (y[piece]! - y[piece - 1]!) / length : 1;
  const rest = drawn - along[piece - 1]!;
  pose.x = x[piece - 1]! + dx * rest + dy * offsetMeters;
  pose.y = y[piece - 1]! + dy * rest - dx * offsetMeters;
  pose.dx = dx;
  pose.dy = dy;
}

/** The corner of the curve that leaves `from` and arrives at `to`: where the tangents meet, or halfway where they do not. */
export function cornerOf(from: Pose, to: Pose): readonly [number, number] {
  const cross = from.dx * to.dy - from.dy * to.dx;
  const gapX = to.x - from.x;
  const gapY = to.y - from.y;
  if (Math.abs(cross) > 0.2) {
    const ahead = (gapX * to.dy - gapY * to.dx) / cross;
    const back = (gapX * from.dy - gapY * from.dx) / cross;
    if (ahead > 0 && back < 0) return [from.x + from.dx * ahead, from.y + from.dy * ahead];
  }
  return [from.x + gapX / 2, from.y + gapY / 2];
}

/** Length of the way across a junction: a quadratic curve is within a few percent of the mean of chord and corner. */
export function crossingMeters(from: Path, to: Path): number {
  const start: Pose = { x: 0, y: 0, dx: 0, dy: 0 };
  const end: Pose = { x: 0, y: 0, dx: 0, dy: 0 };
  poseAt(from, from.along[from.along.length - 1]! / from.scale, 0, start);
  poseAt(to, 0, 0, end);
  const [cornerX, cornerY] = cornerOf(start, end);
  const chord = Math.hypot(end.x - start.x, end.y - start.y);
  const around =
    Math.hypot(cornerX - start.x, cornerY - start.y) + Math.hypot(end.x - cornerX, end.y - cornerY);
  return (chord + around) / 2;
}
