import { computed, signal } from "@preact/signals";
import type { Figure } from "../../data/network-measures.ts";
import type { Comparison, WindowName } from "../../data/performance-window.ts";
import { selected } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";

/** What the operator has chosen in this view; it stays while other views are open. */
export const windowChosen = signal<WindowName>("1h");
export const comparisonChosen = signal<Comparison>("none");
/** The stretch of time that every chart shows; null for the whole window. */
export const brushed = signal<Span | null>(null);
export const sortedBy = signal<{ readonly figure: Figure; readonly worstFirst: boolean }>({
  figure: "delaySeconds",
  worstFirst: true,
});

const phaseChosen = signal<string | null>(null);
/** The phase whose measures are charted; null for all, and where the intersection has no such phase. */
export const phaseShown = computed(() => {
  const chosen = phaseChosen.value;
  return selected.value?.phases.some(({ id }) => id === chosen) === true ? chosen : null;
});

export function showPhase(phase: string | null): void {
  phaseChosen.value = phase;
}

export function chooseWindow(name: WindowName): void {
  windowChosen.value = name;
  brushed.value = null;
}
