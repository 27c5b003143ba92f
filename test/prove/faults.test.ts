import { describe, expect, it } from "vitest";
import { proveSeed, STEPS_PER_INTERSECTION } from "../../sim/prove/randomised.ts";
import { PROVED_RULES } from "../../sim/prove/rules.ts";

/**
 * A seed that shows each fault. From the first seed on, all are found within 10⁶ steps, which is 25 intersections: see
 * `phasewise prove --plant-fault <rule>`.
 */
const SEEDS: Readonly<Record<string, number>> = {
  S2: 4,
  S3: 4,
  S4: 11,
  S5: 6,
  S11: 4,
  S12: 11,
  S14: 5,
  S17: 6,
  S18: 15,
  S24: 7,
  S25: 4,
  S26: 3,
  S27: 3,
  S29: 2,
  S32: 9,
};

describe("a rule that is broken on purpose", () => {
  it.each(PROVED_RULES.map((rule) => [rule.id, rule] as const))("%s is found, and named", (id, { fault }) => {
    const seed = SEEDS[id] ?? 1;
    const found = proveSeed(seed, STEPS_PER_INTERSECTION, fault);
    expect(found.map(({ rule }) => rule)).toContain(id);
    expect(found.map((violation) => violation.seed)).toContain(seed);
  });

  it("is one of S1 to S33, each once", () => {
    expect(PROVED_RULES.map(({ id }) => id)).toEqual(
      Array.from({ length: 33 }, (_, index) => `S${index + 1}`),
    );
  });
});
