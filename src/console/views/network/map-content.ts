import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Abnormality, abnormalitiesOf } from "../../data/abnormal.ts";
import { alarmsAtSites } from "../../data/alarms.ts";
import { selectedGroup } from "../../data/group.ts";
import { abnormalOnly, layersShown } from "../../data/layers.ts";
import { linkStates } from "../../data/link-state.ts";
import { decisions, details, frame, liveById, networkView, selectedId } from "../../data/store.ts";
import type { StreetContent } from "../../draw/street-canvas.ts";
import type { WorldPoint } from "../../draw/transform.ts";
import type { Home } from "./map-commands.ts";

/** The line that is being drawn around intersections on the network's map. */
export const lasso = signal<readonly WorldPoint[]>([]);

/** What is not as usual, by intersection; those that are as usual are not among them. */
export const abnormal = computed((): ReadonlyMap<string, readonly Abnormality[]> => {
  const [view, latest] = [networkView.value, frame.value];
  const marks = new Map<string, readonly Abnormality[]>();
  if (view === null || latest === null) return marks;
  const now = { at: latest.at, plantStepMs: view.plantStepMs };
  for (const { id } of view.network.intersections) {
    const own = abnormalitiesOf(
      liveById.value.get(id),
      details.value.get(id),
      now,
      alarmsAtSites.value.get(id),
    );
    if (own.length > 0) marks.set(id, own);
  }
  return marks;
});

/** Queues are as old as the decisions that tell of them; a second more is not seen. */
const LINKS_EVERY_MS = 1_000;
let linksAt = Number.NEGATIVE_INFINITY;
let linksKnown: StreetContent["links"] = new Map();

/** The state of approaches, made anew once a second at most: the street beneath is painted with it. */
function links(): StreetContent["links"] {
  const view = networkView.peek();
  const now = performance.now();
  if (view === null || now - linksAt < LINKS_EVERY_MS) return linksKnown;
  linksAt = now;
  linksKnown = linkStates(view, { details: details.peek(), decisions: decisions.peek() });
  return linksKnown;
}

const faultyDetectors: ReadonlySignal<ReadonlyMap<string, number>> = computed(() => {
  const faulty = [...details.value].filter(([, { detectors }]) => detectors.length > 0);
  return new Map(faulty.map(([id, { detectors }]) => [id, detectors.length]));
});
const NO_DETECTORS: ReadonlyMap<string, number> = new Map();
const NO_LINE: readonly WorldPoint[] = [];

/** What a map shows now, beside the street and its frame, which the painter of all maps is told apart. */
export function contentNow(home: Home): StreetContent {
  const layers = layersShown.peek();
  return {
    selected: selectedId.peek(),
    titled: home === "site",
    layers,
    links: links(),
    abnormal: abnormal.peek(),
    abnormalOnly: abnormalOnly.peek(),
    detectors: layers.has("detectors") ? faultyDetectors.peek() : NO_DETECTORS,
    group: selectedGroup.peek(),
    lasso: home === "network" ? lasso.peek() : NO_LINE,
  };
}

/** Everything that a map is painted anew for. */
export function watchContent(): void {
  void [
    frame.value,
    selectedId.value,
    details.value,
    alarmsAtSites.value,
    layersShown.value,
    abnormalOnly.value,
    selectedGroup.value,
    lasso.value,
  ];
}
