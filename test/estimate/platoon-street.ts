import { createRandom } from "../../sim/prove/random.ts";
import { followSecond, type PlatoonFit, startPlatoonFit } from "../../src/estimate/platoon-fit.ts";

export type Platoons = {
  readonly lagSeconds: number;
  readonly smoothing: number;
  /** Probability that a vehicle of the link comes to the loops. */
  readonly share: number;
  readonly joiningVehPerSecond: number;
  readonly seconds: number;
};

export type Counts = { readonly entered: readonly number[]; readonly counted: readonly number[] };

function count(list: number[], at: number): void {
  if (at < list.length) list[at] = (list[at] ?? 0) + 1;
}

/** A signal of 80 s upstream lets vehicles go in the first 30 s, one in two seconds; each finds its own way to the loops. */
export function platoons(street: Platoons, seed: number): Counts {
  const random = createRandom(seed, "platoons");
  const entered = Array.from({ length: street.seconds }, () => 0);
  const counted = [...entered];
  for (let at = 0; at < street.seconds; at += 1) {
    if (random.chance(street.joiningVehPerSecond)) count(counted, at);
    if (at % 80 >= 30 || !random.chance(0.5)) continue;
    count(entered, at);
    if (!random.chance(street.share)) continue;
    let arrives = at + street.lagSeconds;
    while (!random.chance(street.smoothing)) arrives += 1;
    count(counted, arrives);
  }
  return { entered, counted };
}

/** Who knows nothing at first of a link that takes `travelSeconds`, and is told these counts. */
export function fittedTo({ entered, counted }: Counts, travelSeconds: number): PlatoonFit {
  let fit = startPlatoonFit([travelSeconds]);
  for (const [at, vehicles] of entered.entries()) fit = followSecond(fit, [vehicles], counted[at] ?? 0, true);
  return fit;
}
