import type { Intersection } from "../model/intersection.ts";
import { firstEventOf } from "../playback/first-event.ts";
import { PLAN_CODES, PLAYED_CODES } from "../playback/logged-event.ts";
import { type Playback, startPlayback } from "../playback/playback.ts";
import type { Store, StorePages, StoreWindow } from "../ports/store.ts";
import { ok, type Result } from "../result.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../units.ts";

export type PlayedStore = Pick<Store, "read" | "events"> & StorePages;

export type SourcePorts = {
  readonly intersections: readonly Intersection[];
  readonly stepMs: number;
  readonly store: PlayedStore;
};

/** A period that is being read from the store while it is played. */
export type PlaybackSource = {
  readonly playback: Playback;
  /** Reads what is needed to play up to and including `at`; says why it cannot. */
  readonly readUpTo: (at: number) => Promise<Result<void, string>>;
};

/** So long before the period events are read, so that lamps are known: three of the longest cycles that a plan may have (300 s). */
const WARM_UP_MS = 15 * MINUTE_MS;
/** Where that is not enough, as in a green that rests: a day. */
const LOOK_BACK_MS = DAY_MS;
/** Plans are lent for half an hour at most; what is expected of movements is shown with two hours of history. */
const PLANS_BEFORE_MS = HOUR_MS;
const FORECASTS_BEFORE_MS = 2 * HOUR_MS;
/** Read at once: few rows even of many intersections. */
const PIECE_MS = 2 * MINUTE_MS;
/** What comes behind an instant says which greens yield in it: longer than any intergreen. */
const AHEAD_MS = MINUTE_MS;

/** Every instant that a store may know. */
const EVER = { from: 0, to: 100_000_000_000_000 } as const;

/** The instant and the number of the first event that is stored, of an intersection or of all; undefined for none. */
export async function firstStored(
  store: StorePages,
  intersection?: string,
): Promise<Result<ReturnType<typeof firstEventOf>, string>> {
  const whose = intersection === undefined ? {} : { intersection };
  const page = await store.page("events", { ...EVER, ...whose, format: "json", limit: 1 });
  return page.ok ? ok(firstEventOf(page.value.text)) : page;
}

/** A playback that knows what was before `from`; an error says why the store did not answer. */
export async function openSource(ports: SourcePorts, from: number): Promise<Result<PlaybackSource, string>> {
  const { store } = ports;
  const playback = startPlayback(ports.intersections, ports.stepMs);
  const warm = from - WARM_UP_MS;
  const pattern = await takeEvents(playback, store, { from: from - LOOK_BACK_MS, to: warm }, PLAN_CODES);
  if (!pattern.ok) return pattern;
  const events = await takeEvents(playback, store, { from: warm, to: from }, PLAYED_CODES);
  if (!events.ok) return events;
  for (const id of playback.unknownAt(from - 1)) {
    const looked = await lookBack(playback, store, id, from);
    if (!looked.ok) return looked;
  }
  const plans = await store.read("plans", { from: from - PLANS_BEFORE_MS, to: from });
  if (!plans.ok) return plans;
  const forecasts = await store.read("forecasts", { from: from - FORECASTS_BEFORE_MS, to: from });
  if (!forecasts.ok) return forecasts;
  playback.take({ plans: plans.value, forecasts: forecasts.value });
  let knownTo = from;
  return ok({
    playback,
    readUpTo: async (at) => {
      while (knownTo <= at + AHEAD_MS) {
        const piece = await takePiece(playback, store, { from: knownTo, to: knownTo + PIECE_MS });
        if (!piece.ok) return piece;
        knownTo += PIECE_MS;
      }
      return ok(undefined);
    },
  });
}

async function takeEvents(
  playback: Playback,
  store: PlayedStore,
  window: StoreWindow,
  codes: readonly number[],
): Promise<Result<void, string>> {
  const events = await store.events({ ...window, codes });
  if (!events.ok) return events;
  playback.take({ events: events.value });
  return ok(undefined);
}

/** An intersection anew, from a day before or from the begin of its log. */
async function lookBack(
  playback: Playback,
  store: PlayedStore,
  intersection: string,
  from: number,
): Promise<Result<void, string>> {
  const first = await firstStored(store, intersection);
  if (!first.ok) return first;
  const since = from - LOOK_BACK_MS;
  // An older log, or one whose first events are stored no longer, says nothing of what was green.
  playback.restart(intersection, first.value?.number === 0 && first.value.at >= since);
  return await takeEvents(playback, store, { from: since, to: from, intersection }, PLAYED_CODES);
}

async function takePiece(
  playback: Playback,
  store: PlayedStore,
  window: StoreWindow,
): Promise<Result<void, string>> {
  const [events, plans, forecasts] = await Promise.all([
    store.events({ ...window, codes: PLAYED_CODES }),
    store.read("plans", window),
    store.read("forecasts", window),
  ]);
  if (!events.ok) return events;
  if (!plans.ok) return plans;
  if (!forecasts.ok) return forecasts;
  playback.take({ events: events.value, plans: plans.value, forecasts: forecasts.value });
  return ok(undefined);
}
