import { assert, defined, unreachable } from "../assert.ts";
import { cleanDetections, resynchronise } from "../detect/cleaning.ts";
import { countDeparture, followLamps } from "../estimate/departures.ts";
import { tallyGreens } from "../estimate/lane-greens.ts";
import { MODE_DUTIES } from "../model/mode.ts";
import type { LogEntry } from "../protocol/live.ts";
import { type InstantMs, instantMs, SECOND_MS } from "../units.ts";
import { expireProposals, review } from "./advice.ts";
import { watchApproaches } from "./congestion.ts";
import { command, commandAnswered, unansweredCommands } from "./commands.ts";
import type { EngineTables } from "./configuration.ts";
import { changeControl, expireControl } from "./control.ts";
import { lookAtDetectors, releasesTold, trustedEvents, watchedAgain } from "./detector-health.ts";
import type { Effect } from "./effect.ts";
import type { Input, InputOf } from "./input.ts";
import { closeStrategicInterval } from "./interval.ts";
import { intervalBegin } from "./interval-begin.ts";
import { changeMode, expireModes } from "./modes.ts";
import { operationChanged } from "./operation-changed.ts";
import { entriesTold, linkedAgain, loopsTold, secondTold, streetTold } from "./outlooks.ts";
import { planEntry } from "./plan-entry.ts";
import { decide, type Step } from "./plans.ts";
import { readBack } from "./readback.ts";
import { servedTold, shownTold, tellRealisedStages, tellRealisedTimings } from "./recording.ts";
import { beginReadback } from "./readback-begin.ts";
import { scheduleAnswered } from "./schedules.ts";
import type { EngineState, NodeState, PlanRecord } from "./state.ts";
import { decideTactically } from "./tactical.ts";
import { changeSettings, tablesInForce } from "./tuning.ts";
import { zone } from "./zone.ts";
import { tellUnusual } from "./unusual-traffic.ts";

/**
 * The engine: a pure function of its state and one input. Instants of inputs never go back; an input of an intersection that
 * is not in the network is a broken invariant, since the gateway lets none through. It decides with the parameters of the state, where
 * they were changed, else with those of the tables.
 */
export function step(before: EngineState, input: Input, given: EngineTables): Step {
  assert(input.at >= before.now, `time goes back from ${before.now} to ${input.at}`);
  const tables = tablesInForce(given, before);
  const state = { ...before, now: input.at };
  switch (input.kind) {
    case "tick":
      return tick(state, tables, input.at);
    case "linkUp":
      return linkUp(state, tables, input);
    case "linkDown":
      return linkDown(state, tables, input);
    case "state":
      return street(state, tables, input);
    case "detections":
      return detections(state, tables, input);
    case "zone":
      return zone(state, tables, input);
    case "ack":
      return acknowledge(state, tables, input);
    case "alarm":
      return alarm(state, tables, input);
    case "command":
      return command(state, tables, input);
    case "mode":
      return changeMode(state, tables, input);
    case "review":
      return review(state, tables, input);
    case "control":
      return changeControl(state, tables, input);
    case "settings":
      return changeSettings(state, tables, input);
    default:
      return unreachable(input);
  }
}

function withNode(state: EngineState, index: number, node: NodeState): EngineState {
  return { ...state, nodes: state.nodes.with(index, node) };
}

function find(state: EngineState, tables: EngineTables, intersection: string) {
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  return { index, node: defined(state.nodes.at(index), "node"), own: defined(tables.nodes[index], "tables") };
}

/** Adds an entry to the operators' log. */
function log(state: EngineState, effects: readonly Effect[], entry: Omit<LogEntry, "id">): Step {
  return {
    state: { ...state, nextLogId: state.nextLogId + 1 },
    effects: [...effects, { kind: "log", entry: { id: state.nextLogId, ...entry } }],
  };
}

const plain = { reason: null, plan: null, status: null, answer: null } as const;

/** A controller that has not answered a plan by then is reported. */
const ANSWER_MAX_MS = 5 * SECOND_MS;

function tick(state: EngineState, tables: EngineTables, at: InstantMs): Step {
  const { midnightAt, intervalMs } = tables.configuration;
  // What is over by now is over before anything is decided.
  const standing = expireModes(expireControl({ state, effects: [] }, tables, at), tables, at);
  let current = lookAtDetectors(expireProposals(standing, tables, at), tables, at);
  if (intervalBegin(at, midnightAt, intervalMs) > state.intervalStartsAt) {
    const closed = closeStrategicInterval(current.state, tables, at);
    const unusual = tellUnusual(current.state, { state: closed, effects: current.effects }, tables, at);
    const told = tellRealisedTimings(unusual, tables, at);
    const { state: decided, effects } = decide(told.state, tables, at);
    current = watchApproaches({ state: decided, effects: [...told.effects, ...effects] }, tables, at);
  }
  const nodes = secondTold(current.state.nodes, tables, at);
  current = decideTactically({ ...current, state: { ...current.state, nodes } }, tables, at);
  current = tellRealisedStages(current, tables, at);
  current = unansweredCommands(unanswered(current, tables, at), at);
  // Last, so that a heartbeat says: this instant has been decided.
  return { state: current.state, effects: [...current.effects, { kind: "heartbeat", at }] };
}

