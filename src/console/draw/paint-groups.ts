import type { Palette } from "./palette.ts";
import { convexHull } from "./polyline.ts";
import type { Scene } from "./scene.ts";
import { type MapView, type Size, toScreen, type WorldPoint } from "./transform.ts";

/** How far around its intersections a region's outline runs. */
const AROUND_PIXELS = 26;

/** Intersections that are timed together, each region within a line with its name. */
export function paintRegions(
  context: OffscreenCanvasRenderingContext2D,
  { regions }: Scene,
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  context.strokeStyle = palette.textDim;
  context.fillStyle = palette.textDim;
  context.lineWidth = 1.2;
  context.setLineDash([2, 4]);
  for (const { name, sites } of regions) {
    const corners = sites.flatMap(({ x, y }): readonly WorldPoint[] => {
      const [screenX, screenY] = toScreen(view, size, x, y);
      return [-1, 1].flatMap((across) =>
        [-1, 1].map((down): WorldPoint => [screenX + across * AROUND_PIXELS, screenY + down * AROUND_PIXELS]),
      );
    });
    outline(context, convexHull(corners));
    const top = corners.toSorted((a, b) => a[1] - b[1])[0];
    if (top === undefined) continue;
    context.font = `600 11.5px ${palette.font}`;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText(`region ${name}`, top[0], top[1] - 3);
  }
  context.setLineDash([]);
}

/** The line that is being drawn around intersections. */
export function paintLasso(
  context: OffscreenCanvasRenderingContext2D,
  line: readonly WorldPoint[],
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  if (line.length < 2) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  outline(
    context,
    line.map(([x, y]) => toScreen(view, size, x, y)),
  );
  context.setLineDash([]);
}

function outline(context: OffscreenCanvasRenderingContext2D, corners: readonly WorldPoint[]): void {
  context.beginPath();
  corners.forEach(([x, y], index) => {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
  context.stroke();
}
