import { type InstantMs, msToSeconds } from "../units.ts";
import { DEPARTURES_LEAST, usualInGreen } from "./health-evidence.ts";
import type { DetectorMinute } from "./health-minute.ts";
import { dispersionOf } from "./health-dispersion.ts";
import { learntRatio, type PairLearning, type Pool, pooled, weightOf } from "./health-pairs.ts";
import type { DetectorHealth, Finding, Watched } from "./health-record.ts";
import { isGood } from "./health-record.ts";
import type { Thresholds } from "./health-thresholds.ts";

/** What a detector is judged on, after the minute. */
export type Case = {
  readonly health: DetectorHealth;
  readonly minute: DetectorMinute;
  readonly thresholds: Thresholds;
  readonly neighbours: readonly (Watched | undefined)[];
  readonly at: InstantMs;
};

/** The checks in the order in which they name a detector that several of them find. */
const CHECKS: readonly ((judged: Case) => Finding | undefined)[] = [
  chatter,
  stuckOn,
  stuckOff,
  lamps,
  countsApart,
];

/** The first fault of the checks, or else the first doubt. */
export function findingOf(judged: Case): Finding | undefined {
  let first: Finding | undefined;
  let worst: Finding | undefined;
  for (const check of CHECKS) {
    const found = check(judged);
    if (found === undefined) continue;
    first ??= found;
    if (found.weight === "fault") worst ??= found;
  }
  // Pulses of its own are what makes all the other checks speak.
  return worst !== undefined && first?.rule === "chatter" ? { ...first, weight: "fault" } : (worst ?? first);
}

/** One minute with too many actuations is a doubt, a second one soon after it a fault. */
const ERRATIC_DOUBT = 0.8;
const ERRATIC_FAULT = 1.5;
/** Changes of late, and usual ones, before their lengths say anything. */
const PULSES_LEAST = 20;
const USUAL_PULSES_LEAST = 60;

function chatter({ health, minute, thresholds }: Case): Finding | undefined {
  const { actuationsPerMinuteMax, shortPulseShareMax } = thresholds;
  const { erraticMinutes } = health;
  if (erraticMinutes >= ERRATIC_DOUBT) {
    const told = `${minute.arrivals} actuations in the last minute, at most ${actuationsPerMinuteMax} are one lane's traffic`;
    return erraticMinutes >= ERRATIC_FAULT ? fault("chatter", told) : doubt("chatter", told);
  }
  const { recentPulses, usualPulses } = health;
  if (recentPulses.all < PULSES_LEAST || usualPulses.all < USUAL_PULSES_LEAST) return undefined;
  const share = recentPulses.short / recentPulses.all;
  const usual = usualPulses.short / usualPulses.all;
  if (share - usual <= shortPulseShareMax) return undefined;
  return fault(
    "chatter",
    `${percent(share)} of the last pulses and gaps are too short for a vehicle, usually ${percent(usual)}; at most ${percent(shortPulseShareMax)} more are allowed`,
  );
}

/** As `SCATTER_SOUND`, of a detector that is held: the time for which it is held speaks too. */
const SCATTER_HELD = 2;
/** Held for so many times the limit it is blamed where it has no neighbours to say anything. */
const HELD_RATIO_MAX = 4;

function stuckOn({ health, minute, thresholds, neighbours, at }: Case): Finding | undefined {
  if (minute.onSince === null) return undefined;
  const seconds = msToSeconds(at - minute.onSince);
  const { presenceMaxSeconds: most, silenceVehicles } = thresholds;
  const { heldExpected } = health;
  const held = `occupied without a gap for ${round(seconds)} s, at most ${most} s are a vehicle's`;
  const expected = `${round(heldExpected)} vehicles are due by what its neighbours do meanwhile`;
  const flows =
    heldExpected >=
    silenceVehicles * doubtfulness(scatterOf(health, ratedPairs(health, neighbours)), SCATTER_HELD);
  const alone = neighbours.every((watched) => watched === undefined);
  if (seconds >= most && (flows || (alone && seconds >= HELD_RATIO_MAX * most)))
    return fault("stuckOn", `${held}; ${expected}`);
  if (seconds >= most) return incident("stuckOn", `${held}, but ${expected}: rather standing traffic`);
  return flows && seconds >= most / 2 ? doubt("stuckOn", `${held}; ${expected}`) : undefined;
}

