import type { Scene, Site } from "./scene.ts";
import type { MapLayer, MapShown } from "./map-shown.ts";
import { ROSETTE_RADIUS_PIXELS } from "./site-style.ts";
import { type MapView, type Size, toScreen, viewBetween } from "./transform.ts";

/** What a map shows at an instant, wherever it looks. */
export type StreetContent = Omit<MapShown, "view" | "size" | "pixelRatio">;

/** Paints the canvases of one map, which are handed over to it. */
export type MapPainter = {
  readonly show: (shown: MapShown) => void;
  readonly remove: () => void;
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
  /** Null as long as there is no street. */
  readonly scene: () => Scene | null;
  readonly content: () => StreetContent;
  readonly painter: (canvases: Readonly<Record<MapLayer, HTMLCanvasElement>>) => MapPainter;
  readonly onResize: () => void;
  /** Told what is shown, with each picture. */
  readonly onShow: (shown: MapShown) => void;
};

const FLIGHT_MS = 450;

/** Binds a canvas, which takes the input and shows the signs, and lays those of the other layers beneath it. */
export function streetCanvas(canvas: HTMLCanvasElement, source: Source): StreetCanvas {
  const canvases = canvasesBeneath(canvas);
  const painter = source.painter(canvases);
  let view: MapView | null = null;
  let size: Size = { width: 0, height: 0 };
  let flight: { readonly from: MapView; readonly to: MapView; readonly beganAt: number } | null = null;
  let requested = 0;

  const draw = (now: number): void => {
    requested = 0;
    if (source.scene() === null || view === null || size.width === 0) return;
    if (flight !== null) {
      const progress = (now - flight.beganAt) / FLIGHT_MS;
      view = viewBetween(flight.from, flight.to, progress);
      if (progress >= 1) flight = null;
    }
    const shown = { ...source.content(), view, size, pixelRatio: devicePixelRatio };
    painter.show(shown);
    source.onShow(shown);
    if (flight !== null) invalidate();
  };

  const invalidate = (): void => {
    requested ||= requestAnimationFrame(draw);
  };

  const observer = new ResizeObserver(() => {
    const { width, height } = canvas.getBoundingClientRect();
    size = { width, height };
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
      const scene = source.scene();
      return scene === null || view === null ? null : nearestSite(scene, view, size, screenX, screenY);
    },
    dispose: () => {
      observer.disconnect();
      cancelAnimationFrame(requested);
      painter.remove();
      for (const own of Object.values(canvases)) if (own !== canvas) own.remove();
    },
  };
}

function canvasesBeneath(signs: HTMLCanvasElement): Readonly<Record<MapLayer, HTMLCanvasElement>> {
  const laid = (): HTMLCanvasElement => {
    const own = document.createElement("canvas");
    own.className = "live";
    own.ariaHidden = "true";
    signs.before(own);
    return own;
  };
  return { street: laid(), links: laid(), vehicles: laid(), signs };
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
