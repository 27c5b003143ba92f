import type { Palette } from "./palette.ts";
import { offsetLine } from "./polyline.ts";
import { LANE_WIDTH_METERS, type Scene } from "./scene.ts";
import { LANES_FROM_PIXELS_PER_METER } from "./site-style.ts";
import { lineInSight, type MapView, type Size, toScreen, type WorldPoint } from "./transform.ts";

/** Half the distance on the screen that the two directions of a street keep when zoomed out. */
const SPREAD_PIXELS = 2.4;
/** Half the distance that they have by themselves. */
const SPREAD_METERS = 4;

/**
 * How far a carriageway and its vehicles are moved to the kerb's side so that the two directions stay apart in an
 * overview, where they would be one line; 0 once the street itself is wide enough on the screen.
 */
export function spreadMeters(pixelsPerMeter: number): number {
  return Math.max(0, SPREAD_PIXELS / pixelsPerMeter - SPREAD_METERS);
}

/** Everything that does not move. */
export function paintStreet(
  context: OffscreenCanvasRenderingContext2D,
  scene: Scene,
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, size.width, size.height);
  context.lineJoin = "round";
  const trace = (line: readonly WorldPoint[]): void => {
    context.beginPath();
    line.forEach(([x, y], index) => {
      const [screenX, screenY] = toScreen(view, size, x, y);
      if (index === 0) context.moveTo(screenX, screenY);
      else context.lineTo(screenX, screenY);
    });
  };
  const scale = view.pixelsPerMeter;
  const inSight = {
    ...scene,
    links: scene.links.filter(({ line }) => lineInSight(line, view, size)),
    junctions: scene.junctions.filter((area) => lineInSight(area, view, size)),
  };
  paintCarriageways(context, inSight, scale, palette, trace);
  context.fillStyle = palette.road;
  for (const area of inSight.junctions) {
    trace(area);
    context.fill();
  }
  if (scale < LANES_FROM_PIXELS_PER_METER) return;
  paintLaneMarks(context, inSight, scale, palette, trace);
  const near = scene.sites.filter(({ x, y }) => lineInSight([[x, y]], view, nearby(size, scale)));
  paintCrosswalks(context, { ...inSight, sites: near }, scale, palette, trace);
}

/** Crosswalks are so close to the middle of their intersection. */
const CROSSWALKS_WITHIN_METERS = 60;

/** A canvas with room for the crosswalks of intersections that are beyond its sides. */
function nearby({ width, height }: Size, scale: number): Size {
  const more = 2 * CROSSWALKS_WITHIN_METERS * scale;
  return { width: width + more, height: height + more };
}

type Trace = (line: readonly WorldPoint[]) => void;

function paintCarriageways(
  context: OffscreenCanvasRenderingContext2D,
  scene: Scene,
  scale: number,
  palette: Palette,
  trace: Trace,
): void {
  const spread = spreadMeters(scale) * scene.kerbSide;
  const detailed = scale >= LANES_FROM_PIXELS_PER_METER;
  for (const pass of ["edge", "road"] as const) {
    context.strokeStyle = pass === "edge" ? palette.roadEdge : palette.road;
    context.lineCap = "butt";
    for (const link of scene.links) {
      if (detailed) {
        for (const lane of link.lanes) {
          context.lineWidth = LANE_WIDTH_METERS * scale + (pass === "edge" ? 2 : 0.6);
          trace(lane.line);
          context.stroke();
        }
      } else {
        context.lineWidth = Math.max(2, link.widthMeters * scale) + (pass === "edge" ? 2 : 0);
        trace(spread === 0 ? link.line : offsetLine(link.line, spread));
        context.stroke();
      }
    }
  }
}

function paintLaneMarks(
  context: OffscreenCanvasRenderingContext2D,
  scene: Scene,
  scale: number,
  palette: Palette,
  trace: Trace,
): void {
  context.strokeStyle = palette.laneMark;
  context.lineWidth = Math.max(1, 0.12 * scale);
  context.setLineDash([3 * scale, 4.5 * scale]);
  for (const link of scene.links) {
    link.lanes.forEach((lane, index) => {
      const inner = link.lanes[index + 1];
      if (inner === undefined) return;
      // The mark between two lanes is as long as the shorter one; lanes run from the kerb to the centre.
      const ofInner = inner.pocket || !lane.pocket;
      const side = ofInner ? 0.5 : -0.5;
      trace(offsetLine((ofInner ? inner : lane).line, side * scene.kerbSide * LANE_WIDTH_METERS));
      context.stroke();
    });
  }
  context.setLineDash([]);
}

function paintCrosswalks(
  context: OffscreenCanvasRenderingContext2D,
  scene: Scene,
  scale: number,
  palette: Palette,
  trace: Trace,
): void {
  context.strokeStyle = palette.crosswalk;
  context.lineWidth = 2.4 * scale;
  context.setLineDash([0.5 * scale, 0.6 * scale]);
  for (const site of scene.sites) {
    for (const { from, to } of site.crosswalks) {
      trace([from, to]);
      context.stroke();
    }
  }
  context.setLineDash([]);
}
