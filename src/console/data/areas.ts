import { computed, effect, signal } from "@preact/signals";
import type { Area, LiveRequest } from "../../protocol/live-request.ts";
import { areaToAsk } from "../draw/area.ts";

/** Parts of the street in which a map shows vehicles, by map; a map that shows none is not among them. */
const byMap = signal<ReadonlyMap<string, Area>>(new Map());

/** Says which part of the street a map shows vehicles in; null for none. */
export function showArea(map: string, visible: Area | null): void {
  const asked = byMap.peek().get(map) ?? null;
  const area = visible === null ? null : areaToAsk(visible, asked);
  if (area === asked) return;
  const next = new Map(byMap.peek());
  if (area === null) next.delete(map);
  else next.set(map, area);
  byMap.value = next;
}

/** What the server is asked to tell of vehicles: only what some map shows. */
export const areasShown = computed((): LiveRequest => {
  const bounds = [...byMap.value.values()];
  return { kind: "view", bounds, vehicles: bounds.length > 0 };
});

/** A map that is dragged must not ask with every pixel. */
const ASK_AFTER_MS = 200;

/** Asks for what the maps show, whenever that is something else; what is returned ends it. */
export function followAreas(ask: (request: LiveRequest) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = effect(() => {
    void areasShown.value;
    timer ??= setTimeout(() => {
      timer = undefined;
      ask(areasShown.peek());
    }, ASK_AFTER_MS);
  });
  return () => {
    end();
    clearTimeout(timer);
  };
}
