import type {
  Counter,
  DecisionView,
  DeltaMessage,
  DetailMessage,
  FrameMessage,
  IntersectionDetail,
  LiveMessage,
  LogEntry,
} from "../../protocol/live.ts";
import { type AlarmsKnown, alarmsAfter, NO_ALARMS_KNOWN } from "./alarm-list.ts";
import { decisionsAfter } from "./decision.ts";
import { mergeLog } from "./log.ts";

/** What the server has told of the street, live or played back. */
export type LiveState = {
  /** Number of the latest message; 0 before the first. */
  readonly seq: number;
  /** A message is missing: nothing is taken until everything is told anew. */
  readonly lost: boolean;
  readonly frame: FrameMessage | null;
  readonly details: ReadonlyMap<string, IntersectionDetail>;
  /** Apart from the details: they change every second. */
  readonly decisions: ReadonlyMap<string, DecisionView | null>;
  readonly log: readonly LogEntry[];
  readonly alarms: AlarmsKnown;
  /** What has not been told since everything is told anew: until its first message comes, what was there before is shown. */
  readonly awaited: { readonly frame: boolean; readonly details: boolean; readonly log: boolean };
};

export const NOTHING_TOLD: LiveState = {
  seq: 0,
  lost: false,
  frame: null,
  details: new Map(),
  decisions: new Map(),
  log: [],
  alarms: NO_ALARMS_KNOWN,
  awaited: { frame: true, details: true, log: true },
};

/** What is known with the next message. Number 1 begins anew; any other one has to be the next. */
export function advanceLive(before: LiveState, message: LiveMessage): LiveState {
  const { seq } = message;
  if (seq === 1) {
    const awaited = { frame: true, details: true, log: true };
    return taken({ ...before, seq, lost: false, awaited }, message);
  }
  if (before.lost) return before;
  if (seq !== before.seq + 1) return { ...before, lost: true };
  return taken({ ...before, seq }, message);
}

function taken(state: LiveState, message: LiveMessage): LiveState {
  const { awaited } = state;
  switch (message.kind) {
    case "frame": {
      const { seq: _, ...frame } = message;
      return { ...state, frame, awaited: { ...awaited, frame: false } };
    }
    case "delta":
      // A delta of nothing that was told says nothing.
      if (state.frame === null || awaited.frame) return { ...state, lost: true };
      return { ...state, frame: frameAfter(state.frame, message) };
    case "detail":
      return detailsTaken(state, message);
    case "decisions":
      return { ...state, decisions: decisionsAfter(state.decisions, message.intersections) };
    case "alarms":
      return { ...state, alarms: alarmsAfter(state.alarms, message) };
    case "log":
      break;
  }
  // A server that started anew counts its entries from the beginning: what was told before is of another run.
  const log = mergeLog(awaited.log ? [] : state.log, message.entries);
  return { ...state, log, awaited: { ...awaited, log: false } };
}

function detailsTaken(state: LiveState, { intersections }: DetailMessage): LiveState {
  const { awaited } = state;
  const details = new Map(awaited.details ? [] : state.details);
  for (const detail of intersections) details.set(detail.id, detail);
  const decisions = decisionsAfter(awaited.details ? new Map() : state.decisions, intersections);
  return { ...state, details, decisions, awaited: { ...awaited, details: false } };
}

function frameAfter(before: FrameMessage, delta: DeltaMessage): FrameMessage {
  const { at, speedFactor, plantConnected, vehicles, measures } = delta;
  const changes = new Map(delta.intersections.map((change) => [change.id, change]));
  return {
    kind: "frame",
    at,
    speedFactor: speedFactor ?? before.speedFactor,
    plantConnected: plantConnected ?? before.plantConnected,
    intersections:
      changes.size === 0
        ? before.intersections
        : before.intersections.map((live) => {
            const change = changes.get(live.id);
            return change === undefined ? live : { ...live, ...change };
          }),
    vehicles: vehicles ?? before.vehicles,
    measures: measures === undefined ? before.measures : measures,
    counters: delta.counters.length === 0 ? before.counters : countersAfter(before.counters, delta.counters),
  };
}

function countersAfter(before: readonly Counter[], changed: readonly Counter[]): readonly Counter[] {
  const byName = new Map(before.map((counter) => [counter.name, counter]));
  for (const counter of changed) byName.set(counter.name, counter);
  return [...byName.values()];
}
