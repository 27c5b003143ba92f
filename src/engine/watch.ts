import { assert, defined } from "../assert.ts";
import { cleanDetections, closeInterval } from "../detect/cleaning.ts";
import { closeSubstitutes } from "../detect/health.ts";
import type { InstantMs } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import { lookAtDetectors, releasesTold } from "./detector-health.ts";
import type { Step } from "./effect.ts";
import type { Input, InputOf } from "./input.ts";
import { intervalBegin } from "./interval-begin.ts";
import type { EngineState, NodeState } from "./state.ts";
import { step } from "./step.ts";

/**
 * The engine in place of `step` where every intersection is in mode `local` and stays so, and nobody asks for more than what the detectors
 * are thought of: it estimates, forecasts and decides nothing, and what it says of the detectors is the same. Modes cannot be changed.
 */
export function watch(before: EngineState, input: Input, tables: EngineTables): Step {
  assert(input.at >= before.now, `time goes back from ${before.now} to ${input.at}`);
  const state = { ...before, now: input.at };
  switch (input.kind) {
    case "tick":
      return tick(state, tables, input.at);
    case "state":
      return streetShown(state, tables, input);
    case "detections":
      return detected(state, tables, input);
    // It counts for queues alone, and nobody asks for those.
    case "zone":
      return { state, effects: [] };
    case "mode":
    case "command":
    case "review":
    case "control":
    case "settings":
      throw new Error(`nobody decides here: ${input.kind} asked for`);
    // Seldom, and the same for both.
    case "linkUp":
    case "linkDown":
    case "ack":
    case "alarm":
    default:
      return step(before, input, tables);
  }
}

function tick(state: EngineState, tables: EngineTables, at: InstantMs): Step {
  const looked = lookAtDetectors({ state, effects: [] }, tables, at);
  const { midnightAt, intervalMs } = tables.configuration;
  const ends = intervalBegin(at, midnightAt, intervalMs) > state.intervalStartsAt;
  const current = ends ? intervalClosed(looked.state, at, intervalMs) : looked.state;
  return { state: current, effects: [...looked.effects, { kind: "heartbeat", at }] };
}

/** Of an interval's end, what the judgement of detectors goes on from. */
function intervalClosed(state: EngineState, at: InstantMs, intervalMs: number): EngineState {
  const nodes = state.nodes.map((node): NodeState => {
    const detectors = closeSubstitutes(node.health.detectors);
    return {
      ...node,
      cleaning: closeInterval(node.cleaning, at, intervalMs).state,
      health: { ...node.health, detectors, judgedMs: 0 },
    };
  });
  return { ...state, nodes, intervalStartsAt: at };
}

function streetShown(state: EngineState, tables: EngineTables, input: InputOf<"state">): Step {
  const { index, node } = find(state, tables, input.intersection);
  const own = defined(tables.nodes[index], "tables");
  const health = releasesTold(node.health, own, input, node.street);
  return {
    state: { ...state, nodes: state.nodes.with(index, { ...node, street: input, health }) },
    effects: [],
  };
}

function detected(state: EngineState, tables: EngineTables, input: InputOf<"detections">): Step {
  const { index, node } = find(state, tables, input.intersection);
  const { detectorIndex } = defined(tables.nodes[index], "tables");
  const { intervalStartsAt } = state;
  const cleaning = cleanDetections(node.cleaning, input, { detectorIndex, intervalStartsAt }).state;
  return { state: { ...state, nodes: state.nodes.with(index, { ...node, cleaning }) }, effects: [] };
}

function find(state: EngineState, tables: EngineTables, intersection: string) {
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  return { index, node: defined(state.nodes.at(index), "node") };
}
