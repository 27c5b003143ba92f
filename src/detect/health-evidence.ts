import { defined } from "../assert.ts";
import { type InstantMs, MINUTE_MS } from "../units.ts";
import type { DetectorMinute } from "./health-minute.ts";
import {
  bounded,
  type HeardNeighbour,
  learnPair,
  learntRatio,
  type PairLearning,
  pooled,
  weighed,
} from "./health-neighbours.ts";
import type { DetectorHealth, LampLearning, Mean, Pulses, Substitute, Watched } from "./health-record.ts";
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
const HOUR_GAIN_MIN = 1 / 240;
/** Fading by minute of what is remembered for some minutes. */
const RECENT_FADING = 0.85;
/** Fading by departure or change of what is usual: some hundreds count. */
const USUAL_FADING = 0.998;

/** What the minute adds to what speaks for and against the detector; nothing is learnt of what is usual. */
export function withMinute(before: DetectorHealth, look: Look): DetectorHealth {
  const { minute, durationMs, at } = look;
  const minutes = durationMs / MINUTE_MS;
  const heard = heardNeighbours(before, look);
  const all = pooled(heard);
  const expected = all === undefined ? 0 : all.count * all.ratio;
  const { arrivals, onSince } = minute;
  const silent = arrivals === 0 && minute.occupiedMs === 0;
  const held = onSince !== null && at - onSince >= durationMs;
  const erratic = arrivals / minutes > look.actuationsPerMinuteMax ? 1 : 0;
  return {
    ...before,
    pairs: before.pairs.map((pair, index) => pairAfter(pair, look.neighbours[index], arrivals)),
    evidence: all === undefined ? before.evidence : weighed(before.evidence, all.ratio, arrivals, all.count),
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

function heardNeighbours({ pairs }: DetectorHealth, { neighbours }: Look): readonly HeardNeighbour[] {
  return pairs.flatMap((pair, index) => {
    const watched = neighbours[index];
    return watched === undefined || !isGood(watched.health) ? [] : [{ pair, count: watched.minute.arrivals }];
  });
}

function pairAfter(pair: PairLearning, watched: Watched | undefined, arrivals: number): PairLearning {
  const known = watched !== undefined && isGood(watched.health);
  const other = known ? watched.minute.arrivals : 0;
  const unheard = arrivals > 0 ? 0 : pair.unheard + other;
  const ratio = learntRatio(pair);
  if (!known || ratio === undefined) return { ...pair, unheard };
  return { ...pair, ...weighed(pair, ratio, arrivals, other), unheard };
}

/** A detector at its lanes has at most this share of its departures in green, lest one in red decides; before counting this one. */
const IN_GREEN_MAX = 0.98;
const IN_GREEN_PRIOR = { all: 10, inGreen: 9.5 } as const;
/** Departures before the lamps say anything. */
export const DEPARTURES_LEAST = 30;
/** Of a detector that is not at its lanes, this part of the usual departures falls in their green. */
const IN_GREEN_ELSEWHERE = 0.6;

export function usualInGreen({ all, inGreen }: LampLearning): number {
  return Math.min(IN_GREEN_MAX, (inGreen + IN_GREEN_PRIOR.inGreen) / (all + IN_GREEN_PRIOR.all));
}

function withDepartures(before: LampLearning, { minute, lanes }: Look): LampLearning {
  const { departures, departuresInGreen } = minute;
  if (departuresInGreen.length === 0) return before;
  const recent = {
    recentAll: before.recentAll * RECENT_FADING + departures,
    recentInGreen: departuresInGreen.map(
      (count, lane) => (before.recentInGreen[lane] ?? 0) * RECENT_FADING + count,
    ),
  };
  if (lanes.length === 0 || before.all < DEPARTURES_LEAST) return { ...before, ...recent };
  const green = inGreenOf(minute, lanes);
  const usual = usualInGreen(before);
  const elsewhere = IN_GREEN_ELSEWHERE * usual;
  const told =
    green * Math.log(elsewhere / usual) + (departures - green) * Math.log((1 - elsewhere) / (1 - usual));
  return { ...before, ...recent, evidence: bounded(before.evidence + told) };
}

function inGreenOf({ departuresInGreen }: DetectorMinute, lanes: readonly number[]): number {
  return Math.max(0, ...lanes.map((lane) => departuresInGreen[lane] ?? 0));
}

/** What is usual, with this minute: only for a detector that is good. */
export function learnt(health: DetectorHealth, look: Look): DetectorHealth {
  const { minute, neighbours, durationMs, hour } = look;
  const perMinute = minute.arrivals / (durationMs / MINUTE_MS);
  const { all, inGreen } = health.lamps;
  const knowsLamps = minute.departuresInGreen.length > 0 && look.lanes.length > 0;
  const lampFading = USUAL_FADING ** minute.departures;
  const pulseFading = USUAL_FADING ** minute.changes;
  return {
    ...health,
    pairs: health.pairs.map((pair, index) => {
      const watched = neighbours[index];
      return watched !== undefined && isGood(watched.health)
        ? learnPair(pair, minute.arrivals, watched.minute.arrivals)
        : pair;
    }),
    usual: meanAfter(health.usual, perMinute, USUAL_GAIN_MIN),
    usualByHour: health.usualByHour.map((known, index) =>
      index === hour ? meanAfter(known, perMinute, HOUR_GAIN_MIN) : known,
    ),
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

function meanAfter(known: Mean | null, perMinute: number, gainMin: number): Mean {
  const { perMinute: before, minutes } = known ?? { perMinute: 0, minutes: 0 };
  const gain = Math.max(gainMin, 1 / (minutes + 1));
  return { perMinute: before + gain * (perMinute - before), minutes: minutes + 1 };
}

function pulsesAfter({ short, all }: Pulses, minute: DetectorMinute, fading: number): Pulses {
  return { short: short * fading + minute.shortChanges, all: all * fading + minute.changes };
}

/** Vehicles a minute at this hour, or of late where the hour is new. */
export function usualOf({ usualByHour, usual }: DetectorHealth, hour: number): number | null {
  return usualByHour[hour]?.perMinute ?? usual?.perMinute ?? null;
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

/** The recent departures in the green of a lane, as a share; `undefined` where too few are known. */
export function recentShare({ recentAll, recentInGreen }: LampLearning, lane: number): number | undefined {
  return recentAll < RECENT_LEAST ? undefined : defined(recentInGreen[lane], "lane") / recentAll;
}

const RECENT_LEAST = 8;
