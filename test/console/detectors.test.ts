import { describe, expect, it } from "vitest";
import { isAbnormal, orderedDetectors } from "../../src/console/data/detector-list.ts";
import type { DetectorStateView } from "../../src/protocol/detector-view.ts";

const detector = (name: string, change: Partial<DetectorStateView> = {}): DetectorStateView => ({
  intersection: "x",
  detector: name,
  role: "stopLine",
  movements: [],
  state: "good",
  since: 0,
  fault: null,
  reason: null,
  lastHitAt: null,
  hitsPerHour: 0,
  expectedPerHour: null,
  linked: true,
  effect: null,
  ...change,
});
const names = (detectors: readonly DetectorStateView[]): readonly string[] =>
  detectors.map((one) => one.detector);

describe("the table of detectors", () => {
  const all = [
    detector("c", { state: "good", hitsPerHour: 40, lastHitAt: 900 }),
    detector("b", { state: "failed", hitsPerHour: 0 }),
    detector("a", { state: "suspect", hitsPerHour: 12, lastHitAt: 100 }),
    detector("d", { state: "recovering", hitsPerHour: 12, lastHitAt: 500 }),
  ];

  it("has the worst state first", () => {
    expect(names(orderedDetectors(all, { by: "state", descending: false }))).toEqual(["b", "a", "d", "c"]);
  });

  it("is in the order that is asked for, alike ones by name, without a value last", () => {
    expect(names(orderedDetectors(all, { by: "hitsPerHour", descending: true }))).toEqual([
      "c",
      "a",
      "d",
      "b",
    ]);
    expect(names(orderedDetectors(all, { by: "lastHitAt", descending: false }))).toEqual([
      "a",
      "d",
      "c",
      "b",
    ]);
    expect(names(orderedDetectors(all, { by: "lastHitAt", descending: true }))).toEqual(["c", "d", "a", "b"]);
  });

  it("calls abnormal what is not good, and what nobody hears", () => {
    expect(all.filter(isAbnormal).map((one) => one.detector)).toEqual(["b", "a", "d"]);
    expect(isAbnormal(detector("e", { linked: false }))).toBe(true);
  });
});