/** A neighbour speaks for a silent detector's fault when it alone makes expect this part of the vehicles that are asked for. */
const VOTE_RATIO = 0.4;
/** Such a majority of the good neighbours names the detector and not the traffic. */
const VOTES_LEAST = 0.5;
/** By its own usual rate alone, so many times the vehicles are asked for. */
const USUAL_RATIO = 2;

/** Counts that scatter more than this about what neighbours make expect, as a multiple of chance's variance, ask for so much more: streets jump further than drifts of before tell. */
const SCATTER_SOUND = 1.25;

function stuckOff({ health, minute, thresholds, neighbours }: Case): Finding | undefined {
  if (minute.arrivals > 0 || minute.occupiedMs > 0) return undefined;
  const { silenceVehicles, silenceMaxMinutes } = thresholds;
  const pairs = ratedPairs(health, neighbours);
  const all = unheard(pairs);
  const doubtful =
    doubtfulness(scatterOf(health, pairs), SCATTER_SOUND) * (pairs.length === 1 ? ALONE_RATIO : 1);
  const most = Math.round(silenceVehicles * doubtful);
  const expected = all === undefined ? 0 : all.ratio * all.count;
  const voters = pairs.filter((pair) => (learntRatio(pair) ?? 0) * pair.unheard >= VOTE_RATIO * most);
  const silent = `no vehicle for ${round(health.silentMinutes)} min`;
  if (expected >= most / 2 && isMajority(voters, pairs)) {
    const told = `${silent}, ${round(expected)} expected by ${voters.length} of ${pairs.length} neighbours, at most ${most} are chance`;
    return expected >= most ? fault("stuckOff", told) : doubt("stuckOff", told);
  }
  if (health.silentMinutes >= silenceMaxMinutes)
    return doubt("stuckOff", `${silent}, at most ${silenceMaxMinutes} are usual anywhere`);
  const { silentUsual } = health;
  if (silentUsual < USUAL_RATIO * most) return undefined;
  const usual = `${silent}, usually ${round(silentUsual)} in that time, at most ${USUAL_RATIO * most} are chance`;
  return pairs.length === 0
    ? doubt("stuckOff", `${usual}; no neighbour is good to compare with`)
    : incident("stuckOff", `${usual}; its neighbours have fallen too: rather the traffic`);
}

/** What neighbours make expect since the detector saw its last vehicle. */
function unheard(pairs: readonly PairLearning[]): Pool | undefined {
  return pooled(pairs.map((pair) => ({ pair, count: pair.unheard })));
}

/** Whether those who speak for a fault have most to say of all. */
function isMajority(voters: readonly PairLearning[], all: readonly PairLearning[]): boolean {
  return voters.length > 0 && weightsOf(voters) > VOTES_LEAST * weightsOf(all);
}

function weightsOf(pairs: readonly PairLearning[]): number {
  return pairs.reduce((sum, pair) => sum + weightOf(pair), 0);
}

/** How much more than chance's its counts scatter about what these neighbours make expect. */
function scatterOf({ scatter }: DetectorHealth, pairs: readonly PairLearning[]): number {
  return dispersionOf(scatter, unheard(pairs)?.dispersion);
}

/** How many times the vehicles are asked for that would do where counts scatter no more than sound ones of the same vehicles. */
function doubtfulness(scatter: number, sound: number): number {
  return Math.max(1, scatter / sound);
}

/** The pairs with good neighbours whose ratio is known. */
function ratedPairs(
  { pairs }: DetectorHealth,
  neighbours: readonly (Watched | undefined)[],
): readonly PairLearning[] {
  return pairs.filter((pair, index) => {
    const watched = neighbours[index];
    return watched !== undefined && isGood(watched.health) && learntRatio(pair) !== undefined;
  });
}

/** A detector that was never at its lanes: less than this of many departures in their green. */
const NEVER_IN_GREEN = 0.6;
const NEVER_DEPARTURES = 100;

