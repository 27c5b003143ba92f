import { describe, expect, it } from "vitest";
import { boxRules, meetsLate } from "../../../src/optimize/tactical/box.ts";
import type { StreetNow } from "../../../src/optimize/tactical/policy.ts";
import { rollingHorizon } from "../../../src/optimize/tactical/rolling-horizon.ts";
import { after } from "../../../src/units.ts";
import { arrivals, greenFor, lane, outlookOf, twoStreets } from "./junctions.ts";

const standing = (seconds: number) => ({ vehicles: seconds > 0 ? 1 : 0, seconds });

/** Vehicles of the movements `through main` and `through side` that stand inside, with the seconds of the first. */
function verdict(main: number, side: number, street: StreetNow = greenFor(20), clearingSeconds = 0) {
  const outlook = outlookOf([lane(), lane()], { standingInside: [standing(main), standing(side)] });
  return boxRules(twoStreets(), street, outlook, clearingSeconds);
}

/** The side street went red so many seconds ago. */
function redFor(seconds: number): StreetNow {
  const street = greenFor(20);
  return { ...street, phaseSince: [street.stageSince, after(street.at, -1_000 * seconds)] };
}

describe("an empty junction", () => {
  it("lets every stage run", () => {
    expect(verdict(0, 0)).toEqual({ allowed: [true, true], clearing: false, mustLeave: false });
  });
});

describe("who is held up on a green street", () => {
  it("keeps cross traffic out while he stands for five seconds or more", () => {
    expect(verdict(4.9, 0).allowed).toEqual([true, true]);
    expect(verdict(5, 0)).toEqual({ allowed: [true, false], clearing: true, mustLeave: false });
  });

  it("does so for twenty seconds at most", () => {
    expect(verdict(30, 0, greenFor(40), 19).allowed).toEqual([true, false]);
    expect(verdict(30, 0, greenFor(40), 20).allowed).toEqual([true, true]);
  });

  it("counts the seconds in the policy's memory", () => {
    const outlook = outlookOf([lane(), lane({ arrivals: arrivals(0, 0, 0) })], {
      standingInside: [
        { vehicles: 1, seconds: 8 },
        { vehicles: 0, seconds: 0 },
      ],
    });
    const decision = rollingHorizon()(twoStreets(), greenFor(20), outlook, [7]);
    expect(decision.memory).toEqual([8]);
    expect(decision.stages[0]?.stage).toBe(0);
    expect(decision.record.binding).toBe("vehicles inside the junction have to leave first");
  });
});

describe("who is late inside when a stage is to begin", () => {
  it("meets it where it releases traffic against him, and not where it is his own", () => {
    expect(meetsLate(twoStreets(), 1, [true, false])).toBe(true);
    expect(meetsLate(twoStreets(), 0, [true, false])).toBe(false);
    expect(meetsLate(twoStreets(), 1, [false, true])).toBe(false);
    expect(meetsLate(twoStreets(), 1, [false, false])).toBe(false);
  });
});

describe("who is stuck with red", () => {
  it("makes the street that runs against him end, for a stage that lets him go", () => {
    expect(verdict(0, 4, redFor(10))).toEqual({ allowed: [false, true], clearing: false, mustLeave: true });
  });

  it("is not stuck before he has stood for four seconds, ten seconds after red", () => {
    expect(verdict(0, 3.9, redFor(10)).mustLeave).toBe(false);
    expect(verdict(0, 8, redFor(9.9)).mustLeave).toBe(false);
  });
});

describe("two who block each other", () => {
  it("leave every stage allowed: somebody has to move", () => {
    expect(verdict(8, 8, redFor(20)).allowed).toEqual([true, true]);
  });
});
