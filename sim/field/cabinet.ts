import { configurationDigest } from "../../src/adapters/digest.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { type EngineFrame, PROTOCOL_VERSIONS } from "../../src/protocol/frames.ts";
import type { ZoneReport } from "../../src/model/zone-sight.ts";
import { type InstantMs, SECOND_MS } from "../../src/units.ts";
import {
  advanceController,
  type ControllerState,
  type ControllerStep,
  loseLink,
  type OutgoingFrame,
  receiveCommand,
  receiveHeartbeat,
  receivePlan,
  receiveSchedule,
  receiveWelcome,
  reportDetections,
  reportLog,
  startController,
  tripController,
} from "../controller/controller.ts";
import { CABINET_LIMITS, conflictMonitor } from "../controller/monitor/monitor.ts";
import {
  type CabinetState,
  cabinet as guardedCabinet,
  type Cabinet as Guard,
} from "../controller/monitor/trip.ts";
import type { Outputs } from "../controller/monitor/watch.ts";
import { confirmed } from "../controller/log-buffer.ts";
import { stateFrame } from "../controller/state-frame.ts";
import type { StreetReport } from "../controller/street-inputs.ts";
import type { FieldLink } from "./field-link.ts";
import { cycleRuns, NO_PLANS, planCame, planRuns, type PlanWatch } from "./plan-watch.ts";
import type { LampOutput } from "./plant.ts";

/** Alarms that a controller keeps while nobody hears it. */
const ALARMS_KEPT = 100;

/** What the area detector sees, as its frame without a number. */
type ZoneMessage = {
  readonly type: "zone";
  readonly at: InstantMs;
  readonly vehicles: ZoneReport["vehicles"];
};

/** One simulated cabinet at the street: controller, its monitor, its link. It changes in place as the field drives it. */
export type Cabinet = {
  state: ControllerState;
  readonly guard: Guard;
  guarded: CabinetState;
  /** What the heads show: the controller's outputs, or the monitor's flash. */
  shown: Outputs;
  outbox: (OutgoingFrame | ZoneMessage)[];
  /** When the area detector's report was sent last. */
  zoneAt: InstantMs | undefined;
  /** Whether the engine was told of the instant before. */
  wasHeard: boolean;
  /** Which of its link's welcomes the controller has been given last. */
  welcomed: number;
  plans: PlanWatch;
};

export function startCabinet(
  intersection: Intersection,
  stepMs: number,
  midnightAt: InstantMs,
  at: InstantMs,
): Cabinet {
  const guard = guardedCabinet(conflictMonitor(intersection, { stepMs, limits: CABINET_LIMITS }));
  const state = startController({ intersection, stepMs, midnightAt, at });
  return {
    state,
    guard,
    guarded: guard.start(),
    shown: state.shown,
    outbox: [],
    zoneAt: undefined,
    wasHeard: false,
    welcomed: 0,
    plans: NO_PLANS,
  };
}

/** First frame of the cabinet's link. */
export function helloOf({ state }: Cabinet, at: InstantMs, credential: string): object {
  const { intersection } = state.table;
  return {
    type: "hello",
    at,
    intersection: intersection.id,
    credential,
    configurationDigest: configurationDigest(intersection),
    versions: PROTOCOL_VERSIONS,
    plan: state.signal.plan.id,
  };
}

/**
 * Moves the controller on to `at`, watched by its monitor. What an area detector sees goes straight to the link, once a second: no
 * controller decides by it. Gives the monitor's trips and the alarms, in words.
 */
