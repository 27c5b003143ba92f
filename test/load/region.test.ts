import { describe, expect, it } from "vitest";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { type LoadReport, measureLoad } from "../../sim/load/measure.ts";
import { firstInputs, nextInputs, type Region, startRegion } from "../../sim/load/region.ts";
import type { Input } from "../../src/engine/input.ts";
import { after, HOUR_MS, instantMs, SECOND_MS } from "../../src/units.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const network = gridNetwork(2, 3);

function region(seed: number, observe: "loops" | "zone" = "loops"): Region {
  return startRegion({
    network,
    seed,
    observe,
    midnightAt: MIDNIGHT,
    startsAt: after(MIDNIGHT, 7 * HOUR_MS),
  });
}

/** Everything that an engine is told in so many seconds by controllers whom it tells nothing. */
function told(of: Region, seconds: number): readonly Input[] {
  const inputs = [...firstInputs(of)];
  for (let second = 0; second < seconds; second += 1) inputs.push(...nextInputs(of));
  return inputs;
}

function ofKind(inputs: readonly Input[], kind: Input["kind"]): number {
  return inputs.filter((input) => input.kind === kind).length;
}

/** Vehicles in all lanes that lead to a signal. */
function waiting({ street }: Region): number {
  return street.roads
    .filter(({ intersection }) => intersection >= 0)
    .flatMap(({ lanes }) => lanes)
    .reduce((sum, { vehicles }) => sum + vehicles.filter((one) => one.metersPerSecond === 0).length, 0);
}

function measured(observe: "loops" | "zone", seconds: number): LoadReport {
  let clockMs = 0;
  let held = 2_000_000;
  return measureLoad({
    region: region(1, observe),
    configuration: {
      network,
      midnightAt: MIDNIGHT,
      stepMs: SECOND_MS,
      intervalMs: 300_000,
      planValidMs: 900_000,
      mode: "adaptive",
    },
    runInSeconds: 20,
    seconds,
    machine: {
      nowMs: () => (clockMs += 1),
      usedMs: () => 0,
      heldBytes: () => (held -= 600_000),
    },
    progress: () => undefined,
    stopped: new AbortController().signal,
  });
}

describe("the load of a region", () => {
  it("is the same for a seed, and another for another", () => {
    const [one, again, other] = [1, 1, 2].map((seed) => JSON.stringify(told(region(seed), 40)));
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it("tells state and detections of every intersection each second, and zones where they are wanted", () => {
    const inputs = told(region(1, "zone"), 30);
    expect(ofKind(inputs, "detections")).toBe(6 * 30);
    expect(ofKind(inputs, "zone")).toBe(6 * 30);
    expect(ofKind(inputs, "state")).toBeGreaterThanOrEqual(6 * 31);
    expect(ofKind(told(region(1), 5), "zone")).toBe(0);
  });

  it("has queues that grow and shrink, and vehicles no nearer to each other than a spacing", () => {
    const of = region(1);
    const queues: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      nextInputs(of);
      queues.push(waiting(of));
      for (const { lanes } of of.street.roads) {
        for (const { vehicles } of lanes) {
          for (const [index, { meters }] of vehicles.entries()) {
            const ahead = vehicles[index - 1];
            if (ahead !== undefined && second > 0) expect(meters - ahead.meters).toBeGreaterThanOrEqual(7.49);
          }
        }
      }
    }
    expect(Math.min(...queues)).toBeLessThan(0.7 * Math.max(...queues));
    expect(Math.max(...queues)).toBeGreaterThan(10);
  });

  it.each(["loops", "zone"] as const)("makes the engine decide, and controllers answer: %s", (observe) => {
    const report = measured(observe, 40);
    expect(report.intersections).toBe(6);
    expect(report.simulatedSeconds).toBe(40);
    // Most seconds an intergreen or a least green runs.
    expect(report.decisions).toBeGreaterThan(10);
    expect(report.schedulesPushed).toBeGreaterThan(40);
    expect(report.schedulesAccepted).toBeGreaterThan(0.8 * report.schedulesPushed);
    expect(report.schedulesRefused).toBe(0);
    // The clock of this test moves on by a millisecond a look: three of a step, two of each search in it.
    expect(report.stepSeconds.mean).toBeCloseTo((2 + (2 * report.decisions) / 40) / 1000, 9);
    expect(report.bytesPerIntersection).toBe(100_000);
  });
});
