import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { readSettings, type Setting } from "../../src/engine/parameters/settings.ts";
import { journalHeader, journalLines } from "../../src/pipeline/journal.ts";
import { type Replay, replayLine, startReplay } from "../../src/pipeline/replay.ts";
import { compareLine, type SetComparison, startComparison } from "../../src/pipeline/what-set.ts";
import type { Result } from "../../src/result.ts";
import { BEGIN, runLoop, startLoop } from "../engine/closed-loop.ts";

/** The inputs of eight minutes of traffic that comes and goes. */
const loop = runLoop(
  startLoop({
    mode: "adaptive",
    flowVehPerHour: (lane, at) => 150 + 500 * Math.abs(Math.sin((at - BEGIN) / 97_000 + lane.length)),
  }),
  480,
);
const header = journalHeader(loop.tables.configuration, BEGIN);
const lines = journalLines(loop.inputs, []);

function valueOf<Value>(result: Result<Value, unknown>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function compared(settings: readonly Setting[]): {
  readonly comparison: SetComparison;
  readonly replayed: Replay;
} {
  let replayed = valueOf(startReplay("journal", header));
  let comparison = startComparison(replayed.tables, settings);
  for (const [place, line] of lines.entries()) {
    const taken = valueOf(replayLine(replayed, "journal", place + 2, line));
    comparison = compareLine(comparison, replayed.state, taken);
    replayed = taken.replay;
  }
  return { comparison, replayed };
}

describe("a journal with other parameters", () => {
  it("has the same decisions where they are the recorded ones", () => {
    const { comparison } = compared(readSettings("optimize.stopCostSeconds=3"));
    expect(comparison.differences).toEqual([]);
    expect(comparison.stages).toEqual({ compared: expect.any(Number), differ: 0 });
    // Nearly every second of the eight minutes, once the loop is linked; a plan each minute once demand is known.
    expect(comparison.stages.compared).toBeGreaterThan(300);
    expect(comparison.plans.compared).toBeGreaterThan(3);
    expect(comparison.plans.differ).toBe(0);
  });

  it("tells which decisions would be others, while the recorded engine goes on as it did", () => {
    const { comparison, replayed } = compared(readSettings("optimize.stopCostSeconds=20"));
    expect(comparison.stages.differ).toBeGreaterThan(0);
    expect(comparison.stages.differ).toBeLessThan(comparison.stages.compared / 2);
    const seconds = comparison.differences
      .filter(({ kind }) => kind === "stage")
      .reduce((sum, { decisions }) => sum + decisions, 0);
    expect(seconds).toBe(comparison.stages.differ);
    for (const { recorded, set, from, until, decisions } of comparison.differences) {
      expect(recorded).not.toBe(set);
      expect((until - from) / 1000).toBe(decisions - 1);
    }
    expect(replayed.state).toEqual(loop.state);
  });

  it("tells which timing plans would be others", () => {
    const { comparison } = compared(readSettings("strategic.splitStepRatio=0.2"));
    expect(comparison.plans.differ).toBeGreaterThan(0);
    const plan = defined(
      comparison.differences.find(({ kind }) => kind === "plan"),
      "a plan",
    );
    expect(plan.recorded).toMatch(/^cycle \d+ s, offset \d+ s: /);
  });

  it("is not compared with another interval, of which it has no counts", () => {
    expect(() => compared(readSettings("strategic.intervalMinutes=2"))).toThrow(/of its own intervals/);
  });
});
