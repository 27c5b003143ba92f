import { ALARM_TYPES, type AlarmTypeName } from "../alarms/alarm-types.ts";
import type { AlarmPlace } from "../alarms/alarm.ts";
import { defined } from "../assert.ts";
import type { EngineTables, NodeTables } from "../engine/configuration.ts";
import { detectorEffect } from "../engine/detector-view.ts";
import type { EngineState, NodeState } from "../engine/state.ts";
import { scheduledOperation } from "../model/schedule.ts";

/** What the engine does about an alarm at this instant, in words; what it comes to by its type where the engine has nothing to add. */
export function alarmEffect(
  { type, intersection, part }: AlarmPlace,
  state: EngineState,
  tables: EngineTables,
): string {
  const { consequence } = ALARM_TYPES[type];
  if (type === "linksLost") return linksEffect(state);
  const index = intersection === null ? undefined : tables.nodeIndex.get(intersection);
  if (index === undefined) return consequence;
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  return EFFECT_AT[type]?.({ part, node, own, tables, now: state.now }) ?? consequence;
}

function linksEffect({ nodes }: EngineState): string {
  const down = Array.from(nodes).filter(({ linked }) => !linked).length;
  return `${down} intersections are left to their plans by time of day; the engine goes on with the other ${nodes.length - down}`;
}

type At = {
  readonly part: string | null;
  readonly node: NodeState;
  readonly own: NodeTables;
  readonly tables: EngineTables;
  readonly now: EngineState["now"];
};

const outOfOperation = (): string =>
  "Sent no plans and no stages, and nothing is learnt from it until it is in normal operation";
const goesOn = ({ node }: At): string => `Still runs ${runningText(node)}, as the controller tells it`;

/** Of an intersection; a type that is not here changes nothing in what the engine does. */
const EFFECT_AT: Partial<Readonly<Record<AlarmTypeName, (at: At) => string | null>>> = {
  linkLost: ({ own, tables, now }) =>
    `Sent nothing; by its own clock it should run ${scheduledText(own, tables.configuration.midnightAt, now)}`,
  monitorTrip: outOfOperation,
  flash: outOfOperation,
  preemptLong: outOfOperation,
  leftToPlan: ({ node }) =>
    node.health.leftToPlan
      ? `Sent nothing; runs ${runningText(node)} until enough detectors are good again`
      : null,
  nothingSeen: ({ node }) => `No stage decisions; runs ${runningText(node)}`,
  planRefused: goesOn,
  planWaiting: goesOn,
  planUnanswered: goesOn,
  readbackMismatch: goesOn,
  detectorFailed: ({ part, node, own, tables }) => {
    const detector = part === null ? undefined : own.detectorIndex.get(part);
    return detector === undefined ? null : detectorEffect(node, own, tables, detector);
  },
};

function runningText({ street }: NodeState): string {
  if (street === null) return "what it has";
  return street.source === "plan" ? "the engine's timing plan" : `plan ${street.plan}`;
}

function scheduledText(
  { timing }: NodeTables,
  midnightAt: EngineTables["configuration"]["midnightAt"],
  at: EngineState["now"],
): string {
  const scheduled = scheduledOperation(timing.intersection, midnightAt, at);
  return scheduled.kind === "free" ? "free" : `plan ${scheduled.plan.id}`;
}
