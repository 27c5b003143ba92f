import { defined } from "../../src/assert.ts";
import { configurationDigest } from "../../src/adapters/digest.ts";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { createGateway, type Gateway } from "../../src/adapters/gateway.ts";
import type { Network } from "../../src/model/files.ts";
import type { EventLog } from "../../src/ports/event-log.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import type { Link } from "../../src/ports/link.ts";
import type {
  EngineFrame,
  GoFrame,
  HelloFrame,
  PlantHelloFrame,
  RefusalFrame,
} from "../../src/protocol/frames.ts";
import { instantMs } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { handTimer } from "./hand-timer.ts";

export const AT = instantMs(1_767_596_400_000);
const small = smallNetwork();
const t = defined(small.intersections[0], "intersection t");

/** Two intersections of one configuration. */
export const NETWORK: Network = { ...small, intersections: [t, { ...t, id: "u" }] };

export const SECRETS = new Map([
  ["plant", "secret-of-the-plant"],
  ["t", "secret-of-t-secret-of-t"],
  ["u", "secret-of-u-secret-of-u"],
]);

export const hello = (intersection: string, change: object = {}): HelloFrame => ({
  type: "hello",
  seq: 0,
  at: AT,
  intersection,
  credential: SECRETS.get(intersection) ?? "a-secret-that-nobody-has",
  configurationDigest: configurationDigest(NETWORK.intersections.find(({ id }) => id === intersection) ?? t),
  versions: [1],
  plan: "day",
  ...change,
});

export const plantHello = (change: object = {}): PlantHelloFrame => ({
  type: "plantHello",
  seq: 0,
  at: AT,
  network: "small",
  credential: "secret-of-the-plant",
  versions: [1],
  stepMs: 1000,
  midnightAt: AT - 3_600_000,
  speedFactor: 10,
  ...change,
});

/** One valid frame of every kind that a recognised controller may send. */
export const CONTROLLER_FRAMES = {
  state: {
    type: "state",
    seq: 1,
    at: AT,
    operation: "normal",
    source: "local",
    plan: "day",
    pendingPlan: null,
    stage: "2-6",
    coordination: "inStep",
    intervention: "none",
    cycleStartAt: AT,
    timing: { cycleMs: 60_000, offsetMs: 0, stages: [{ stage: "2-6", splitMs: 60_000 }] },
    lamps: "rGGr",
    overlaps: "",
    walk: "-D--",
    calls: "v-bp",
  },
  detections: { type: "detections", seq: 2, at: AT, sequence: 0, until: AT, events: [["stop", AT, 1]] },
  accepted: { type: "ack", seq: 3, at: AT, plan: "p1", result: "accepted", effectiveAt: AT },
  refused: { type: "ack", seq: 4, at: AT, plan: "p1", result: "refused", code: "MIN_GREEN", detail: "2 s" },
  commandAccepted: { type: "ack", seq: 5, at: AT, command: "c1", result: "accepted", effectiveAt: AT },
  alarm: { type: "alarm", seq: 6, at: AT, code: "MONITOR_TRIP", detail: "CONFLICT" },
  zone: { type: "zone", seq: 7, at: AT, vehicles: [["west_t.0", [1, 35, 0]]] },
} as const;

/** Two events of a controller's log: phase 2 begins green, detector 5 on. */
export const LOG_FRAME = {
  type: "log",
  seq: 7,
  at: AT,
  first: 0,
  events: [
    [AT, 1, 2],
    [AT, 82, 5],
  ],
} as const;

/** What only the engine says, and a controller must not. */
export const ENGINE_FRAMES = {
  welcome: {
    type: "welcome",
    seq: 8,
    at: AT,
    session: "t.1",
    version: 1,
    heartbeatMs: 1000,
    linkLostMs: 3000,
    logStored: 0,
    logReceived: 0,
    logWindow: 4000,
  },
  timingPlan: {
    type: "timingPlan",
    seq: 9,
    at: AT,
    id: "p1",
    intersection: "t",
    basedOnAt: AT,
    effectiveAt: AT,
    validUntil: AT + 900_000,
    cycleMs: 60_000,
    offsetMs: 0,
    stages: [{ stage: "2-6", splitMs: 60_000 }],
    reason: "because",
  },
  command: {
    type: "command",
    seq: 10,
    at: AT,
    id: "c1",
    intersection: "u",
    effectiveAt: AT,
    validUntil: AT + 60_000,
    by: "operator",
    reason: "because",
    order: { kind: "flash" },
  },
  heartbeat: { type: "heartbeat", seq: 11, at: AT, logStored: 0 },
  go: { type: "go", seq: 12, at: AT, links: [], wantTraffic: true },
  refusal: { type: "refusal", seq: 13, at: AT, code: "AUTH", detail: "no" },
} as const;

/** The same for the plant. */
export const PLANT_FRAMES = {
  ready: { type: "ready", seq: 1, at: AT, links: [["t", 3]] },
  traffic: { type: "traffic", seq: 2, at: AT, vehicles: [7, 100, 200, 90, 45] },
  measures: {
    type: "measures",
    seq: 3,
    at: AT,
    vehiclesRunning: 1,
    vehiclesWaitingToEnter: 0,
    vehiclesArrived: 9,
    delaySeconds: 12.5,
  },
} as const;

/** The far end of a link, which remembers what the gateway told it. */
export type FarEnd = {
  readonly sent: readonly EngineFrame[];
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  readonly refusals: readonly RefusalFrame[];
  say(frame: object | string): void;
  hangUp(reason: string): void;
};

export function linkTo(gateway: Gateway): FarEnd {
  const sent: EngineFrame[] = [];
  let closed: FarEnd["closed"];
  const link: Link = {
    send: (text) => sent.push(JSON.parse(text) as EngineFrame),
    close: (code, reason) => {
      closed ??= { code, reason };
    },
  };
  const listener = gateway.accept(link);
  return {
    sent,
    get closed() {
      return closed;
    },
    get refusals() {
      return sent.filter((frame) => frame.type === "refusal");
    },
    say: (frame) => listener.message(typeof frame === "string" ? frame : JSON.stringify(frame)),
    hangUp: (reason) => listener.closed(reason),
  };
}

/** A gateway with whom it speaks: nobody yet. */
export function openGateway(eventLog: EventLog = forgetfulEventLog()) {
  const hand = handTimer();
  const gateway = createGateway({ network: NETWORK, credentials: SECRETS, eventLog, timer: hand.timer });
  const events: FieldEvent[] = [];
  let completed = false;
  gateway.events.subscribe({ next: (event) => events.push(event), complete: () => (completed = true) });
  return { gateway, events, completed: () => completed, connect: () => linkTo(gateway), ...hand };
}

/** A gateway with the plant and both controllers linked. */
export function linkedGateway(eventLog?: EventLog) {
  const opened = openGateway(eventLog);
  const [plant, ofT, ofU] = [opened.connect(), opened.connect(), opened.connect()];
  plant.say(plantHello());
  ofT.say(hello("t"));
  ofU.say(hello("u"));
  opened.events.length = 0;
  return { ...opened, plant, t: ofT, u: ofU };
}

export const lastGo = (plant: FarEnd): GoFrame | undefined =>
  plant.sent.findLast((frame) => frame.type === "go");
