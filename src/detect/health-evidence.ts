import { defined } from "../assert.ts";
import { type InstantMs, MINUTE_MS } from "../units.ts";
import { dispersionOf, drifted, squareOf } from "./health-dispersion.ts";
import type { DetectorMinute } from "./health-minute.ts";
import {
  bounded,
  comparedPair,
  type HeardNeighbour,
  learnPair,
  PAIR_FADING,
  type PairLearning,
  type Pool,
  pooled,
  weighed,
} from "./health-pairs.ts";
import type {
  DetectorHealth,
  HourlyMeans,
  LampLearning,
  Mean,
  Pulses,
  Scatter,
  Substitute,
  Watched,
} from "./health-record.ts";
import { isGood } from "./health-record.ts";

/** One detector and what is looked at with it. */
export type Look = {
  readonly minute: DetectorMinute;
  /** The neighbours of the table that were watched too. */
  readonly neighbours: readonly (Watched | undefined)[];
  /** Stop-line lanes that it looks after. */
  readonly lanes: readonly number[];
  /** More in a minute are no traffic. */
  readonly actuationsPerMinuteMax: number;
  readonly at: InstantMs;
  readonly durationMs: number;
  readonly hour: number;
  /** Vehicles of the intersection's good detectors over their usual ones; `null` where too few are known. */
  readonly areaRatio: number | null;
};

/** Weight of a new minute in the rate of the last ten minutes, and its least weight in what is usual of late and at the hour. */
const RECENT_GAIN = 0.1;
const USUAL_GAIN_MIN = 1 / 20;
const HOUR_GAIN_MIN = 1 / 60;
/** Fading by minute of what is remembered for some minutes. */
const RECENT_FADING = 0.85;
/** Fading by departure or change of what is usual: some hundreds count. */
const USUAL_FADING = 0.998;

/** What the minute adds to what speaks for and against the detector; nothing is learnt of what is usual. */
export function withMinute(before: DetectorHealth, look: Look): DetectorHealth {
  const { minute, durationMs, at } = look;
  const minutes = durationMs / MINUTE_MS;
  const heard = goodNeighbours(before, look);
  const all = pooled(heard);
  const speaking = isHeld(minute, look) ? undefined : speakingOf(heard, all);
  const expected = all === undefined ? usualWhileOthersMove(before, look) : all.count * all.ratio;
  const { arrivals, onSince } = minute;
  const silent = arrivals === 0 && minute.occupiedMs === 0;
  const held = onSince !== null && at - onSince >= durationMs;
  const erratic = arrivals / minutes > look.actuationsPerMinuteMax ? 1 : 0;
  return {
    ...before,
    pairs: before.pairs.map((pair, index) => pairAfter(pair, look, index)),
    evidence:
      speaking === undefined
        ? before.evidence
        : weighed(
            before.evidence,
            speaking,
            arrivals,
            speaking.count,
            dispersionOf(before.scatter, speaking.dispersion),
          ),
    scatter: speaking === undefined ? before.scatter : scatterAfter(before, speaking, arrivals),
    recent: before.recent + RECENT_GAIN * minutes * (arrivals / minutes - before.recent),
    heardAt: arrivals > 0 ? at : before.heardAt,
    silentMinutes: silent ? before.silentMinutes + minutes : 0,
    silentUsual: silent ? before.silentUsual + (usualOf(before, look.hour) ?? 0) * minutes : 0,
    heldExpected: held ? before.heldExpected + expected : 0,
    recentPulses: {
      short: before.recentPulses.short * RECENT_FADING + minute.shortChanges,
      all: before.recentPulses.all * RECENT_FADING + minute.changes,
    },
    erraticMinutes: before.erraticMinutes * RECENT_FADING + erratic,
    lamps: withDepartures(before.lamps, look),
    substitute: added(before.substitute, substituteOf(before, look, all)),
  };
}

/** What those make expect that may speak; `all`: what all of them do. */
function speakingOf(heard: readonly GoodNeighbour[], all: Pool | undefined): Pool | undefined {
  return heard.some(({ hushed }) => hushed) ? pooled(heard.filter(({ hushed }) => !hushed)) : all;
}

