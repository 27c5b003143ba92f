import type { FrameMessage, IntersectionLive } from "../../protocol/live.ts";
import type { StripShown } from "../../protocol/strip.ts";

/** What the heads of each intersection showed, whenever that changed, oldest first. */
export type LampHistory = {
  /** Of the latest frame. */
  readonly at: number;
  readonly byId: ReadonlyMap<string, readonly StripShown[]>;
};

export const NO_LAMPS: LampHistory = { at: Number.NEGATIVE_INFINITY, byId: new Map() };

/** Longer than any strip shows. */
const KEPT_MS = 8 * 60_000;
/** Between frames so far apart heads may have changed there and back. */
const GAP_MS = 10_000;
/** A controller tells its state each second: after this long it is not known any more. */
const STATE_OLD_AFTER_MS = 3_000;

/** The history with one frame more. A frame from before the last one begins it anew: another run, or a replay that was wound back. */
export function lampHistoryAfter(
  before: LampHistory,
  { at, intersections }: Pick<FrameMessage, "at" | "intersections">,
): LampHistory {
  const known = at < before.at ? NO_LAMPS : before;
  const gap = at - known.at > GAP_MS;
  let byId: Map<string, readonly StripShown[]> | null = null;
  for (const live of intersections) {
    const own = known.byId.get(live.id) ?? [];
    const next = entriesAfter(gap ? withGap(own, known.at) : own, live, at);
    if (next === own) continue;
    byId ??= new Map(known.byId);
    byId.set(live.id, next);
  }
  return { at, byId: byId ?? known.byId };
}

function withGap(entries: readonly StripShown[], since: number): readonly StripShown[] {
  return entries.length === 0 ? entries : [...entries, unknownFrom(since)];
}

function unknownFrom(at: number): StripShown {
  return { at, lamps: "", walk: "", operation: null };
}

/** The very same list where nothing changed. */
function entriesAfter(
  entries: readonly StripShown[],
  { linked, stateAt, lamps, walk, operation }: IntersectionLive,
  frameAt: number,
): readonly StripShown[] {
  const told = linked && stateAt !== null && frameAt - stateAt <= STATE_OLD_AFTER_MS && lamps !== "";
  const last = entries.at(-1);
  const entry = told ? { at: stateAt, lamps, walk, operation } : unknownFrom(frameAt);
  if (last === undefined && !told) return entries;
  if (last?.lamps === entry.lamps && last.walk === entry.walk && last.operation === entry.operation) {
    return entries;
  }
  // A state may be told again after a frame that found it too old.
  const next = { ...entry, at: Math.max(entry.at, last?.at ?? entry.at) };
  return [...entries.slice(firstKept(entries, frameAt - KEPT_MS)), next];
}

/** Everything before the last entry that lies before `since` tells nothing of the time behind it. */
function firstKept(entries: readonly StripShown[], since: number): number {
  const behind = entries.findIndex(({ at }) => at > since);
  return Math.max(0, (behind < 0 ? entries.length : behind) - 1);
}
