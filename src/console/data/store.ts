import { batch, computed, signal } from "@preact/signals";
import type {
  DecisionView,
  FrameMessage,
  IntersectionDetail,
  IntersectionLive,
  LiveMessage,
  LogEntry,
  NetworkView,
} from "../../protocol/live.ts";
import { movementNames } from "../draw/names.ts";
import { type Scene, sceneOf } from "../draw/scene.ts";
import { alarmsKnown } from "./alarms.ts";
import { addressOf, HOME, type Place, placeOf, type View } from "./address.ts";
import { networkClock } from "./clock.ts";
import { type Connection, connectionText, firstConnection, freshnessAt } from "./connection.ts";
import { advanceLive, NOTHING_TOLD } from "./live.ts";
import { isReplay } from "./time.ts";
import { type LampHistory, lampHistoryAfter, NO_LAMPS } from "./lamp-history.ts";

export type NetworkLoad =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "ready"; readonly view: NetworkView; readonly scene: Scene };

/** Everything the views read. Only `data/` writes to it, but for `chosen` and the switches of the views. */
export const networkLoad = signal<NetworkLoad>({ kind: "loading" });
export const frame = signal<FrameMessage | null>(null);
/** What the heads showed in the last minutes, as far as frames told it. */
export const lampHistory = signal<LampHistory>(NO_LAMPS);
export const details = signal<ReadonlyMap<string, IntersectionDetail>>(new Map());
/** Apart from the details: they change every second. */
export const decisions = signal<ReadonlyMap<string, DecisionView | null>>(new Map());
export const logEntries = signal<readonly LogEntry[]>([]);
export const connection = signal<Connection>(firstConnection(0));
/** Wall time of the last tick of the staleness clock. */
export const wallAt = signal(0);

const freshness = computed(() => freshnessAt(connection.value, wallAt.value));
export const linkText = computed(() => connectionText(connection.value, wallAt.value));

/** Why what is on the screen is not the street now; null while it is, and in a replay, which says so itself. */
export const staleText = computed((): string | null => {
  if (isReplay.value) return null;
  const state = freshness.value;
  if (state.kind === "stale") return `no data for ${state.silentSeconds} s — ${linkText.value}`;
  if (frame.value !== null && !frame.value.plantConnected) return "no plant connected — its clock stands";
  return null;
});

export const networkView = computed(() =>
  networkLoad.value.kind === "ready" ? networkLoad.value.view : null,
);
export const scene = computed(() => (networkLoad.value.kind === "ready" ? networkLoad.value.scene : null));
export const clock = computed(() => networkClock(networkView.value?.network.timeZone ?? "UTC"));

/** What the address names. */
export const place = signal<Place>(HOME);
export const viewShown = computed(() => place.value.view);
/** The intersection that the address names or the operator chose; it may not exist in this network. */
export const chosen = computed(() => place.value.intersection);

/** The intersection that the panel shows: the chosen one, or the first of the network. */
export const selected = computed(() => {
  const intersections = networkView.value?.network.intersections ?? [];
  return intersections.find(({ id }) => id === chosen.value) ?? intersections[0] ?? null;
});
export const selectedId = computed(() => selected.value?.id ?? null);

export const liveById = computed((): ReadonlyMap<string, IntersectionLive> => {
  return new Map(frame.value?.intersections.map((live) => [live.id, live]));
});
export const selectedLive = computed(() => liveById.value.get(selectedId.value ?? ""));
export const selectedDetail = computed(() => details.value.get(selectedId.value ?? ""));
export const selectedDecision = computed(() => decisions.value.get(selectedId.value ?? "") ?? null);
export const selectedMovementNames = computed(() =>
  movementNames(selected.value?.movements ?? [], networkView.value?.network.links ?? []),
);
/** Names by id, as short as the map and the log say them. */
export const intersectionNames = computed(
  (): ReadonlyMap<string, string> => new Map(scene.value?.sites.map(({ id, name }) => [id, name])),
);

/** Whether there has been a frame: what only asks that is not drawn anew with each of them. */
export const streetHeard = computed(() => frame.value !== null);
/** Simulated time of the latest frame. */
export const frameAt = computed(() => frame.value?.at ?? 0);

export function acceptNetwork(view: NetworkView): void {
  const before = networkLoad.peek();
  if (before.kind === "ready" && JSON.stringify(before.view) === JSON.stringify(view)) return;
  networkLoad.value = { kind: "ready", view, scene: sceneOf(view) };
}

let told = NOTHING_TOLD;

/**
 * Takes a message of `/live` or `/playback`. A `gap`: one before it is missing, and everything must be asked for anew; until that comes,
 * nothing is taken.
 */
export function acceptMessage(message: LiveMessage): "taken" | "gap" | "waiting" {
  const before = told;
  told = advanceLive(before, message);
  batch(() => {
    if (told.frame !== null && told.frame !== before.frame)
      lampHistory.value = lampHistoryAfter(lampHistory.peek(), told.frame);
    frame.value = told.frame;
    details.value = told.details;
    decisions.value = told.decisions;
    logEntries.value = told.log;
    alarmsKnown.value = told.alarms;
  });
  if (!told.lost) return "taken";
  return before.lost ? "waiting" : "gap";
}

/** What was told is of another time than what comes next; the latest frame stays until there is another one. */
export function forgetTold(): void {
  told = { ...NOTHING_TOLD, frame: told.frame };
}

/** Makes an intersection the selected one, in the view that is open. */
export function select(intersection: string): void {
  go({ intersection });
}

/** Opens a view; the selected intersection stays. */
export function openView(to: View): void {
  history.pushState(null, "", addressOf({ ...place.peek(), view: to }));
  readAddress();
}

/** Changes a part of what is shown, and the address with it. */
export function go(part: Partial<Place>): void {
  history.replaceState(null, "", addressOf({ ...place.peek(), ...part }));
  readAddress();
}

/** Follows the address: on load and whenever it is edited. */
export function followAddress(): () => void {
  readAddress();
  addEventListener("hashchange", readAddress);
  addEventListener("popstate", readAddress);
  return () => {
    removeEventListener("hashchange", readAddress);
    removeEventListener("popstate", readAddress);
  };
}

function readAddress(): void {
  place.value = placeOf(location.hash);
}
