import { describe, expect, it } from "vitest";
import { cycleSplits } from "../../src/signal/cycle.ts";
import { crossing, MIDNIGHT, NEMA_TIMING, nemaCrossing, second, tableOf, timing } from "./crossings.ts";

/** The splits in seconds of the NEMA example when its cycle of 60 s begins so many seconds late. */
function nemaSplits(lateSeconds: number, envelope = {}) {
  const cycle = cycleSplits(
    tableOf(nemaCrossing(envelope)),
    NEMA_TIMING,
    MIDNIGHT,
    second(600 + lateSeconds),
  );
  return [cycle.coordination, ...cycle.splitsMs.map((splitMs) => splitMs / 1000)];
}

describe("the splits of a cycle", () => {
  it("in step, they are the plan's; less than a step does not count", () => {
    for (const late of [0, 0.9, 59.1, 59.9])
      expect(nemaSplits(late), `${late} s late`).toEqual(["inStep", 22, 17, 11, 10]);
    expect(nemaSplits(1)[0]).toBe("transition");
    expect(nemaSplits(59)[0]).toBe("transition");
  });

  // Above the minimum service: phase 2 has 2 s, 4 nothing, 5 1 s, 1 12 s, 6 17 s; stage 1-6 has 5 s above clearance and a step.
  it("a little late, they are shortened where most room is", () => {
    expect(nemaSplits(3)).toEqual(["transition", 22, 17, 11, 7]);
  });

  it("later, they are shortened as far as minimum service allows, 8 s of the 10 s that 17 % are", () => {
    expect(nemaSplits(20)).toEqual(["transition", 20, 17, 10, 5]);
  });

  it("shortened by no more than the envelope's share, 5 % being 3 s", () => {
    expect(nemaSplits(5, { transitionShortenRatio: 0.05 })).toEqual(["transition", 22, 17, 11, 7]);
  });

  it("lengthened where that takes fewer cycles: 20 s in steps of 12 s take two, 40 s in steps of 8 s take five", () => {
    expect(nemaSplits(40)).toEqual(["transition", 27, 20, 13, 12]);
  });

  it("lengthened where it may only be, though to shorten would be quicker", () => {
    const coordination = {
      forceOff: "fixed",
      correction: "addOnly",
      reference: "beginGreen",
      maximum: "inhibit",
    } as const;
    const table = tableOf({ ...nemaCrossing(), coordination });
    expect(cycleSplits(table, NEMA_TIMING, MIDNIGHT, second(603)).splitsMs).toEqual([
      27_000, 20_000, 13_000, 12_000,
    ]);
  });

  it("lengthened by just what is missing in the last cycle, in shares of the splits", () => {
    expect(nemaSplits(52)).toEqual(["transition", 26, 19, 12, 11]);
  });

  it("lengthened where nothing may be shortened", () => {
    expect(nemaSplits(3, { transitionShortenRatio: 0 })).toEqual(["transition", 27, 20, 13, 12]);
  });

  it("lengthened in whole steps even when late by a fraction", () => {
    expect(nemaSplits(52.4)).toEqual(["transition", 26, 18, 12, 11]);
  });

  it("a short cycle on a coarse plant is corrected step by step, where the envelope's share is less than a step", () => {
    const table = tableOf(
      crossing({
        phases: { A: [3, 3, 0], B: [3, 3, 0] },
        stages: { a: ["A"], b: ["B"] },
        conflicts: ["A/B"],
        plans: { day: { a: 8, b: 7 } },
        envelope: { transitionLengthenRatio: 0.05, transitionShortenRatio: 0 },
      }),
    );
    const plan = timing([
      ["a", 8],
      ["b", 7],
    ]);
    expect(cycleSplits(table, plan, MIDNIGHT, second(10))).toEqual({
      splitsMs: [9_000, 7_000],
      coordination: "transition",
    });
  });

  it("a stage that comes twice keeps each of its greens", () => {
    const table = tableOf(
      crossing({
        phases: { A: [6, 3, 0], B: [5, 3, 0] },
        stages: { a: ["A"], b: ["B"] },
        conflicts: ["A/B"],
        plans: { day: { a: 10, b: 10 } },
        envelope: { transitionShortenRatio: 0.3 },
      }),
    );
    // Greens of 7, 5, 10, 5 s: phase A may lose 1 s of the first and 4 s of the second, B nothing.
    const plan = timing([
      ["a", 10],
      ["b", 8],
      ["a", 13],
      ["b", 8],
    ]);
    expect(cycleSplits(table, plan, MIDNIGHT, second(5)).splitsMs).toEqual([9_000, 8_000, 9_000, 8_000]);
  });
});
