import * as fc from "fast-check";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { NO_CHANGES } from "../../src/detect/changes.ts";
import { cleanDetections, type CleaningState, startCleaning } from "../../src/detect/cleaning.ts";
import { minuteOf } from "../../src/detect/health-minute.ts";
import { defined } from "../../src/assert.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import { BEGIN, minute, run, startStreet } from "./health-street.ts";

/** A number of vehicles of a Poisson process, by inversion. */
function poisson(mean: number, draw: () => number): number {
  let [count, chance] = [0, Math.exp(-mean)];
  for (let sum = chance, at = draw(); at > sum && count < 200; sum += chance) {
    count += 1;
    chance *= mean / count;
  }
  return count;
}

/** A day of five detectors with vehicles at random: from one in two minutes to eighteen a minute, with a rush and a night. */
function randomDay(day: number, thin: (detector: number, minute: number) => number) {
  const generator = xoroshiro128plus(day + 1);
  const draw = (): number => uniformFloat64(generator);
  for (let k = 0; k < 8; k += 1) draw();
  const means = Array.from({ length: 5 }, () => 0.5 + 17.5 * draw() ** 2);
  let vehicles = 0;
  const street = run(startStreet(), 24 * 60, (count) =>
    means.map((mean, index) => {
      const rush = (1 - 0.9 * Math.cos((2 * Math.PI * count) / (24 * 60))) / 1.9;
      const arrivals = poisson(mean * rush * thin(index, count), draw);
      vehicles += arrivals;
      const departuresInGreen = [index === 0 ? arrivals : 0, index === 1 ? arrivals : 0];
      return minute(arrivals, { departuresInGreen });
    }),
  );
  const failures = street.changes.filter(({ from, to }) => from !== "failed" && to === "failed");
  return { means, vehicles, failures };
}

describe("detectors with vehicles at random", () => {
  it("fail in none of 120 sound detector days, at any plausible flow", () => {
    let vehicles = 0;
    const failures: string[] = [];
    for (let day = 0; day < 24; day += 1) {
      const sound = randomDay(day, () => 1);
      vehicles += sound.vehicles;
      failures.push(
        ...sound.failures.map(
          ({ detector, finding, minute: at }) => `${day} ${detector} ${finding?.rule} ${at}`,
        ),
      );
    }
    expect(vehicles).toBeGreaterThan(500_000);
    expect(failures).toEqual([]);
  });

  it("are found within an hour of the busy day when they begin to tell half, and no other one is", () => {
    const NOON = 12 * 60;
    for (let day = 100; day < 106; day += 1) {
      const { means, failures } = randomDay(day, (detector, at) => (detector === 2 && at > NOON ? 0.5 : 1));
      // With fewer than two a minute it takes longer than an hour.
      if (defined(means[2], "mean") < 2) continue;
      const [first] = failures;
      expect(failures.map(({ detector }) => detector)).toEqual([2]);
      expect(first?.finding?.rule).toBe("dropouts");
      expect(first?.minute).toBeGreaterThan(NOON);
      expect(first?.minute).toBeLessThan(NOON + 60);
    }
  });

  it("are judged alike in whatever order the frames of an interval come", () => {
    const index = new Map([["d", 0]]);
    const context = { detectorIndex: index, intervalStartsAt: BEGIN };
    const frames = fc.array(fc.integer({ min: 1, max: 590 }), { minLength: 1, maxLength: 60 });
    let shuffled = 0;
    fc.assert(
      fc.property(frames, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (tenths, order) => {
        const instants = [...new Set(tenths)].toSorted((left, right) => left - right);
        const sent = instants.map((tenth, sequence) => ({
          sequence: sequence + 1,
          events: [["d", BEGIN + tenth * 100, sequence % 2 === 0 ? 1 : 0] as const],
        }));
        const first = { sequence: 0, events: [] };
        const mixed = sent
          .map((frame) => ({ frame, key: order.next().value ?? 0 }))
          .toSorted((left, right) => left.key - right.key)
          .map(({ frame }) => frame);
        const told = [sent, mixed].map((all) => {
          const loops = [{ changes: NO_CHANGES, arrivals: 0, departures: 0 }];
          let state: CleaningState = { ...startCleaning([]), loops };
          for (const frame of [first, ...all]) state = cleanDetections(state, frame, context).state;
          return minuteOf(defined(state.loops[0], "loop").changes, [], BEGIN, after(BEGIN, MINUTE_MS), true);
        });
        expect(told[1]).toEqual(told[0]);
        if (mixed.some((frame, place) => frame !== sent[place])) shuffled += 1;
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(shuffled).toBeGreaterThan(50);
  });
});