/** Held for so long a detector counts nobody, whether for a queue or a fault. */
const HELD_MINUTES = 2;

function isHeld({ onSince }: DetectorMinute, { at, durationMs }: Look): boolean {
  return onSince !== null && at - onSince >= HELD_MINUTES * durationMs;
}

/** Where no ratio is known yet: its own usual count, as long as any good neighbour moves. */
function usualWhileOthersMove(health: DetectorHealth, { neighbours, hour, durationMs }: Look): number {
  const move = neighbours.some(
    (watched) => watched !== undefined && isGood(watched.health) && watched.minute.arrivals > 0,
  );
  return move ? ((usualOf(health, hour) ?? 0) * durationMs) / MINUTE_MS : 0;
}

type GoodNeighbour = HeardNeighbour & { readonly hushed: boolean };

function goodNeighbours(
  { pairs }: DetectorHealth,
  { neighbours, durationMs }: Look,
): readonly GoodNeighbour[] {
  const good: GoodNeighbour[] = [];
  for (const [index, pair] of pairs.entries()) {
    const watched = neighbours[index];
    if (watched === undefined || !isGood(watched.health)) continue;
    good.push({ pair, count: watched.minute.arrivals, hushed: isHushed(watched, durationMs) });
  }
  return good;
}

/** Vehicles that a neighbour has missed before its own silence is no evidence against others any more. */
const HUSHED_LEAST = 3;

/** A neighbour that is silent or held although vehicles are due may be the faulty one itself; one under a queue counts too few. */
function isHushed({ minute, health }: Watched, durationMs: number): boolean {
  if (minute.queued) return true;
  if (minute.arrivals > 0) return false;
  return (
    health.silentUsual >= HUSHED_LEAST ||
    health.heldExpected >= HUSHED_LEAST ||
    minute.occupiedMs >= durationMs
  );
}

function pairAfter(pair: PairLearning, look: Look, index: number): PairLearning {
  const { neighbours, minute, durationMs } = look;
  const { arrivals, queued } = minute;
  const watched = neighbours[index];
  const known = watched !== undefined && isGood(watched.health);
  const other = known ? watched.minute.arrivals : 0;
  const unheard = arrivals > 0 ? 0 : pair.unheard + other;
  if (!known || queued || isHeld(minute, look) || isHushed(watched, durationMs)) return { ...pair, unheard };
  return comparedPair(pair, arrivals, other, unheard);
}

/** The drift after the minute; whether it is the traffic's remains to be seen. */
function scatterAfter({ scatter, state }: DetectorHealth, { ratio, count }: Pool, arrivals: number): Scatter {
  const drift = drifted(scatter.drift, arrivals - ratio * count);
  // Of a detector that has failed it was the fault's.
  const known = state === "good" || state === "suspect";
  return {
    ...scatter,
    drift,
    openSquares: known ? scatter.openSquares * PAIR_FADING + squareOf(drift) : 0,
    openVariance: known ? scatter.openVariance * PAIR_FADING + ratio * (arrivals + count) : 0,
  };
}

/** The open drift was the traffic's. */
function withOpen({ drift, squares, variance, openSquares, openVariance }: Scatter): Scatter {
  return {
    drift,
    squares: squares * PAIR_FADING + openSquares,
    variance: variance * PAIR_FADING + openVariance,
    openSquares: 0,
    openVariance: 0,
  };
}

/** A detector at its lanes has at most this share of its departures in green, lest one in red decides; before counting this one. */
const IN_GREEN_MAX = 0.98;
const IN_GREEN_PRIOR = { all: 10, inGreen: 9.5 } as const;
/** Departures before the lamps say anything. */
export const DEPARTURES_LEAST = 20;
/** Of a detector that is not at its lanes, this part of the usual departures falls in their green. */
const IN_GREEN_ELSEWHERE = 0.6;

export function usualInGreen({ all, inGreen }: LampLearning): number {
  return Math.min(IN_GREEN_MAX, (inGreen + IN_GREEN_PRIOR.inGreen) / (all + IN_GREEN_PRIOR.all));
}

