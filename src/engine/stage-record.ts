import { defined } from "../assert.ts";
import { doubtedLanes } from "../estimate/loop-doubt.ts";
import { stageOutcome } from "../explain/outcomes.ts";
import { withinHorizon } from "../explain/packed-outlook.ts";
import { contentOf, type InputQuality, recordId, type StageRecord } from "../explain/record.ts";
import { siteOf } from "../explain/site.ts";
import { recordedJunction } from "../explain/stage-problem.ts";
import type { Outlook } from "../model/outlook.ts";
import type { StreetNow, TacticalDecision } from "../optimize/tactical/policy.ts";
import { after, HOUR_MS, type InstantMs, SECOND_MS, secondsToMs } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import type { StageDecision } from "./decisions.ts";
import { isUnsound } from "./detector-health.ts";
import type { Effect } from "./effect.ts";
import { intervalBegin } from "./interval-begin.ts";
import { plannedTo } from "./outlooks.ts";
import { NOTHING_RECORDED } from "./recording-state.ts";
import type { EngineState, NodeState } from "./state.ts";

/** A stage decision, what it was made on, and who made it. */
export type MadeStage = {
  /** What all intersections knew of each other. */
  readonly known: EngineState;
  readonly tables: EngineTables;
  readonly index: number;
  /** Before the decision. */
  readonly node: NodeState;
  readonly street: StreetNow;
  readonly outlook: Outlook;
  readonly decision: TacticalDecision;
  readonly told: StageDecision;
  /** Whether it is sent, not only shown. */
  readonly sent: boolean;
};

/** A stage decision with everything that it was made on, but for a junction that a record of the same hour has. */
export function stageRecord(made: MadeStage): StageRecord {
  const { known, tables, index, node, street, outlook, decision, told, sent } = made;
  const own = defined(tables.nodes[index], "tables");
  const { at } = street;
  const { junction } = node.recording ?? NOTHING_RECORDED;
  const holder = junction?.hourAt === hourOf(tables, at) ? junction.id : undefined;
  return {
    id: recordId(own.id, "tactical", at),
    at,
    intersection: own.id,
    level: "tactical",
    sent,
    observed: told.inputs.observed,
    inputs: {
      lanes: laneInputs(made, own, at),
      neighbours: neighbourInputs(known, tables, index, at),
    },
    problem: {
      junction:
        holder === undefined ? recordedJunction(own.timing, siteOf(own.timing), own.lanes) : { in: holder },
      street,
      outlook: withinHorizon(outlook, tables.parameters.optimize.horizonSeconds),
      memory: node.tactical.memory,
      parameters: tables.parameters.optimize,
    },
    decided: stageOutcome(own.timing, decision),
  };
}

function laneInputs({ node, told, tables }: MadeStage, own: NodeTables, at: InstantMs) {
  const { observed, waiting, coming } = told.inputs;
  const doubted = observed === "loops" ? doubtedLanes(node.tactical.loops, at) : new Set<number>();
  const isStale = node.street === null || at - node.street.at > SECOND_MS;
  const qualityOf = (lane: number): InputQuality => {
    const { stopLineLoops, advanceLoops } = defined(own.lanes.lanes[lane], "lane");
    const failed =
      tables.healthUse === "used" &&
      [...stopLineLoops, ...advanceLoops].some((loop) =>
        isUnsound(defined(node.health.detectors[loop], "detector")),
      );
    if (observed === "loops" && (failed || doubted.has(lane))) return "imputed";
    return isStale ? "stale" : "measured";
  };
  return own.lanes.lanes.map(({ id, link }, lane) => ({
    lane: id,
    link,
    waiting: waiting[lane] ?? 0,
    coming: coming[lane] ?? 0,
    quality: qualityOf(lane),
  }));
}

/** Vehicles that neighbours expect to send within the horizon, to a tenth. */
function neighbourInputs(known: EngineState, tables: EngineTables, index: number, at: InstantMs) {
  const until = after(at, secondsToMs(tables.parameters.optimize.horizonSeconds));
  return [...plannedTo(known, tables, index, at)].map(([link, arrivals]) => {
    let vehicles = 0;
    for (const arrival of arrivals) if (arrival.at <= until) vehicles += arrival.vehicles;
    return { link, vehicles: Math.round(vehicles * 10) / 10 };
  });
}

/** Tells a record, and waits for what comes of it. */
export function recordedStage(
  node: NodeState,
  tables: EngineTables,
  record: StageRecord,
): { readonly node: NodeState; readonly effect: Effect } {
  const { id, at, intersection, level, problem } = record;
  const effect: Effect = { kind: "decision", at, intersection, level, id, content: contentOf(record) };
  const { recording } = node;
  if (recording === undefined) return { node, effect };
  const untilAt = after(at, secondsToMs(problem.parameters.horizonSeconds));
  const stages = [...recording.stages, { id, at, untilAt, served: recording.served }];
  const junction = "in" in problem.junction ? recording.junction : { id, hourAt: hourOf(tables, at) };
  return { node: { ...node, recording: { ...recording, stages, junction } }, effect };
}

function hourOf({ configuration }: EngineTables, at: InstantMs): InstantMs {
  return intervalBegin(at, configuration.midnightAt, HOUR_MS);
}
