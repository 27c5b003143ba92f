/** Metres with y to the north, as in `network.json`. */
export type WorldPoint = readonly [x: number, y: number];

export type Size = { readonly width: number; readonly height: number };

/** What part of the street is on the canvas: the point in its middle, and CSS pixels per metre. */
export type MapView = {
  readonly x: number;
  readonly y: number;
  readonly pixelsPerMeter: number;
};

export type Bounds = {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
};

const PIXELS_PER_METER_MIN = 0.01;
const PIXELS_PER_METER_MAX = 24;

export function boundsOf(points: Iterable<WorldPoint>): Bounds {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return { west, south, east, north };
}

/** CSS pixels from the canvas's upper left corner; y is flipped, since the street's points north. */
export function toScreen(view: MapView, size: Size, x: number, y: number): readonly [x: number, y: number] {
  return [
    size.width / 2 + (x - view.x) * view.pixelsPerMeter,
    size.height / 2 - (y - view.y) * view.pixelsPerMeter,
  ];
}

export function toWorld(view: MapView, size: Size, screenX: number, screenY: number): WorldPoint {
  return [
    view.x + (screenX - size.width / 2) / view.pixelsPerMeter,
    view.y - (screenY - size.height / 2) / view.pixelsPerMeter,
  ];
}

/** The view in which `bounds` fill the canvas but for a margin in pixels. */
export function fitView(bounds: Bounds, size: Size, marginPixels: number): MapView {
  const width = Math.max(1, bounds.east - bounds.west);
  const height = Math.max(1, bounds.north - bounds.south);
  const pixelsPerMeter = Math.min(
    Math.max(1, size.width - 2 * marginPixels) / width,
    Math.max(1, size.height - 2 * marginPixels) / height,
  );
  return {
    x: (bounds.west + bounds.east) / 2,
    y: (bounds.south + bounds.north) / 2,
    pixelsPerMeter: clampScale(pixelsPerMeter),
  };
}

/** Zooms by `factor` so that what is under the given pixel stays under it. */
export function zoomAt(view: MapView, size: Size, screenX: number, screenY: number, factor: number): MapView {
  const pixelsPerMeter = clampScale(view.pixelsPerMeter * factor);
  const [x, y] = toWorld(view, size, screenX, screenY);
  const [movedX, movedY] = toWorld({ ...view, pixelsPerMeter }, size, screenX, screenY);
  return { x: view.x + x - movedX, y: view.y + y - movedY, pixelsPerMeter };
}

/** Moves the street by pixels: to the right and down where positive. */
export function panBy(view: MapView, rightPixels: number, downPixels: number): MapView {
  return {
    ...view,
    x: view.x - rightPixels / view.pixelsPerMeter,
    y: view.y + downPixels / view.pixelsPerMeter,
  };
}

/**
 * A view on the way from one to another, `progress` 0 to 1. The scale moves by equal ratios and the middle follows it,
 * so that a flight from the whole network into one junction does not lose either of them at once.
 */
export function viewBetween(from: MapView, to: MapView, progress: number): MapView {
  if (progress >= 1) return to;
  const eased = progress * progress * (3 - 2 * progress);
  const ratio = to.pixelsPerMeter / from.pixelsPerMeter;
  const pixelsPerMeter = from.pixelsPerMeter * ratio ** eased;
  // With a constant ratio of scales the screen speed is even when the share moved is linear in 1 / scale.
  const share = Math.abs(ratio - 1) < 0.01 ? eased : (1 - ratio ** -eased) / (1 - 1 / ratio);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, pixelsPerMeter };
}

/** Whether some of a line may be on the canvas: false only where all of it lies beyond one of its sides. */
export function lineInSight(line: readonly WorldPoint[], view: MapView, size: Size): boolean {
  const halfWidth = size.width / 2 / view.pixelsPerMeter;
  const halfHeight = size.height / 2 / view.pixelsPerMeter;
  let [left, right, above, below] = [true, true, true, true];
  for (const [x, y] of line) {
    left &&= x < view.x - halfWidth;
    right &&= x > view.x + halfWidth;
    above &&= y > view.y + halfHeight;
    below &&= y < view.y - halfHeight;
  }
  return !(left || right || above || below);
}

function clampScale(pixelsPerMeter: number): number {
  return Math.min(PIXELS_PER_METER_MAX, Math.max(PIXELS_PER_METER_MIN, pixelsPerMeter));
}
