import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import type { EngineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import { intervalBegin } from "../../src/engine/interval-begin.ts";
import { type EngineState, startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { gate } from "../../src/safety/gate.ts";
import { timingOf } from "../../src/model/schedule.ts";
import { type CycleTiming, sameSequence } from "../../src/model/plan.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import { MIDNIGHT } from "../signal/crossings.ts";
import { BEGIN, networkOfT, plansOf, runLoop, startLoop } from "./closed-loop.ts";

/** Freezes a value and all that it holds, so that writing to it throws. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const held of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(held);
  return value;
}

function replay(tables: EngineTables, inputs: readonly Input[], freeze: boolean) {
  let state: EngineState = startEngine(tables, BEGIN);
  const effects: Effect[] = [];
  for (const input of inputs) {
    const next = step(freeze ? deepFreeze(state) : state, freeze ? deepFreeze(input) : input, tables);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

/** Traffic that varies over the lanes and minutes without a pattern. */
const uneven = (lane: string, at: number): number => {
  const code = Array.from(lane).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return 100 + ((code * 37 + Math.floor(at / MINUTE_MS) * 211) % 700);
};

describe("the same inputs", () => {
  const recorded = runLoop(startLoop({ flowVehPerHour: uneven }), 60 * 12);

  it("give the same effects and the same state, byte for byte", () => {
    expect(plansOf(recorded.effects).length, "the recording decides something").toBeGreaterThan(5);
    const first = replay(recorded.tables, recorded.inputs, false);
    const second = replay(recorded.tables, recorded.inputs, false);
    expect(JSON.stringify(first.effects)).toBe(JSON.stringify(recorded.effects));
    expect(JSON.stringify(second.effects)).toBe(JSON.stringify(first.effects));
    expect(JSON.stringify(second.state)).toBe(JSON.stringify(first.state));
  });

  it("give them on frozen states and inputs too: step writes to neither", () => {
    const frozen = replay(recorded.tables, recorded.inputs, true);
    expect(JSON.stringify(frozen.effects)).toBe(JSON.stringify(recorded.effects));
  });

  it("control: other inputs give other effects", () => {
    const some = recorded.inputs.filter((input, index) => input.kind !== "detections" || index % 3 === 0);
    expect(JSON.stringify(replay(recorded.tables, some, false).effects)).not.toBe(
      JSON.stringify(recorded.effects),
    );
  });
});

describe("whatever comes", () => {
  // From a state with history, shortly before the next interval, so that there is something to decide.
  const { tables, state: warm } = runLoop(startLoop({ flowVehPerHour: uneven }), 175);
  const detectors = networkOfT().intersections.flatMap((intersection) =>
    intersection.detectors.map(({ id }) => id),
  );
  const frame = fc.oneof(
    fc.record({ kind: fc.constant("linkUp" as const), plan: fc.option(fc.constantFrom("day", "other")) }),
    fc.record({ kind: fc.constant("linkDown" as const), reason: fc.string({ maxLength: 5 }) }),
    fc.record({
      kind: fc.constant("state" as const),
      operation: fc.oneof(
        { weight: 4, arbitrary: fc.constant("normal" as const) },
        { weight: 1, arbitrary: fc.constantFrom("preempt" as const, "flash" as const) },
      ),
      intervention: fc.constantFrom("none" as const, "none" as const, "priority" as const),
      source: fc.constantFrom("plan" as const, "local" as const, "free" as const),
      plan: fc.constantFrom("day", "other", `${after(BEGIN, MINUTE_MS)}-1`),
      pendingPlan: fc.option(fc.constantFrom("other", `${after(BEGIN, MINUTE_MS)}-1`)),
      stage: fc.constantFrom("2-6", "8", "1-6"),
      coordination: fc.constantFrom("inStep" as const, "transition" as const),
      cycleStartAt: fc.integer({ min: BEGIN - 100_000, max: BEGIN + 1_000_000 }),
      timing: fc.constant(null),
      lamps: fc.string({ unit: fc.constantFrom("G", "g", "y", "r"), minLength: 1, maxLength: 6 }),
      overlaps: fc.constant(""),
      walk: fc.constant("-D--"),
      calls: fc.string({ unit: fc.constantFrom("-", "v", "p"), minLength: 1, maxLength: 6 }),
    }),
    fc.record({
      kind: fc.constant("detections" as const),
      sequence: fc.integer({ min: 0, max: 200 }),
      until: fc.constant(BEGIN),
      events: fc.array(
        fc.tuple(
          fc.constantFrom(...detectors, "unknown"),
          fc.integer({ min: BEGIN - 1000, max: BEGIN + 600_000 }),
          fc.constantFrom<0 | 1>(0, 1),
        ),
        { maxLength: 8 },
      ),
    }),
    fc.record({
      kind: fc.constant("ack" as const),
      plan: fc.constantFrom(`${after(BEGIN, MINUTE_MS)}-1`, "unheard"),
      result: fc.constant("accepted" as const),
      effectiveAt: fc.integer({ min: BEGIN, max: BEGIN + 600_000 }),
    }),
    fc.record({
      kind: fc.constant("alarm" as const),
      code: fc.constant("ENGINE_LOST" as const),
      detail: fc.string(),
    }),
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("tick" as const) }) },
  );
  // Plans are made of what was told within the last ten seconds: most inputs follow each other closely.
  const elapsedMs = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 4_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
  );
  const history = fc.array(fc.tuple(elapsedMs, frame), { minLength: 20, maxLength: 100 });

  it("the engine stands, forgets no plan of its own and tells each entry of the log a number of its own", () => {
    let pushed = 0;
    fc.assert(
      fc.property(history, (events) => {
        let state = warm;
        const effects: Effect[] = [];
        for (const [waitedMs, content] of events) {
          // Every other tick is the one that ends the interval, as a clock's ticks would.
          const endsInterval = content.kind === "tick" && waitedMs % 2 === 0;
          const at = endsInterval
            ? after(intervalBegin(state.now, MIDNIGHT, MINUTE_MS), MINUTE_MS)
            : after(state.now, waitedMs);
          const input = { ...content, at, intersection: "t" } as Input;
          const next = step(deepFreeze(state), input, tables);
          state = next.state;
          effects.push(...next.effects);
        }
        pushed += plansOf(effects).length;
        expect(state.counts.plansPushed - warm.counts.plansPushed).toBe(plansOf(effects).length);
        const { cleaning } = state.nodes.at(0) ?? {};
        for (const count of Object.values(cleaning?.counts ?? {})) expect(count).toBeGreaterThanOrEqual(0);
        const ids = effects.flatMap((effect) => (effect.kind === "log" ? [effect.entry.id] : []));
        expect(Math.max(0, ...ids)).toBeLessThan(state.nextLogId);
      }),
      { numRuns: 300 },
    );
    expect(pushed, "plans were pushed in some of the histories").toBeGreaterThan(0);
  });
});

