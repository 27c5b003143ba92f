import { defined } from "../../src/assert.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import type { Network } from "../../src/model/files.ts";
import { inputOf } from "../../src/pipeline/ingest.ts";
import type { StageScheduleFrame, TimingPlanFrame, WelcomeFrame } from "../../src/protocol/frames.ts";
import type { ZoneFrame } from "../../src/protocol/zone-frame.ts";
import { after, type InstantMs, SECOND_MS } from "../../src/units.ts";
import {
  advanceController,
  type ControllerState,
  type ControllerStep,
  type OutgoingFrame,
  receiveHeartbeat,
  receivePlan,
  receiveSchedule,
  receiveWelcome,
  reportDetections,
  startController,
  type Unnumbered,
} from "../controller/controller.ts";
import { stateFrame } from "../controller/state-frame.ts";
import { QUIET_STREET } from "../controller/street-inputs.ts";
import type { Observe } from "../field/run-field.ts";
import { moveStreet, startStreet, type Street } from "./street.ts";
import { zonesOf } from "./zones.ts";

export type RegionOptions = {
  readonly network: Network;
  readonly seed: number;
  readonly observe: Observe;
  readonly midnightAt: InstantMs;
  readonly startsAt: InstantMs;
};

/**
 * The street and the controllers of a region, as a load on one engine: the simulated controllers themselves, without monitors and
 * links, on a street that is no more than a source of vehicles. Changed in place, second by second.
 */
export type Region = {
  readonly street: Street;
  readonly observe: Observe;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly controllers: ControllerState[];
  /** By intersection: answers to what came in the instant before. */
  readonly outboxes: OutgoingFrame[][];
  at: InstantMs;
};

const LINK_LOST_MS = 3 * SECOND_MS;

export function startRegion({ network, seed, observe, midnightAt, startsAt }: RegionOptions): Region {
  const welcome: WelcomeFrame = {
    type: "welcome",
    seq: 0,
    at: startsAt,
    session: "load",
    version: 1,
    heartbeatMs: SECOND_MS,
    linkLostMs: LINK_LOST_MS,
    logStored: 0,
    logReceived: 0,
    logWindow: 0,
  };
  return {
    street: startStreet(network, seed),
    observe,
    indexOf: new Map(network.intersections.map(({ id }, index) => [id, index])),
    controllers: network.intersections.map((intersection) =>
      receiveWelcome(startController({ intersection, stepMs: SECOND_MS, midnightAt, at: startsAt }), welcome),
    ),
    outboxes: network.intersections.map(() => []),
    at: startsAt,
  };
}

/** What an engine is given at first: every link opens and every controller says what it shows. */
export function firstInputs({ controllers, at }: Region): readonly Input[] {
  const up = controllers.map(
    ({ table, signal }): Input => ({
      kind: "linkUp",
      at,
      intersection: table.intersection.id,
      plan: signal.plan.id,
    }),
  );
  const told = controllers.map((controller) => heard(controller, stateFrame(controller)));
  return [...up, ...told.flat(), { kind: "tick", at }];
}

/** Moves street and controllers on by a second and gives what the engine hears of it, as a pipeline would put it in order. */
export function nextInputs(region: Region): readonly Input[] {
  const { street, controllers, outboxes, observe } = region;
  const lamps = controllers.map(({ shown }) => shown.lamps);
  const actuations = moveStreet(street, lamps, region.at);
  const at = after(region.at, SECOND_MS);
  region.at = at;
  const zones = observe === "zone" ? zonesOf(street.roads, controllers.length) : [];
  const inputs: Input[] = [];
  for (const [index, controller] of controllers.entries()) {
    const report = { ...QUIET_STREET, actuations: actuations[index] ?? [] };
    const moved = advanceController(controller, at, report);
    const detected = reportDetections(moved.state, report);
    controllers[index] = detected.state;
    const outbox = outboxes[index] ?? [];
    const vehicles = zones[index];
    const seen: readonly Unnumbered<ZoneFrame>[] =
      vehicles === undefined ? [] : [{ type: "zone", at, vehicles }];
    for (const frame of [...outbox, ...detected.frames, ...seen, ...moved.frames]) {
      inputs.push(...heard(controller, frame));
    }
    outboxes[index] = [];
  }
  // Stable: within an instant the order of the intersections stays.
  return [...inputs.toSorted((left, right) => left.at - right.at), { kind: "tick", at }];
}

/** A frame as it comes out of a link: a copy of its own. */
function heard({ table }: ControllerState, frame: Unnumbered<ZoneFrame> | OutgoingFrame): readonly Input[] {
  if (frame.type === "log") return [];
  return [inputOf(table.intersection.id, structuredClone({ ...frame, seq: 0 }))];
}

/** Hands the controllers what the engine wants done; their answers are told with the next second. */
export function perform(region: Region, effects: readonly Effect[]): void {
  for (const effect of effects) {
    const { at } = region;
    if (effect.kind === "heartbeat") {
      for (const [index, controller] of region.controllers.entries()) {
        // As if all of the log were stored at once: nobody here reads it.
        const logStored = controller.log.next;
        region.controllers[index] = receiveHeartbeat(controller, {
          type: "heartbeat",
          seq: 0,
          at,
          logStored,
        });
      }
    }
    if (effect.kind === "push") {
      const { plan } = effect;
      const frame: TimingPlanFrame = { type: "timingPlan", seq: 0, at, ...plan, stages: [...plan.stages] };
      answer(region, plan.intersection, (controller) => receivePlan(controller, frame));
    }
    if (effect.kind === "schedule") {
      const { schedule } = effect;
      const stages = [...schedule.stages];
      const frame: StageScheduleFrame = { type: "stageSchedule", seq: 0, at, ...schedule, stages };
      answer(region, schedule.intersection, (controller) => receiveSchedule(controller, frame));
    }
  }
}

function answer(
  region: Region,
  intersection: string,
  receive: (controller: ControllerState) => ControllerStep,
): void {
  const index = defined(region.indexOf.get(intersection), intersection);
  const answered = receive(defined(region.controllers[index], intersection));
  region.controllers[index] = answered.state;
  region.outboxes[index]?.push(...answered.frames);
}
