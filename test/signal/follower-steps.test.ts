import { describe, expect, it } from "vitest";
import type { Overlap } from "../../src/model/intersection.ts";
import { advanceFollowers } from "../../src/signal/followers.ts";
import type { Follower, Head, HeadsDraft } from "../../src/signal/heads.ts";
import { restingState } from "../../src/signal/state.ts";
import type { InstantMs } from "../../src/units.ts";
import { second } from "./crossings.ts";
import { FREE, nemaEight } from "./street.ts";

/** Single steps of one overlap or arrow of the dual ring. */

const AT = second(1_000);
const ago = (seconds: number): InstantMs => second(1_000 - seconds);
const GREEN = { interval: "green", greenAt: ago(60) } as const;

function step(
  overlap: Overlap,
  follower: Follower,
  heads: Readonly<Record<number, Partial<Head>>> = {},
): HeadsDraft {
  const table = nemaEight({}, { overlaps: [overlap] });
  const draft: HeadsDraft = {
    table,
    at: AT,
    heads: restingState(table, FREE, AT).heads.map((head, phase) => ({ ...head, ...heads[phase + 1] })),
    followers: [follower],
    events: [],
  };
  advanceFollowers(draft, () => false);
  return draft;
}

/** Follows phase 2, but is red with 5. */
const overlap = (redClearSeconds: number): Overlap => ({
  id: "O",
  kind: "normal",
  included: ["2"],
  minus: ["5"],
  yellowSeconds: 4,
  redClearSeconds,
});
const ARROW: Overlap = { id: "F", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 0 };
const shows = (interval: Follower["interval"], since: InstantMs): Follower => ({ interval, since });

describe("an overlap", () => {
  it("begins with its parent alone, and with no minus phase that is not red", () => {
    const red = shows("red", ago(60));
    expect(step(overlap(1), red, { 2: GREEN }).followers).toEqual([shows("green", AT)]);
    expect(step(overlap(1), red).followers).toEqual([red]);
    expect(step(overlap(1), red, { 2: GREEN, 5: GREEN }).followers).toEqual([red]);
  });

  it("ends with a minus phase that is not red", () => {
    const green = shows("green", ago(9));
    expect(step(overlap(1), green, { 2: GREEN }).followers).toEqual([green]);
    const ended = step(overlap(1), green, { 2: GREEN, 5: { interval: "redClear" } });
    expect(ended.followers).toEqual([shows("yellow", AT)]);
  });

  it("its red counts from the end of yellow, with red clearance or without", () => {
    expect(step(overlap(1), shows("yellow", ago(3.9))).followers).toEqual([shows("yellow", ago(3.9))]);
    expect(step(overlap(1), shows("yellow", ago(4))).followers).toEqual([shows("redClear", AT)]);
    expect(step(overlap(1), shows("redClear", ago(0.9))).followers).toEqual([shows("redClear", ago(0.9))]);
    expect(step(overlap(1), shows("redClear", ago(1))).followers).toEqual([shows("red", ago(1))]);
    const without = step(overlap(0), shows("yellow", ago(4)));
    expect(without.followers).toEqual([shows("red", AT)]);
    expect(without.events).toEqual([
      [AT, 64, 1],
      [AT, 65, 1],
    ]);
  });
});

describe("an arrow", () => {
  it("tells of its green and its yellow, with the number of the left", () => {
    expect(step(ARROW, shows("red", ago(60)), { 2: GREEN }).events).toEqual([[AT, 32, 1]]);
    expect(step(ARROW, shows("green", ago(9))).events).toEqual([[AT, 33, 1]]);
    // Lefts have 3 s of yellow and 1 s of red clearance.
    const clearing = step(ARROW, shows("yellow", ago(3)));
    expect([clearing.followers, clearing.events]).toEqual([[shows("redClear", AT)], []]);
    const red = step(ARROW, shows("redClear", ago(1)));
    expect([red.followers, red.events]).toEqual([[shows("red", ago(1))], []]);
  });
});
