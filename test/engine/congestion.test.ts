import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { approachWarnings, congestionScores, watchApproaches } from "../../src/engine/congestion.ts";
import { wasOversaturated, wasSpilledBack } from "../../src/engine/served.ts";
import { detailView } from "../../src/engine/view.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import { BEGIN, type ClosedLoop, logOf, nodeOf, runLoop, started } from "./closed-loop.ts";

/** The T under its local plan, so that nobody gives the busy lane more green. */
function underLocalPlan(vehPerHour: (minutes: number) => number): ClosedLoop {
  return started({
    mode: "local",
    flowVehPerHour: (lane, at) => (lane === "west_t.0" ? vehPerHour((at - BEGIN) / MINUTE_MS) : 120),
  });
}

const traffic = (loop: ClosedLoop) => logOf(loop.effects).filter(({ topic }) => topic === "traffic");

describe("an approach to which more vehicles come than its greens let go", () => {
  const loop = runLoop(
    underLocalPlan(() => 1500),
    60 * 20,
  );

  it("is warned of, once, with when and how probable", () => {
    const [first, ...others] = traffic(loop).filter(({ text }) => text.includes("west_t: expected"));
    expect(first).toMatchObject({ intersection: "t", priority: "event" });
    expect(first?.text).toMatch(
      /^west_t: expected from now on: more vehicles than the greens let go \(probability \d+ %\)$/u,
    );
    expect(others.filter(({ text }) => text.includes("greens"))).toEqual([]);
  });

  it("is shown with the interval that it is for", () => {
    const [warning] = approachWarnings(loop.state, loop.tables, 0);
    expect(warning).toMatchObject({
      link: "west_t",
      kind: "oversaturated",
      from: after(BEGIN, 20 * MINUTE_MS),
    });
    expect(warning?.probability).toBeGreaterThan(0.5);
    expect(detailView(loop.state, loop.tables, 0).warnings[0]).toMatchObject({ link: "west_t" });
  });

  it("scores what was said against what detectors showed: here no queue ever stood on the advance loop", () => {
    const [next] = congestionScores(loop.state);
    expect(next?.oversaturated).toMatchObject({ hits: 0, misses: 0 });
    expect(next?.oversaturated.falseAlarms).toBeGreaterThan(10);
  });

  it("counts as seen when its green was used to the end and a queue stood on the advance loop", () => {
    const own = defined(loop.tables.nodes[0], "the T");
    const served = defined(nodeOf(loop).served ?? undefined, "a watched interval");
    const { advanceLoops } = defined(own.lanes.lanes[0], "west_t.0");
    const withQueue = (ratio: number) => ({
      ...served,
      occupancyRatio: served.occupancyRatio.map((was, loopIndex) =>
        advanceLoops.includes(loopIndex) ? ratio : was,
      ),
    });
    expect(served.utilisation[0]).toBe(1);
    expect(wasOversaturated(own, withQueue(0.24), 0)).toBe(false);
    expect(wasOversaturated(own, withQueue(0.25), 0)).toBe(true);
    expect(wasOversaturated(own, { ...withQueue(0.25), utilisation: [0.94] }, 0)).toBe(false);
  });

  it("has spilled back when a loop at its begin was covered for half of the time", () => {
    const served = { utilisation: [], occupancyRatio: [0.1, 0.49, 0.5] };
    expect(wasSpilledBack(served, [0, 1])).toBe(false);
    expect(wasSpilledBack(served, [1, 2])).toBe(true);
  });
});

describe("what is said of an interval", () => {
  const loop = runLoop(
    underLocalPlan(() => 500),
    60 * 20,
  );
  /** Chances of too many vehicles by lead, when forecasts two and three steps ahead were off by so much in squares of the root. */
  const chances = (meanSquares: readonly number[], scored = 100): readonly number[] => {
    const node = nodeOf(loop);
    const series = node.series.map((one) => ({ ...one, ahead: { ...one.ahead, meanSquares, scored } }));
    const nodes = loop.state.nodes.with(0, { ...node, series });
    const { state } = watchApproaches({ state: { ...loop.state, nodes }, effects: [] }, loop.tables, loop.at);
    const { pending } = defined(defined(state.nodes.at(0), "the T").congestion[0], "west_t");
    return pending.map(([newest]) => newest?.oversaturated ?? Number.NaN);
  };

  it("is as sure as forecasts made as early were", () => {
    const [next, second, third] = chances([1, 1]);
    const [nextToo, secondToo, wider] = chances([1, 9]);
    expect([nextToo, secondToo]).toEqual([next, second]);
    expect(wider).not.toBe(third);
    // A capacity above the mean: the wider the spread, the likelier.
    expect(third).toBeLessThan(0.5);
    expect(wider).toBeGreaterThan(third ?? 1);
  });

  it("is as sure as forecasts of the next interval were, until fifty made as early are scored", () => {
    expect(chances([1, 9], 49)).toEqual(chances([4, 4], 0));
    expect(chances([1, 9], 50)).not.toEqual(chances([1, 9], 49));
  });
});

describe("an approach with room", () => {
  it("is not warned of, and its silence is scored as right", () => {
    const loop = runLoop(
      underLocalPlan(() => 200),
      60 * 20,
    );
    expect(traffic(loop)).toEqual([]);
    const [next] = congestionScores(loop.state);
    expect(next?.oversaturated).toMatchObject({ hits: 0, misses: 0, falseAlarms: 0 });
    expect(next?.oversaturated.quiet).toBeGreaterThan(0);
  });

  it("is told of again when a jam is over", () => {
    const loop = runLoop(
      underLocalPlan((minutes) => (minutes < 15 ? 1500 : 60)),
      60 * 60,
    );
    const texts = traffic(loop).map(({ text }) => text);
    expect(texts).toContain("west_t: no longer expected: more vehicles than the greens let go");
    expect(approachWarnings(loop.state, loop.tables, 0)).toEqual([]);
  });
});
