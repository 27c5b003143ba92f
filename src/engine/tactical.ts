import { defined } from "../assert.ts";
import { isServed } from "../explain/stage-problem.ts";
import type { StageSchedule } from "../model/stage-schedule.ts";
import { SCHEDULE_VALID_MAX_SECONDS } from "../model/stage-schedule.ts";
import { MODE_DUTIES } from "../model/mode.ts";
import { meetsLate } from "../optimize/tactical/box.ts";
import type { PlannedDeparture, StreetNow } from "../optimize/tactical/policy.ts";
import { gateSchedule } from "../safety/gate.ts";
import { after, CONTROLLER_TICK_MS, type InstantMs, SECOND_MS, secondsToMs } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { keptWith, reasonOf, stageDecision } from "./decisions.ts";
import type { Effect } from "./effect.ts";
import { filledRoads, metered } from "./metering.ts";
import { seen, seesNothing } from "./outlooks.ts";
import type { Step } from "./plans.ts";
import { compared } from "./shadow.ts";
import { recordedStage, stageRecord } from "./stage-record.ts";
import { countedRules, type EngineCounts, type EngineState, type NodeState } from "./state.ts";
import { handedBack, type LeavingVehicles, leftUntil } from "./tactical-state.ts";

/** A street that was told longer ago is not decided on. */
const STREET_AGE_MAX_MS = 2 * SECOND_MS;
/** A lease is renewed when less than this is left of it. */
const RENEW_MS = 5 * SECOND_MS;
/** A red is extended until the next decision is there, and a tick of the controller more for its way. */
const RED_STEP_MS = SECOND_MS + CONTROLLER_TICK_MS;
/** A planned change that the controller would make within this is taken back when it is not wanted any more. */
const TAKE_BACK_MS = 2 * SECOND_MS;

/** What one tick adds to the state beside its intersections: written to while they are decided for, and seen by nobody else. */
type Turn = {
  nextPlanNumber: number;
  nextLogId: number;
  counts: EngineCounts;
  readonly effects: Effect[];
};

/**
 * Decides for every intersection whose mode asks for it and that can be decided for, on what all of them knew of each other before
 * this instant. Where decisions are only shown nothing is lent, and nobody downstream is told of departures that will not be.
 */
export function decideTactically({ state, effects }: Step, tables: EngineTables, at: InstantMs): Step {
  const { nextPlanNumber, nextLogId, counts } = state;
  const turn: Turn = { nextPlanNumber, nextLogId, counts, effects: [...effects] };
  const nodes = state.nodes.map((node, index) => decidedFor(turn, state, tables, index, node, at));
  return {
    state: {
      ...state,
      nodes,
      nextPlanNumber: turn.nextPlanNumber,
      nextLogId: turn.nextLogId,
      counts: turn.counts,
    },
    effects: turn.effects,
  };
}

/** One intersection after its turn. */
function decidedFor(
  turn: Turn,
  known: EngineState,
  tables: EngineTables,
  index: number,
  before: NodeState,
  at: InstantMs,
): NodeState {
  const duty = MODE_DUTIES[before.mode].stages;
  if (duty === "nothing") return before;
  const own = defined(tables.nodes[index], "tables");
  const blind = before.linked && seesNothing(before, at);
  const node = blind === before.tactical.blind ? before : sightChanged(turn, own, before, blind, at);
  const { street } = node.tactical;
  if (blind || !mayDecide(node, at) || street === null) {
    const { lent, stages } = node.tactical;
    const holds = lent !== null || stages.length > 0;
    return holds ? { ...node, tactical: handedBack(node.tactical, at) } : node;
  }
  if (duty === "shown") return show(turn, known, tables, index, node, street, at);
  const decided = decide(turn, known, tables, index, node, { ...street, at });
  return lend(turn, own, readBack(turn, own, decided, street), at);
}

/** Who sees nothing does not guess: the plan goes on, and operators are told, as when the detectors are heard again. */
function sightChanged(
  turn: Turn,
  own: NodeTables,
  node: NodeState,
  blind: boolean,
  at: InstantMs,
): NodeState {
  turn.effects.push({
    kind: "log",
    entry: {
      id: turn.nextLogId,
      at,
      intersection: own.id,
      topic: "operation",
      priority: blind ? "P2" : "event",
      text: sightText(node, blind),
      reason: null,
      plan: null,
      status: null,
      answer: null,
    },
  });
  turn.nextLogId += 1;
  return { ...node, tactical: { ...node.tactical, blind } };
}

