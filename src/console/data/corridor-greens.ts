import type { Span } from "../draw/bands.ts";
import type { IntersectionLive } from "../../protocol/live.ts";
import { lampOf } from "./site.ts";

/** A phase of an intersection that is watched, with its place among the intersection's phases. */
export type WatchedPhase = {
  readonly intersection: string;
  readonly phase: string;
  readonly index: number;
};

/** What was seen of one phase: greens in the order of time; the last one may still be shown. */
type Seen = { readonly greens: [number, number][]; isGreen: boolean };

/** Greens as the frames of the screen told them. Belongs to its caller, who alone changes it. */
export type SeenGreens = { at: number; readonly byPhase: Map<string, Seen> };

export function phaseKey(intersection: string, phase: string): string {
  return `${intersection} ${phase}`;
}

export function startGreens(): SeenGreens {
  return { at: Number.NEGATIVE_INFINITY, byPhase: new Map() };
}

/**
 * Notes the lamps of a frame. A phase of which nothing current is known ends its green where it was last known; where time goes back,
 * everything is forgotten. `isOld` says whether a controller's state is too old to be the street.
 */
export function noteLamps(
  seen: SeenGreens,
  at: number,
  watched: readonly WatchedPhase[],
  liveOf: (intersection: string) => IntersectionLive | undefined,
  isOld: (live: IntersectionLive | undefined) => boolean,
  keepFrom: number,
): void {
  if (at < seen.at) seen.byPhase.clear();
  seen.at = at;
  for (const { intersection, phase, index } of watched) {
    const live = liveOf(intersection);
    const lamp = isOld(live) ? "unknown" : lampOf(live?.lamps ?? "", index);
    const key = phaseKey(intersection, phase);
    const own = seen.byPhase.get(key) ?? { greens: [], isGreen: false };
    seen.byPhase.set(key, own);
    const green = lamp === "green" || lamp === "permissive";
    const last = own.greens.at(-1);
    if (green && own.isGreen && last !== undefined) last[1] = at;
    else if (green) own.greens.push([at, at]);
    else if (own.isGreen && lamp !== "unknown" && last !== undefined) last[1] = at;
    own.isGreen = green;
    while ((own.greens[0]?.[1] ?? keepFrom) < keepFrom) own.greens.shift();
  }
}

/** A row of the measure `splits`. */
export type SplitRow = { readonly at: number; readonly phase: string; readonly greenSeconds: number };

/** Greens of a phase as they are stored: exact, but only of splits that are over. */
export function storedGreens(rows: readonly SplitRow[], phase: string): readonly Span[] {
  return rows
    .filter((row) => row.phase === phase && row.greenSeconds > 0)
    .map(({ at, greenSeconds }): Span => [at, at + greenSeconds * 1_000]);
}

/** Stored greens, and behind them those that only the screen has seen. */
export function joinedGreens(stored: readonly Span[], seen: readonly Span[]): readonly Span[] {
  const known = stored.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY;
  return [...stored, ...seen.filter(([from, to]) => to > from && from >= known)];
}
