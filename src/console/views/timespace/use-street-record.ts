import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiAnswer, getJson } from "../../data/api.ts";
import { showArea } from "../../data/areas.ts";
import { joinedGreens, seenGreens, type SplitRow, storedGreens } from "../../data/corridor-greens.ts";
import { type Polled, usePolled } from "../../data/polled.ts";
import { frame, lampHistory, networkView } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import type { Corridor, CorridorStop } from "../../draw/corridor.ts";
import { followVehicles, startTracks, type Tracks } from "../../draw/tracks.ts";
import { boundsOf } from "../../draw/transform.ts";
import { pathsShown } from "./choices.ts";

/** How much of the street's past is kept and asked for. */
export const RECORD_MS = 20 * 60_000;
const MINUTE_MS = 60_000;
const POLL_MS = 15_000;
/** From so many intersections on, those of the corridor are asked one by one instead of all of the network at once. */
const ALL_AT_ONCE_MAX = 24;

type SplitsById = ReadonlyMap<string, readonly SplitRow[]>;
type SplitsAnswer = {
  readonly measures: { readonly splits: readonly (SplitRow & { intersection?: string })[] };
};

/** What the street did along a corridor: stored greens, those seen since, and ways of vehicles. */
export type StreetRecord = {
  readonly greensOf: (stop: Pick<CorridorStop, "intersection" | "phase">) => readonly Span[];
  readonly tracks: () => Tracks;
  readonly stored: Polled<SplitsById>;
};

/** Follows the frames while a corridor is shown; nothing is drawn by it. */
export function useStreetRecord(corridor: Corridor): StreetRecord {
  const tracks = useRef<Tracks>(startTracks(corridor.axis));
  useEffect(() => {
    tracks.current = startTracks(corridor.axis);
    return effect(() => {
      const latest = frame.value;
      if (latest === null || latest.at === tracks.current.at) return;
      followVehicles(tracks.current, latest.at, latest.vehicles, latest.at - RECORD_MS);
    });
  }, [corridor.id]);
  useVehiclesAlong(corridor);
  const ids = intersectionsOf(corridor);
  const stored = usePolled(corridor.id, POLL_MS, (at, signal) => readSplits(ids, at, signal));
  return {
    greensOf: ({ intersection, phase }) => {
      const { at, byId } = lampHistory.peek();
      return joinedGreens(
        storedGreens(stored.value?.get(intersection) ?? [], phase),
        seenGreens(byId.get(intersection) ?? [], placeOf(intersection, phase), at),
      );
    },
    tracks: () => tracks.current,
    stored,
  };
}

/** Has the server tell of the vehicles along the corridor, as maps do of those that they show. */
function useVehiclesAlong({ id, axis }: Corridor): void {
  const wanted = pathsShown.value;
  useEffect(() => {
    if (!wanted) return undefined;
    const { west, south, east, north } = boundsOf(axis.points);
    // A straight street has no width.
    const aside = 40;
    const area = { west: west - aside, south: south - aside, east: east + aside, north: north + aside };
    showArea("time-space", area);
    return () => showArea("time-space", null);
  }, [id, wanted]);
}

function placeOf(intersection: string, phase: string): number {
  const own = networkView.peek()?.network.intersections.find(({ id }) => id === intersection);
  return own?.phases.findIndex(({ id }) => id === phase) ?? -1;
}

function intersectionsOf({ onward, back }: Corridor): readonly string[] {
  return [...new Set([...onward.stops, ...(back?.stops ?? [])].map(({ intersection }) => intersection))];
}

async function readSplits(
  ids: readonly string[],
  at: number,
  signal: AbortSignal,
): Promise<ApiAnswer<SplitsById>> {
  const to = Math.ceil(at / MINUTE_MS) * MINUTE_MS;
  const query = `names=splits&from=${to - RECORD_MS - MINUTE_MS}&to=${to}`;
  const splits = new Map<string, SplitRow[]>(ids.map((id) => [id, []]));
  const all = (networkView.peek()?.network.intersections.length ?? 0) <= ALL_AT_ONCE_MAX;
  for (const id of all ? ["*"] : ids) {
    const answer = await getJson<SplitsAnswer>(`api/measures/${encodeURIComponent(id)}?${query}`, signal);
    if (!answer.ok) return answer;
    for (const row of answer.value.measures.splits) {
      // Of a period that is played back more is stored than the instant that is shown has come to.
      if (row.at >= at) continue;
      const greenSeconds = Math.min(row.greenSeconds, (at - row.at) / 1_000);
      splits.get(row.intersection ?? id)?.push({ ...row, greenSeconds });
    }
  }
  return { ok: true, value: splits };
}
