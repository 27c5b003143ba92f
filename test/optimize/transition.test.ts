import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { regionModel } from "../../src/optimize/progression.ts";
import { transitionCost, transitionSeconds } from "../../src/optimize/transition.ts";
import { twoStages } from "./crossing.ts";
import { link } from "./retime-nodes.ts";

const correction = (nextCycleSeconds: number, offsetSeconds: number) =>
  transitionSeconds({
    cycleSeconds: 100,
    nextCycleSeconds,
    offsetSeconds,
    lengthenRatio: 0.2,
    shortenRatio: 0.17,
  });

describe("a controller is out of step", () => {
  it("for no time where its cycle begins as the plan has it", () => {
    expect(correction(86_430, 30)).toBe(0);
  });

  it("for whole cycles: 25 s later are two of 20 s at most", () => {
    expect(correction(30, 55)).toBe(200);
  });

  it("the way that takes fewer cycles: 30 s earlier are two of 17 s, 70 s later would be four", () => {
    expect(correction(30, 0)).toBe(200);
  });

  it("the only way where shortening is not allowed: 70 s later in four cycles", () => {
    const only = { nextCycleSeconds: 30, offsetSeconds: 0, lengthenRatio: 0.2, shortenRatio: 0 };
    expect(transitionSeconds({ cycleSeconds: 100, ...only })).toBe(400);
  });
});

describe("a transition costs", () => {
  const timing = { order: [0, 1], greenSeconds: [30, 16], ownQueue: 0, moveMaxSeconds: 58 };
  const node = { table: twoStages(), timings: [timing], offsetSeconds: 0 };
  const model = regionModel(
    [
      { ...node, id: "first" },
      { ...node, id: "second" },
    ],
    [link(0, 1)],
    58,
  );
  const good = { offsetSeconds: [0, 10], timing: [0, 0] };

  it("nothing while nobody is out of step", () => {
    expect(transitionCost(model, good, [0, 0])).toBe(0);
  });

  it("what the mean over all offsets is above the offset to come, for as long as the later end takes", () => {
    const queues = Array.from({ length: 16 }, (_, step) =>
      model.linkDelay(0, { ...good, offsetSeconds: [(step * 58) / 16, 10] }),
    );
    const mean = queues.reduce((sum, queue) => sum + queue, 0) / 16;
    const chosen = model.linkDelay(0, good);
    expect(mean, "the mean is worse than the good one").toBeGreaterThan(2 * chosen);
    expect(transitionCost(model, good, [58, 116])).toBeCloseTo(116 * (mean - chosen), 6);
  });

  it("nothing where the offset to come is the worst of all", () => {
    const delays = Array.from({ length: 58 }, (_, offset) =>
      model.linkDelay(0, { ...good, offsetSeconds: [0, offset] }),
    );
    const worst = delays.indexOf(Math.max(...delays));
    expect(defined(delays[worst], "delay")).toBeGreaterThan(0);
    expect(transitionCost(model, { ...good, offsetSeconds: [0, worst] }, [58, 58])).toBe(0);
  });
});
