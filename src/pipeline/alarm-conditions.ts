import type { Condition } from "../alarms/alarm.ts";
import type { AlarmTypeName } from "../alarms/alarm-types.ts";
import { defined } from "../assert.ts";
import type { EngineTables, NodeTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import type { Input } from "../engine/input.ts";
import type { NodeState } from "../engine/state.ts";
import type { LogEntry } from "../protocol/live.ts";

/** Something that stands at an intersection as long as its state says so. */
export type Standing = {
  readonly type: AlarmTypeName;
  readonly part: string | null;
  readonly text: string;
};

/** The parts of an intersection's state that conditions are read from: where all are the same, so are the conditions. */
export type Watched = readonly [
  linked: boolean,
  operation: string | undefined,
  health: NodeState["health"]["detectors"],
  leftToPlan: boolean,
  blind: boolean,
  congestion: NodeState["congestion"],
  series: NodeState["series"],
  proposal: NodeState["proposal"],
];

export function watched({
  linked,
  street,
  health,
  tactical,
  congestion,
  series,
  proposal,
}: NodeState): Watched {
  const { detectors, leftToPlan } = health;
  return [linked, street?.operation, detectors, leftToPlan, tactical.blind, congestion, series, proposal];
}

/** What stands at an intersection now. */
export function standingAt(
  node: NodeState,
  own: NodeTables,
  approaches: readonly string[],
): readonly Standing[] {
  const { linked, street, health, tactical, proposal } = node;
  const operation = street?.operation;
  return [
    ...(linked ? [] : [whole("linkLost", "No link to the controller")]),
    ...(operation === "tripped" ? [whole("monitorTrip", "The monitor has tripped: latched flash")] : []),
    ...(operation === "flash" ? [whole("flash", "Flash operation")] : []),
    ...(operation === "preempt" ? [whole("preemptLong", "Preemption for ten minutes")] : []),
    ...(health.leftToPlan ? [whole("leftToPlan", "Too many detectors have failed")] : []),
    ...(tactical.blind ? [whole("nothingSeen", "No detector is heard although vehicles must come")] : []),
    ...(proposal === null ? [] : [whole("planWaiting", `Timing plan ${proposal.id} waits for approval`)]),
    ...detectorsAt(node, own),
    ...trafficAt(node, own, approaches),
  ];
}

function whole(type: AlarmTypeName, text: string): Standing {
  return { type, part: null, text };
}

/** A card that is dead is one alarm more, which says those of its detectors. */
function detectorsAt({ health }: NodeState, own: NodeTables): readonly Standing[] {
  const failed = health.detectors.flatMap(({ state, finding }, detector) => {
    if (state !== "failed" || finding === null) return [];
    return [{ id: defined(own.health.ids[detector], "detector"), finding }];
  });
  const card = failed.filter(({ finding }) => finding.rule === "deadCard").map(({ id }) => id);
  return [
    ...(card.length === 0
      ? []
      : [
          {
            type: "detectorCardFailed" as const,
            part: null,
            text: `A detector card is dead: ${card.join(", ")}`,
          },
        ]),
    ...failed.map(({ id, finding }) => ({
      type: "detectorFailed" as const,
      part: id,
      text: `${finding.rule}: ${finding.reason}`,
    })),
  ];
}

function trafficAt(
  { congestion, series }: NodeState,
  own: NodeTables,
  approaches: readonly string[],
): readonly Standing[] {
  const warned = congestion.flatMap(({ warnings }, place) =>
    warnings.map(({ kind }): Standing => {
      const part = defined(approaches[place], "approach");
      return kind === "spillback"
        ? { type: "spillback", part, text: "A queue longer than the approach is expected" }
        : { type: "oversaturation", part, text: "More vehicles than the greens let go are expected" };
    }),
  );
  const unusual = series.flatMap(({ pattern }, movement): readonly Standing[] => {
    const { alarm } = pattern.deviation;
    if (alarm === null) return [];
    const part = defined(own.timing.intersection.movements[movement], "movement").id;
    return [
      { type: "unusualTraffic", part, text: `${alarm === "above" ? "More" : "Fewer"} vehicles than usual` },
    ];
  });
  return [...warned, ...unusual];
}

/** What changed between two lists of what stands. */
export function changesAt(
  intersection: string,
  before: readonly Standing[],
  now: readonly Standing[],
): readonly Condition[] {
  const same = (left: Standing, right: Standing): boolean =>
    left.type === right.type && left.part === right.part;
  const ended = before.filter((was) => !now.some((is) => same(was, is)));
  return [
    ...ended.map((one) => ({ ...one, intersection, raised: false })),
    ...now.map((one) => ({ ...one, intersection, raised: true })),
  ];
}

const TYPE_OF_CODE = {
  ENGINE_LOST: "engineLost",
  PLAN_EXPIRED: "planExpired",
  SCHEDULE_EXPIRED: "scheduleExpired",
} as const;

/** What a controller says of itself once; what the monitor's trip leaves behind is seen in the state of operation. */
export function toldByController(input: Input, effects: readonly Effect[]): readonly Condition[] {
  if (input.kind !== "alarm" || input.code === "MONITOR_TRIP") return [];
  // The engine knows which leases were to end: those are no alarm.
  const expected = effects.some(
    (effect) =>
      effect.kind === "log" &&
      effect.entry.topic === "alarm" &&
      effect.entry.priority === "event" &&
      effect.entry.intersection === input.intersection &&
      effect.entry.text.startsWith(input.code),
  );
  if (expected) return [];
  const { intersection, code, detail } = input;
  return [{ type: TYPE_OF_CODE[code], intersection, part: null, raised: true, text: detail }];
}

/** Control that was taken from somebody who had it: one matter, however many intersections it is of. */
export function toldByOperators(input: Input, effects: readonly Effect[]): readonly Condition[] {
  if (input.kind !== "control" || !input.takeOver) return [];
  const { intersection, area, by, reason } = input;
  const taken = effects.some(
    (effect) =>
      effect.kind === "log" &&
      effect.entry.topic === "control" &&
      effect.entry.priority === "P2" &&
      effect.entry.intersection === intersection,
  );
  if (!taken) return [];
  const text = `${by} took control from whoever had it: ${reason}`;
  return [{ type: "controlTakenOver", intersection: null, part: area, raised: true, text }];
}

/** What the log tells of plans, stage schedules and commands. */
export function toldByLog(entry: LogEntry): readonly Condition[] {
  const { intersection, topic, status, priority, text, answer } = entry;
  if (intersection === null) return [];
  const told = (type: AlarmTypeName, raised: boolean): Condition => ({
    type,
    intersection,
    part: null,
    raised,
    text: answer === null ? text : `${text}: ${answer}`,
  });
  if (topic === "command" && priority !== "event") return [told("commandRefused", true)];
  if (topic !== "plan") return [];
  if (status === "accepted") return [told("planRefused", false)];
  if (status === "applied") return [told("planRefused", false), told("readbackMismatch", false)];
  if (status === "mismatch") return [told("readbackMismatch", true)];
  if (priority === "event") return [];
  if (status === "superseded") return [told("planUnanswered", true)];
  if (status !== "refused") return [];
  // Plans and stage schedules are told alike but for the words.
  return [told(/stage schedule/i.test(text) ? "scheduleRefused" : "planRefused", true)];
}

/** The approaches of an intersection by their links, in the order of its congestion watches. */
export function approachLinks({ approaches }: EngineTables, index: number): readonly string[] {
  return defined(approaches[index], "approaches").map(({ link }) => link);
}
