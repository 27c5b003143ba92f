import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { showArea } from "../../data/areas.ts";
import { frame, networkView, scene, select, selectedId } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";
import { trafficAt } from "../../data/traffic.ts";
import { visibleArea } from "../../draw/area.ts";
import { readPalette } from "../../draw/palette.ts";
import type { Scene } from "../../draw/scene.ts";
import { showsVehicles } from "../../draw/paintVehicles.ts";
import { type StreetCanvas, type StreetContent, streetCanvas } from "../../draw/streetCanvas.ts";
import { fitView, type MapView, panBy, type Size, zoomAt } from "../../draw/transform.ts";
import { MapTools } from "./MapTools.tsx";
import { type Home, zoomRequests } from "./mapCommands.ts";

/** Streets around a junction that a close-up shows. */
const CLOSE_UP_RADIUS_METERS = 42;
const ZOOM_STEP = 1.35;
const PAN_STEP_PIXELS = 60;
const CLICK_SLACK_PIXELS = 4;

type Props = { readonly label: string; readonly home: Home };

export function StreetMap({ label, home }: Props): JSX.Element {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const street = useRef<StreetCanvas | null>(null);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const bound = streetCanvas(canvas, readPalette(), {
      content: () => contentNow(home),
      traffic: trafficAt,
      onResize: () => goHome(bound, home, false, true),
      onView: (view, size) => showArea(home, showsVehicles(view) ? visibleArea(view, size) : null),
    });
    street.current = bound;
    const endInput = bindPointer(canvas, bound);
    const endSignals = followSignals(bound, home);
    return () => {
      showArea(home, null);
      endSignals();
      endInput();
      bound.dispose();
    };
  }, [home]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const bound = street.current;
    if (bound !== null && moveByKey(bound, home, event.key)) event.preventDefault();
  };

  return (
    <section class={`map map-${home}`} aria-label={label}>
      <canvas
        ref={canvasRef}
        class="live"
        tabIndex={0}
        role="application"
        aria-label={`${label}. Arrow keys move it, plus and minus zoom, 0 fits. Press t for the same as a table.`}
        onKeyDown={onKeyDown}
      />
      {isReplay.value && <p class="map-note">vehicles are not stored</p>}
      <MapTools
        home={home}
        onFit={() => street.current && goHome(street.current, home, true, false)}
        onZoom={(direction) => street.current && zoomMiddle(street.current, direction)}
      />
    </section>
  );
}

function contentNow(home: Home): StreetContent | null {
  const [sceneNow, network] = [scene.peek(), networkView.peek()];
  if (sceneNow === null || network === null) return null;
  return {
    scene: sceneNow,
    network,
    frame: frame.peek(),
    selected: selectedId.peek(),
    titled: home === "site",
  };
}

/** Redraws with every frame; follows the selection where the map is a close-up, and zoom requests where it is not. */
function followSignals(bound: StreetCanvas, home: Home): () => void {
  let answered = zoomRequests.peek();
  const ends = [
    effect(() => {
      void [frame.value, selectedId.value];
      bound.invalidate();
    }),
    effect(() => {
      void scene.value;
      if (home === "site") void selectedId.value;
      goHome(bound, home, false, false);
    }),
    effect(() => {
      const asked = zoomRequests.value;
      if (home === "network" && asked !== answered) {
        goHome(bound, "site", true, false);
        touched.add(bound);
      }
      answered = asked;
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Shows the whole of what the map is for; `keep` leaves a view alone that the operator has already. */
function goHome(bound: StreetCanvas, home: Home, gently: boolean, keep: boolean): void {
  const [sceneNow, size] = [scene.peek(), bound.size()];
  if (
    sceneNow === null ||
    size.width === 0 ||
    (keep && bound.view() !== null && home === "network" && touched.has(bound))
  )
    return;
  touched.delete(bound);
  bound.moveTo(homeView(sceneNow, size, home), gently);
}

/** Maps that the operator has moved: a resize must not take them back home. */
const touched = new WeakSet<StreetCanvas>();

function homeView(of: Scene, size: Size, home: Home): MapView {
  const site = of.sites.find(({ id }) => id === selectedId.peek());
  if (home === "network" || site === undefined) return fitView(of.bounds, size, 44);
  const radius = CLOSE_UP_RADIUS_METERS;
  const around = {
    west: site.x - radius,
    east: site.x + radius,
    south: site.y - radius,
    north: site.y + radius,
  };
  return fitView(around, size, 0);
}

function moveByHand(
  bound: StreetCanvas,
  change: (view: MapView, size: Size) => MapView,
  gently = false,
): void {
  const view = bound.view();
  if (view === null) return;
  touched.add(bound);
  bound.moveTo(change(view, bound.size()), gently);
}

function zoomMiddle(bound: StreetCanvas, direction: 1 | -1): void {
  moveByHand(
    bound,
    (view, size) => zoomAt(view, size, size.width / 2, size.height / 2, ZOOM_STEP ** direction),
    true,
  );
}

function moveByKey(bound: StreetCanvas, home: Home, key: string): boolean {
  const pans: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [PAN_STEP_PIXELS, 0],
    ArrowRight: [-PAN_STEP_PIXELS, 0],
    ArrowUp: [0, PAN_STEP_PIXELS],
    ArrowDown: [0, -PAN_STEP_PIXELS],
  };
  const pan = pans[key];
  if (pan !== undefined) moveByHand(bound, (view) => panBy(view, ...pan));
  else if (key === "+" || key === "=") zoomMiddle(bound, 1);
  else if (key === "-" || key === "_") zoomMiddle(bound, -1);
  else if (key === "0") goHome(bound, home, true, false);
  else return false;
  return true;
}

/** Drag pans, the wheel zooms around the cursor, a click that did not drag selects. */
function bindPointer(canvas: HTMLCanvasElement, bound: StreetCanvas): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  let last: { x: number; y: number } | null = null;
  let travelled = 0;
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      last = { x: event.offsetX, y: event.offsetY };
      travelled = 0;
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const { offsetX, offsetY } = event;
      if (last === null) {
        canvas.style.cursor = bound.siteNear(offsetX, offsetY) === null ? "grab" : "pointer";
        return;
      }
      const [dx, dy] = [offsetX - last.x, offsetY - last.y];
      travelled += Math.hypot(dx, dy);
      last = { x: offsetX, y: offsetY };
      if (travelled > CLICK_SLACK_PIXELS) moveByHand(bound, (view) => panBy(view, dx, dy));
    },
    { signal },
  );
  const release = (event: PointerEvent): void => {
    const clicked = last !== null && travelled <= CLICK_SLACK_PIXELS && event.type === "pointerup";
    last = null;
    const site = clicked ? bound.siteNear(event.offsetX, event.offsetY) : null;
    if (site !== null) select(site.id);
  };
  canvas.addEventListener("pointerup", release, { signal });
  canvas.addEventListener("pointercancel", release, { signal });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 30 : event.deltaY;
      const factor = Math.exp(-Math.max(-240, Math.min(240, lines)) * 0.0018);
      moveByHand(bound, (view, size) => zoomAt(view, size, event.offsetX, event.offsetY, factor));
    },
    { signal, passive: false },
  );
  return () => ending.abort();
}
