import { select } from "../../data/store.ts";
import { chooseGroup, toggleInGroup } from "../../data/group.ts";
import { within } from "../../draw/lasso.ts";
import type { Scene, Site } from "../../draw/scene.ts";
import type { StreetCanvas } from "../../draw/street-canvas.ts";
import { type MapView, panBy, type Size, toWorld, type WorldPoint, zoomAt } from "../../draw/transform.ts";

const CLICK_SLACK_PIXELS = 4;
/** A line around intersections has a corner every few pixels: more cannot be told apart. */
const LASSO_STEP_PIXELS = 6;

/** What the pointer does to a map. */
export type MapInput = {
  readonly bound: StreetCanvas;
  readonly scene: () => Scene | null;
  readonly move: (change: (view: MapView, size: Size) => MapView) => void;
  /** The intersection under the pointer, and where that is on the canvas; null for none. */
  readonly hover: (site: Site | null, x: number, y: number) => void;
  /** The line that is being drawn around intersections; empty when it is done. */
  readonly lasso: (line: readonly WorldPoint[]) => void;
};

type Drag =
  | { readonly kind: "pan"; x: number; y: number; travelled: number }
  | { readonly kind: "lasso"; x: number; y: number; travelled: number; readonly line: WorldPoint[] };

/**
 * A drag moves the map, the wheel zooms around the pointer, a click that did not drag selects; with Shift a drag draws a line around
 * intersections, and a click takes one into the group or out of it.
 */
export function bindPointer(canvas: HTMLCanvasElement, input: MapInput): () => void {
  const { bound, move, hover } = input;
  const ending = new AbortController();
  const { signal } = ending;
  let drag: Drag | null = null;
  const on = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    listen: (event: HTMLElementEventMap[Name]) => void,
  ): void => canvas.addEventListener(name, listen, { signal, passive: false });

  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    const at = { x: event.offsetX, y: event.offsetY, travelled: 0 };
    drag = event.shiftKey ? { kind: "lasso", ...at, line: [] } : { kind: "pan", ...at };
    hover(null, 0, 0);
  });
  on("pointermove", ({ offsetX, offsetY }) => {
    if (drag === null) {
      const site = bound.siteNear(offsetX, offsetY);
      canvas.style.cursor = site === null ? "grab" : "pointer";
      hover(site, offsetX, offsetY);
      return;
    }
    const [dx, dy] = [offsetX - drag.x, offsetY - drag.y];
    if (drag.kind === "lasso" && Math.hypot(dx, dy) < LASSO_STEP_PIXELS) return;
    drag.travelled += Math.hypot(dx, dy);
    drag.x = offsetX;
    drag.y = offsetY;
    if (drag.kind === "lasso") drawOn(drag, input);
    else if (drag.travelled > CLICK_SLACK_PIXELS) move((view) => panBy(view, dx, dy));
  });
  const release = (event: PointerEvent): void => {
    const done = drag;
    drag = null;
    input.lasso([]);
    if (done === null || event.type !== "pointerup") return;
    if (done.travelled > CLICK_SLACK_PIXELS) {
      if (done.kind === "lasso")
        chooseGroup(within(done.line, input.scene()?.sites ?? []).map(({ id }) => id));
      return;
    }
    const site = bound.siteNear(event.offsetX, event.offsetY);
    if (site === null) return;
    if (done.kind === "lasso") toggleInGroup(site.id);
    else select(site.id);
  };
  on("pointerup", release);
  on("pointercancel", release);
  on("pointerleave", () => hover(null, 0, 0));
  on("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 30 : event.deltaY;
    const factor = Math.exp(-Math.max(-240, Math.min(240, lines)) * 0.0018);
    move((view, size) => zoomAt(view, size, event.offsetX, event.offsetY, factor));
  });
  return () => ending.abort();
}

function drawOn(drag: Extract<Drag, { readonly kind: "lasso" }>, { bound, lasso }: MapInput): void {
  const view = bound.view();
  if (view === null) return;
  drag.line.push(toWorld(view, bound.size(), drag.x, drag.y));
  lasso([...drag.line]);
}
