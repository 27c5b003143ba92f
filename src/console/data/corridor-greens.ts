import type { Span } from "../draw/bands.ts";
import type { StripShown } from "../../protocol/strip.ts";
import { lampOf } from "./site.ts";

/**
 * Greens of the phase in place `index` of its intersection, out of what the heads showed: the last one may still be shown, and ends with what
 * is known. Where nothing was known, nothing was green.
 */
export function seenGreens(entries: readonly StripShown[], index: number, until: number): readonly Span[] {
  const greens: [number, number][] = [];
  entries.forEach(({ at, lamps }, place) => {
    const lamp = lampOf(lamps, index);
    if (lamp !== "green" && lamp !== "permissive") return;
    const end = entries[place + 1]?.at ?? until;
    const last = greens.at(-1);
    if (last?.[1] === at) last[1] = end;
    else if (end > at) greens.push([at, end]);
  });
  return greens;
}

/** A row of the measure `splits`. */
export type SplitRow = { readonly at: number; readonly phase: string; readonly greenSeconds: number };

/** Greens of a phase as they are stored: exact, but only of splits that are over. */
export function storedGreens(rows: readonly SplitRow[], phase: string): readonly Span[] {
  return rows
    .filter((row) => row.phase === phase && row.greenSeconds > 0)
    .map(({ at, greenSeconds }): Span => [at, at + greenSeconds * 1_000]);
}

/** Stored greens, and behind them those that only the screen has seen; one that is stored in part goes on as it was seen. */
export function joinedGreens(stored: readonly Span[], seen: readonly Span[]): readonly Span[] {
  const last = stored.at(-1);
  if (last === undefined) return seen;
  const longer = seen.find(([from, to]) => from < last[1] && to > last[1]);
  const known = longer === undefined ? stored : [...stored.slice(0, -1), [last[0], longer[1]] as const];
  return [...known, ...seen.filter(([from]) => from >= last[1])];
}
