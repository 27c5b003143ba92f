import { type EngineTables, engineTables } from "../../src/engine/configuration.ts";
import { type EngineState, startEngine } from "../../src/engine/state.ts";
import type { AlarmDesk } from "../../src/ports/alarm-desk.ts";
import type { Scene } from "../../src/ports/audience.ts";
import type { LiveMessage, LogEntry } from "../../src/protocol/live.ts";
import type { StageClock } from "../../src/server/live.ts";
import type { Viewer } from "../../src/server/live-member.ts";
import type { StageDecision } from "../../src/engine/decisions.ts";
import { type InstantMs, instantMs, MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";

const START = instantMs(1_767_596_400_000);

export const TABLES: EngineTables = engineTables({
  network: smallNetwork(),
  midnightAt: instantMs(START - 3_600_000),
  stepMs: 1000,
  intervalMs: MINUTE_MS,
  planValidMs: 15 * MINUTE_MS,
  mode: "plan",
});

export const QUIET: EngineState = startEngine(TABLES, START);

/** The scene of an instant in which nothing happened, `seconds` after the start. */
export function sceneAt(seconds: number, change: Partial<Scene> = {}): Scene {
  return {
    state: { ...QUIET, now: instantMs(START + seconds * 1000) },
    tables: TABLES,
    effects: [],
    traffic: undefined,
    measures: undefined,
    speedFactor: 10,
    dropped: {},
    ...change,
  };
}

/** The same with the first intersection on another plan. */
export function sceneOnPlan(seconds: number, plan: string): Scene {
  const quiet = sceneAt(seconds);
  const street = {
    kind: "state",
    at: quiet.state.now,
    intersection: "t",
    operation: "normal",
    source: "local",
    plan,
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
  } as const;
  const nodes = quiet.state.nodes.map((node) => ({ ...node, street }));
  return { ...quiet, state: { ...quiet.state, nodes } };
}

/** The same, asked for free operation at the start, which the controller has accepted. */
export function sceneAsked(seconds: number, plan: string): Scene {
  const scene = sceneOnPlan(seconds, plan);
  const command = {
    id: "c1",
    intersection: "t",
    effectiveAt: START,
    validUntil: instantMs(START + 600_000),
    by: "ann",
    reason: "parade",
    order: { kind: "free" },
  } as const;
  const record = { command, askedAt: START, answer: { kind: "accepted" }, logId: 1 } as const;
  const nodes = scene.state.nodes.map((node) => ({
    ...node,
    linked: true,
    commands: [record],
    street:
      node.street === null
        ? null
        : { ...node.street, source: plan === "free" ? ("free" as const) : ("local" as const) },
  }));
  return { ...scene, state: { ...scene.state, nodes } };
}

function decisionAt(at: InstantMs): StageDecision {
  return {
    at,
    stages: [{ stage: 0, startAt: at }],
    record: { candidates: [], binding: null, expansions: 0 },
    inputs: { observed: "loops", waiting: [], coming: [], fullExits: [], standingInside: 0 },
  };
}

/** The same with a decision of the adaptive level for the first intersection: made `seconds` after the start, or none. */
export function sceneDecided(seconds: number, decidedAt: number | null): Scene {
  const quiet = sceneAt(seconds);
  const at = decidedAt === null ? null : instantMs(START + decidedAt * 1000);
  const nodes = quiet.state.nodes.map((node) => ({
    ...node,
    tactical: {
      ...node.tactical,
      stages: at === null ? [] : [{ stage: 0, startAt: at }],
      record: at === null ? null : decisionAt(at),
    },
  }));
  return { ...quiet, state: { ...quiet.state, nodes } };
}

export const logEntry = (id: number, text = `entry ${id}`): LogEntry => ({
  id,
  at: START,
  intersection: "t",
  topic: "plan",
  priority: "event",
  text,
  reason: null,
  plan: null,
  status: null,
  answer: null,
});

export const sceneWithLog = (seconds: number, ...entries: readonly LogEntry[]): Scene =>
  sceneAt(seconds, { effects: entries.map((entry) => ({ kind: "log", entry })) });

/** Wall time that moves when the test says so. */
export function handClock() {
  let now = 0;
  let waiting: { readonly dueMs: number; readonly run: () => void }[] = [];
  const clock: StageClock = {
    now: () => now,
    after: (delayMs, run) => {
      const entry = { dueMs: now + delayMs, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
  };
  const advance = (wallMs: number): void => {
    now += wallMs;
    const due = waiting.filter(({ dueMs }) => dueMs <= now);
    waiting = waiting.filter(({ dueMs }) => dueMs > now);
    for (const { run } of due) run();
  };
  return { clock, advance, waiting: () => waiting.length };
}

/** A console that reads as fast as the test lets it. */
export function viewer() {
  const messages: LiveMessage[] = [];
  const state = { bufferedBytes: 0 };
  const one: Viewer = {
    send: (text) => messages.push(JSON.parse(text) as LiveMessage),
    bufferedBytes: () => state.bufferedBytes,
  };
  return { one, messages, state, kinds: () => messages.map(({ kind }) => kind) };
}

/** A desk without any alarm, before the plant's clock is known. */
export const NO_DESK: AlarmDesk = {
  now: () => undefined,
  view: () => undefined,
  act: () => Promise.resolve({ kind: "done" }),
};
