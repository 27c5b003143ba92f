import type { AlarmPriority } from "../model/alarm.ts";
import { MINUTE_MS, SECOND_MS } from "../units.ts";

/** What there are alarms of. Parents stand before their children: what begins in the same instant is judged in this order. */
export const ALARM_TYPE_NAMES = [
  "linksLost",
  "linkLost",
  "monitorTrip",
  "flash",
  "preemptLong",
  "engineLost",
  "planExpired",
  "scheduleExpired",
  "readbackMismatch",
  "planRefused",
  "planUnanswered",
  "scheduleRefused",
  "commandRefused",
  "controlTakenOver",
  "planWaiting",
  "linkFlooded",
  "clockDrift",
  "storeFailing",
  "signInsFailed",
  "leftToPlan",
  "nothingSeen",
  "detectorCardFailed",
  "detectorFailed",
  "spillback",
  "oversaturation",
  "unusualTraffic",
] as const;

export type AlarmTypeName = (typeof ALARM_TYPE_NAMES)[number];

export type AlarmType = {
  readonly priority: AlarmPriority;
  /** `standing`: begins and ends; `pulse`: somebody says it once, and it counts as over when it is not said again for the off-delay. */
  readonly kind: "standing" | "pulse";
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  /** Types of which an active alarm of the same part, intersection or network says this one too. */
  readonly parents: readonly AlarmTypeName[];
  readonly response: string;
  readonly consequence: string;
  readonly owner: string;
};

/** Who is to act. */
const OPERATOR = "control room operator";
const SIGNAL_ENGINEER = "signal engineer";
const FIELD_TECHNICIAN = "signal technician";
const SYSTEM_ENGINEER = "system engineer";

/** A link that flutters is one alarm, not one each time. */
const LINK = { onDelayMs: 5 * SECOND_MS, offDelayMs: 30 * SECOND_MS };
const AT_ONCE = { onDelayMs: 0, offDelayMs: 10 * SECOND_MS };
/** What was told once and not again for so long is over. */
const PULSE = { kind: "pulse", onDelayMs: 0, offDelayMs: 5 * MINUTE_MS } as const;
/** Judged each minute: good for a whole one. */
const HEALTH = { kind: "standing", onDelayMs: 0, offDelayMs: MINUTE_MS } as const;
/** Judged each interval, with thresholds of their own to begin and to end. */
const TRAFFIC = { kind: "standing", onDelayMs: 0, offDelayMs: 0 } as const;

/**
 * What nobody can expect of an intersection that is not reached: by its own link, lest links that are lost elsewhere silence those who are
 * heard.
 */
const UNREACHED = ["linkLost"] as const;
/** Nor of one that is out of normal operation. */
const OUT_OF_OPERATION = [...UNREACHED, "monitorTrip", "flash"] as const;

