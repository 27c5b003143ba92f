import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { defined } from "../../src/assert.ts";

/** Places inside a stratum at which a point may lie. */
const PLACES = 1_000;

/**
 * Latin hypercube: of `count` points, in each of the dimensions, one in each of `count` equal strata of 0 to 1 (McKay, Beckman and Conover
 * 1979). The same seed gives the same points.
 */
export function latinHypercube(
  count: number,
  dimensions: number,
  seed: number,
): readonly (readonly number[])[] {
  const generator = xoroshiro128plus(seed);
  const columns = Array.from({ length: dimensions }, () => {
    const strata = Array.from({ length: count }, (_, stratum) => stratum);
    for (let last = count - 1; last > 0; last -= 1) {
      const other = uniformInt(generator, 0, last);
      const kept = defined(strata[last], "stratum");
      strata[last] = defined(strata[other], "stratum");
      strata[other] = kept;
    }
    return strata.map((stratum) => (stratum + (uniformInt(generator, 0, PLACES - 1) + 0.5) / PLACES) / count);
  });
  return Array.from({ length: count }, (_, point) => columns.map((column) => defined(column[point], "part")));
}
