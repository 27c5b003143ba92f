import {
  advanceController,
  type ControllerState,
  type OutgoingFrame,
  receiveCommand,
  receiveHeartbeat,
  receivePlan,
  receiveSchedule,
  receiveWelcome,
  reportDetections,
  startController,
} from "../../sim/controller/controller.ts";
import { stateFrame } from "../../sim/controller/state-frame.ts";
import { QUIET_STREET } from "../../sim/controller/street-inputs.ts";
import type { Actuation } from "../../sim/field/plant.ts";
import { defined } from "../../src/assert.ts";
import { type EngineTables, engineTables, type HealthUse } from "../../src/engine/configuration.ts";
import type { Handover } from "../../src/engine/handover.ts";
import type { Setting } from "../../src/engine/parameters/settings.ts";
import type { Mode } from "../../src/model/mode.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import { type EngineState, startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import type { Network } from "../../src/model/files.ts";
import type { LogEntry } from "../../src/protocol/live.ts";
import type { SafeCommand, SafePlan, SafeSchedule } from "../../src/safety/gate.ts";
import { after, type InstantMs, instantMs, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { commandFrame, heartbeatFrame, welcomeFrame } from "../controller/frames.ts";
import { smallNetwork } from "../model/small-network.ts";
import { detectedT } from "../estimate/shared-lane.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
/** 07:00, a whole interval of any length. */
export const BEGIN = after(MIDNIGHT, 7 * 60 * MINUTE_MS);

/** What goes wrong between the controllers and the engine; nothing unless told. */
export type Disturbance = {
  /** The inputs of one instant as the engine gets them. */
  readonly inputs?: (inputs: readonly Input[], at: InstantMs) => readonly Input[];
  /** Whether a pushed plan reaches its controller. */
  readonly delivered?: (plan: SafePlan) => boolean;
};

export type LoopOptions = Disturbance & {
  readonly network?: Network;
  readonly intervalMs?: number;
  readonly mode?: Mode;
  readonly healthUse?: HealthUse;
  readonly settings?: readonly Setting[];
  readonly handover?: Handover;
  /** Vehicles an hour that come to a stop-line lane from an instant on. */
  readonly flowVehPerHour?: (lane: string, at: InstantMs) => number;
};

/** Engine and simulated controllers in one process, without links: vehicles come evenly and leave on green, one in two seconds. */
export type ClosedLoop = {
  readonly tables: EngineTables;
  readonly options: LoopOptions;
  at: InstantMs;
  state: EngineState;
  cabinets: Cabinet[];
  readonly effects: Effect[];
  /** Everything that the engine was given, in order. */
  readonly inputs: Input[];
};

type Cabinet = {
  readonly controller: ControllerState;
  readonly lanes: readonly Lane[];
  /** Changes of loops that are due, oldest first. */
  readonly actuations: readonly Actuation[];
  /** Answers to what came in the instant before. */
  readonly outbox: readonly OutgoingFrame[];
};

type Lane = { readonly waiting: number; readonly nextAt: InstantMs; readonly gone: number };

const HEADWAY_MS = 2 * SECOND_MS;
/** From the stop line to the entry loop of the exit. */
const CROSSING_MS = 3 * SECOND_MS;

/** The T of the estimate's tests as a network: one intersection with a cycle of 60 s. */
export function networkOfT(): Network {
  return { ...smallNetwork(), intersections: [detectedT()] };
}

export function startLoop(options: LoopOptions = {}): ClosedLoop {
  const {
    network = networkOfT(),
    intervalMs = MINUTE_MS,
    mode = "plan",
    healthUse,
    settings,
    handover,
  } = options;
  const configuration = {
    network,
    midnightAt: MIDNIGHT,
    stepMs: SECOND_MS,
    intervalMs,
    planValidMs: 15 * MINUTE_MS,
    mode,
    ...(settings === undefined ? {} : { settings }),
    ...(handover === undefined ? {} : { handover }),
  };
  const tables = engineTables(configuration, undefined, healthUse);
  const loop: ClosedLoop = {
    tables,
    options,
    at: BEGIN,
    state: startEngine(tables, BEGIN),
    cabinets: tables.nodes.map(({ timing: { intersection }, lanes }) => ({
      controller: receiveWelcome(
        startController({ intersection, stepMs: SECOND_MS, midnightAt: MIDNIGHT, at: BEGIN }),
        welcomeFrame(),
      ),
      lanes: lanes.lanes.map(() => ({ waiting: 0, nextAt: BEGIN, gone: 0 })),
      actuations: [],
      outbox: [],
    })),
    effects: [],
    inputs: [],
  };
  const ups = tables.nodes.map(({ id }, index): Input => {
    const plan = defined(loop.cabinets[index], "cabinet").controller.signal.plan.id;
    return { kind: "linkUp", at: BEGIN, intersection: id, plan };
  });
  const states = loop.cabinets.map(({ controller }) => inputOf(controller, stateFrame(controller)));
  give(loop, [...ups, ...states, { kind: "tick", at: BEGIN }]);
  return loop;
}

/** Moves the loop on, second by second. */
export function runLoop(loop: ClosedLoop, seconds: number): ClosedLoop {
  for (let second = 0; second < seconds; second += 1) runSecond(loop);
  return loop;
}

function runSecond(loop: ClosedLoop): void {
  const driven = loop.cabinets.map((cabinet, index) => drive(loop, cabinet, index));
  const at = after(loop.at, SECOND_MS);
  loop.at = at;
  const inputs: Input[] = [];
  loop.cabinets = driven.map((cabinet) => {
    const due = cabinet.actuations.filter((actuation) => actuation.at <= at);
    const street = { ...QUIET_STREET, actuations: due };
    const moved = advanceController(cabinet.controller, at, street);
    const reported = reportDetections(moved.state, street);
    const frames = [...cabinet.outbox, ...reported.frames, ...moved.frames];
    inputs.push(...frames.map((frame) => inputOf(reported.state, frame)));
    return {
      ...cabinet,
      controller: reported.state,
      actuations: cabinet.actuations.filter((actuation) => actuation.at > at),
      outbox: [],
    };
  });
  // As the pipeline does: by time, then by intersection.
  inputs.sort((left, right) => left.at - right.at);
  const disturbed = loop.options.inputs?.(inputs, at) ?? inputs;
  give(loop, [...disturbed, { kind: "tick", at }]);
}

/** Gives inputs to the engine, and what it wants done to the controllers. */
export function give(loop: ClosedLoop, inputs: readonly Input[]): readonly Effect[] {
  const effects: Effect[] = [];
  for (const input of inputs) {
    const next = step(loop.state, input, loop.tables);
    loop.state = next.state;
    effects.push(...next.effects);
  }
  loop.inputs.push(...inputs);
  loop.effects.push(...effects);
  for (const effect of effects) {
    if (effect.kind === "heartbeat") {
      loop.cabinets = loop.cabinets.map((cabinet) => ({
        ...cabinet,
        controller: receiveHeartbeat(cabinet.controller, heartbeatFrame()),
      }));
    }
    if (effect.kind === "push" && (loop.options.delivered?.(effect.plan) ?? true)) deliver(loop, effect.plan);
    if (effect.kind === "schedule") deliverSchedule(loop, effect.schedule);
    if (effect.kind === "order") deliverOrder(loop, effect.command);
  }
  return effects;
}

function deliver(loop: ClosedLoop, plan: SafePlan): void {
  const index = defined(loop.tables.nodeIndex.get(plan.intersection), plan.intersection);
  const cabinet = defined(loop.cabinets[index], "cabinet");
  const { reason, ...timing } = plan;
  const frame = {
    type: "timingPlan" as const,
    seq: 0,
    at: loop.at,
    ...timing,
    stages: [...plan.stages],
    reason,
  };
  const answered = receivePlan(cabinet.controller, frame);
  loop.cabinets[index] = {
    ...cabinet,
    controller: answered.state,
    outbox: [...cabinet.outbox, ...answered.frames],
  };
}

function deliverSchedule(loop: ClosedLoop, schedule: SafeSchedule): void {
  const index = defined(loop.tables.nodeIndex.get(schedule.intersection), schedule.intersection);
  const cabinet = defined(loop.cabinets[index], "cabinet");
  const frame = {
    type: "stageSchedule" as const,
    seq: 0,
    at: loop.at,
    ...schedule,
    stages: [...schedule.stages],
  };
  const answered = receiveSchedule(cabinet.controller, frame);
  loop.cabinets[index] = {
    ...cabinet,
    controller: answered.state,
    outbox: [...cabinet.outbox, ...answered.frames],
  };
}

function deliverOrder(loop: ClosedLoop, command: SafeCommand): void {
  const index = defined(loop.tables.nodeIndex.get(command.intersection), command.intersection);
  const cabinet = defined(loop.cabinets[index], "cabinet");
  const frame = commandFrame(command);
  const answered = receiveCommand(cabinet.controller, { ...frame, at: loop.at });
  loop.cabinets[index] = {
    ...cabinet,
    controller: answered.state,
    outbox: [...cabinet.outbox, ...answered.frames],
  };
}

/** The second that begins now: vehicles come, and those that have green leave. */
function drive(loop: ClosedLoop, cabinet: Cabinet, index: number): Cabinet {
  const { lanes: table, timing } = defined(loop.tables.nodes[index], "node");
  const { intersection } = timing;
  const actuations = [...cabinet.actuations];
  const lanes = cabinet.lanes.map((lane, which) => {
    const { id, streams, stopLineLoops } = defined(table.lanes[which], "lane");
    const flow = loop.options.flowVehPerHour?.(id, loop.at) ?? 300;
    const waiting = lane.waiting + flow / 3600;
    const able = streams.filter((stream) => {
      const lamp = cabinet.controller.shown.lamps[defined(table.streams[stream], "stream").phase];
      return lamp === "G" || lamp === "g";
    });
    if (able.length === 0 || waiting < 1 || lane.nextAt > loop.at) return { ...lane, waiting };
    const stream = defined(table.streams[defined(able[lane.gone % able.length], "stream")], "stream");
    const { toLink } = defined(intersection.movements[stream.movement], "movement");
    const entry = table.exits.find(({ link }) => link === toLink)?.entryLoops[0];
    for (const [detector, delayMs] of [
      [stopLineLoops[0], 100],
      [entry, CROSSING_MS],
    ] as const) {
      if (detector === undefined) continue;
      const name = defined(intersection.detectors[detector], "detector").id;
      const on = after(loop.at, delayMs);
      const pass = { intersection: intersection.id, detector: name };
      actuations.push({ ...pass, at: on, on: true }, { ...pass, at: after(on, 400), on: false });
    }
    return { waiting: waiting - 1, nextAt: after(loop.at, HEADWAY_MS), gone: lane.gone + 1 };
  });
  return { ...cabinet, lanes, actuations: actuations.toSorted((left, right) => left.at - right.at) };
}

function inputOf({ table }: ControllerState, frame: Omit<OutgoingFrame, "seq">): Input {
  const { type, ...content } = frame as OutgoingFrame;
  const at = instantMs(content.at);
  return { ...content, kind: type, at, intersection: table.intersection.id } as Input;
}

/** The log as an operator sees it: the last word on each entry, in the order in which they were begun. */
export function logOf(effects: readonly Effect[]): readonly LogEntry[] {
  const entries = new Map<number, LogEntry>();
  for (const effect of effects) if (effect.kind === "log") entries.set(effect.entry.id, effect.entry);
  return [...entries.values()];
}

export function plansOf(effects: readonly Effect[]): readonly SafePlan[] {
  return effects.flatMap((effect) => (effect.kind === "push" ? [effect.plan] : []));
}

/** So much that the T's first stage gets too little of its 60 s, and its stem too much. */
export const BUSY_STREET: NonNullable<LoopOptions["flowVehPerHour"]> = (lane) =>
  lane === "west_t.0" ? 800 : 120;

/** The T with a busy street, before its first instant. */
export function started(options: LoopOptions = {}): ClosedLoop {
  return startLoop({ flowVehPerHour: BUSY_STREET, ...options });
}

/** The state of the only intersection. */
export const nodeOf = (loop: ClosedLoop) => defined(loop.state.nodes.at(0), "the T");
