import { signal } from "@preact/signals";

/** What the map shows, each switched on and off by its digit. */
export const LAYERS = [
  { layer: "modes", key: "1", name: "modes", about: "who runs each intersection, and its lamps" },
  { layer: "congestion", key: "2", name: "congestion", about: "approaches by degree of saturation" },
  { layer: "queues", key: "3", name: "queues", about: "standing vehicles from the stop line back" },
  { layer: "vehicles", key: "4", name: "vehicles", about: "moving vehicles" },
  { layer: "detectors", key: "5", name: "detectors", about: "detectors that are not good" },
  { layer: "regions", key: "6", name: "regions", about: "intersections that are timed together" },
] as const;
export type Layer = (typeof LAYERS)[number]["layer"];

export const layersShown = signal<ReadonlySet<Layer>>(
  new Set<Layer>(["modes", "congestion", "queues", "vehicles", "detectors"]),
);

export function toggleLayer(layer: Layer): void {
  const next = new Set(layersShown.peek());
  if (!next.delete(layer)) next.add(layer);
  layersShown.value = next;
}

/** Whether intersections that are as usual step back. */
export const abnormalOnly = signal(false);
