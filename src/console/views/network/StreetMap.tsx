import { effect, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { showArea } from "../../data/areas.ts";
import { scene, selectedId } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";
import { mapPainter, paintFault } from "../../data/map-worker.ts";
import { visibleArea } from "../../draw/area.ts";
import { readPalette } from "../../draw/palette.ts";
import type { Scene } from "../../draw/scene.ts";
import { showsVehicles } from "../../draw/map-shown.ts";
import { type StreetCanvas, streetCanvas } from "../../draw/street-canvas.ts";
import { fitView, type MapView, panBy, type Size, zoomAt } from "../../draw/transform.ts";
import { HoverCard, type Hovered } from "./HoverCard.tsx";
import { contentNow, lasso, watchContent } from "./map-content.ts";
import { bindPointer } from "./map-input.ts";
import { MapTools } from "./MapTools.tsx";
import { type Home, zoomRequests } from "./map-commands.ts";

/** Streets around a junction that a close-up shows. */
const CLOSE_UP_RADIUS_METERS = 42;
const ZOOM_STEP = 1.35;
const PAN_STEP_PIXELS = 60;

type Props = { readonly label: string; readonly home: Home };

export function StreetMap({ label, home }: Props): JSX.Element {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const street = useRef<StreetCanvas | null>(null);
  const hovered = useSignal<Hovered | null>(null);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const bound = streetCanvas(canvas, {
      scene: () => scene.peek(),
      content: () => contentNow(home),
      painter: (canvases) => mapPainter(canvases, readPalette()),
      onResize: () => goHome(bound, home, false, true),
      onShow: (shown) => showArea(home, showsVehicles(shown) ? visibleArea(shown.view, shown.size) : null),
    });
    street.current = bound;
    const endInput = bindPointer(canvas, {
      bound,
      scene: () => scene.peek(),
      move: (change) => moveByHand(bound, change),
      hover: (site, x, y) => (hovered.value = site === null ? null : { site, x, y, size: bound.size() }),
      lasso: (line) => (lasso.value = line),
    });
    const endSignals = followSignals(bound, home);
    return () => {
      showArea(home, null);
      endSignals();
      endInput();
      bound.dispose();
    };
  }, [home, hovered]);

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
        aria-label={`${label}. Arrow keys move it, plus and minus zoom, 0 fits. Press t for the same as a table, slash to find an intersection.`}
        onKeyDown={onKeyDown}
      />
      {paintFault.value !== null && (
        <p class="map-note" role="alert">
          The map is not painted: {paintFault.value}. Load the page anew; the table (t) tells the same.
        </p>
      )}
      {isReplay.value && <p class="map-note">vehicles are not stored</p>}
      <HoverCard hovered={hovered} />
      <MapTools
        home={home}
        onFit={() => street.current && goHome(street.current, home, true, false)}
        onZoom={(direction) => street.current && zoomMiddle(street.current, direction)}
      />
    </section>
  );
}

/** Redraws with every frame; follows the selection where the map is a close-up, and zoom requests where it is not. */
function followSignals(bound: StreetCanvas, home: Home): () => void {
  let answered = zoomRequests.peek();
  const ends = [
    effect(() => {
      watchContent();
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
  if (home === "network" || site === undefined) return besideTools(fitView(of.bounds, freeOfTools(size), 44));
  const radius = CLOSE_UP_RADIUS_METERS;
  const around = {
    west: site.x - radius,
    east: site.x + radius,
    south: site.y - radius,
    north: site.y + radius,
  };
  return fitView(around, size, 0);
}

/** What stands on the map's upper edge: its title and switches; below, the legend. */
const TOOLS_PIXELS = { top: 40, bottom: 8 } as const;

function freeOfTools({ width, height }: Size): Size {
  return { width, height: Math.max(1, height - TOOLS_PIXELS.top - TOOLS_PIXELS.bottom) };
}

/** The same part of the street, in the middle of what the tools leave free. */
function besideTools(view: MapView): MapView {
  return panBy(view, 0, (TOOLS_PIXELS.top - TOOLS_PIXELS.bottom) / 2);
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
