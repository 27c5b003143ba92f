import { beforeAll, describe, expect, it } from "vitest";
import type { Effect } from "../../src/engine/effect.ts";
import { stageNow } from "../../src/engine/stage-now.ts";
import { holderOf } from "../../src/explain/decidable.ts";
import type { StageRecord, TimingRecord } from "../../src/explain/record.ts";
import { effectLines, journalHeader } from "../../src/pipeline/journal.ts";
import { MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { type Recorded, recordedOn } from "../explain/recorded-run.ts";
import { BEGIN, type ClosedLoop, give, plansOf, runLoop, started } from "./closed-loop.ts";

function recordedFrom(loop: ClosedLoop): Recorded {
  const { tables, inputs, effects } = loop;
  return recordedOn({ configuration: tables.configuration, startsAt: BEGIN, inputs, effects });
}

let loop: ClosedLoop;
let recorded: Recorded;

beforeAll(() => {
  loop = runLoop(started({ mode: "adaptive" }), 240);
  recorded = recordedFrom(loop);
});

const stages = (): readonly StageRecord[] => recorded.records.filter((one) => one.level === "tactical");

describe("an engine that does not record its decisions", () => {
  it("tells none and keeps nothing of them", () => {
    expect(loop.effects.filter(({ kind }) => kind === "decision")).toEqual([]);
    for (const node of loop.state.nodes) expect(node).not.toHaveProperty("recording");
  });
});

const withoutRecords = (effects: readonly Effect[]): readonly Effect[] =>
  effects.filter(({ kind }) => kind !== "decision");

describe("an engine that records its decisions", () => {
  it("does else what it did without, byte for byte", () => {
    expect(JSON.stringify(withoutRecords(recorded.effects))).toBe(JSON.stringify(loop.effects));
    expect(effectLines(recorded.effects)).toEqual(effectLines(loop.effects));
    const { configuration } = recorded.tables;
    expect(configuration.recordDecisions).toBe(true);
    expect(journalHeader(configuration, BEGIN)).toBe(journalHeader(loop.tables.configuration, BEGIN));
    expect(recorded.effects.length).toBeGreaterThan(loop.effects.length);
  });

  it("tells each stage decision that says something new, under an id of its own", () => {
    const ids = recorded.effects.flatMap((effect) => (effect.kind === "decision" ? [effect.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(stages().length).toBeGreaterThan(5);
    for (const { sent, observed, inputs, decided } of stages()) {
      expect([sent, observed]).toEqual([true, "loops"]);
      expect(inputs.lanes.length).toBeGreaterThan(0);
      expect(decided.candidates.length).toBeGreaterThan(0);
    }
  });

  it("writes the junction once an hour, and its id in the others", () => {
    const [first, ...others] = stages();
    expect(first?.problem.junction).toHaveProperty("site");
    expect(others.map(holderOf)).toEqual(others.map(() => first?.id));
  });

  it("tells after the horizon who left over the stop lines since, and which stages were shown", () => {
    const { detectors } = loop.tables.nodes[0]?.timing.intersection ?? { detectors: [] };
    const isStopLine = (id: string): boolean =>
      detectors.some((detector) => detector.id === id && detector.role === "stopLine");
    const told = recorded.realised.flatMap((one) => (one.level === "tactical" ? [one] : []));
    expect(told.length).toBeGreaterThan(3);
    for (const { of, untilAt, served, shown } of told) {
      const at = stages().find(({ id }) => id === of)?.at ?? Number.NaN;
      expect(untilAt - at).toBe(50 * SECOND_MS);
      const left = loop.inputs.flatMap((input) =>
        input.kind === "detections" && input.at > at && input.at <= untilAt
          ? input.events.filter(([detector, , on]) => on === 0 && isStopLine(detector))
          : [],
      );
      expect([of, served]).toEqual([of, left.length]);
      expect(shown[0]?.at).toBeLessThanOrEqual(at);
    }
  });
});

describe("a timing plan that is recorded", () => {
  it("has its forecasts, what became of it, and what was counted in its interval", () => {
    const planned = runLoop(started({ mode: "plan", intervalMs: 3 * MINUTE_MS }), 730);
    const told = recordedFrom(planned);
    const timings = told.records.filter((one): one is TimingRecord => one.level === "strategic");
    expect(timings.length).toBeGreaterThan(2);
    const sent = plansOf(planned.effects).map(({ id }) => id);
    for (const { fate, decided, inputs } of timings) {
      expect(sent).toContain("plan" in fate ? fate.plan : "");
      expect(decided.expected.chosenSeconds).toBeGreaterThan(0);
      for (const { forecast, quality } of inputs.movements) {
        expect(forecast?.low).toBeLessThanOrEqual(forecast?.vehicles ?? 0);
        expect(quality).toBe("measured");
      }
    }
    const outcomes = told.realised.flatMap((one) => (one.level === "strategic" ? [one] : []));
    expect(outcomes.map(({ of }) => of)).toEqual(timings.slice(0, outcomes.length).map(({ id }) => id));
    expect(outcomes.map(({ status }) => status)).toContain("applied");
    for (const { counted, delaySeconds } of outcomes) {
      expect(counted.reduce((sum, { vehicles }) => sum + (vehicles ?? 0), 0)).toBeGreaterThan(3);
      expect(delaySeconds).toBeGreaterThan(0);
    }
    // What was counted is what the next plan's record says of the last interval.
    const [first] = outcomes;
    expect(first?.counted.map(({ vehicles }) => vehicles)).toEqual(
      timings[1]?.inputs.movements.map(({ last }) => last.counted),
    );
  });
});

describe("a second in which nothing is decided", () => {
  it("is one of the least service, of a change, or of an intersection that is left to its plan", () => {
    const kinds = new Set<string>();
    const running = started({ mode: "adaptive" });
    for (let second = 0; second < 90; second += 1) {
      runLoop(running, 1);
      const now = stageNow(running.state, running.tables, 0);
      kinds.add(now.kind);
      if (now.kind === "held") expect(now.record.decided.stages).toHaveLength(1);
    }
    expect([...kinds].toSorted()).toEqual(["changing", "held", "open"]);
    give(running, [
      { kind: "mode", at: running.at, intersection: "t", mode: "plan", by: "somebody", reason: "a test" },
    ]);
    expect(stageNow(running.state, running.tables, 0).kind).toBe("apart");
  });
});