function withDepartures(before: LampLearning, { minute, lanes }: Look): LampLearning {
  const { departures, departuresInGreen } = minute;
  if (departuresInGreen.length === 0 || lanes.length === 0 || before.all < DEPARTURES_LEAST) return before;
  const green = inGreenOf(minute, lanes);
  const usual = usualInGreen(before);
  const elsewhere = IN_GREEN_ELSEWHERE * usual;
  const told =
    green * Math.log(elsewhere / usual) + (departures - green) * Math.log((1 - elsewhere) / (1 - usual));
  const evidence = bounded(before.evidence + told);
  // Where the evidence begins is where the detector left its lanes, if it did.
  const begun = evidence > 0;
  return {
    ...before,
    evidence,
    oddAll: begun ? before.oddAll + departures : 0,
    oddInGreen: begun ? departuresInGreen.map((count, lane) => (before.oddInGreen[lane] ?? 0) + count) : [],
  };
}

function inGreenOf({ departuresInGreen }: DetectorMinute, lanes: readonly number[]): number {
  return Math.max(0, ...lanes.map((lane) => departuresInGreen[lane] ?? 0));
}

/** From this evidence on nothing more is learnt of a detector, or of a pair: a fault that begins must not become what is usual. */
const QUESTIONED = 1;
/** So much more of its pulses are too short than usual. */
const QUESTIONED_PULSES = 0.1;

function shortShare({ short, all }: Pulses): number {
  return all === 0 ? 0 : short / all;
}

/** Whether anything speaks against a detector, far from enough to doubt it as it may be. */
function isQuestioned(health: DetectorHealth): boolean {
  const { fewer, more } = health.evidence;
  return Math.max(fewer, more) >= QUESTIONED || isOdd(health);
}

/** The same of what it shows by itself, whatever its neighbours count. */
function isOdd({ lamps, recentPulses, usualPulses }: DetectorHealth): boolean {
  return (
    lamps.evidence >= QUESTIONED ||
    (usualPulses.all > 0 && shortShare(recentPulses) - shortShare(usualPulses) > QUESTIONED_PULSES)
  );
}

/** What is usual, with this minute: only for a detector that is good. `accepted`: whatever speaks against it is taken for the traffic's. */
export function learnt(health: DetectorHealth, look: Look, accepted: boolean): DetectorHealth {
  if (isHeld(look.minute, look)) return health;
  const pairs = accepted || !isOdd(health) ? pairsLearnt(health, look, accepted) : health.pairs;
  if (isQuestioned(health) && !accepted) return { ...health, pairs };
  const { minute, durationMs, hour } = look;
  const perMinute = minute.arrivals / (durationMs / MINUTE_MS);
  const { all, inGreen } = health.lamps;
  const knowsLamps = minute.departuresInGreen.length > 0 && look.lanes.length > 0;
  const lampFading = USUAL_FADING ** minute.departures;
  const pulseFading = USUAL_FADING ** minute.changes;
  return {
    ...health,
    pairs,
    scatter: withOpen(health.scatter),
    usual: usualAfter(health.usual, perMinute),
    usualByHour: hoursAfter(health, hour, perMinute),
    usualPulses: pulsesAfter(health.usualPulses, minute, pulseFading),
    lamps: knowsLamps
      ? {
          ...health.lamps,
          all: all * lampFading + minute.departures,
          inGreen: inGreen * lampFading + inGreenOf(minute, look.lanes),
        }
      : health.lamps,
  };
}

/**
 * The pairs with this minute, but for those that it speaks against. One that is not known yet goes on learning whatever the others say: lanes that are
 * chosen by turns would keep the detector from ever knowing the loop that the same vehicles pass.
 */
function pairsLearnt({ pairs }: DetectorHealth, look: Look, accepted: boolean): readonly PairLearning[] {
  const { minute, neighbours } = look;
  return pairs.map((pair, index) => {
    const watched = neighbours[index];
    if (watched === undefined || !isGood(watched.health)) return pair;
    if (minute.queued || watched.minute.queued || isHeld(watched.minute, look)) return pair;
    const apart = Math.max(pair.fewer, pair.more) >= QUESTIONED;
    if (!accepted && (apart || isOdd(watched.health))) return pair;
    return learnPair(pair, minute.arrivals, watched.minute.arrivals);
  });
}

