import { describe, expect, it } from "vitest";
import {
  FIELDS_MOTION,
  headingBetween,
  type Motion,
  NO_MOTION,
  nextMotion,
  placeAt,
  smoothedGapMs,
} from "../../src/console/draw/motion.ts";

function placeOf(motion: Motion, id: number, progress: number): readonly number[] {
  const out = new Float64Array(FIELDS_MOTION);
  const index = motion.indexOf.get(id);
  expect(index, `vehicle ${id} is known`).toBeDefined();
  placeAt(motion, index ?? 0, progress, out, 0);
  return [...out];
}

describe("vehicles between two frames", () => {
  const first = nextMotion(NO_MOTION, 1, [7, 1000, 500, 90, 45]);

  it("stand where the first frame has them: metres, degrees, metres", () => {
    expect(placeOf(first, 7, 0)).toEqual([100, 50, 90, 4.5]);
  });

  it("are halfway after half of the gap", () => {
    const second = nextMotion(first, 1, [7, 1140, 500, 90, 45]);
    expect(placeOf(second, 7, 0.5)).toEqual([107, 50, 90, 4.5]);
  });

  it("go on from where they were drawn when a frame comes early", () => {
    const second = nextMotion(first, 1, [7, 1140, 500, 90, 45]);
    const third = nextMotion(second, 0.5, [7, 1280, 500, 90, 45]);
    expect(placeOf(third, 7, 0)[0]).toBe(107);
    expect(placeOf(third, 7, 1)[0]).toBe(128);
  });

  it("appear at once where they enter, vanish where they leave, whatever their place in the frame", () => {
    const second = nextMotion(first, 1, [9, 0, 0, 0, 120, 7, 1140, 500, 90, 45]);
    expect(placeOf(second, 9, 0)).toEqual([0, 0, 0, 12]);
    expect(placeOf(second, 7, 0)[0]).toBe(100);
    expect(nextMotion(second, 1, [9, 0, 0, 0, 120]).indexOf.has(7)).toBe(false);
  });

  it("do not glide across the town after a gap in the stream", () => {
    const second = nextMotion(first, 1, [7, 9000, 500, 90, 45]);
    expect(placeOf(second, 7, 0)[0]).toBe(900);
  });

  it("stay where they are going when nothing comes any more", () => {
    const second = nextMotion(first, 1, [7, 1140, 500, 90, 45]);
    expect(placeOf(second, 7, 3)[0]).toBe(114);
  });
});

describe("headings", () => {
  it.each([
    [350, 10, 0.5, 0],
    [10, 350, 0.25, 5],
    [90, 180, 0.5, 135],
    [0, 270, 1, 270],
  ])("from %i to %i take the shorter way", (from, to, share, expected) => {
    expect(headingBetween(from, to, share)).toBe(expected);
  });
});

describe("the gap between frames", () => {
  it("is taken as it is at first, then smoothed by a fifth", () => {
    expect(smoothedGapMs(null, 100)).toBe(100);
    expect(smoothedGapMs(100, 200)).toBeCloseTo(120);
  });

  it("is bounded, so that a pause does not slow the traffic down for long", () => {
    expect(smoothedGapMs(100, 60_000)).toBeCloseTo(380);
  });
});
