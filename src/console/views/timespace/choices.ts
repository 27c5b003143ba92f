import { computed, signal } from "@preact/signals";
import { NO_TRIAL, type OffsetTrial } from "../../data/offset-trial.ts";
import { networkView } from "../../data/store.ts";
import { type Corridor, corridorsOf, partOf } from "../../draw/corridor.ts";

/** What the operator has chosen in this view; it stays while other views are open. */
export const corridorChosen = signal<string | null>(null);
export const partChosen = signal<{ readonly first: string; readonly last: string } | null>(null);
/** Kilometres an hour that bands are drawn for; null for free flow. */
export const designSpeedChosen = signal<number | null>(null);
export const minutesShown = signal<5 | 10 | 20>(10);
export type BandKind = "through" | "neighbours" | "none";
export const bandKind = signal<BandKind>("neighbours");
export const pathsShown = signal(true);

/** Offsets that are tried; null while the street is shown. `from` is the instant at which the picture of it begins. */
export const trial = signal<{ readonly from: number; readonly offsets: OffsetTrial } | null>(null);

export const corridors = computed((): readonly Corridor[] => {
  const network = networkView.value?.network;
  return network === undefined ? [] : corridorsOf(network);
});

/** The corridor that is shown whole; null where the network has none. */
export const wholeCorridor = computed(
  () => corridors.value.find(({ id }) => id === corridorChosen.value) ?? corridors.value[0] ?? null,
);

export const corridorShown = computed((): Corridor | null => {
  const [whole, part] = [wholeCorridor.value, partChosen.value];
  return whole === null || part === null ? whole : partOf(whole, part.first, part.last);
});

const SPEED_MIN_KMH = 20;
export const SPEED_RANGE_KMH = [SPEED_MIN_KMH, 90] as const;

/** Kilometres an hour of free flow along the corridor. */
export const freeSpeedKmh = computed(() =>
  Math.round((wholeCorridor.value?.onward.speedMetersPerSecond ?? 14) * 3.6),
);
export const designSpeedKmh = computed(() => designSpeedChosen.value ?? freeSpeedKmh.value);

export function chooseCorridor(id: string): void {
  corridorChosen.value = id;
  partChosen.value = null;
  designSpeedChosen.value = null;
  trial.value = null;
}

export function changeTrial(change: (offsets: OffsetTrial) => OffsetTrial): void {
  const now = trial.peek();
  if (now !== null) trial.value = { ...now, offsets: change(now.offsets) };
}

export function beginTrial(from: number): void {
  if (trial.peek() === null) trial.value = { from, offsets: NO_TRIAL };
}