function sightText({ health }: NodeState, blind: boolean): string {
  if (!blind) return "Detectors are heard again: stages are decided each second";
  return health.leftToPlan
    ? "Too many detectors have failed: stages are left to the plan"
    : "No detector is heard although vehicles must come: stages are left to the plan";
}

function mayDecide(node: NodeState, at: InstantMs): boolean {
  return (
    node.linked &&
    node.street !== null &&
    node.street.operation === "normal" &&
    at - node.street.at <= STREET_AGE_MAX_MS
  );
}

/** The next decision where none is sent; the one before is compared with what the controller has told since. */
function show(
  turn: Turn,
  known: EngineState,
  tables: EngineTables,
  index: number,
  node: NodeState,
  street: StreetNow,
  at: InstantMs,
): NodeState {
  const { shown, departures, record: before } = node.tactical;
  const told = shown !== null && street.at > shown.at;
  const score = told ? compared(node.score, shown, street.stage) : node.score;
  // Nothing that was chosen here stands: the street went its own way.
  const open = { ...node.tactical, stages: [], shown: told ? null : shown };
  const decided = decide(turn, known, tables, index, { ...node, tactical: open }, { ...street, at });
  const { tactical } = decided;
  const { record, stages } = tactical;
  const [first] = stages;
  // While a change or a least green of the street runs there is no choice to compare.
  const chose = record !== null && record !== before && first !== undefined;
  const next = chose ? { at, stage: first.stage, candidates: record.record.candidates } : tactical.shown;
  return { ...decided, score, tactical: { ...tactical, departures, shown: next } };
}

/** A schedule is applied when its stage, which was due before, is green: accepted is not applied. */
function readBack(turn: Turn, { timing }: NodeTables, node: NodeState, street: StreetNow): NodeState {
  const { lent, applied } = node.tactical;
  if (lent === null || applied || street.changing) return node;
  const due = lent.stages.findLast(({ startAt }) => startAt < street.at);
  if (due?.stage !== timing.stages[street.stage]?.id) return node;
  turn.counts = { ...turn.counts, schedulesApplied: turn.counts.schedulesApplied + 1 };
  return { ...node, plansApplied: node.plansApplied + 1, tactical: { ...node.tactical, applied: true } };
}

/** The next decision; none while an intergreen or a least green runs: then the last one stands. */
function decide(
  turn: Turn,
  known: EngineState,
  tables: EngineTables,
  index: number,
  node: NodeState,
  street: StreetNow,
): NodeState {
  const own = defined(tables.nodes[index], "tables");
  const { at } = street;
  const { tactical, outlook, observed, lateInside } = seen(known, tables, index, node, at);
  if (street.changing) {
    const { stage } = tactical.stages[0] ?? street;
    const waits = own.timing.rings.length === 0 && meetsLate(own.junction, stage, lateInside());
    const redUntilAt = waits ? after(at, RED_STEP_MS) : null;
    return { ...node, tactical: { ...tactical, stages: [{ stage, startAt: at }], redUntilAt } };
  }
  if (!isServed(own.timing, street)) {
    return {
      ...node,
      tactical: { ...tactical, stages: [{ stage: street.stage, startAt: at }], redUntilAt: null },
    };
  }
  const filled = filledRoads(known, tables, index, at);
  const expected = metered(outlook(), own.lanes, filled, tables.parameters.optimize.meteringFromRatio);
  const decision = tables.policy(own.junction, street, expected, tactical.memory);
  const { memory, stages, departures } = decision;
  const record = stageDecision(at, decision, expected, observed);
  const decisions = keptWith(tactical.decisions, record);
  const next: NodeState = {
    ...node,
    tactical: {
      ...tactical,
      memory,
      stages,
      redUntilAt: null,
      departures: departures === null ? tactical.departures : renewed(tactical.departures, departures, at),
      record,
      decisions,
    },
  };
  if (!tables.records.stages || decisions === tactical.decisions) return next;
  const sent = MODE_DUTIES[node.mode].stages === "sent";
  const made = { known, tables, index, node, street, outlook: expected, decision, told: record, sent };
  const recorded = recordedStage(next, tables, stageRecord(made));
  turn.effects.push(recorded.effect);
  return recorded.node;
}

