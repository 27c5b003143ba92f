import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { engineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input, InputOf } from "../../src/engine/input.ts";
import { readSettingsTogether, type Setting } from "../../src/engine/parameters/settings.ts";
import { type EngineState, startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { tablesInForce } from "../../src/engine/tuning.ts";
import { journalHeader, journalLines, readLine } from "../../src/pipeline/journal.ts";
import { type Replay, replayLine, startReplay } from "../../src/pipeline/replay.ts";
import { compareLine, startComparison } from "../../src/pipeline/what-set.ts";
import { BEGIN, give, runLoop, startLoop } from "./closed-loop.ts";

const OTHERS = readSettingsTogether([
  "optimize.stopCostSeconds=20",
  "strategic.splitStepRatio=0.2",
  "estimate.urgencySeconds=30",
  "forecast.capacityQuantile=0.5",
]);

function settingsInput(at: InputOf<"settings">["at"], settings: readonly Setting[]): InputOf<"settings"> {
  return { kind: "settings", at, change: "C1", settings, by: "ann", reason: "fewer stops" };
}

function startedLoop(settings?: readonly Setting[]) {
  return startLoop({
    mode: "adaptive",
    ...(settings === undefined ? {} : { settings }),
    flowVehPerHour: (lane, at) => 150 + 500 * Math.abs(Math.sin((at - BEGIN) / 97_000 + lane.length)),
  });
}

/** Some minutes of traffic under the usual parameters, and the knowledge of an engine that has watched the first five. */
const loop = runLoop(startedLoop(), 300);
const { tables, state: known } = loop;
const firstOfRest = loop.inputs.length;
runLoop(loop, 150);
const rest = loop.inputs.slice(firstOfRest);

function effectsOf(begun: EngineState, inputs: readonly Input[], own = tables): string {
  let state = begun;
  const effects: Effect[] = [];
  for (const input of inputs) {
    const next = step(state, input, own);
    state = next.state;
    effects.push(...next.effects);
  }
  return JSON.stringify(effects);
}

describe("parameters that are changed while the engine runs", () => {
  const changed = step(known, settingsInput(known.now, OTHERS), tables);

  it("are told with who, why, the change, and from what to what", () => {
    expect(changed.effects).toEqual([
      {
        kind: "log",
        entry: {
          id: known.nextLogId,
          at: known.now,
          intersection: null,
          topic: "engine",
          priority: "event",
          text:
            "Parameters by C1: optimize.stopCostSeconds 3 → 20 s, strategic.splitStepRatio 1 → 0.2 ratio, " +
            "estimate.urgencySeconds 120 → 30 s, forecast.capacityQuantile 0.85 → 0.5 probability",
          reason: "ann: fewer stops",
          plan: null,
          status: null,
          answer: null,
        },
      },
    ]);
  });

  it("change nothing of what is known, lent or linked", () => {
    const { tuning, nextLogId, ...others } = changed.state;
    const { tuning: _tuning, nextLogId: _nextLogId, ...before } = known;
    expect(others).toEqual(before);
    expect([tuning?.change, nextLogId]).toEqual(["C1", known.nextLogId + 1]);
  });

  it("are truly in effect: from there on it does what an engine started with them does with the same knowledge", () => {
    const started = engineTables({ ...tables.configuration, settings: OTHERS });
    const same = { ...known, nextLogId: changed.state.nextLogId };
    expect(effectsOf(changed.state, rest)).toBe(effectsOf(same, rest, started));
    expect(effectsOf(changed.state, rest)).not.toBe(effectsOf(same, rest));
  });

  it("are those of the start again once they are rolled back", () => {
    const back = step(changed.state, settingsInput(known.now, []), tables).state;
    const same = { ...known, nextLogId: back.nextLogId };
    expect(effectsOf(back, rest)).toBe(effectsOf(same, rest));
  });

  it("may come at any second without a plan or a schedule that the gate or a controller refuses", () => {
    const turning = startedLoop();
    for (let second = 0; second < 150; second += 1) {
      give(turning, [settingsInput(turning.at, second % 2 === 0 ? OTHERS : [])]);
      runLoop(turning, 1);
    }
    const { plansRefusedByGate, schedulesRefusedByGate, plansRefused, schedulesRefused, alarms } =
      turning.state.counts;
    expect(turning.state.counts.schedulesApplied, "it decides").toBeGreaterThan(3);
    expect([plansRefusedByGate, schedulesRefusedByGate, plansRefused, schedulesRefused, alarms]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });

  it("never reach the strategic interval, by which all that was learnt is counted", () => {
    const wanted = readSettingsTogether(["strategic.intervalMinutes=2", "optimize.stopCostSeconds=20"]);
    const refused = step(known, settingsInput(known.now, wanted), tables);
    expect(refused.state.tuning).toBeNull();
    const text = "Parameters by C1 refused: strategic.intervalMinutes changes with a start only";
    expect(refused.effects).toMatchObject([{ kind: "log", entry: { priority: "P3", text } }]);
  });

  it("are none of a policy that was handed in", () => {
    const own = engineTables(tables.configuration, tables.policy);
    const { parameters, policy } = tablesInForce(own, changed.state);
    expect(parameters.optimize.stopCostSeconds).toBe(20);
    expect(policy).toBe(tables.policy);
    expect(tablesInForce(tables, changed.state).policy).not.toBe(tables.policy);
  });

  it("make their tables once for as long as they are in force", () => {
    expect(tablesInForce(tables, changed.state)).toBe(tablesInForce(tables, { ...changed.state }));
    expect(tablesInForce(tables, known)).toBe(tables);
  });
});

function taken(replay: Replay, place: number, text: string) {
  const line = replayLine(replay, "journal", place, text);
  if (!line.ok) throw new Error(JSON.stringify(line.error));
  return line.value;
}

const read = (settings: unknown): boolean => {
  const input = { ...settingsInput(BEGIN, []), settings };
  return readLine("journal:9", JSON.stringify({ in: input })).ok;
};

describe("a journal in which parameters were changed", () => {
  const turned = startedLoop();
  runLoop(turned, 300);
  give(turned, [settingsInput(turned.at, OTHERS)]);
  runLoop(turned, 60);
  const header = journalHeader(turned.tables.configuration, BEGIN);

  function replayed(
    each: (before: Replay, line: ReturnType<typeof taken>) => void = () => undefined,
  ): Replay {
    const started = startReplay("journal", header);
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    let replay = started.value;
    for (const [place, text] of journalLines(turned.inputs, []).entries()) {
      const line = taken(replay, place + 2, text);
      each(replay, line);
      ({ replay } = line);
    }
    return replay;
  }

  it("gives the same effects and the same state again", () => {
    const effects: Effect[] = [];
    const { state } = replayed((_before, line) => effects.push(...line.effects));
    expect(JSON.stringify(effects)).toBe(JSON.stringify(turned.effects));
    expect(JSON.stringify(state)).toBe(JSON.stringify(turned.state));
    expect(state.tuning?.settings).toEqual(OTHERS);
  });

  it("is compared with other parameters over those that were in force, before the change and after", () => {
    const [first] = turned.inputs.filter(({ kind }) => kind === "settings");
    const changedAt = defined(first, "the change").at;
    let same = startComparison(turned.tables, OTHERS);
    replayed((before, line) => (same = compareLine(same, before.state, line)));
    expect(same.stages.differ, "before the change").toBeGreaterThan(0);
    expect(same.differences.filter(({ until }) => until > changedAt)).toEqual([]);
  });

  it("has none but declared parameters, each within its range", () => {
    expect([read([]), read(OTHERS)]).toEqual([true, true]);
    expect(read([{ path: "optimize.stopCostSeconds", value: 21 }])).toBe(false);
    expect(read([{ path: "greenMinSeconds", value: 1 }])).toBe(false);
    expect(read([{ path: "forecast.steadyIntervals", value: 2.5 }])).toBe(false);
  });
});

it("an engine begins with the parameters of its tables", () => {
  expect(startEngine(tables, BEGIN).tuning).toBeNull();
});
