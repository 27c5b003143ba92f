import { normalCdf } from "./significance.ts";

/**
 * Smallest count that is not exceeded with the probability given, for counts with this mean and a variance of `dispersion` times
 * the mean: negative binomial, or Poisson where the dispersion is 1 or less.
 */
export function countQuantile(mean: number, dispersion: number, probability: number): number {
  if (!(mean > 0)) return 0;
  // Beyond this many the sum would be long, and the normal distribution fits well.
  if (mean > NORMAL_FROM) {
    return Math.max(
      0,
      Math.round(mean + normalQuantile(probability) * Math.sqrt(mean * Math.max(1, dispersion))),
    );
  }
  const excess = Math.max(0, dispersion - 1);
  const size = mean / Math.max(excess, 1e-9);
  const poisson = excess < 1e-6;
  let term = poisson ? Math.exp(-mean) : Math.exp(-size * Math.log1p(excess));
  let sum = term;
  let count = 0;
  while (sum < probability && count < COUNT_MAX) {
    count += 1;
    term *= poisson ? mean / count : ((size + count - 1) * excess) / (count * (1 + excess));
    sum += term;
  }
  return count;
}

const NORMAL_FROM = 400;
const COUNT_MAX = 10_000;

/** Standard normal quantile, by bisection. */
export function normalQuantile(probability: number): number {
  let low = -10;
  let high = 10;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
