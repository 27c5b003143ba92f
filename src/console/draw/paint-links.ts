import { SATURATION } from "../data/link-state.ts";
import type { MapShown } from "./map-shown.ts";
import type { Palette } from "./palette.ts";
import { spreadMeters } from "./paint-street.ts";
import { lastMeters, offsetLine } from "./polyline.ts";
import type { Scene } from "./scene.ts";
import { lineInSight, type MapView, type Size, toScreen, type WorldPoint } from "./transform.ts";

/** So much of an approach in front of the stop line tells how saturated it is: the rest belongs to nobody yet. */
const APPROACH_METERS = 120;
/** Half the width of a carriageway, so that what is said of it stands beside it. */
const BESIDE_PIXELS = 5;

/**
 * What is said of approaches: saturation from `SATURATION.high` on as a line beside the carriageway, dashed below 1 and whole from there on;
 * queues as a bar from the stop line back; a triangle where a queue is expected to reach the intersection behind.
 */
export function paintLinks(
  context: OffscreenCanvasRenderingContext2D,
  { scene, links, layers }: Marked,
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  const pixels = (beside: number): number =>
    spreadMeters(view.pixelsPerMeter) * scene.kerbSide + (beside / view.pixelsPerMeter) * scene.kerbSide;
  const trace = (line: readonly WorldPoint[]): void => {
    context.beginPath();
    line.forEach(([x, y], index) => {
      const [screenX, screenY] = toScreen(view, size, x, y);
      if (index === 0) context.moveTo(screenX, screenY);
      else context.lineTo(screenX, screenY);
    });
    context.stroke();
  };
  context.lineCap = "butt";
  for (const link of scene.links) {
    const state = links.get(link.id);
    if (state === undefined || !lineInSight(link.line, view, size)) continue;
    const { saturation, queueMeters, warning } = state;
    if (layers.has("queues") && queueMeters > 0) {
      context.strokeStyle = palette.queue;
      context.lineWidth = Math.max(3, Math.min(8, link.widthMeters * view.pixelsPerMeter));
      trace(offsetLine(lastMeters(link.line, queueMeters), pixels(0)));
    }
    if (layers.has("congestion") && saturation !== null && saturation >= SATURATION.high) {
      context.strokeStyle = saturation >= SATURATION.over ? palette.warning : palette.notice;
      context.lineWidth = 2.5;
      if (saturation < SATURATION.over) context.setLineDash([6, 4]);
      trace(offsetLine(lastMeters(link.line, APPROACH_METERS), pixels(BESIDE_PIXELS)));
      context.setLineDash([]);
    }
    if (layers.has("congestion") && warning?.kind === "spillback") {
      paintSpillback(context, link.line, view, size, palette);
    }
  }
}

type Marked = Pick<MapShown, "links" | "layers"> & { readonly scene: Scene };

/** At the begin of the link, which the queue is expected to reach. */
function paintSpillback(
  context: OffscreenCanvasRenderingContext2D,
  line: readonly WorldPoint[],
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  const [begin, next] = line;
  if (begin === undefined || next === undefined) return;
  const length = Math.hypot(next[0] - begin[0], next[1] - begin[1]) || 1;
  const along = Math.min(length / 2, 26 / view.pixelsPerMeter);
  const [x, y] = toScreen(
    view,
    size,
    begin[0] + ((next[0] - begin[0]) / length) * along,
    begin[1] + ((next[1] - begin[1]) / length) * along,
  );
  context.fillStyle = palette.warning;
  context.beginPath();
  context.moveTo(x, y - 6);
  context.lineTo(x + 6, y + 5);
  context.lineTo(x - 6, y + 5);
  context.closePath();
  context.fill();
}
