import { effect, signal } from "@preact/signals";
import type { MapLayer, MapShown } from "../draw/map-shown.ts";
import type { MapOrder } from "../draw/paint-map.ts";
import type { Palette } from "../draw/palette.ts";
import type { MapPainter } from "../draw/street-canvas.ts";
import { frame, networkLoad } from "./store.ts";

/** Paints every map of the page. */
const worker = new Worker(new URL("../draw/maps.worker.ts", import.meta.url), { type: "module" });
let maps = 0;

/** Why no map is painted; null while all are. */
export const paintFault = signal<string | null>(null);
worker.addEventListener("error", (event) => {
  // Of a script that could not be loaded a browser tells no more than that.
  const isOfScript = event instanceof ErrorEvent && event.message !== "";
  paintFault.value = isOfScript ? event.message : "what paints it could not be loaded";
});

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function tell(order: MapOrder, handedOver: Transferable[] = []): void {
  worker.postMessage(order, handedOver);
}

/** Tells the worker of the street and of each of its frames; the returned function ends it. */
export function followStreet(): () => void {
  const ends = [
    effect(() => {
      const load = networkLoad.value;
      if (load.kind !== "ready") return;
      const { scene, view } = load;
      tell({ kind: "street", street: { scene, plantStepMs: view.plantStepMs } });
    }),
    effect(() => {
      if (frame.value === null) return;
      const { at, intersections } = frame.value;
      const vehicles = Float64Array.from(frame.value.vehicles);
      const glides = !stillness.matches;
      tell({ kind: "frame", frame: { at, intersections }, vehicles, glides }, [vehicles.buffer]);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Hands the canvases of one map, which have no pictures yet, over to the worker. */
export function mapPainter(
  elements: Readonly<Record<MapLayer, HTMLCanvasElement>>,
  palette: Palette,
): MapPainter {
  maps += 1;
  const map = maps;
  const canvases = {
    street: elements.street.transferControlToOffscreen(),
    links: elements.links.transferControlToOffscreen(),
    vehicles: elements.vehicles.transferControlToOffscreen(),
    signs: elements.signs.transferControlToOffscreen(),
  };
  tell({ kind: "map", map, canvases, palette }, Object.values(canvases));
  let before: MapShown | null = null;
  return {
    show: (shown) => {
      if (before === null) tell({ kind: "show", map, shown });
      else tell({ kind: "change", map, changes: changesOf(before, shown) });
      before = shown;
    },
    remove: () => tell({ kind: "gone", map }),
  };
}

/** Most of what a map shows stays the same from one picture to the next, and to tell it anew takes time. */
function changesOf(before: MapShown, now: MapShown): Partial<MapShown> {
  const known = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== known.get(name)));
}
