import { defined } from "../assert.ts";
import { DAY_MS, type InstantMs, instantMs, MINUTE_MS } from "../units.ts";
import type { AlarmPriority, AlarmStateName, IsaFigures, IsaTarget } from "../model/alarm.ts";
import type { AlarmTransition } from "./alarm.ts";
import { FLOOD_WINDOW_MS, floodAt, NO_FLOOD } from "./flood.ts";

const STALE_MS = DAY_MS;
const CHATTER_COUNT = 3;
const CHATTER_MS = MINUTE_MS;
const TOP = 10;
const PERIOD_ALARMS_MAX = 10;

/** Figures of the transitions in [from, until), in the order of time. Alarms that stand at `from` count from their transition there. */
export function isaFigures(
  transitions: readonly AlarmTransition[],
  from: InstantMs,
  until: InstantMs,
): IsaFigures {
  const within = transitions.filter(({ at }) => at >= from && at < until);
  const heard = within.filter(({ annunciated }) => annunciated);
  const durationMs = until - from;
  const periods = Math.floor(durationMs / FLOOD_WINDOW_MS);
  const inPeriod = Array.from(
    { length: periods },
    (_, period) => heard.filter(({ at }) => Math.floor((at - from) / FLOOD_WINDOW_MS) === period).length,
  );
  const topTen = topOf(heard);
  const ofPriority = (priority: AlarmPriority): number =>
    share(heard.filter((one) => one.priority === priority).length, heard.length);
  return {
    durationMs,
    annunciated: heard.length,
    perTenMinutes: share(heard.length * FLOOD_WINDOW_MS, durationMs),
    perTenMinutesPeak: mostWithin(
      heard.map(({ at }) => at),
      FLOOD_WINDOW_MS,
    ),
    periodsAboveTenShare: share(inPeriod.filter((count) => count > PERIOD_ALARMS_MAX).length, periods),
    ...floodsOf(heard, from, until),
    stale: staleOf(within, until),
    chattering: [...instantsByAlarm(heard)].flatMap(([alarm, instants]) =>
      mostWithin(instants, CHATTER_MS) >= CHATTER_COUNT ? [alarm] : [],
    ),
    topTen,
    topTenShare: share(
      topTen.reduce((sum, { count }) => sum + count, 0),
      heard.length,
    ),
    priorities: { P1: ofPriority("P1"), P2: ofPriority("P2"), P3: ofPriority("P3") },
    suppressed: within.filter(({ to }) => to === "suppressed").length,
    shelved: within.filter(({ to }) => to === "shelved").length,
  };
}

function share(count: number, of: number): number {
  return of === 0 ? 0 : count / of;
}

/** The figures against what the reference names as targets. The shares of priorities and sources need alarms to be shares of. */
export function isaTargets(figures: IsaFigures): readonly IsaTarget[] {
  return [
    target("perTenMinutes", "below 1", figures.perTenMinutes < 1),
    target("perTenMinutesPeak", "at most 10", figures.perTenMinutesPeak <= PERIOD_ALARMS_MAX),
    target("periodsAboveTenShare", "below 1 %", figures.periodsAboveTenShare < 0.01),
    target("floodTimeShare", "below 1 %", figures.floodTimeShare < 0.01),
    target("stale", "fewer than 5", figures.stale.length < 5),
    target("chattering", "none", figures.chattering.length === 0),
    target("topTenShare", "at most 5 %", figures.topTenShare <= 0.05),
    target("priorities.P1", "at most about 5 %", figures.priorities.P1 <= 0.05),
    target("priorities.P2", "at most about 15 %", figures.priorities.P2 <= 0.15),
  ];
}

function target(figure: string, text: string, met: boolean): IsaTarget {
  return { figure, target: text, met };
}

/** Most instants, in rising order, in any span of so long: of those exactly so far apart the second counts to the next span. */
function mostWithin(instants: readonly number[], spanMs: number): number {
  let most = 0;
  let first = 0;
  for (const [last, at] of instants.entries()) {
    while (at - defined(instants[first], "instant") >= spanMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

function topOf(heard: readonly AlarmTransition[]): IsaFigures["topTen"] {
  return [...instantsByAlarm(heard)]
    .map(([alarm, { length }]) => ({ alarm, count: length }))
    .toSorted((left, right) => right.count - left.count)
    .slice(0, TOP);
}

function instantsByAlarm(heard: readonly AlarmTransition[]): ReadonlyMap<string, readonly number[]> {
  const instants = new Map<string, number[]>();
  for (const { alarm, at } of heard) {
    const known = instants.get(alarm);
    if (known === undefined) instants.set(alarm, [at]);
    else known.push(at);
  }
  return instants;
}

/** The floods as operators had them. */
function floodsOf(
  heard: readonly AlarmTransition[],
  from: InstantMs,
  until: InstantMs,
): Pick<IsaFigures, "floods" | "floodTimeShare"> {
  // A flood changes when an alarm is heard, and when one leaves the ten minutes.
  const moments = new Set(heard.flatMap(({ at }) => [at, at + FLOOD_WINDOW_MS]));
  const instants = [...moments].filter((at) => at < until).toSorted((left, right) => left - right);
  const heardAt = new Map<number, string[]>();
  for (const { at, alarm } of heard) heardAt.set(at, [...(heardAt.get(at) ?? []), alarm]);
  let flood = NO_FLOOD;
  let floods = 0;
  let floodMs = 0;
  for (const moment of instants) {
    const begun = flood.now?.since;
    const now = instantMs(moment);
    flood = floodAt(flood, heardAt.get(moment) ?? [], now);
    if (begun === undefined && flood.now !== null) floods += 1;
    if (begun !== undefined && flood.now === null) floodMs += moment - begun;
  }
  if (flood.now !== null) floodMs += until - flood.now.since;
  const durationMs = until - from;
  return { floods, floodTimeShare: durationMs === 0 ? 0 : floodMs / durationMs };
}

const OVER: ReadonlySet<AlarmStateName> = new Set(["normal", "clearedUnacknowledged", "outOfService"]);

function staleOf(transitions: readonly AlarmTransition[], until: InstantMs): readonly string[] {
  const since = new Map<string, number>();
  const stale = new Set<string>();
  for (const { alarm, at, to } of transitions) {
    const begun = since.get(alarm);
    if (begun !== undefined && at - begun > STALE_MS) stale.add(alarm);
    if (OVER.has(to)) since.delete(alarm);
    else if (begun === undefined) since.set(alarm, at);
  }
  for (const [alarm, begun] of since) if (until - begun > STALE_MS) stale.add(alarm);
  return [...stale];
}