function usualAfter(known: Mean | null, perMinute: number): Mean {
  const { perMinute: before, minutes } = known ?? { perMinute: 0, minutes: 0 };
  const gain = Math.max(USUAL_GAIN_MIN, 1 / (minutes + 1));
  return { perMinute: before + gain * (perMinute - before), minutes: minutes + 1 };
}

/** A new hour begins with what is usual of late. */
function hoursAfter({ usual, usualByHour }: DetectorHealth, hour: number, perMinute: number): HourlyMeans {
  const gain = Math.max(HOUR_GAIN_MIN, 1 / ((usual?.minutes ?? 0) + 1));
  const before = usualAt(usualByHour, hour) ?? usual?.perMinute ?? perMinute;
  const after = before + gain * (perMinute - before);
  const { first, perMinute: known } = usualByHour;
  if (known.length === 0) return { first: hour, perMinute: [after] };
  if (hour < first) return { first: hour, perMinute: [after, ...unknown(first - hour - 1), ...known] };
  const wide = hour < first + known.length ? known : [...known, ...unknown(hour - first - known.length + 1)];
  return { first, perMinute: wide.with(hour - first, after) };
}

function unknown(hours: number): readonly number[] {
  return Array.from({ length: hours }, () => Number.NaN);
}

function usualAt({ first, perMinute }: HourlyMeans, hour: number): number | null {
  const known = perMinute[hour - first] ?? Number.NaN;
  return Number.isNaN(known) ? null : known;
}

function pulsesAfter({ short, all }: Pulses, minute: DetectorMinute, fading: number): Pulses {
  return { short: short * fading + minute.shortChanges, all: all * fading + minute.changes };
}

/** Vehicles a minute at this hour, or of late where the hour is new. */
export function usualOf({ usualByHour, usual }: DetectorHealth, hour: number): number | null {
  return usualAt(usualByHour, hour) ?? usual?.perMinute ?? null;
}

/**
 * What stands for the detector's count of the minute: its ratio to the good neighbours times theirs; without any, its usual count at this hour
 * times how the intersection's good detectors compare with theirs.
 */
function substituteOf(
  health: DetectorHealth,
  { hour, durationMs, areaRatio }: Look,
  all: { readonly ratio: number; readonly count: number } | undefined,
): Substitute | null {
  if (all !== undefined) return { vehicles: all.count * all.ratio, basis: "neighbours" };
  const usual = usualOf(health, hour);
  if (usual === null) return null;
  return { vehicles: (usual * (areaRatio ?? 1) * durationMs) / MINUTE_MS, basis: "usual" };
}

function added(before: Substitute | null, minute: Substitute | null): Substitute | null {
  if (before === null || minute === null) return null;
  return {
    vehicles: before.vehicles + minute.vehicles,
    basis: before.basis === "usual" ? "usual" : minute.basis,
  };
}

/** Good detectors that must be known before the intersection says anything of one of them. */
const AREA_LEAST = 3;

/** How the good detectors of an intersection compare with what is usual for them. */
export function areaRatioOf(detectors: readonly Watched[], hour: number, durationMs: number): number | null {
  let [count, usual, known] = [0, 0, 0];
  for (const { health, minute } of detectors) {
    const own = usualOf(health, hour);
    if (own === null || !isGood(health)) continue;
    count += minute.arrivals;
    usual += (own * durationMs) / MINUTE_MS;
    known += 1;
  }
  return known >= AREA_LEAST && usual > 0 ? count / usual : null;
}

/** Departures since the lamps began to speak against a detector, before they say where it is. */
const ODD_LEAST = 8;

/** Share of them in the green of a lane; `undefined` where too few are known. */
export function oddShare({ oddAll, oddInGreen }: LampLearning, lane: number): number | undefined {
  return oddAll < ODD_LEAST ? undefined : defined(oddInGreen[lane], "lane") / oddAll;
}
