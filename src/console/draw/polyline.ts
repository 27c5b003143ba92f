import type { WorldPoint } from "./transform.ts";

/** Unit vector of the segment that ends at `points[index + 1]`. */
function directionAt(points: readonly WorldPoint[], index: number): WorldPoint {
  const [fromX, fromY] = at(points, index);
  const [toX, toY] = at(points, index + 1);
  const length = Math.hypot(toX - fromX, toY - fromY) || 1;
  return [(toX - fromX) / length, (toY - fromY) / length];
}

function at(points: readonly WorldPoint[], index: number): WorldPoint {
  const point = points[Math.min(Math.max(index, 0), points.length - 1)];
  if (point === undefined) throw new RangeError("a line has at least two points");
  return point;
}

/** Direction of travel where a line ends. */
export function endDirection(points: readonly WorldPoint[]): WorldPoint {
  return directionAt(points, points.length - 2);
}

/** Direction of travel where a line begins. */
export function startDirection(points: readonly WorldPoint[]): WorldPoint {
  return directionAt(points, 0);
}

/** Degrees clockwise from north of a direction. */
export function bearingDegrees([x, y]: WorldPoint): number {
  const degrees = (Math.atan2(x, y) * 180) / Math.PI;
  return degrees < 0 ? degrees + 360 : degrees;
}

/** The line `meters` to the right of the direction of travel; to the left where negative. Corners are mitred. */
export function offsetLine(points: readonly WorldPoint[], meters: number): readonly WorldPoint[] {
  if (meters === 0) return points;
  const last = points.length - 1;
  return points.map(([x, y], index) => {
    const [beforeX, beforeY] = directionAt(points, Math.max(0, index - 1));
    const [afterX, afterY] = directionAt(points, Math.min(last - 1, index));
    const [sumX, sumY] = [beforeX + afterX, beforeY + afterY];
    const length = Math.hypot(sumX, sumY);
    // A hairpin has no mitre: keep to the side of the segment that arrives.
    const [alongX, alongY] = length < 1e-6 ? [beforeX, beforeY] : [sumX / length, sumY / length];
    const cosine = Math.max(0.5, alongX * beforeX + alongY * beforeY);
    return [x + (alongY * meters) / cosine, y - (alongX * meters) / cosine];
  });
}

/** The last `meters` of a line; the whole line where it is not longer. */
export function lastMeters(points: readonly WorldPoint[], meters: number): readonly WorldPoint[] {
  const kept: WorldPoint[] = [at(points, points.length - 1)];
  let left = meters;
  for (let index = points.length - 2; index >= 0; index -= 1) {
    const [fromX, fromY] = at(points, index);
    const [toX, toY] = at(points, index + 1);
    const length = Math.hypot(toX - fromX, toY - fromY);
    if (length >= left) {
      const share = length === 0 ? 0 : left / length;
      kept.push([toX + (fromX - toX) * share, toY + (fromY - toY) * share]);
      return kept.toReversed();
    }
    kept.push([fromX, fromY]);
    left -= length;
  }
  return kept.toReversed();
}

/** Convex hull, counter-clockwise (Andrew's monotone chain); fewer than three points come back as they are. */
export function convexHull(points: readonly WorldPoint[]): readonly WorldPoint[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  return sorted.length < 3 ? sorted : [...hullChain(sorted), ...hullChain(sorted.toReversed())];
}

/** One side of the hull, without its last point, which begins the other side. */
function hullChain(ordered: readonly WorldPoint[]): readonly WorldPoint[] {
  const hull: WorldPoint[] = [];
  for (const point of ordered) {
    while (hull.length >= 2 && turn(at(hull, hull.length - 2), at(hull, hull.length - 1), point) <= 0)
      hull.pop();
    hull.push(point);
  }
  hull.pop();
  return hull;
}

function turn(a: WorldPoint, b: WorldPoint, c: WorldPoint): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
