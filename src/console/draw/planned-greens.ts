import type { Intersection } from "../../model/intersection.ts";
import type { TimingView } from "../../protocol/live.ts";
import type { Span } from "./bands.ts";
import { type PhaseRow, phaseRows } from "./cycle.ts";

/** What of a timing says when its greens are. */
export type PlannedTiming = Pick<TimingView, "cycleMs" | "offsetMs" | "stages">;

type Rows = { readonly stepMs: number; readonly rows: readonly PhaseRow[] };

/** Bars of a cycle are the same each time that the timing is drawn: kept for as long as it is. */
const rowsKept = new WeakMap<PlannedTiming, WeakMap<object, Rows>>();

function rowsOf(
  intersection: Pick<Intersection, "phases" | "stages">,
  timing: PlannedTiming,
  stepMs: number,
): readonly PhaseRow[] {
  const byIntersection = rowsKept.get(timing) ?? new WeakMap<object, Rows>();
  rowsKept.set(timing, byIntersection);
  const kept = byIntersection.get(intersection);
  if (kept?.stepMs === stepMs) return kept.rows;
  const rows = phaseRows(intersection, timing, stepMs);
  byIntersection.set(intersection, { stepMs, rows });
  return rows;
}

/**
 * When a timing has a phase green in a window, whole greens at its borders: cycles begin at local midnight and the offset, with the
 * green of the first stage. `shiftMs` is added to the offset.
 */
export function plannedGreens(
  intersection: Pick<Intersection, "phases" | "stages">,
  phase: string,
  timing: PlannedTiming,
  { midnightAt, stepMs, shiftMs = 0 }: { midnightAt: number; stepMs: number; shiftMs?: number },
  [from, to]: Span,
): readonly Span[] {
  const { cycleMs, offsetMs } = timing;
  const row = rowsOf(intersection, timing, stepMs).find((one) => one.phase === phase);
  const own = (row?.segments ?? []).filter(({ kind }) => kind === "green" || kind === "permissive");
  if (own.length === 0 || cycleMs <= 0) return [];
  const zero = midnightAt + offsetMs + shiftMs;
  const firstCycle = Math.floor((from - zero) / cycleMs) - 1;
  const lastCycle = Math.ceil((to - zero) / cycleMs);
  const greens: [number, number][] = [];
  for (let cycle = firstCycle; cycle <= lastCycle; cycle += 1) {
    for (const { fromMs, toMs } of own) {
      const [begin, end] = [zero + cycle * cycleMs + fromMs, zero + cycle * cycleMs + toMs];
      const last = greens.at(-1);
      // A green that passes the end of the cycle comes in two parts, and protected and permissive green are one to drive on.
      if (last !== undefined && last[1] >= begin) last[1] = Math.max(last[1], end);
      else greens.push([begin, end]);
    }
  }
  return greens.filter(([begin, end]) => end > from && begin < to);
}