export const ALARM_TYPES: Readonly<Record<AlarmTypeName, AlarmType>> = {
  linksLost: {
    priority: "P1",
    kind: "standing",
    ...LINK,
    parents: [],
    response: "Look for the common cause: network, hub, power. Call the communications provider",
    consequence: "These controllers run their plans by time of day, uncoordinated by the engine and unseen",
    owner: SYSTEM_ENGINEER,
  },
  linkLost: {
    priority: "P2",
    kind: "standing",
    ...LINK,
    parents: ["linksLost"],
    response: "Check the link and the cabinet's power; send a technician if it does not come back",
    consequence: "The controller runs its plan by time of day and is not seen",
    owner: FIELD_TECHNICIAN,
  },
  monitorTrip: {
    priority: "P1",
    kind: "standing",
    ...AT_ONCE,
    parents: [],
    response: "Send police or staff to the intersection and a technician to the cabinet; reset only there",
    consequence: "The intersection flashes until somebody resets it at the cabinet",
    owner: OPERATOR,
  },
  flash: {
    priority: "P2",
    kind: "standing",
    onDelayMs: 5 * SECOND_MS,
    offDelayMs: 10 * SECOND_MS,
    parents: ["monitorTrip"],
    response: "Find out who ordered it; end it, or send a technician",
    consequence: "No signals: all have to give way",
    owner: OPERATOR,
  },
  preemptLong: {
    priority: "P2",
    kind: "standing",
    onDelayMs: 10 * MINUTE_MS,
    offDelayMs: 10 * SECOND_MS,
    parents: [...UNREACHED],
    response: "Look whether a train or a crew is there; if not, the call is stuck: send a technician",
    consequence: "One direction is held and all others wait",
    owner: OPERATOR,
  },
  engineLost: {
    priority: "P2",
    ...PULSE,
    parents: [...UNREACHED],
    response: "Read the engine's own log around the time; look for late ticks and restarts",
    consequence: "The controller went on by itself while it heard nothing",
    owner: SYSTEM_ENGINEER,
  },
  planExpired: {
    priority: "P2",
    ...PULSE,
    parents: [...OUT_OF_OPERATION, "engineLost"],
    response: "See why no plan was renewed: forecasts, counts, link, or the mode",
    consequence: "The controller is back on its plan by time of day",
    owner: SIGNAL_ENGINEER,
  },
  scheduleExpired: {
    priority: "P3",
    ...PULSE,
    parents: [...OUT_OF_OPERATION, "engineLost"],
    response: "See why no stage schedule was renewed; look for late ticks",
    consequence: "The controller is back on its plan",
    owner: SIGNAL_ENGINEER,
  },
  readbackMismatch: {
    priority: "P2",
    kind: "standing",
    ...AT_ONCE,
    parents: [...OUT_OF_OPERATION],
    response: "Compare plan and lamps; leave the intersection in mode local until it is understood",
    consequence: "The street does not do what the engine reckons with",
    owner: SIGNAL_ENGINEER,
  },
  planRefused: {
    priority: "P3",
    kind: "standing",
    ...AT_ONCE,
    parents: [...OUT_OF_OPERATION],
    response: "Read the rule or code in the log and correct the configuration that it names",
    consequence: "The timing before it goes on",
    owner: SIGNAL_ENGINEER,
  },
  planUnanswered: {
    priority: "P3",
    ...PULSE,
    parents: [...OUT_OF_OPERATION],
    response: "Watch whether answers are lost again; look at the link's quality",
    consequence: "It is not known whether the plan runs until the lamps show it",
    owner: SIGNAL_ENGINEER,
  },
  scheduleRefused: {
    priority: "P3",
    ...PULSE,
    parents: [...OUT_OF_OPERATION],
    response: "Read the rule or code in the log",
    consequence: "The controller goes on with what it has",
    owner: SIGNAL_ENGINEER,
  },
  commandRefused: {
    priority: "P3",
    ...PULSE,
    parents: [],
    response: "Read why; ask for what is allowed, or take the matter to the signal engineer",
    consequence: "What was asked for was not done",
    owner: OPERATOR,
  },
  controlTakenOver: {
    priority: "P2",
    ...PULSE,
    parents: [],
    response: "Ask who took control over why, and agree on who goes on",
    consequence: "Whoever had control can ask nothing there any more",
    owner: OPERATOR,
  },
  planWaiting: {
    priority: "P3",
    kind: "standing",
    onDelayMs: 0,
    offDelayMs: 0,
    parents: [],
    response: "Approve or reject it before its interval ends",
    consequence: "Without an answer the timing in force goes on",
    owner: OPERATOR,
  },
  linkFlooded: {
    priority: "P2",
    ...PULSE,
    parents: [],
    response: "Look who sends so much on this link: a broken controller, or an attack",
    consequence: "The link was ended; frames were dropped",
    owner: SYSTEM_ENGINEER,
  },
  clockDrift: {
    priority: "P2",
    kind: "standing",
    onDelayMs: MINUTE_MS,
    offDelayMs: MINUTE_MS,
    parents: [...UNREACHED],
    response: "Set the controller's clock and look at its time source; compare it with its neighbours",
    consequence: "Its plan by time of day and its coordination are off by as much",
    owner: FIELD_TECHNICIAN,
  },
  storeFailing: {
    priority: "P2",
    kind: "standing",
    ...AT_ONCE,
    parents: [],
    response: "Free space on the disk, or repair it",
    consequence: "What happens meanwhile may not be kept",
    owner: SYSTEM_ENGINEER,
  },
  signInsFailed: {
    priority: "P2",
    ...PULSE,
    parents: [],
    response: "Look in the audit trail whose name is tried and from where; close that address off",
    consequence: "Somebody may be guessing passwords; who is guessed at has to wait between tries",
    owner: SYSTEM_ENGINEER,
  },
  leftToPlan: {
    priority: "P2",
    ...HEALTH,
    parents: [...OUT_OF_OPERATION],
    response: "Send a technician for the detectors that are named",
    consequence: "The intersection is left to its plan by time of day",
    owner: FIELD_TECHNICIAN,
  },
  nothingSeen: {
    priority: "P2",
    ...HEALTH,
    parents: [...OUT_OF_OPERATION, "leftToPlan"],
    response: "Check the detector cards and their power",
    consequence: "Stages are left to the plan",
    owner: FIELD_TECHNICIAN,
  },
  detectorCardFailed: {
    priority: "P2",
    ...HEALTH,
    parents: [...UNREACHED],
    response: "Replace the card",
    consequence: "Counts of these detectors are imputed",
    owner: FIELD_TECHNICIAN,
  },
  detectorFailed: {
    priority: "P3",
    ...HEALTH,
    parents: [...UNREACHED, "detectorCardFailed"],
    response: "Work order: repair or retune the detector",
    consequence: "Its counts are imputed, and its lane is timed with doubt",
    owner: FIELD_TECHNICIAN,
  },
  spillback: {
    priority: "P2",
    ...TRAFFIC,
    parents: [...UNREACHED],
    response: "Watch the approach; hold traffic back upstream or lengthen its green by a command",
    consequence: "The queue blocks the intersection behind it",
    owner: OPERATOR,
  },
  oversaturation: {
    priority: "P3",
    ...TRAFFIC,
    parents: [...UNREACHED, "spillback"],
    response: "Review the bounds of cycle and splits if it comes again each day",
    consequence: "Vehicles wait for more than one green",
    owner: SIGNAL_ENGINEER,
  },
  unusualTraffic: {
    priority: "P3",
    ...TRAFFIC,
    parents: [...UNREACHED],
    response: "Look for a closed lane, an event or a detector that miscounts",
    consequence: "Forecasts follow more slowly than the traffic",
    owner: SIGNAL_ENGINEER,
  },
};

/** Begin and end of an alarm of a level, apart from one another so that a level between them changes nothing. */
export type Deadband = { readonly raiseAt: number; readonly clearBelow: number };

/** Whether a condition of a level stands, knowing whether it did. */
export function levelStands(stood: boolean, value: number, { raiseAt, clearBelow }: Deadband): boolean {
  return stood ? value >= clearBelow : value >= raiseAt;
}

const GROUP_LINKS_MIN = 3;
const GROUP_SHARE = 0.1;

/** How many links that are down together are one matter: a tenth of all, three at least; over when fewer than half of that are down. */
export function linksLostBand(links: number): Deadband {
  const raiseAt = Math.max(GROUP_LINKS_MIN, Math.ceil(links * GROUP_SHARE));
  return { raiseAt, clearBelow: Math.ceil(raiseAt / 2) };
}
