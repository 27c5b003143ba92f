import type { Layer } from "../data/layers.ts";
import type { LinkState } from "../data/link-state.ts";
import type { Motion } from "./motion.ts";
import { canvasLayers } from "./canvasLayers.ts";
import { labelPlaces } from "./labels.ts";
import { paintLasso, paintRegions } from "./paintGroups.ts";
import { paintLinks } from "./paintLinks.ts";
import type { Palette } from "./palette.ts";
import { paintStreet } from "./paintStreet.ts";
import { paintSites, type SitesContent } from "./paintSites.ts";
import { paintVehicles, showsVehicles } from "./paintVehicles.ts";
import type { Scene, Site } from "./scene.ts";
import { ROSETTE_RADIUS_PIXELS, siteStyle } from "./site-style.ts";
import { type MapView, type Size, toScreen, viewBetween, type WorldPoint } from "./transform.ts";

/** What a map shows at an instant. */
export type StreetContent = SitesContent & {
  readonly layers: ReadonlySet<Layer>;
  readonly links: ReadonlyMap<string, LinkState>;
  /** The line that is being drawn around intersections, closed; empty for none. */
  readonly lasso: readonly WorldPoint[];
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

type Source = {
  readonly content: () => StreetContent | null;
  readonly traffic: (now: number) => { readonly motion: Motion; readonly progress: number };
  readonly onResize: () => void;
  /** Told which part of the street is on the canvas, and what of it, with each picture. */
  readonly onView: (view: MapView, size: Size, layers: ReadonlySet<Layer>) => void;
};

const FLIGHT_MS = 450;
/** The fastest that a vehicle crosses the screen at ten times real time, m/s of wall time. */
const VEHICLE_METERS_PER_SECOND = 150;

/** How long a picture lasts before any vehicle is a pixel further: zoomed out, not every animation frame is worth drawing. */
function pictureMs(view: MapView): number {
  return 1000 / (VEHICLE_METERS_PER_SECOND * view.pixelsPerMeter);
}

/**
 * Binds a canvas and lays more beneath it, so that each is painted only when something of it changed: the street, what is said of its
 * links, the vehicles, which move with every animation frame, and on top the signs, which change with every message.
 */
export function streetCanvas(canvas: HTMLCanvasElement, palette: Palette, source: Source): StreetCanvas {
  const layers = canvasLayers(canvas);
  const places = labelPlaces();
  let view: MapView | null = null;
  let size: Size = { width: 0, height: 0 };
  let flight: { readonly from: MapView; readonly to: MapView; readonly beganAt: number } | null = null;
  let requested = 0;
  let drawnAt = 0;
  let changed = true;

  const draw = (now: number): void => {
    requested = 0;
    const content = source.content();
    if (layers === null || content === null || view === null || size.width === 0) return;
    if (!changed && flight === null && now - drawnAt < pictureMs(view)) return animate();
    if (flight !== null) {
      const progress = (now - flight.beganAt) / FLIGHT_MS;
      view = viewBetween(flight.from, flight.to, progress);
      if (progress >= 1) flight = null;
      changed = true;
    }
    drawnAt = now;
    const { scene, links, layers: shown } = content;
    source.onView(view, size, shown);
    if (layers.isNew("street", [scene, view, size])) {
      paintStreet(layers.begin("street"), scene, view, size, palette);
    }
    if (layers.isNew("links", [scene, view, size, links, shown])) {
      const context = layers.begin("links");
      paintLinks(context, content, view, size, palette);
      if (shown.has("regions") && siteStyle(scene, view) !== "heads")
        paintRegions(context, scene, view, size, palette);
    }
    const moving = paintTraffic(layers.begin("vehicles"), content, now);
    if (changed) {
      const context = layers.begin("signs");
      if (shown.has("modes")) paintSites(context, content, view, size, { palette, places });
      paintLasso(context, content.lasso, view, size, palette);
      changed = false;
    }
    if (moving || flight !== null) animate();
  };

  /** Whether vehicles are still on their way. */
  const paintTraffic = (context: CanvasRenderingContext2D, content: StreetContent, now: number): boolean => {
    if (view === null || !content.layers.has("vehicles") || !showsVehicles(view)) return false;
    const { motion, progress } = source.traffic(now);
    const style = { fill: palette.vehicle, kerbSide: content.scene.kerbSide };
    paintVehicles(context, motion, progress, view, size, style);
    return progress < 1 && motion.count > 0;
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
    layers?.resize(size);
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
      layers?.remove();
    },
  };
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
