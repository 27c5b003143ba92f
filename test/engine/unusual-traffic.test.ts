import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { placeOf } from "../../src/engine/interval.ts";
import type { EngineState } from "../../src/engine/state.ts";
import { tellUnusual } from "../../src/engine/unusual-traffic.ts";
import { placeAfter } from "../../src/forecast/history.ts";
import { type ForecastSeries, observe, startSeries } from "../../src/forecast/series.ts";
import { DAY_MS, instantMs } from "../../src/units.ts";
import { type ClosedLoop, logOf, nodeOf, runLoop, started } from "./closed-loop.ts";

/** Movements of the T before and after an interval, as if each had brought these counts for days. */
function told(loop: ClosedLoop, counts: (movement: number, slotsBack: number) => number) {
  const { intervalMs, midnightAt } = loop.tables.configuration;
  const slotsPerDay = loop.tables.slotsPerDay;
  const days = 3;
  const series = nodeOf(loop).series.map((_, movement) => {
    const all = days * slotsPerDay;
    let place = placeOf(instantMs(loop.at - days * DAY_MS), midnightAt, intervalMs);
    let one: ForecastSeries = startSeries(slotsPerDay);
    let before = one;
    for (let interval = 0; interval < all; interval += 1) {
      before = one;
      one = observe(one, place, counts(movement, all - interval));
      place = placeAfter(place, slotsPerDay);
    }
    return { before, after: one };
  });
  const stateOf = (which: "before" | "after"): EngineState => ({
    ...loop.state,
    nodes: loop.state.nodes.with(0, { ...nodeOf(loop), series: series.map((one) => one[which]) }),
  });
  const { effects } = tellUnusual(
    stateOf("before"),
    { state: stateOf("after"), effects: [] },
    loop.tables,
    loop.at,
  );
  return logOf(effects);
}

describe("a movement that brings fewer vehicles than usual", () => {
  const loop = runLoop(started({ intervalMs: 15 * 60_000 }), 60 * 15);

  it("is told with the counts of the last hour; alone, it may be a lane that is closed or a detector", () => {
    // 40 an interval, then none: (0 − 40) / √40 less 1 of slack is 5.3 an interval, past 25 with the fifth.
    const [entry, ...others] = told(loop, (movement, back) => (movement === 0 && back <= 5 ? 0 : 40));
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      topic: "traffic",
      priority: "P3",
      text: "EBT: fewer vehicles than usual: 0 in the last hour instead of 160",
      reason: "0 of 5 other movements are unusual: look for a closed lane or a detector",
    });
  });

  it("is the traffic where the others bring fewer too", () => {
    const entries = told(loop, (movement, back) => (movement < 4 && back <= 5 ? 0 : 40));
    expect(entries.map(({ text }) => text.split(":")[0])).toEqual(["EBT", "EBR", "WBT", "WBL"]);
    expect(defined(entries[0], "an entry").reason).toBe(
      "3 of 5 other movements are unusual too: the traffic has changed",
    );
  });

  it("is told once, and when it is as usual again", () => {
    expect(told(loop, (movement, back) => (movement === 0 && back <= 6 ? 0 : 40))).toEqual([]);
    // The sum of 25 falls by 1 an interval.
    const over = told(loop, (movement, back) => (movement === 0 && back > 25 && back <= 30 ? 0 : 40));
    expect(over.map(({ text, priority }) => `${priority} ${text}`)).toEqual([
      "event EBT: vehicles come as usual again",
    ]);
  });
});