/** Plans that a controller did not answer in time are told once, in the instant in which the time runs out. */
function unanswered({ state, effects }: Step, tables: EngineTables, at: InstantMs): Step {
  let current: Step = { state, effects };
  for (let index = 0; index < state.nodes.length; index += 1) {
    const node = defined(state.nodes.at(index), "node");
    const late = node.plans.find(
      ({ status, pushedAt }) => status === "pushed" && at - pushedAt > ANSWER_MAX_MS,
    );
    if (late === undefined) continue;
    const id = defined(tables.nodes[index], "tables").id;
    // Kept: the answer may be late, or lost although the plan runs.
    const plans = node.plans.map(
      (record): PlanRecord => (record === late ? { ...late, status: "superseded" } : record),
    );
    const entry = planEntry(
      id,
      late,
      at,
      "P3",
      "No answer to a timing plan",
      "superseded",
      `none within ${ANSWER_MAX_MS / SECOND_MS} s`,
    );
    current = {
      state: withNode(current.state, index, { ...node, plans }),
      effects: [...current.effects, { kind: "log", entry }],
    };
  }
  return current;
}

function linkUp(state: EngineState, tables: EngineTables, input: InputOf<"linkUp">): Step {
  const { index, node } = find(state, tables, input.intersection);
  const linked = withNode(state, index, {
    ...node,
    linked: true,
    // A controller that joins as an interval begins is watched for the whole of it.
    linkedWhole: input.at === state.intervalStartsAt,
    cleaning: resynchronise(node.cleaning),
    health: watchedAgain(node.health, input.at),
    readback: null,
    tactical: node.street === null ? node.tactical : linkedAgain(node.tactical, input.at),
  });
  const text = `Controller linked, running plan ${input.plan ?? "unknown"}`;
  return log(linked, [], {
    ...plain,
    at: input.at,
    intersection: input.intersection,
    topic: "link",
    priority: "event",
    text,
  });
}

function linkDown(state: EngineState, tables: EngineTables, input: InputOf<"linkDown">): Step {
  const { index, node } = find(state, tables, input.intersection);
  const lost = withNode(state, index, { ...node, linked: false, linkedWhole: false, readback: null });
  const text = `Link lost: ${input.reason}`;
  return log(lost, [], {
    ...plain,
    at: input.at,
    intersection: input.intersection,
    topic: "link",
    priority: "P2",
    text,
  });
}

function detections(state: EngineState, tables: EngineTables, input: InputOf<"detections">): Step {
  const { index, node, own } = find(state, tables, input.intersection);
  const cleaned = cleanDetections(node.cleaning, input, {
    detectorIndex: own.detectorIndex,
    intervalStartsAt: state.intervalStartsAt,
  });
  let departures = node.departures;
  for (const { detector, at, on } of cleaned.events) {
    if (!on && defined(own.lanes.streamsOfLoop[detector], "loop").length > 0) {
      departures = countDeparture(departures, own.lanes, detector, at);
    }
  }
  const trusted = trustedEvents(node.health, tables, cleaned.events);
  const tactical = loopsTold(node.tactical, own, trusted);
  const heard = { ...node, cleaning: cleaned.state, departures, tactical };
  const told = state.nodes.with(index, servedTold(heard, own, cleaned.events));
  const nodes = entriesTold(told, tables, own, trusted);
  const detectionsReceived = state.counts.detectionsReceived + input.events.length;
  const counts = input.events.length === 0 ? state.counts : { ...state.counts, detectionsReceived };
  return { state: { ...state, nodes, counts }, effects: [] };
}

function acknowledge(state: EngineState, tables: EngineTables, input: InputOf<"ack">): Step {
  const { index, node } = find(state, tables, input.intersection);
  if ("command" in input) return commandAnswered(state, index, input);
  if ("schedule" in input) return scheduleAnswered(state, input);
  const record = node.plans.find(
    ({ plan, status, effectiveAt }) =>
      plan.id === input.plan && (status === "pushed" || (status === "superseded" && effectiveAt === null)),
  );
  if (record === undefined) return { state, effects: [] };
  const plansWith = (next: PlanRecord): readonly PlanRecord[] =>
    node.plans.map((other) => (other === record ? next : other));
  const { counts } = state;
  if (input.result === "refused") {
    const answer = `${input.code}: ${input.detail}`;
    const entry = planEntry(
      input.intersection,
      record,
      input.at,
      "P3",
      "The controller refused a timing plan",
      "refused",
      answer,
    );
    const next = withNode(state, index, {
      ...node,
      plans: plansWith({ ...record, status: "refused" }),
      // The cycle did not change after all.
      cycleChangedAt: node.plans.at(-1) === record ? record.cycleChangedBefore : node.cycleChangedAt,
    });
    return {
      state: { ...next, counts: { ...counts, plansRefused: counts.plansRefused + 1 } },
      effects: [{ kind: "log", entry }],
    };
  }
  const effectiveAt = instantMs(input.effectiveAt);
  const seconds = Math.round((effectiveAt - input.at) / SECOND_MS);
  const entry = planEntry(
    input.intersection,
    record,
    record.pushedAt,
    "event",
    "Timing plan accepted",
    "accepted",
    `in ${seconds} s`,
  );
  const next = withNode(state, index, {
    ...node,
    plans: plansWith({ ...record, status: "accepted", effectiveAt }),
  });
  return {
    state: { ...next, counts: { ...counts, plansAccepted: counts.plansAccepted + 1 } },
    effects: [{ kind: "log", entry }],
  };
}