describe("on the corridor", () => {
  it("every plan that is pushed passes the gate from what ran before, and most are applied", async () => {
    const network = await readNetworkFolder(`${import.meta.dirname}/../../intersections/corridor`);
    if (!network.ok) throw new Error("the corridor has faults");
    const loop = startLoop({ network: network.value, intervalMs: 5 * MINUTE_MS, flowVehPerHour: uneven });
    runLoop(loop, 60 * 18);
    const { counts } = loop.state;
    expect(counts.plansPushed).toBe(3 * loop.tables.nodes.length);
    expect(counts.plansRefusedByGate).toBe(0);
    expect(counts.plansRefused).toBe(0);
    expect(counts.readbackMismatches).toBe(0);
    expect(counts.plansApplied).toBeGreaterThan(loop.tables.nodes.length);
    for (const { id, timing } of loop.tables.nodes) {
      let previous: CycleTiming | undefined;
      let cycleChangedAt = null;
      for (const plan of plansOf(loop.effects).filter(({ intersection }) => intersection === id)) {
        const local = timing.intersection.plans.find((each) => each.id === "morning");
        previous ??= local === undefined ? undefined : timingOf(local);
        if (previous === undefined) continue;
        const context = {
          table: timing,
          operation: "normal",
          coordination: "inStep",
          previous,
          cycleChangedAt,
        } as const;
        const verdict = gate(plan, context, plan.effectiveAt);
        expect(verdict.ok, `${plan.id}: ${plan.reason}`).toBe(true);
        if (plan.cycleMs !== previous.cycleMs || !sameSequence(plan, previous))
          cycleChangedAt = plan.effectiveAt;
        previous = plan;
      }
    }
  });
});
