import { describe, expect, it } from "vitest";
import type { ScenarioEvent } from "../../sim/scenario/events.ts";
import { readSettings } from "../../src/engine/parameters/settings.ts";
import { armsOf } from "../../sim/whatif/arms.ts";

const event: ScenarioEvent = { kind: "link", intersection: "t", fault: "down", fromSeconds: 1 };

describe("the arms of a comparison", () => {
  it("are the controls, compared with the first, and for each event adaptive with and without it", () => {
    const arms = armsOf(["fixed", "adaptive"], [{ text: "link:t=down@1", event }]);
    expect(arms.map(({ name, base }) => [name, base])).toEqual([
      ["fixed", undefined],
      ["adaptive", "fixed"],
      ["adaptive link:t=down@1", "adaptive"],
    ]);
    expect(arms.map(({ control, events }) => [control, events.length])).toEqual([
      ["fixed", 0],
      ["adaptive", 0],
      ["adaptive", 1],
    ]);
  });

  it("are both of the controls that events happen to, each compared with itself", () => {
    const arms = armsOf(["adaptive", "without-substitution", "sotl"], [{ text: "link:t=down@1", event }]);
    expect(arms.map(({ name, base }) => [name, base])).toEqual([
      ["adaptive", undefined],
      ["without-substitution", "adaptive"],
      ["sotl", "adaptive"],
      ["adaptive link:t=down@1", "adaptive"],
      ["without-substitution link:t=down@1", "without-substitution"],
    ]);
  });

  it("are one more for each setting: adaptive with it alone, compared with adaptive as it is", () => {
    const settings = readSettings("optimize.horizonSeconds=30,40");
    const arms = armsOf(["fixed", "adaptive"], [], settings).slice(2);
    expect(arms.map(({ name, control, base }) => [name, control, base])).toEqual([
      ["adaptive optimize.horizonSeconds=30", "adaptive", "adaptive"],
      ["adaptive optimize.horizonSeconds=40", "adaptive", "adaptive"],
    ]);
    expect(arms.map((arm) => arm.settings)).toEqual(settings.map((setting) => [setting]));
  });
});
