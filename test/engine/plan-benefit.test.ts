import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { planBenefit } from "../../src/engine/plan-benefit.ts";
import type { EngineState } from "../../src/engine/state.ts";
import { localTiming } from "../../src/model/schedule.ts";
import { nodeOf, runLoop, started } from "./closed-loop.ts";

describe("what the plans in force are expected to be worth", () => {
  const loop = runLoop(started({ mode: "local" }), 10 * 60);
  const { state, tables } = loop;
  const own = defined(tables.nodes[0], "the T");
  const local = localTiming(own.timing, defined(own.timing.intersection.plans[0], "a plan"));
  /** The same street, told to run a timing with so much more green for the first stage, taken from the second. */
  const shifted = (ms: number): EngineState => {
    const street = defined(nodeOf(loop).street ?? undefined, "a street");
    const stages = local.stages.map(({ stage, splitMs }, slot) => ({
      stage,
      splitMs: splitMs + (slot === 0 ? ms : slot === 1 ? -ms : 0),
    }));
    const node = { ...nodeOf(loop), street: { ...street, plan: "other", timing: { ...local, stages } } };
    return { ...state, nodes: state.nodes.with(0, node) };
  };

  it("is nothing where the plan by time of day runs", () => {
    const benefit = planBenefit(state, tables);
    expect(benefit).toMatchObject({ intersections: 1, rated: 1, byStages: 0, co2SavedGramsPerHour: 0 });
    expect(benefit.delaySeconds).toBeGreaterThan(0);
    expect(benefit.delaySeconds).toBe(benefit.baselineDelaySeconds);
    expect(benefit.vehPerHour).toBeGreaterThan(500);
  });

  it("is less delay and less fuel under a better timing, more of both under a worse one, against the same baseline", () => {
    const { baselineDelaySeconds } = planBenefit(state, tables);
    const timings = [-8_000, 8_000].map((ms) => planBenefit(shifted(ms), tables));
    for (const benefit of timings) {
      expect(benefit.baselineDelaySeconds).toBe(baselineDelaySeconds);
      const saved = defined(baselineDelaySeconds ?? undefined, "baseline") - (benefit.delaySeconds ?? 0);
      expect(Math.sign(benefit.co2SavedGramsPerHour ?? 0)).toBe(Math.sign(saved));
    }
    const delays = timings.map(({ delaySeconds }) => delaySeconds);
    expect(new Set([...delays, baselineDelaySeconds]).size, "all differ").toBe(3);
  });

  it("is not told where no timing plan runs: no link, an interruption, stages decided each second", () => {
    const node = nodeOf(loop);
    const street = defined(node.street ?? undefined, "a street");
    const changed = (change: Partial<typeof node>) =>
      planBenefit({ ...state, nodes: state.nodes.with(0, { ...node, ...change }) }, tables);
    expect(changed({ linked: false })).toMatchObject({ rated: 0, delaySeconds: null });
    expect(changed({ street: { ...street, operation: "flash" } })).toMatchObject({ rated: 0 });
    expect(changed({ street: { ...street, source: "schedule" } })).toMatchObject({
      rated: 0,
      byStages: 1,
      delaySeconds: null,
      co2SavedGramsPerHour: null,
    });
  });

  it("is not known before each movement has a forecast", () => {
    const begun = started({ mode: "local" });
    expect(planBenefit(begun.state, begun.tables)).toMatchObject({
      rated: 0,
      vehPerHour: 0,
      delaySeconds: null,
      baselineDelaySeconds: null,
      co2SavedGramsPerHour: null,
    });
  });
});
