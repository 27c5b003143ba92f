import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import type { EngineConfiguration } from "../../src/engine/configuration.ts";
import { engineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import { startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { WAITING_PER_LINK_MAX } from "../../src/pipeline/ingest.ts";
import { readHeader, readLine } from "../../src/pipeline/journal.ts";
import { type Decided, runPipeline } from "../../src/pipeline/run.ts";
import type { Scene } from "../../src/ports/audience.ts";
import type { Field, FieldEvent } from "../../src/ports/field.ts";
import type { OperatorRequest } from "../../src/ports/operators.ts";
import type { SafePlan } from "../../src/safety/gate.ts";
import { type InstantMs, instantMs, MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { frame, linkUp, MIDNIGHT, plantUp, ready, second, START } from "./field-events.ts";

type Call =
  | { readonly port: "journal"; readonly line: string }
  | { readonly port: "push"; readonly plan: SafePlan }
  | { readonly port: "heartbeat" | "go"; readonly at: InstantMs; readonly wantTraffic?: boolean }
  | { readonly port: "disconnect"; readonly intersection: string }
  | { readonly port: "show"; readonly scene: Scene };

/** A pipeline over a street of one intersection that writes down what it was asked to do, in order. */
function pipeline({ watching = false } = {}) {
  const events = new Subject<FieldEvent>();
  const requests = new Subject<OperatorRequest>();
  const calls: Call[] = [];
  const decided: Decided[] = [];
  const field: Field = {
    events,
    push: (_at, plan) => calls.push({ port: "push", plan }) > 0,
    order: () => false,
    schedule: () => false,
    heartbeat: (at) => calls.push({ port: "heartbeat", at }),
    go: (at, { wantTraffic }) => calls.push({ port: "go", at, wantTraffic }),
    disconnect: (intersection) => calls.push({ port: "disconnect", intersection }),
  };
  const subscription = runPipeline(
    { network: smallNetwork(), mode: "plan", intervalMs: MINUTE_MS, planValidMs: 15 * MINUTE_MS },
    {
      field,
      journal: { append: (line) => calls.push({ port: "journal", line }), close: () => undefined },
      audience: { watching, show: (scene) => calls.push({ port: "show", scene }) },
      operators: { requests },
    },
  ).subscribe((one) => decided.push(one));
  return {
    calls,
    decided,
    subscription,
    ask: (request: OperatorRequest) => requests.next(request),
    say: (...said: FieldEvent[]) => said.forEach((one) => events.next(one)),
  };
}

/** A second of a controller on its local plan: what it shows, and loops that nobody passed. */
function quietSecond(count: number): readonly FieldEvent[] {
  const at = second(count);
  const seq = 2 * count + 1;
  return [
    {
      kind: "frame",
      intersection: "t",
      frame: {
        type: "state",
        seq,
        at,
        operation: "normal",
        source: "local",
        plan: "day",
        pendingPlan: null,
        stage: "2-6",
        coordination: "inStep",
        intervention: "none",
        cycleStartAt: START,
        timing: null,
        lamps: "rGGr",
        overlaps: "",
        walk: "-D--",
        calls: "----",
      },
    },
    {
      kind: "frame",
      intersection: "t",
      frame: { type: "detections", seq: seq + 1, at, sequence: count, until: at, events: [] },
    },
    ready(at, { t: seq + 1 }),
  ];
}

/** Two minutes: the first interval closes in them, and the engine re-times for the next one. */
function twoMinutes(options = {}) {
  const run = pipeline(options);
  run.say(plantUp(), linkUp("t"));
  for (let count = 0; count <= 120; count += 1) run.say(...quietSecond(count));
  return run;
}

const portsOf = (calls: readonly Call[]): readonly string[] => calls.map(({ port }) => port);

describe("an instant", () => {
  it("is written down before anything is done, and done before the plant may move on", () => {
    const { calls } = twoMinutes();
    const pushes = calls.flatMap(({ port }, index) => (port === "push" ? [index] : []));
    expect(pushes.length, "plans pushed in two minutes").toBeGreaterThan(0);
    let open: Call[] = [];
    for (const call of calls) {
      open.push(call);
      if (call.port !== "go") continue;
      const order = portsOf(open).filter((port, index, ports) => port !== ports[index - 1]);
      expect([
        ["journal", "heartbeat", "show", "go"],
        ["journal", "push", "heartbeat", "show", "go"],
      ]).toContainEqual(order);
      open = [];
    }
    expect(open, "nothing behind the last go").toEqual([]);
    expect(calls.filter(({ port }) => port === "go")).toHaveLength(121);
  });

  it("pushes exactly the plans that the journal holds", () => {
    const { calls } = twoMinutes();
    const written = calls.flatMap((call): readonly unknown[] => {
      if (call.port !== "journal" || !call.line.startsWith('{"out":{"kind":"push"')) return [];
      const { out } = JSON.parse(call.line) as { readonly out: { readonly plan: unknown } };
      return [out.plan];
    });
    expect(written.length).toBeGreaterThan(0);
    expect(calls.flatMap((call) => (call.port === "push" ? [call.plan] : []))).toEqual(written);
  });

  it("is released at its own time, with a heartbeat of the same", () => {
    const { calls } = twoMinutes({ watching: true });
    const at = calls.flatMap((call) => (call.port === "heartbeat" || call.port === "go" ? [call.at] : []));
    expect(at).toEqual(Array.from({ length: 121 }, (_, count) => [second(count), second(count)]).flat());
    expect(calls.find(({ port }) => port === "go")).toMatchObject({ wantTraffic: true });
  });

  it("asks for no positions when nobody looks", () => {
    const { calls, say } = pipeline();
    say(plantUp(), ready(START));
    expect(calls.find(({ port }) => port === "go")).toMatchObject({ wantTraffic: false });
  });

  it("is shown with its state, its effects, and what was dropped", () => {
    const { calls, decided, say } = pipeline();
    say(plantUp(), linkUp("t"), ready(START));
    const shown = calls.find(({ port }) => port === "show");
    expect(shown).toMatchObject({ scene: { speedFactor: 10, dropped: {}, state: { now: START } } });
    expect(shown).toMatchObject({ scene: { effects: decided[0]?.effects } });
  });

  it("ends the link that floods, after the engine has been given what was kept", () => {
    const { calls, decided, say } = pipeline();
    const flood = Array.from({ length: WAITING_PER_LINK_MAX + 1 }, (_, index) =>
      frame("t", index + 1, START),
    );
    say(plantUp(), linkUp("t"), ...flood, ready(START));
    expect(portsOf(calls).slice(-4)).toEqual(["heartbeat", "disconnect", "show", "go"]);
    expect(decided[0]?.state.counts.alarms).toBe(WAITING_PER_LINK_MAX - 1);
  });

  it("is not begun for a street without a plant", () => {
    const { calls, say } = pipeline();
    say(linkUp("t"), ...quietSecond(0));
    expect(calls).toEqual([]);
  });
});

describe("the journal", () => {
  it("begins once, with the configuration and without demand", () => {
    const { calls } = twoMinutes();
    const lines = calls.flatMap((call) => (call.port === "journal" ? [call.line] : []));
    const headers = lines.filter((line) => line.includes('"journal":'));
    expect(headers).toEqual([lines[0]]);
    const { demand: _, ...network } = smallNetwork();
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      journal: 1,
      startsAt: START,
      mode: "plan",
      intervalMs: MINUTE_MS,
      planValidMs: 15 * MINUTE_MS,
      stepMs: 1000,
      midnightAt: MIDNIGHT,
      network,
    });
  });

  it("replayed through the engine gives the same effects, byte for byte", () => {
    const { calls } = twoMinutes();
    const [header = "", ...lines] = calls.flatMap((call) => (call.port === "journal" ? [call.line] : []));
    const configuration = JSON.parse(header) as EngineConfiguration & { readonly startsAt: number };
    const tables = engineTables(configuration);
    let state = startEngine(tables, instantMs(configuration.startsAt));
    const effects: Effect[] = [];
    for (const line of lines) {
      const { in: input } = JSON.parse(line) as { readonly in?: Input };
      if (input === undefined) continue;
      const next = step(state, input, tables);
      state = next.state;
      effects.push(...next.effects);
    }
    const written = lines.filter((line) => line.startsWith('{"out":'));
    expect(written.length).toBeGreaterThan(121);
    expect(effects.map((effect) => JSON.stringify({ out: effect }))).toEqual(written);
  });
});

const read = (input: object): boolean => readLine("journal:9", JSON.stringify({ in: input })).ok;

/** Whether a header with these settings is read. */
function readsHeaderWith(settings: unknown): boolean {
  const { calls } = twoMinutes();
  const [line = ""] = calls.flatMap((call) => (call.port === "journal" ? [call.line] : []));
  return readHeader("journal:1", JSON.stringify({ ...JSON.parse(line), settings })).ok;
}

describe("a journal's header", () => {
  it("has the parameters that are not at their defaults, each within its range", () => {
    expect(readsHeaderWith([{ path: "optimize.horizonSeconds", value: 40 }])).toBe(true);
    expect(readsHeaderWith([{ path: "optimize.horizonSeconds", value: 10 }])).toBe(false);
    expect(readsHeaderWith([{ path: "forecast.steadyIntervals", value: 2.5 }])).toBe(false);
    expect(readsHeaderWith([{ path: "greenMinSeconds", value: 1 }])).toBe(false);
    expect(readsHeaderWith([])).toBe(false);
  });
});

describe("what operators ask", () => {
  const mode = { kind: "mode", intersection: "t", mode: "local", by: "operator 7", reason: "works" } as const;

  it("is the last input of the instant in which it comes, before the tick, and journalled", () => {
    const { calls, decided, say, ask } = pipeline();
    say(plantUp(), linkUp("t"), ...quietSecond(0));
    ask(mode);
    say(...quietSecond(1));
    const inputs = decided.at(-1)?.instant.inputs ?? [];
    expect(inputs.slice(-2)).toEqual([
      { ...mode, at: second(1) },
      { kind: "tick", at: second(1) },
    ]);
    expect(decided.at(-1)?.state.nodes.at(0)?.mode).toBe("local");
    const lines = calls.flatMap((call) => (call.port === "journal" ? [call.line] : []));
    const line = lines.find((one) => one.includes('"kind":"mode"')) ?? "";
    expect(readLine("journal:9", line)).toEqual({
      ok: true,
      value: { kind: "in", input: { ...mode, at: second(1) } },
    });
  });

  it("is read out of a journal only as it may be said", () => {
    const at = second(1);
    const review = { kind: "review", intersection: "t", plan: "1-1", approved: true, by: "o", reason: "r" };
    expect([read({ ...mode, at }), read({ ...review, at })]).toEqual([true, true]);
    expect([read({ ...mode, at, mode: "fast" }), read({ ...review, at, approved: "yes" })]).toEqual([
      false,
      false,
    ]);
  });
});

/** Never called: that it compiles only with these lines marked as errors is the test, which the type check runs. */
export function unsafe(field: Field, plan: TimingPlan): Effect {
  // @ts-expect-error A plan that nobody judged must not be pushed.
  field.push(START, plan);
  // @ts-expect-error The same for the effect that asks for it.
  return { kind: "push", at: START, plan };
}
