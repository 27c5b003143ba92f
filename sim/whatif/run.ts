import { createGateway, PLANT_ID } from "../../src/adapters/gateway.ts";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { handingConnector } from "../../src/adapters/memory-link.ts";
import { INTERVAL_DEFAULT_MS, PLAN_VALID_DEFAULT_MS } from "../../src/engine/configuration.ts";
import { watch } from "../../src/engine/watch.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import { type Decided, type EngineSettings, runPipeline } from "../../src/pipeline/run.ts";
import type { Audience } from "../../src/ports/audience.ts";
import { after, msToSeconds, secondsToMs } from "../../src/units.ts";
import { type FieldClock, type FieldResult, type Observe, runField } from "../field/run-field.ts";
import type { PlantOptions, RunnableNetwork } from "../field/scenario.ts";
import { plantWithFaults } from "../scenario/detector-faults.ts";
import { type ScenarioEvent, streetEvents } from "../scenario/events.ts";
import { linkIsOpen } from "../scenario/outages.ts";
import { scriptedOperator } from "../scenario/scripted-operator.ts";
import type { RunSetup } from "./controls.ts";
import { type DetectorJudgement, NOTHING_JUDGED, withJudgements } from "./detector-judgements.ts";
import type { RunDetail } from "./run-detail.ts";
import { runSecondsOf } from "./run-period.ts";
import { middleOf, type StreetRecord, type StreetRecorder, streetRecorder } from "./street-record.ts";
import { type DecisionCost, decisionCost, timedPolicy } from "./decision-times.ts";
import { runDetail, type TrafficMeasures, trafficMeasures } from "./traffic-measures.ts";
import { measuredAfter } from "./warm-up.ts";

/** Both ends of the links are in this process: the secret guards nothing, but the frames have one. */
const SECRET = "whatif-in-one-process";

export type RunOptions = {
  readonly runnable: RunnableNetwork;
  readonly setup: RunSetup;
  /** What happens to it on the way. */
  readonly events: readonly ScenarioEvent[];
  readonly observe: Observe;
  readonly seed: number;
  /** Simulated seconds; `undefined`: as long as the scenario says, an hour where it says nothing. */
  readonly forSeconds: number | undefined;
  /** Who is scheduled in so many seconds from the begin on is not measured; absent: everybody is. */
  readonly warmupSeconds?: number | undefined;
  /** Where SUMO's trip file is kept; `undefined`: nowhere. */
  readonly tripFile: string | undefined;
  /** Wall time, for what times out and for what decisions cost; no result of traffic depends on it. */
  readonly clock: FieldClock;
  /** Whether lamps and vehicles are recorded, to be looked at. */
  readonly recordStreet?: boolean | undefined;
  /** Told of each instant, when it is decided, with all that the engine knows. */
  readonly watch?: ((decided: Decided) => void) | undefined;
  /** Ends the run at once; its measures are then of no use. */
  readonly stopped: AbortSignal;
};

/** What one run came to. Seconds are a vehicle's mean over every scheduled one (DESIGN §2). */
export type RunMeasures = DecisionCost &
  TrafficMeasures & {
    readonly seed: number;
    readonly delaySeconds: number;
    readonly timeLossSeconds: number;
    readonly waitingSeconds: number;
    /** The longest time for which any vehicle stood in one place. */
    readonly waitMaxSeconds: number;
    readonly arrived: number;
    readonly scheduled: number;
    /** Scheduled vehicles that found no place to enter. */
    readonly neverDeparted: number;
    readonly jammed: boolean;
    /** What the heads showed against the safety rules: so far the monitors alone watch them, and it is their trips. */
    readonly safetyViolations: number;
    readonly monitorTrips: number;
    /** Timing plans that the lamps followed for a whole cycle, and stage schedules whose stage they showed. */
    readonly plansApplied: number;
    /** By the engine's own gate or by a controller. */
    readonly plansRefused: number;
    /** Cycles that controllers began out of step with their plan's offset, to come into step. */
    readonly planTransitions: number;
  };

export type Run = {
  readonly measures: RunMeasures;
  readonly detail: RunDetail;
  /** What the engine said of its detectors, in the order of time. */
  readonly detectors: readonly DetectorJudgement[];
  /** What controllers and links said: for a run whose monitors tripped. */
  readonly notices: readonly string[];
  /** Where it was recorded. */
  readonly street?: StreetRecord;
};

const NOBODY_WATCHES: Audience = { watching: false, show: () => undefined };

/**
 * One run on the real engine and controllers, over links in memory with the frames and checks of any other link, at full speed.
 * Same scenario, setup and seed: the same measures, but for what decisions cost. Throws LINK_FAILED where the engine was lost.
 */
