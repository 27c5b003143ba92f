import type { FrameMessage, NetworkView } from "../../protocol/live.ts";
import { isStateOld, siteMode } from "../data/site.ts";
import type { Motion } from "./motion.ts";
import { paintLabels } from "./paintLabels.ts";
import type { Palette } from "./palette.ts";
import { LANES_FROM_PIXELS_PER_METER, paintStreet } from "./paintStreet.ts";
import { paintHeads, paintRosette, ROSETTE_RADIUS_PIXELS, type Shown } from "./paintSignals.ts";
import { paintVehicles } from "./paintVehicles.ts";
import type { Scene, Site } from "./scene.ts";
import { type MapView, type Size, toScreen, viewBetween } from "./transform.ts";

/** What a canvas shows at an instant. */
export type StreetContent = {
  readonly scene: Scene;
  readonly network: NetworkView;
  readonly frame: FrameMessage | null;
  readonly selected: string | null;
  /** The canvas's title already names the selected intersection. */
  readonly titled: boolean;
};

export type StreetCanvas = {
  /** Draws at the next animation frame. */
  readonly invalidate: () => void;
  readonly view: () => MapView | null;
  readonly size: () => Size;
  /** Shows another part of the street, at once or in a gentle flight. */
  readonly moveTo: (view: MapView, gently: boolean) => void;
  readonly siteNear: (screenX: number, screenY: number) => Site | null;
  readonly dispose: () => void;
};

const FLIGHT_MS = 450;
/** The fastest that a vehicle crosses the screen at ten times real time, m/s of wall time. */
const VEHICLE_METERS_PER_SECOND = 150;

/** How long a picture lasts before any vehicle is a pixel further: zoomed out, not every animation frame is worth drawing. */
function pictureMs(view: MapView): number {
  return 1000 / (VEHICLE_METERS_PER_SECOND * view.pixelsPerMeter);
}

/** Binds a canvas: draws only when something changed, and while vehicles or the view are moving. */
export function streetCanvas(
  canvas: HTMLCanvasElement,
  palette: Palette,
  source: {
    readonly content: () => StreetContent | null;
    readonly traffic: (now: number) => { readonly motion: Motion; readonly progress: number };
    readonly onResize: () => void;
    /** Told which part of the street is on the canvas with each picture. */
    readonly onView: (view: MapView, size: Size) => void;
  },
): StreetCanvas {
  const context = canvas.getContext("2d");
  const still = document.createElement("canvas");
  const stillContext = still.getContext("2d");
  let stillOf: { readonly scene: Scene; readonly view: MapView; readonly size: Size } | null = null;
  let view: MapView | null = null;
  let size: Size = { width: 0, height: 0 };
  let flight: { readonly from: MapView; readonly to: MapView; readonly beganAt: number } | null = null;
  let requested = 0;
  let drawnAt = 0;
  let changed = true;

  const draw = (now: number): void => {
    requested = 0;
    if (!changed && flight === null && view !== null && now - drawnAt < pictureMs(view)) {
      animate();
      return;
    }
    changed = false;
    drawnAt = now;
    const content = source.content();
    if (context === null || stillContext === null || content === null || view === null || size.width === 0)
      return;
    if (flight !== null) {
      const progress = (now - flight.beganAt) / FLIGHT_MS;
      view = viewBetween(flight.from, flight.to, progress);
      if (progress >= 1) flight = null;
    }
    source.onView(view, size);
    const ratio = canvas.width / size.width;
    if (stillOf?.scene !== content.scene || stillOf.view !== view || stillOf.size !== size) {
      still.width = canvas.width;
      still.height = canvas.height;
      stillContext.setTransform(ratio, 0, 0, ratio, 0, 0);
      paintStreet(stillContext, content.scene, view, size, palette);
      stillOf = { scene: content.scene, view, size };
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(still, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { motion, progress } = source.traffic(now);
    const style = { fill: palette.vehicle, kerbSide: content.scene.kerbSide };
    paintVehicles(context, motion, progress, view, size, style);
    paintSites(context, content, view, size, palette);
    if (progress < 1 || flight !== null) animate();
  };

  const animate = (): void => {
    requested ||= requestAnimationFrame(draw);
  };

  const invalidate = (): void => {
    changed = true;
    animate();
  };

  const observer = new ResizeObserver(() => {
    const { width, height } = canvas.getBoundingClientRect();
    size = { width, height };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    source.onResize();
    invalidate();
  });
  observer.observe(canvas);

  return {
    invalidate,
    view: () => view,
    size: () => size,
    moveTo: (target, gently) => {
      const from = view;
      const flies = gently && from !== null && !matchMedia("(prefers-reduced-motion: reduce)").matches;
      flight = flies ? { from, to: target, beganAt: performance.now() } : null;
      if (!flies) view = target;
      invalidate();
    },
    siteNear: (screenX, screenY) => {
      const content = source.content();
      return content === null || view === null
        ? null
        : nearestSite(content.scene, view, size, screenX, screenY);
    },
    dispose: () => {
      observer.disconnect();
      cancelAnimationFrame(requested);
    },
  };
}

function paintSites(
  context: CanvasRenderingContext2D,
  { scene, network, frame, selected, titled }: StreetContent,
  view: MapView,
  size: Size,
  palette: Palette,
): void {
  const lives = new Map(frame?.intersections.map((live) => [live.id, live]));
  const rosettes = view.pixelsPerMeter < LANES_FROM_PIXELS_PER_METER;
  const labelled = scene.sites.map((site) => {
    const live = lives.get(site.id);
    const old = isStateOld(live, frame?.at ?? 0, network.plantStepMs);
    const shown: Shown = { live, mode: siteMode(live), old };
    const at = toScreen(view, size, site.x, site.y);
    if (rosettes) {
      paintRosette(context, site, at, shown, palette);
      if (site.id === selected) paintSelection(context, at, palette);
    } else {
      paintHeads(context, site, shown, view, size, palette);
    }
    return { site, mode: shown.mode, selected: site.id === selected };
  });
  const named = titled && !rosettes ? labelled.filter((site) => !site.selected) : labelled;
  paintLabels(context, named, view, size, { rosettes, palette });
}

function paintSelection(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  palette: Palette,
): void {
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, ROSETTE_RADIUS_PIXELS + 3, 0, 2 * Math.PI);
  context.stroke();
}

/** Within the rosette's size, or within the junction where that is larger on the screen. */
function nearestSite(scene: Scene, view: MapView, size: Size, screenX: number, screenY: number): Site | null {
  let best: Site | null = null;
  let nearest = Math.max(ROSETTE_RADIUS_PIXELS + 6, 25 * view.pixelsPerMeter);
  for (const site of scene.sites) {
    const [x, y] = toScreen(view, size, site.x, site.y);
    const distance = Math.hypot(x - screenX, y - screenY);
    if (distance < nearest) [best, nearest] = [site, distance];
  }
  return best;
}
