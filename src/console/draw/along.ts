import type { WorldPoint } from "./transform.ts";

/** A line with how far along it each of its points lies. */
export type MeasuredLine = {
  readonly points: readonly WorldPoint[];
  /** From the first point; as many as points. */
  readonly metersAt: readonly number[];
  readonly lengthMeters: number;
};

export function measuredLine(points: readonly WorldPoint[]): MeasuredLine {
  const metersAt: number[] = [];
  let lengthMeters = 0;
  points.forEach(([x, y], index) => {
    const before = points[index - 1];
    if (before !== undefined) lengthMeters += Math.hypot(x - before[0], y - before[1]);
    metersAt.push(lengthMeters);
  });
  return { points, metersAt, lengthMeters };
}

export type PlaceAlong = {
  readonly meters: number;
  readonly asideMeters: number;
  /** Of the line there, degrees clockwise from north. */
  readonly bearingDegrees: number;
};

/** Where on the line a point is nearest; null where that is farther than `asideMaxMeters`. */
export function placeAlong(
  { points, metersAt }: MeasuredLine,
  x: number,
  y: number,
  asideMaxMeters: number,
): PlaceAlong | null {
  let nearest = asideMaxMeters * asideMaxMeters;
  let [meters, dirX, dirY, found] = [0, 0, 0, false];
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1], points[index]];
    if (from === undefined || to === undefined) continue;
    const [alongX, alongY] = [to[0] - from[0], to[1] - from[1]];
    const length2 = alongX * alongX + alongY * alongY;
    if (length2 === 0) continue;
    const share = Math.min(1, Math.max(0, ((x - from[0]) * alongX + (y - from[1]) * alongY) / length2));
    const [awayX, awayY] = [x - from[0] - alongX * share, y - from[1] - alongY * share];
    const away2 = awayX * awayX + awayY * awayY;
    if (away2 > nearest) continue;
    nearest = away2;
    meters = (metersAt[index - 1] ?? 0) + Math.sqrt(length2) * share;
    [dirX, dirY, found] = [alongX, alongY, true];
  }
  if (!found) return null;
  const degrees = (Math.atan2(dirX, dirY) * 180) / Math.PI;
  return { meters, asideMeters: Math.sqrt(nearest), bearingDegrees: degrees < 0 ? degrees + 360 : degrees };
}

/** The smaller angle between two bearings, 0 to 180. */
export function turnDegrees(from: number, to: number): number {
  const turn = Math.abs(from - to) % 360;
  return turn > 180 ? 360 - turn : turn;
}
