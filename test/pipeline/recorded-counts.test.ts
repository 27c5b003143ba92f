import { describe, expect, it } from "vitest";
import type { Input } from "../../src/engine/input.ts";
import { journalHeader, journalLines } from "../../src/pipeline/journal.ts";
import { countLine, noRecordedCounts, type RecordedCounts } from "../../src/pipeline/recorded-counts.ts";
import { replayLine, startReplay } from "../../src/pipeline/replay.ts";
import type { Result } from "../../src/result.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { BEGIN, type ClosedLoop, runLoop, startLoop } from "../engine/closed-loop.ts";

function valueOf<Value>(result: Result<Value, unknown>): Value {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** What the journal of a run tells, with inputs as they are or changed. */
function countsOf(loop: ClosedLoop, change: (input: Input) => Input = (input) => input): RecordedCounts {
  let replayed = valueOf(startReplay("journal", journalHeader(loop.tables.configuration, BEGIN)));
  const counts = noRecordedCounts();
  for (const [place, line] of journalLines(loop.inputs.map(change), []).entries()) {
    const taken = valueOf(replayLine(replayed, "journal", place + 2, line));
    countLine(counts, replayed.tables, replayed.state, taken);
    replayed = taken.replay;
  }
  return counts;
}

/** Ten minutes and a half of 360 vehicles an hour on each lane, six a minute. */
const LOOP = runLoop(startLoop({ mode: "plan", intervalMs: 5 * MINUTE_MS, flowVehPerHour: () => 360 }), 630);

describe("what a journal's detectors told", () => {
  it("is of whole intervals, by movement, as many as came and left", () => {
    const { intervals, zones } = countsOf(LOOP);
    expect(intervals.map(({ from, until }) => [(from - BEGIN) / 1000, (until - BEGIN) / 1000])).toEqual([
      [0, 300],
      [300, 600],
    ]);
    expect(zones).toBe(false);
    const lanes = LOOP.tables.nodes[0]?.lanes.lanes ?? [];
    for (const { intersections } of intervals) {
      const movements = intersections[0]?.movements ?? [];
      expect(movements.every(({ isReplaced }) => !isReplaced)).toBe(true);
      const total = movements.reduce((sum, { vehicles }) => sum + (vehicles ?? Number.NaN), 0);
      // 30 on each lane in five minutes, but for those who wait at the begin or the end of it: six at most.
      expect(Math.abs(total - 30 * lanes.length)).toBeLessThanOrEqual(6 * lanes.length);
    }
  });

  it("is unknown where the controller was not linked throughout", () => {
    const [down, up] = [BEGIN + 320_000, BEGIN + 340_000];
    const inputs = LOOP.inputs.flatMap((input): readonly Input[] => {
      if (input.kind === "tick" && input.at === down) {
        return [{ kind: "linkDown", at: input.at, intersection: "t", reason: "cut" }, input];
      }
      if (input.kind === "tick" && input.at === up) {
        return [{ kind: "linkUp", at: input.at, intersection: "t", plan: "day" }, input];
      }
      return [input];
    });
    const [whole, cut] = countsOf({ ...LOOP, inputs }).intervals;
    const vehicles = (told: typeof whole) =>
      told?.intersections[0]?.movements.map((movement) => movement.vehicles);
    expect(vehicles(whole)).not.toContain(null);
    expect(new Set(vehicles(cut))).toEqual(new Set([null]));
  });

  it("counts each call of pedestrians once, when it begins", () => {
    // Phase after phase of the configuration; the first one's pedestrians wait for 20 s of each minute.
    const counts = countsOf(LOOP, (input) => {
      if (input.kind !== "state") return input;
      const waits = Math.floor((input.at - BEGIN) / 1000) % 60 >= 40;
      return {
        ...input,
        calls: `${waits ? "b" : "v"}${input.calls.slice(1).replaceAll("p", "-").replaceAll("b", "v")}`,
      };
    });
    const [phase] = LOOP.tables.nodes[0]?.timing.intersection.phases ?? [];
    expect(
      counts.intervals.map(({ intersections }) => [...(intersections[0]?.pedestrianCalls ?? [])]),
    ).toEqual([[[phase?.id, 5]], [[phase?.id, 5]]]);
  });
});