/** Vehicles that left so long ago have been seen by everybody downstream. */
const LEFT_MAX_MS = 60 * SECOND_MS;

/** By exit: the new plan's departures, after those that fell due under the plans before it. */
function renewed(
  before: readonly LeavingVehicles[],
  departures: readonly PlannedDeparture[],
  now: InstantMs,
): readonly LeavingVehicles[] {
  const byExit = before.map((leaving) => {
    const { at, vehicles } = leftUntil(leaving, now - 1, now - LEFT_MAX_MS + 1);
    return { at: [...at], vehicles: [...vehicles] };
  });
  for (const { exit, inSeconds, vehicles } of departures) {
    const leaving = defined(byExit[exit], "exit");
    leaving.at.push(after(now, Math.round(secondsToMs(inSeconds))));
    leaving.vehicles.push(vehicles);
  }
  // Copies take no room for more: these lists are kept for many seconds.
  return byExit.map(({ at, vehicles }) => ({ at: at.slice(), vehicles: vehicles.slice() }));
}

/** Sends the decision where the controller does not do it already, or its lease is about to end. */
function lend(turn: Turn, own: NodeTables, node: NodeState, at: InstantMs): NodeState {
  const { stages, lent, redUntilAt } = node.tactical;
  const [first] = stages;
  if (first === undefined) return node;
  const stageId = (stage: number): string => defined(own.timing.stages[stage], "stage").id;
  if (
    redUntilAt === null &&
    lent !== null &&
    lent.validUntil - at > RENEW_MS &&
    does(lent, stageId(first.stage), stages[1]?.startAt, at)
  ) {
    return node;
  }
  const schedule: StageSchedule = {
    id: `${at}-s${turn.nextPlanNumber}`,
    intersection: own.id,
    basedOnAt: at,
    effectiveAt: at,
    validUntil: after(at, SCHEDULE_VALID_MAX_SECONDS * SECOND_MS),
    stages: stages.map(({ stage, startAt }) => ({
      stage: stageId(stage),
      startAt: startAt < at ? at : startAt,
    })),
    ...(redUntilAt === null ? {} : { redUntilAt }),
    reason:
      redUntilAt === null
        ? reasonOf(node.tactical.record, stageId)
        : "red extended: a vehicle is still inside the junction",
  };
  turn.nextPlanNumber += 1;
  return propose(turn, own, node, schedule);
}

/** Whether a controller that follows what it was lent does what is wanted now, and nothing else soon. */
function does(lent: StageSchedule, stage: string, nextAt: InstantMs | undefined, at: InstantMs): boolean {
  const running = lent.stages.findLast(({ startAt }) => startAt <= at);
  if (running?.stage !== stage) return false;
  const next = lent.stages.find(({ startAt }) => startAt > at);
  return next === undefined || next.startAt === nextAt || next.startAt - at > TAKE_BACK_MS;
}

function propose(turn: Turn, own: NodeTables, node: NodeState, schedule: StageSchedule): NodeState {
  const street = defined(node.street ?? undefined, "street");
  const { basedOnAt: at } = schedule;
  const verdict = gateSchedule(
    schedule,
    { table: own.timing, operation: street.operation, stage: street.stage },
    at,
  );
  const { counts } = turn;
  if (!verdict.ok) {
    const text = `Stage schedule refused by the safety gate: ${verdict.error.map(({ rule, detail }) => `${rule} ${detail}`).join("; ")}`;
    turn.effects.push({
      kind: "log",
      entry: {
        id: turn.nextLogId,
        at,
        intersection: own.id,
        topic: "plan",
        priority: "P3",
        text,
        reason: schedule.reason,
        plan: schedule.id,
        status: "refused",
        answer: null,
      },
    });
    turn.nextLogId += 1;
    turn.counts = {
      ...counts,
      schedulesRefusedByGate: counts.schedulesRefusedByGate + 1,
      gateRules: countedRules(counts.gateRules, verdict.error),
    };
    return node;
  }
  turn.effects.push({ kind: "schedule", at, schedule: verdict.value });
  turn.counts = { ...counts, schedulesPushed: counts.schedulesPushed + 1 };
  return { ...node, tactical: { ...node.tactical, lent: schedule, applied: false } };
}
