import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiAnswer, getJson } from "../../data/api.ts";
import { showArea } from "../../data/areas.ts";
import {
  joinedGreens,
  noteLamps,
  phaseKey,
  type SeenGreens,
  type SplitRow,
  startGreens,
  storedGreens,
  type WatchedPhase,
} from "../../data/corridor-greens.ts";
import { type Polled, usePolled } from "../../data/polled.ts";
import { isStateOld } from "../../data/site.ts";
import { frame, liveById, networkView, place } from "../../data/store.ts";
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
  const seen = useRef<SeenGreens>(startGreens());
  const tracks = useRef<Tracks>(startTracks(corridor.axis));
  useEffect(() => {
    seen.current = startGreens();
    tracks.current = startTracks(corridor.axis);
    const watched = watchedOf(corridor);
    const stepMs = networkView.peek()?.plantStepMs ?? 100;
    return effect(() => {
      const latest = frame.value;
      if (latest === null || latest.at === seen.current.at) return;
      const keepFrom = latest.at - RECORD_MS;
      const isOld = (live: Parameters<typeof isStateOld>[0]): boolean => isStateOld(live, latest.at, stepMs);
      const byId = liveById.peek();
      noteLamps(seen.current, latest.at, watched, (id) => byId.get(id), isOld, keepFrom);
      followVehicles(tracks.current, latest.at, latest.vehicles, keepFrom);
    });
  }, [corridor.id]);
  useVehiclesAlong(corridor);
  const ids = intersectionsOf(corridor);
  const stored = usePolled(`${corridor.id} ${place.value.at ?? ""}`, POLL_MS, (at, signal) =>
    readSplits(ids, at, signal),
  );
  return {
    greensOf: ({ intersection, phase }) =>
      joinedGreens(
        storedGreens(stored.value?.get(intersection) ?? [], phase),
        seen.current.byPhase.get(phaseKey(intersection, phase))?.greens ?? [],
      ),
    tracks: () => tracks.current,
    stored,
  };
}

/** Has the server tell of the vehicles along the corridor, as maps do of those that they show. */
function useVehiclesAlong({ id, axis }: Corridor): void {
  const wanted = pathsShown.value;
  useEffect(() => {
    if (!wanted) return undefined;
    showArea("time-space", boundsOf(axis.points));
    return () => showArea("time-space", null);
  }, [id, wanted]);
}

function intersectionsOf({ onward, back }: Corridor): readonly string[] {
  return [...new Set([...onward.stops, ...(back?.stops ?? [])].map(({ intersection }) => intersection))];
}

function watchedOf({ onward, back }: Corridor): readonly WatchedPhase[] {
  const intersections = networkView.peek()?.network.intersections ?? [];
  return [...onward.stops, ...(back?.stops ?? [])].map(({ intersection, phase }) => ({
    intersection,
    phase,
    index:
      intersections.find(({ id }) => id === intersection)?.phases.findIndex(({ id }) => id === phase) ?? -1,
  }));
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
      // What is stored behind the instant that is shown belongs to a later one: a period that is played back has not come to it.
      if (row.at + row.greenSeconds * 1_000 <= at) splits.get(row.intersection ?? id)?.push(row);
    }
  }
  return { ok: true, value: splits };
}
