import { assert } from "../../src/assert.ts";

/** Halvings of a right angle after which nothing is left of it in a double. */
const HALVINGS = 60;

/**
 * Share of Student's t distribution between −t and t, for t ≥ 0 and whole degrees of freedom: the finite series of Abramowitz &
 * Stegun, Handbook of Mathematical Functions, 26.7.3 (odd) and 26.7.4 (even), with θ = arctan(t/√ν).
 */
export function studentCentralShare(t: number, degreesOfFreedom: number): number {
  return centralShare(Math.atan(t / Math.sqrt(degreesOfFreedom)), degreesOfFreedom);
}

/** Two-sided p of a t: the share of the distribution that lies at least as far from zero. Below about 1e-15 it is told as 0. */
export function studentTwoSidedP(t: number, degreesOfFreedom: number): number {
  return Math.max(0, 1 - studentCentralShare(Math.abs(t), degreesOfFreedom));
}

/**
 * The t between whose negative and itself lies the given share of the distribution; 0.95 gives the factor of a two-sided 95 %
 * interval. The share grows with θ from 0 to 1 over a right angle, so that halving it finds the place.
 */
export function studentCentralQuantile(share: number, degreesOfFreedom: number): number {
  assert(share > 0 && share < 1, "a share between 0 and 1");
  assert(Number.isInteger(degreesOfFreedom) && degreesOfFreedom > 0, "whole degrees of freedom from 1 on");
  let low = 0;
  let high = Math.PI / 2;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (centralShare(middle, degreesOfFreedom) < share) low = middle;
    else high = middle;
  }
  return Math.sqrt(degreesOfFreedom) * Math.tan((low + high) / 2);
}

function centralShare(theta: number, degreesOfFreedom: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const odd = degreesOfFreedom % 2 === 1;
  if (odd && degreesOfFreedom === 1) return theta / (Math.PI / 2);
  // Odd: cos θ + 2/3 cos³ θ + 2·4/(3·5) cos⁵ θ + … up to cos^(ν−2); even: 1 + 1/2 cos² θ + 1·3/(2·4) cos⁴ θ + … likewise.
  let term = odd ? cosine : 1;
  let sum = term;
  for (let power = odd ? 3 : 2; power <= degreesOfFreedom - 2; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power;
    sum += term;
  }
  return odd ? (theta + sine * sum) / (Math.PI / 2) : sine * sum;
}