export async function runOnce(options: RunOptions): Promise<Run> {
  const { setup, seed, clock, stopped, events } = options;
  const runnable = withNetwork(options.runnable, setup.network);
  const { network } = runnable;
  const credentials = secretsOf(network);
  const timed = setup.policy === undefined ? undefined : timedPolicy(setup.policy, clock.now);
  const gateway = createGateway({
    network,
    credentials,
    eventLog: forgetfulEventLog(),
    timer: clock.after,
  });
  let latest: Decided | undefined;
  let judged = NOTHING_JUDGED;
  const settings = engineSettings(setup, network, timed?.policy);
  const pipeline = runPipeline(decidesNothing(options) ? { ...settings, step: watch } : settings, {
    field: gateway,
    audience: NOBODY_WATCHES,
    operators: scriptedOperator(events, network, setup.mode, gateway),
  }).subscribe((decided) => {
    latest = decided;
    judged = withJudgements(judged, decided);
    options.watch?.(decided);
  });
  const notices: string[] = [];
  try {
    const sound = await runnable.createPlant(plantOptions(options));
    const seconds = runSecondsOf(runnable, options.forSeconds);
    const recorder = recorderOf(options, network, seconds);
    const plant = plantWithFaults(recorder?.follow(sound) ?? sound, events, network, seed);
    const result = await runField({
      runnable,
      plant,
      linkIsOpen: linkIsOpen(events, plant.startsAt),
      credentials,
      logs: "dropped",
      connect: handingConnector(gateway.accept),
      speedFactor: 0,
      until: after(plant.startsAt, secondsToMs(seconds)),
      clock,
      notice: (text) => notices.push(text),
      progress: () => undefined,
      stopped,
      observe: options.observe,
    });
    if (result.engineLosses > 0 && !stopped.aborted) throw engineLost(seed, notices);
    const { warmupSeconds = 0 } = options;
    const measured = measuredAfter(result.plant, warmupSeconds);
    const detail = runDetail(measured.record);
    const measuredSeconds = msToSeconds(result.endedAt - plant.startsAt) - warmupSeconds;
    return {
      measures: {
        ...measuresOf(seed, { ...result, plant: measured }, latest, timed?.cost() ?? decisionCost([])),
        ...trafficMeasures(measured, detail, measuredSeconds),
      },
      detail,
      detectors: judged.told,
      notices,
      ...(recorder === undefined ? {} : { street: recorder.record() }),
    };
  } finally {
    gateway.close("the run is over");
    pipeline.unsubscribe();
  }
}

function engineSettings(
  { mode, healthUse, settings }: RunSetup,
  network: Network,
  policy: RunSetup["policy"],
): EngineSettings {
  return {
    network,
    mode,
    intervalMs: INTERVAL_DEFAULT_MS,
    planValidMs: PLAN_VALID_DEFAULT_MS,
    ...(policy === undefined ? {} : { policy }),
    ...(healthUse === undefined ? {} : { healthUse }),
    ...(settings === undefined ? {} : { settings }),
  };
}

/** Whether nothing but the judgement of detectors is wanted of the engine. */
function decidesNothing({ setup, events, watch: looked }: RunOptions): boolean {
  return setup.mode === "local" && looked === undefined && events.every(({ kind }) => kind !== "mode");
}

function withNetwork(runnable: RunnableNetwork, network: Network | undefined): RunnableNetwork {
  return network === undefined ? runnable : { ...runnable, network };
}

function recorderOf(
  { recordStreet, seed }: RunOptions,
  network: Network,
  seconds: number,
): StreetRecorder | undefined {
  return recordStreet === true ? streetRecorder({ network, seed, window: middleOf(seconds) }) : undefined;
}

function engineLost(seed: number, notices: readonly string[]): PhasewiseError {
  return new PhasewiseError("LINK_FAILED", `seed ${seed}: the engine did not answer; ${notices.at(-1)}`);
}

function plantOptions({ seed, tripFile, events }: RunOptions): PlantOptions {
  return { seed, tripFile, events: streetEvents(events) };
}

function secretsOf(network: Network): ReadonlyMap<string, string> {
  return new Map([PLANT_ID, ...network.intersections.map(({ id }) => id)].map((id) => [id, SECRET]));
}

function measuresOf(
  seed: number,
  { plant, monitorTrips, controllers }: FieldResult,
  latest: Decided | undefined,
  cost: DecisionCost,
): Omit<RunMeasures, keyof TrafficMeasures> {
  const counts = latest?.state.counts;
  return {
    seed,
    delaySeconds: plant.delaySeconds,
    timeLossSeconds: plant.timeLossSeconds,
    waitingSeconds: plant.waitingSeconds,
    waitMaxSeconds: plant.waitMaxSeconds,
    arrived: plant.vehiclesArrived,
    scheduled: plant.vehiclesScheduled,
    neverDeparted: plant.vehiclesNeverInserted,
    jammed: plant.jammed,
    safetyViolations: monitorTrips,
    monitorTrips,
    plansApplied: (counts?.plansApplied ?? 0) + (counts?.schedulesApplied ?? 0),
    plansRefused:
      (counts?.plansRefused ?? 0) +
      (counts?.plansRefusedByGate ?? 0) +
      (counts?.schedulesRefused ?? 0) +
      (counts?.schedulesRefusedByGate ?? 0),
    planTransitions: controllers.transitionCycles,
    ...cost,
  };
}
