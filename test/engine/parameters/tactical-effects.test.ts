import { describe, expect, it } from "vitest";
import { parametersOf, readSetting } from "../../../src/engine/parameters/settings.ts";
import { rollingHorizon } from "../../../src/optimize/tactical/rolling-horizon.ts";
import { arrivals, greenFor, lane, outlookOf, twoStreets } from "../../optimize/tactical/junctions.ts";

type Scene = { readonly main: readonly number[]; readonly side: readonly number[] };

/** What is decided after 20 s of green of the main street, seconds at which vehicles could be at the two stop lines being given. */
function decided(setting: string, { main, side }: Scene) {
  const street = greenFor(20);
  const policy = rollingHorizon(parametersOf([readSetting(setting)]).optimize);
  const outlook = outlookOf([lane({ arrivals: arrivals(...main) }), lane({ arrivals: arrivals(...side) })]);
  const { stages, record } = policy(twoStreets(), street, outlook, []);
  const [first] = stages;
  return { changesNow: first?.stage === 1, candidates: record.candidates, expansions: record.expansions };
}

const changes = (setting: string, scene: Scene): boolean => decided(setting, scene).changesNow;

describe("what the search of each second does with", () => {
  it("optimize.horizonSeconds is that who comes later than it counts for nothing", () => {
    // One waits on the side street; on the main one somebody comes in 52 s, for whom the green would have to be back by then.
    const scene = { main: [52], side: [0] };
    expect(changes("optimize.horizonSeconds=20", scene)).toBe(true);
    expect(changes("optimize.horizonSeconds=90", scene)).toBe(false);
  });

  it("optimize.startLostSeconds is that a change of stage costs so much more", () => {
    // One comes on the side street in 5 s: 4 s of intergreen and the start-up are over by then, or they are not and a change must begin now.
    const scene = { main: [], side: [5] };
    expect(changes("optimize.startLostSeconds=0", scene)).toBe(false);
    expect(changes("optimize.startLostSeconds=5", scene)).toBe(true);
  });

  it("optimize.yellowUsedSeconds is that who comes in the yellow is still through", () => {
    // Somebody comes on the main street in 9 s: where 3 s of yellow are used, he is through with a hold of 6 s, which is worth it.
    const scene = { main: [9], side: [0] };
    expect(changes("optimize.yellowUsedSeconds=0", scene)).toBe(true);
    expect(changes("optimize.yellowUsedSeconds=3", scene)).toBe(false);
  });

  it("optimize.stopCostSeconds is that whoever need not stop is let through first", () => {
    const scene = { main: [9], side: [0] };
    expect(changes("optimize.stopCostSeconds=0", scene)).toBe(true);
    expect(changes("optimize.stopCostSeconds=20", scene)).toBe(false);
  });

  it("optimize.terminalSeconds is what those cost who are not served within the horizon", () => {
    // Three are on their way or wait; whom the horizon leaves behind costs a minute, or nothing.
    const scene = { main: [5], side: [0, 1] };
    expect(changes("optimize.terminalSeconds=0", scene)).toBe(false);
    expect(changes("optimize.terminalSeconds=60", scene)).toBe(true);
  });

  it("optimize.expansionsMax is that no more plans are followed on, and the best of fewer is no cheaper", () => {
    const scene = { main: [3, 9, 14, 22, 31], side: [0, 0, 7, 18, 26] };
    const few = decided("optimize.expansionsMax=20", scene);
    const many = decided("optimize.expansionsMax=2000", scene);
    expect(few.expansions).toBe(20);
    expect(many.expansions).toBeGreaterThan(20);
    expect(few.candidates[0]?.cost).toBeGreaterThanOrEqual(many.candidates[0]?.cost ?? Number.NaN);
  });
});