export function advanceCabinet(
  cabinet: Cabinet,
  at: InstantMs,
  report: StreetReport,
  zone?: ZoneReport,
): { readonly trips: readonly string[]; readonly alarms: readonly string[] } {
  const moved = advanceController(cabinet.state, at, report);
  const detected = reportDetections(moved.state, report);
  cabinet.state = detected.state;
  const { cycle, plan } = cabinet.state.signal;
  cabinet.plans = cycleRuns(planRuns(cabinet.plans, plan, at), cycle);
  const guarded = cabinet.guard.guard(cabinet.guarded, at, cabinet.state.shown);
  cabinet.guarded = guarded.state;
  cabinet.shown = guarded.shown;
  if (guarded.trips.length > 0) cabinet.state = tripController(cabinet.state);
  const trips = guarded.trips.map(({ rule, detail }) => `${rule}: ${detail}`);
  // The signal sequence of the last 30 s goes with the alarm: what the heads showed, and when.
  const sequence = guarded.sequence.map((shown) => `${at - shown.at} ms before ${shown.lamps} ${shown.walk}`);
  const tripAlarms = trips.map(
    (detail): OutgoingFrame => ({ type: "alarm", at, code: "MONITOR_TRIP", detail }),
  );
  const told = sequence.map(
    (detail): OutgoingFrame => ({ type: "alarm", at, code: "MONITOR_TRIP", detail: `sequence: ${detail}` }),
  );
  cabinet.outbox.push(...tripAlarms, ...told, ...detected.frames);
  if (zone !== undefined && (cabinet.zoneAt === undefined || at - cabinet.zoneAt >= SECOND_MS)) {
    cabinet.zoneAt = at;
    cabinet.outbox.push({ type: "zone", at, vehicles: zone.vehicles });
  }
  cabinet.outbox.push(...moved.frames);
  const alarms = moved.frames.flatMap((frame) =>
    frame.type === "alarm" ? [`${frame.code}: ${frame.detail}`] : [],
  );
  return { trips, alarms };
}

export function lampsOf({ state, shown }: Cabinet): LampOutput {
  return { intersection: state.table.intersection.id, lamps: shown.lamps, walk: shown.walk };
}

/** What becomes of the controllers' logs: the engine's business, or nobody's, where nothing of a run is to be left behind. */
export type LogUse = "sent" | "dropped";

/** Tells the engine of this instant, or keeps what must not be lost while it cannot be told. */
export function sendFrames(cabinet: Cabinet, link: FieldLink, heard: boolean, logs: LogUse): void {
  if (heard) {
    if (!cabinet.wasHeard) link.send(stateFrame(cabinet.state));
    for (const frame of cabinet.outbox) link.send(frame);
    cabinet.outbox = [];
    // A welcome that waits to be taken says where a new connection's log goes on.
    if (logs === "sent" && cabinet.welcomed === link.welcomes) {
      const logged = reportLog(cabinet.state);
      cabinet.state = logged.state;
      for (const frame of logged.frames) link.send(frame);
    }
  } else {
    // A link that stays up while nobody is told goes on with its log where it was.
    if (!link.up) cabinet.state = loseLink(cabinet.state);
    cabinet.outbox = cabinet.outbox.filter(({ type }) => type === "alarm").slice(-ALARMS_KEPT);
  }
  if (logs === "dropped") {
    const { log } = cabinet.state;
    cabinet.state = { ...cabinet.state, log: confirmed(log, log.next) };
  }
  cabinet.wasHeard = heard;
}

/** Hands the controller what its link brought. */
export function receiveFrames(cabinet: Cabinet, link: FieldLink): void {
  for (const frame of link.take()) {
    if (frame.type === "welcome") {
      cabinet.state = receiveWelcome(cabinet.state, frame);
      cabinet.welcomed = link.welcomes;
    }
    if (frame.type === "heartbeat") cabinet.state = receiveHeartbeat(cabinet.state, frame);
    if (frame.type === "timingPlan") cabinet.plans = planCame(cabinet.plans, frame);
    const answered = answerTo(cabinet.state, frame);
    if (answered === undefined) continue;
    cabinet.state = answered.state;
    cabinet.outbox.push(...answered.frames);
  }
}

/** What asks the controller for something is answered. */
function answerTo(state: ControllerState, frame: EngineFrame): ControllerStep | undefined {
  if (frame.type === "timingPlan") return receivePlan(state, frame);
  if (frame.type === "stageSchedule") return receiveSchedule(state, frame);
  return frame.type === "command" ? receiveCommand(state, frame) : undefined;
}
