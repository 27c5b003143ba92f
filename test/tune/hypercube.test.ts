import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latinHypercube } from "../../sim/tune/hypercube.ts";

describe("a Latin hypercube", () => {
  it("has one point in each stratum of each dimension", () => {
    const whole = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 8 }), fc.nat(), (count, axes, seed) => {
        const points = latinHypercube(count, axes, seed);
        expect(points).toHaveLength(count);
        for (let axis = 0; axis < axes; axis += 1) {
          const strata = points.map((point) => Math.floor((point[axis] ?? Number.NaN) * count));
          expect(strata.toSorted((left, right) => left - right)).toEqual([...strata.keys()]);
        }
      }),
    );
  });

  it("is the same for the same seed, and another one for another", () => {
    expect(latinHypercube(8, 3, 5)).toEqual(latinHypercube(8, 3, 5));
    expect(latinHypercube(8, 3, 5)).not.toEqual(latinHypercube(8, 3, 6));
  });
});