function lamps({ health, thresholds }: Case): Finding | undefined {
  const { evidence, all } = health.lamps;
  const { evidenceMin } = thresholds;
  const usual = usualInGreen(health.lamps);
  if (evidence >= evidenceMin / 2 && all >= DEPARTURES_LEAST) {
    const told = `vehicles leave it in red, usually ${percent(usual)} in green; evidence ${evidence.toFixed(1)} of ${evidenceMin}`;
    return evidence >= evidenceMin ? fault("lamps", told) : doubt("lamps", told);
  }
  return all >= NEVER_DEPARTURES && usual < NEVER_IN_GREEN
    ? doubt(
        "lamps",
        `only ${percent(usual)} of vehicles leave it in green, at least ${percent(NEVER_IN_GREEN)} at a stop line`,
      )
    : undefined;
}

/** Of the evidence for a fault, so much makes a doubt. */
const DOUBT_RATIO = 0.65;
/** A pair speaks against the detector from this evidence on. */
const PAIR_EVIDENCE = 2;
/** Where hardly more than one neighbour speaks so much more evidence is asked for, and the one of both is blamed that is so much further off its own usual count, as a logarithm. */
const APART_RATIO = 1.5;
const ALONE_RATIO = 1.5;

function countsApart({ health, minute, thresholds, neighbours }: Case): Finding | undefined {
  // Silence and presence have checks of their own.
  if (minute.arrivals === 0) return undefined;
  const { fewer, more } = health.evidence;
  const less = fewer >= more;
  const evidence = Math.max(fewer, more);
  if (evidence < DOUBT_RATIO * thresholds.evidenceMin) return undefined;
  const pairs = ratedPairs(health, neighbours);
  const voters = pairs.filter((pair) => (less ? pair.fewer : pair.more) >= PAIR_EVIDENCE);
  const strongest = strongestOf(voters);
  if (strongest === undefined || !isMajority(voters, pairs)) return undefined;
  // It may be the neighbour's fault. What failed stays so whatever is usual by now.
  const alone = isAlone(strongest, voters, pairs);
  const open = health.state === "good" || health.state === "suspect";
  if (alone && open && !isFurtherOff(health, neighbours[health.pairs.indexOf(strongest)])) return undefined;
  const scatter = scatterOf(health, pairs);
  const doubtful = doubtfulness(scatter, SCATTER_SOUND) * (alone ? ALONE_RATIO : 1);
  const evidenceMin = thresholds.evidenceMin * doubtful;
  if (evidence < DOUBT_RATIO * evidenceMin) return undefined;
  const rule = less ? "dropouts" : "overcount";
  const told = `counts ${less ? "half" : "twice"} of what ${voters.length} of ${pairs.length} neighbours make expect; evidence ${evidence.toFixed(1)} of ${evidenceMin.toFixed(1)}, counts scatter ${scatter.toFixed(1)} times as chance's`;
  return evidence >= evidenceMin ? fault(rule, told) : doubt(rule, told);
}

/** Whether the strongest of the voters says what most of the others, by weight or by number, do not. */
function isAlone(
  strongest: PairLearning,
  voters: readonly PairLearning[],
  pairs: readonly PairLearning[],
): boolean {
  const isOther = (pair: PairLearning): boolean => pair !== strongest;
  const [speaking, all] = [voters.filter(isOther), pairs.filter(isOther)];
  return !isMajority(speaking, all) || speaking.length <= VOTES_LEAST * all.length;
}

function strongestOf(pairs: readonly PairLearning[]): PairLearning | undefined {
  let strongest: PairLearning | undefined;
  for (const pair of pairs) {
    if (strongest === undefined || weightOf(pair) > weightOf(strongest)) strongest = pair;
  }
  return strongest;
}

function isFurtherOff(health: DetectorHealth, other: Watched | undefined): boolean {
  return other === undefined || offUsual(health) > APART_RATIO * offUsual(other.health);
}

/** How far the counts of the last minutes are off the usual ones, as a logarithm. */
function offUsual({ recent, usual }: DetectorHealth): number {
  return Math.abs(Math.log((recent + 0.1) / ((usual?.perMinute ?? recent) + 0.1)));
}

export function fault(rule: Finding["rule"], reason: string): Finding {
  return { rule, weight: "fault", reason };
}

export function doubt(rule: Finding["rule"], reason: string): Finding {
  return { rule, weight: "doubt", reason };
}

export function incident(rule: Finding["rule"], reason: string): Finding {
  return { rule, weight: "incident", reason };
}

export function round(value: number): string {
  return String(Math.round(value));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
