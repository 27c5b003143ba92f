import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { type RunRecord, recorded, startRecord } from "../../src/evaluate/record.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import type { Input } from "../../src/engine/input.ts";
import { BEGIN, type ClosedLoop, give, runLoop, started } from "../engine/closed-loop.ts";

/** A closed loop that is looked back on second by second. */
function lookingBack(loop: ClosedLoop) {
  let record: RunRecord = startRecord(loop.tables);
  return {
    record: (): RunRecord => record,
    run: (seconds: number, atFirst: readonly Input[] = []): void => {
      for (let second = 0; second < seconds; second += 1) {
        const { state: before } = loop;
        const [inputs, effects] = [loop.inputs.length, loop.effects.length];
        if (second === 0) give(loop, atFirst);
        runLoop(loop, 1);
        const { at, state } = loop;
        const told = { inputs: loop.inputs.slice(inputs), effects: loop.effects.slice(effects) };
        record = recorded(record, loop.tables, { at, before, state, ...told });
      }
    },
  };
}

describe("a run that is looked back on", () => {
  it("has each interval with who left, who was there, and the mode that it was in all of the time", () => {
    const loop = started({ mode: "local" });
    const back = lookingBack(loop);
    back.run(4 * 60);
    const changeAt = loop.at;
    const change = {
      kind: "mode",
      at: changeAt,
      intersection: "t",
      mode: "plan",
      by: "ann",
      reason: "trial",
    } as const;
    back.run(2 * 60, [change]);
    const { intervals, changes } = back.record();
    expect(intervals.map(({ mode }) => mode)).toEqual(["local", "local", "local", "local", null, "plan"]);
    expect(intervals[0]).toMatchObject({ from: BEGIN, until: after(BEGIN, MINUTE_MS), intersection: "t" });
    expect(changes).toEqual([
      { at: changeAt, intersections: ["t"], from: ["local"], to: "plan", by: "ann", reason: "trial" },
    ]);
    // 800 vehicles an hour come from the west, 120 to each other lane: what leaves in a minute lies about their sum.
    for (const { vehicles, vehiclesPresent, greens, greensFailed } of intervals.slice(1)) {
      expect(vehicles).toBeGreaterThan(10);
      expect(vehicles).toBeLessThan(40);
      expect(vehiclesPresent).toBeGreaterThanOrEqual(0);
      expect(greensFailed).toBeLessThanOrEqual(greens);
    }
  });

  it("has each forecast beside what was counted for the same interval", () => {
    const loop = started();
    const back = lookingBack(loop);
    back.run(5 * 60);
    const { forecasts } = back.record();
    const series = defined(loop.state.nodes.at(0), "the T").series;
    const own = series.map((_, movement) => {
      const { id } = defined(loop.tables.nodes[0]?.timing.intersection.movements[movement], "movement");
      return forecasts
        .filter((forecast) => forecast.movement === id)
        .map(({ countedVehPerHour }) => countedVehPerHour / 60);
    });
    // The first interval has no forecast.
    for (const [movement, counts] of own.entries()) {
      const recent = defined(series[movement], "series").recent.slice(1);
      expect(counts).toHaveLength(recent.length);
      for (const [place, count] of counts.entries())
        expect(count).toBeCloseTo(recent[place] ?? Number.NaN, 9);
    }
    for (const { lowerVehPerHour, expectedVehPerHour, upperVehPerHour } of forecasts) {
      expect(lowerVehPerHour).toBeLessThanOrEqual(expectedVehPerHour);
      expect(upperVehPerHour).toBeGreaterThanOrEqual(expectedVehPerHour);
    }
  });

  it("has each plan that was sent beside the one by time of day; a street that its plan does not fit gains", () => {
    const loop = started();
    const back = lookingBack(loop);
    back.run(6 * 60);
    const { plans } = back.record();
    expect(plans.length).toBe(loop.effects.filter(({ kind }) => kind === "push").length);
    expect(plans.at(-1)?.ownSeconds).toBeLessThan(plans.at(-1)?.scheduledSeconds ?? 0);
  });
});

it("a detector that fails is followed: how long, since when, what was found", () => {
  const stop = "west_t.0.stopLine";
  const loop = started({
    inputs: (inputs) =>
      inputs.map((input): Input => {
        if (input.kind !== "detections") return input;
        const { at, events } = input;
        return { ...input, events: [...events, [stop, after(at, -600), 1], [stop, after(at, -500), 0]] };
      }),
  });
  const back = lookingBack(loop);
  back.run(10 * 60);
  const { detectors } = back.record();
  const known = loop.state.nodes.at(0)?.health.detectors.findIndex(({ state }) => state === "failed") ?? -1;
  const { since } = defined(loop.state.nodes.at(0)?.health.detectors[known], "one has failed");
  expect([...detectors.keys()]).toContain(`t/${stop}`);
  expect(detectors.get(`t/${stop}`)).toMatchObject({
    detector: stop,
    state: "failed",
    since,
    fault: "chatter",
    failedMs: loop.at - since,
  });
});
