import { defined } from "../assert.ts";
import { type InstantMs, instantMs } from "../units.ts";
import type { PairLearning } from "./health-pairs.ts";
import { type DetectorHealth, newRecord, type Substitute } from "./health-record.ts";

/**
 * What is kept of one detector between two looks: its figures in one list. As an object each of them took three times the memory, with
 * what is known by neighbour 1.8 kB a detector.
 */
export type KeptHealth = Pick<DetectorHealth, "state" | "since" | "finding"> & {
  /** As `kept` puts them there. */
  readonly figures: readonly number[];
};

/** Places of figures that are read or written by themselves. */
const VEHICLES = 0;
const BY_USUAL = 1;

export function kept(health: DetectorHealth): KeptHealth {
  const { state, since, finding, substitute, usual, scatter, evidence, usualPulses, recentPulses, lamps } =
    health;
  const figures = [
    substitute?.vehicles ?? Number.NaN,
    substitute?.basis === "usual" ? 1 : 0,
    health.pairs.length,
    health.cleanMinutes,
    health.recent,
    health.heardAt ?? Number.NaN,
    health.silentMinutes,
    health.silentUsual,
    health.heldExpected,
    health.erraticMinutes,
    usual?.perMinute ?? Number.NaN,
    usual?.minutes ?? 0,
    scatter.drift,
    scatter.squares,
    scatter.variance,
    scatter.openSquares,
    scatter.openVariance,
    evidence.fewer,
    evidence.more,
    usualPulses.short,
    usualPulses.all,
    recentPulses.short,
    recentPulses.all,
    lamps.all,
    lamps.inGreen,
    lamps.oddAll,
    lamps.evidence,
  ];
  for (const { own, other, drift, squares, variance, fewer, more, unheard } of health.pairs) {
    figures.push(own, other, drift, squares, variance, fewer, more, unheard);
  }
  const { first, perMinute } = health.usualByHour;
  figures.push(first, perMinute.length);
  for (const hour of perMinute) figures.push(hour);
  for (const count of lamps.oddInGreen) figures.push(count);
  // A copy takes no room for more.
  return { state, since, finding, figures: figures.slice() };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** The record that was kept: its figures in the order in which `kept` wrote them. */
export function opened({ state, since, finding, figures }: KeptHealth): DetectorHealth {
  let place = 0;
  const next = (): number => defined(figures[place++], "figure");
  const vehicles = orNull(next());
  const basis = next() === 1 ? "usual" : "neighbours";
  const neighbours = next();
  const [cleanMinutes, recent, heardAt] = [next(), next(), orNull(next())];
  const [silentMinutes, silentUsual, heldExpected, erraticMinutes] = [next(), next(), next(), next()];
  const [perMinute, minutes] = [orNull(next()), next()];
  const scatter = {
    drift: next(),
    squares: next(),
    variance: next(),
    openSquares: next(),
    openVariance: next(),
  };
  const evidence = { fewer: next(), more: next() };
  const usualPulses = { short: next(), all: next() };
  const recentPulses = { short: next(), all: next() };
  const lamps = { all: next(), inGreen: next(), oddAll: next(), evidence: next() };
  const pairs: PairLearning[] = [];
  for (let pair = 0; pair < neighbours; pair += 1) {
    const [own, other, drift, squares, variance] = [next(), next(), next(), next(), next()];
    pairs.push({ own, other, drift, squares, variance, fewer: next(), more: next(), unheard: next() });
  }
  const [first, hours] = [next(), next()];
  const lanesFrom = place + hours;
  return {
    state,
    since,
    finding,
    cleanMinutes,
    pairs,
    evidence,
    scatter,
    usual: perMinute === null ? null : { perMinute, minutes },
    usualByHour: { first, perMinute: figures.slice(place, lanesFrom) },
    recent,
    heardAt: heardAt === null ? null : instantMs(heardAt),
    silentMinutes,
    silentUsual,
    heldExpected,
    usualPulses,
    recentPulses,
    erraticMinutes,
    lamps: { ...lamps, oddInGreen: figures.slice(lanesFrom) },
    substitute: vehicles === null ? null : { vehicles, basis },
  };
}

export function newKept(neighbours: number, at: InstantMs): KeptHealth {
  return kept(newRecord(neighbours, at));
}

/** What stands for the counts of the open interval. */
export function substituteOf({ figures }: KeptHealth): Substitute | null {
  const vehicles = orNull(defined(figures[VEHICLES], "figure"));
  return vehicles === null ? null : { vehicles, basis: figures[BY_USUAL] === 1 ? "usual" : "neighbours" };
}

/** The next interval's counts begin at nothing. */
export function withoutSubstitute(health: KeptHealth): KeptHealth {
  const figures = health.figures.slice();
  figures[VEHICLES] = 0;
  figures[BY_USUAL] = 0;
  return { ...health, figures };
}
