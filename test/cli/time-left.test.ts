import { describe, expect, it } from "vitest";
import { durationText, TimeLeft } from "../../src/cli/time-left.ts";

describe("the time that is left", () => {
  it("is the sum of what each arm has taken so far, shared among the workers", () => {
    const left = new TimeLeft();
    expect(left.estimateMs(["a", "b"], 2)).toBe(0);
    left.finished("a", 2_000);
    left.finished("a", 4_000);
    left.finished("b", 9_000);
    // An arm of which nothing is known takes the mean of all: 5 s.
    expect(left.estimateMs(["a", "a", "b", "c"], 1)).toBe(3_000 + 3_000 + 9_000 + 5_000);
    expect(left.estimateMs(["a", "a", "b", "c"], 2)).toBe(10_000);
    expect(left.estimateMs(["a", "b"], 4), "one run is not shared").toBe(9_000);
    expect(left.estimateMs([], 2)).toBe(0);
  });

  it.each([
    [200, "1 s"],
    [40_000, "40 s"],
    [725_000, "12 min"],
    [3 * 3_600_000 + 290_000, "3 h 5 min"],
  ])("%d ms is said as %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
