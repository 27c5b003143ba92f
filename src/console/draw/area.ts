import { type Bounds, type MapView, type Size, toWorld } from "./transform.ts";

/** Asked for beyond what is visible, as a share of it on every side: a map may be dragged so far before anything is missing. */
const MARGIN_SHARE = 0.5;
/** An area this many times as wide as what is visible holds too much that nobody sees. */
const WASTE_RATIO = 4;

/** The part of the street that a canvas shows. */
export function visibleArea(view: MapView, size: Size): Bounds {
  const [west, north] = toWorld(view, size, 0, 0);
  const [east, south] = toWorld(view, size, size.width, size.height);
  return { west, south, east, north };
}

/** What to ask for so that everything visible is told: what was asked for before, as long as it will do. */
export function areaToAsk(visible: Bounds, asked: Bounds | null): Bounds {
  const width = visible.east - visible.west;
  const height = visible.north - visible.south;
  const holds =
    asked !== null &&
    asked.west <= visible.west &&
    asked.east >= visible.east &&
    asked.south <= visible.south &&
    asked.north >= visible.north;
  if (holds && asked.east - asked.west <= WASTE_RATIO * width) return asked;
  return {
    west: Math.floor(visible.west - MARGIN_SHARE * width),
    east: Math.ceil(visible.east + MARGIN_SHARE * width),
    south: Math.floor(visible.south - MARGIN_SHARE * height),
    north: Math.ceil(visible.north + MARGIN_SHARE * height),
  };
}