function alarm(state: EngineState, tables: EngineTables, input: InputOf<"alarm">): Step {
  const expected = endsKnowingly(find(state, tables, input.intersection).node, input.code);
  const counts = { ...state.counts, alarms: state.counts.alarms + (expected ? 0 : 1) };
  const priority = expected ? "event" : input.code === "MONITOR_TRIP" ? "P1" : "P2";
  const text = `${input.code}: ${input.detail}`;
  return log({ ...state, counts }, [], {
    ...plain,
    at: input.at,
    intersection: input.intersection,
    topic: "alarm",
    priority,
    text,
  });
}

/** Whether a lease ended because the mode renews none, or nothing is seen: somebody wanted that or was told, so it is no alarm. */
function endsKnowingly({ mode, tactical }: NodeState, code: InputOf<"alarm">["code"]): boolean {
  const { plans, stages } = MODE_DUTIES[mode];
  if (code === "SCHEDULE_EXPIRED") return stages !== "sent" || tactical.blind;
  return code === "PLAN_EXPIRED" && plans !== "sent";
}

/** The street as the controller says it is: kept, used to attribute departures, and compared with what is due. */
function street(state: EngineState, tables: EngineTables, input: InputOf<"state">): Step {
  const { index, node, own } = find(state, tables, input.intersection);
  const departures = followLamps(node.departures, own.lanes, input.lamps, input.at);
  // In every mode, so that one that decides each second can begin at any instant.
  const tactical = streetTold(node.tactical, own, input);
  const health = releasesTold(node.health, own, input, node.street);
  const greens = tallyGreens(node.greens, own.lanes, node.tactical.loops, tactical.loops, input.at);
  const seen = shownTold({ ...node, street: input, departures, tactical, health, greens });
  const next =
    input.operation === "normal"
      ? verify(state, tables, index, seen, input, node.street)
      : // Nothing is learnt from such an interval, and no plan is looked for in its lamps (REQ-S5).
        { state: withNode(state, index, { ...seen, normalWhole: false, readback: null }), effects: [] };
  const before = node.street?.operation ?? "normal";
  return input.operation === before ? next : operationChanged(next, input);
}

/** Keeps what an intersection has become by the street's word, and compares the lamps with the plan in force. */
function verify(
  state: EngineState,
  tables: EngineTables,
  index: number,
  node: NodeState,
  input: InputOf<"state">,
  before: NodeState["street"],
): Step {
  const own = defined(tables.nodes[index], "tables");
  if (input.intervention !== "none") {
    return { state: withNode(state, index, { ...node, readback: null }), effects: [] };
  }
  const readback = node.readback ?? beginReadback(tables, index, node, input, before);
  if (readback === null) return { state: withNode(state, index, node), effects: [] };
  const result = readBack(readback, own.timing, input);
  if (result.kind === "watching") {
    return { state: withNode(state, index, { ...node, readback: result.readback }), effects: [] };
  }
  const record = node.plans.find(({ plan }) => plan.id === readback.plan);
  // Where another plan takes over, it decides how the last green of this one ends.
  const takenOver = result.kind === "mismatch" && input.plan !== readback.plan;
  if (record === undefined || takenOver)
    return { state: withNode(state, index, { ...node, readback: null }), effects: [] };
  const status = result.kind;
  const plans = node.plans.map((other): PlanRecord => {
    if (other === record) return { ...record, status };
    return other.status === "applied" || other.status === "accepted" ? supersededBy(other, record) : other;
  });
  const { counts } = state;
  const plansApplied = node.plansApplied + (status === "applied" ? 1 : 0);
  const next = withNode(state, index, { ...node, readback: null, plans, plansApplied });
  if (status === "applied") {
    const entry = planEntry(
      own.id,
      record,
      record.pushedAt,
      "event",
      "Timing plan applied: seen in the lamps",
      status,
      null,
    );
    return {
      state: { ...next, counts: { ...counts, plansApplied: counts.plansApplied + 1 } },
      effects: [{ kind: "log", entry }],
    };
  }
  const entry = planEntry(
    own.id,
    record,
    input.at,
    "P2",
    `The lamps do not follow the timing plan: ${result.detail}`,
    status,
    null,
  );
  return {
    state: { ...next, counts: { ...counts, readbackMismatches: counts.readbackMismatches + 1 } },
    effects: [{ kind: "log", entry }],
  };
}

/** An older plan has done its time once a newer one is on the street. */
function supersededBy(older: PlanRecord, newer: PlanRecord): PlanRecord {
  return older.pushedAt < newer.pushedAt ? { ...older, status: "superseded" } : older;
}
