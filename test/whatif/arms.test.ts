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

  it("are one more of each control that runs plans by their offsets: all offsets together, compared with the same without", () => {
    const offsets = [
      { intersection: "garden", laterSeconds: 12 },
      { intersection: "harbor", laterSeconds: -5 },
    ];
    const controls = ["adaptive", "fixed", "webster", "actuated", "running"] as const;
    const arms = armsOf(controls, [], [], undefined, offsets);
    expect(arms.slice(0, 5).map((arm) => [arm.name, arm.offsets])).toEqual(
      controls.map((name) => [name, []]),
    );
    expect(arms.slice(5).map((arm) => [arm.name, arm.control, arm.base, arm.offsets])).toEqual([
      ["fixed offset garden=12 harbor=-5", "fixed", "fixed", offsets],
      ["running offset garden=12 harbor=-5", "running", "running", offsets],
    ]);
  });

  it("are all controls under an event of the street, compared with the first one under it, and that with itself", () => {
    const surge = {
      text: "demand=*2@60",
      event: { kind: "demand", entry: "all", factor: 2, fromSeconds: 60 },
    } as const;
    const arms = armsOf(["fixed", "adaptive"], [surge]);
    expect(arms.slice(2).map(({ name, base, events }) => [name, base, events.length])).toEqual([
      ["fixed demand=*2@60", "fixed", 1],
      ["adaptive demand=*2@60", "fixed demand=*2@60", 1],
    ]);
  });

  it("have what the scenario says in each of them, its parameters in adaptive alone, and its variants between", () => {
    const all = { path: "optimize.horizonSeconds", value: 40 } as const;
    const arms = armsOf(["fixed", "adaptive"], [{ text: "link:t=down@1", event }], [], {
      events: [event],
      settings: [all],
      variants: [
        { name: "long", control: "adaptive", events: [], settings: [{ ...all, value: 90 }], offsets: [] },
        { name: "pressed", control: "maxpressure", events: [event], settings: [], offsets: [] },
      ],
    });
    expect(arms.map(({ name, base, events, settings }) => [name, base, events.length, settings])).toEqual([
      ["fixed", undefined, 1, []],
      ["adaptive", "fixed", 1, [all]],
      ["long", "adaptive", 1, [{ ...all, value: 90 }]],
      ["pressed", "fixed", 2, []],
      ["adaptive link:t=down@1", "adaptive", 2, [all]],
    ]);
  });
});
