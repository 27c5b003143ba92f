import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { approachWarnings, congestionScores } from "../../src/engine/congestion.ts";
import type { Input } from "../../src/engine/input.ts";
import { type Served, wasOversaturated, wasSpilledBack } from "../../src/engine/served.ts";
import { detailView } from "../../src/engine/view.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import { BEGIN, type ClosedLoop, logOf, nodeOf, runLoop, started } from "./closed-loop.ts";

const minutes = (at: number): number => (at - BEGIN) / MINUTE_MS;

/**
 * The T under its local plan, so that nobody gives the busy lane more green, in intervals of five minutes. From `from` to `until`
 * (minutes) a queue stands on the advance loop of the busy lane.
 */
function queued(from: number, until: number): ClosedLoop {
  const told = (input: Input): Input => {
    if (input.kind !== "detections") return input;
    const minute = minutes(input.at);
    // It moves up once a minute: a loop that never changes would not be believed.
    const second = Math.round(60 * (minute - Math.floor(minute)));
    const moves = minute > from && minute < until && (second === 30 || second === 31);
    const on = minute === from || second === 31;
    if (!moves && minute !== from && minute !== until) return input;
    return { ...input, events: [...input.events, ["west_t.0.advance", input.at, on ? 1 : 0]] };
  };
  return started({
    mode: "local",
    intervalMs: 5 * MINUTE_MS,
    flowVehPerHour: (lane, at) => {
      if (lane !== "west_t.0") return 120;
      return minutes(at) >= from && minutes(at) < until ? 1500 : 200;
    },
    inputs: (inputs) => inputs.map(told),
  });
}

const traffic = (loop: ClosedLoop) => logOf(loop.effects).filter(({ topic }) => topic === "traffic");

describe("an approach whose queue reaches back to its advance loop at the end of its greens", () => {
  const loop = runLoop(queued(5, 40), 60 * 25);

  it("is warned of, once, with when and how probable, as somebody's business", () => {
    const [first, ...others] = traffic(loop).filter(({ text }) => text.includes("west_t: expected"));
    expect(first).toMatchObject({ intersection: "t", priority: "P3", at: after(BEGIN, 10 * MINUTE_MS) });
    expect(first?.text).toMatch(
      /^west_t: expected from now on: more vehicles than the greens let go \(probability \d+ %\)$/u,
    );
    expect(others).toEqual([]);
  });

  it("is shown with the interval that it is for", () => {
    const [warning] = approachWarnings(loop.state, loop.tables, 0);
    expect(warning).toMatchObject({
      link: "west_t",
      kind: "oversaturated",
      from: after(BEGIN, 25 * MINUTE_MS),
    });
    expect(warning?.probability).toBeGreaterThan(0.8);
    expect(detailView(loop.state, loop.tables, 0).warnings[0]).toMatchObject({ link: "west_t" });
  });

  it("scores what was said against what detectors showed: five cycles a minute apart failed in each interval", () => {
    const own = defined(nodeOf(loop).served ?? undefined, "a watched interval");
    expect(own.greens[0]).toEqual({ greens: 5, failures: 5 });
    const [next, second] = congestionScores(loop.state);
    // Of the one from 5 to 10 min nobody could know: a miss. Those from 10, 15 and 20 min were foretold.
    expect(next?.oversaturated).toMatchObject({ hits: 3, misses: 1, falseAlarms: 0 });
    expect(second?.oversaturated).toMatchObject({ hits: 2, misses: 1, falseAlarms: 0 });
  });

  it("is told of again when the queue is gone", () => {
    const over = runLoop(queued(5, 20), 60 * 45);
    const texts = traffic(over).map(({ text }) => text);
    expect(texts).toContain("west_t: no longer expected: more vehicles than the greens let go");
    expect(approachWarnings(over.state, over.tables, 0)).toEqual([]);
  });
});

describe("an approach with room", () => {
  it("is not warned of, and its silence is scored as right", () => {
    const loop = runLoop(queued(90, 91), 60 * 20);
    expect(traffic(loop)).toEqual([]);
    const [next] = congestionScores(loop.state);
    expect(next?.oversaturated).toMatchObject({ hits: 0, misses: 0, falseAlarms: 0 });
    expect(next?.oversaturated.quiet).toBeGreaterThan(0);
  });
});

const served = (greens: number, failures: number): Served => ({
  utilisation: [],
  capacityVehicles: [],
  leftVehicles: [],
  greens: [{ greens, failures }],
  failedShare: [],
  counts: [],
  occupancyRatio: [0.1, 0.19, 0.2],
});

describe("what an interval showed", () => {
  it("is oversaturation when half of the greens failed, and two of them", () => {
    expect(wasOversaturated(served(1, 1), 0)).toBe(false);
    expect(wasOversaturated(served(2, 2), 0)).toBe(true);
    expect(wasOversaturated(served(4, 2), 0)).toBe(true);
    expect(wasOversaturated(served(5, 2), 0)).toBe(false);
  });

  it("is spillback when a loop at the begin of the road was covered for a fifth of the time", () => {
    expect(wasSpilledBack(served(0, 0), [0, 1])).toBe(false);
    expect(wasSpilledBack(served(0, 0), [1, 2])).toBe(true);
    expect(wasSpilledBack(served(0, 0), [])).toBe(false);
  });
});
