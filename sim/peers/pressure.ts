import { defined } from "../../src/assert.ts";
import type { TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { SECOND_MS, modulo, secondsToMs } from "../../src/units.ts";
import {
  bestStage,
  greenRatio,
  showNow,
  type Sight,
  sightOf,
  stageTowards,
  type StreamCount,
  streamCounts,
} from "./counts.ts";

export type PressureParameters = {
  /** Least green before another stage is thought of. */
  readonly greenMinSeconds: number;
  /** Decisions are made in every second whose count since the epoch this divides: 1 for each, 10 for RESCO's. */
  readonly decisionSeconds: number;
  /**
   * What a change loses, vehicles: another stage must be worth so much more than the present one, or twice as much where the present
   * one is worth less than this.
   */
  readonly thresholdVehicles: number;
};

export type MaxPressureParameters = PressureParameters & {
  /** Vehicles that are taken to stand in an exit whose begin is full. */
  readonly fullExitVehicles: number;
};

export const MAX_PRESSURE: MaxPressureParameters = {
  // The minimum green under which the reference's peers were measured.
  greenMinSeconds: 5,
  // Deciding each second is worth a third of the delay (reference §1).
  decisionSeconds: 1,
  // 3 s of yellow and 2 s of start-up at 1800 veh/h, of two lanes. DESIGN.md has what other values did.
  thresholdVehicles: 5,
  // One lane of the shortest links between two signals of these maps, about 75 m.
  fullExitVehicles: 10,
};

/** As RESCO's agents: each 10 s, without a threshold; 7 s is what a yellow of 3 s leaves of 10 s. */
export const RESCO: Pick<MaxPressureParameters, keyof PressureParameters> = {
  greenMinSeconds: 7,
  decisionSeconds: 10,
  thresholdVehicles: 0,
};

/** Flow that a weight of 1 stands for. */
const SATURATION_VEH_PER_HOUR = 1800;
/** Who stands, wherever, and who is at the line within "a couple of seconds". */
const QUEUED: Sight = { movingSeconds: 2, stoodSeconds: Number.POSITIVE_INFINITY };
/** RESCO's "max wave" counts within 50 m. */
const WAVE_METERS = 50;

/**
 * Varaiya's max pressure by queues: of each stage Σ saturation flow × (upstream queue − downstream queue), the greatest is shown. An
 * outlook has no counts of what stands downstream, only whether an exit is full: for each such one a fixed queue is taken off.
 */
export function maxPressureWith(parameters: MaxPressureParameters): TacticalPolicy {
  return greatest(parameters, QUEUED, ({ vehicles, share, saturationFlowVehPerHour, exitFull }) => {
    const downstream = exitFull ? share * parameters.fullExitVehicles : 0;
    return (saturationFlowVehPerHour / SATURATION_VEH_PER_HOUR) * (vehicles - downstream);
  });
}

/** RESCO's max wave: of each stage the vehicles within 50 m, waiting and approaching alike; exits do not count. */
export function maxWaveWith(parameters: PressureParameters): TacticalPolicy {
  return greatest(parameters, sightOf(WAVE_METERS), ({ vehicles }) => vehicles);
}

export const maxPressure: TacticalPolicy = maxPressureWith(MAX_PRESSURE);
export const maxWave: TacticalPolicy = maxWaveWith(MAX_PRESSURE);

function greatest(
  { greenMinSeconds, decisionSeconds, thresholdVehicles }: PressureParameters,
  sight: Sight,
  worthOf: (stream: StreamCount) => number,
): TacticalPolicy {
  return (junction, street, outlook) => {
    const streams = streamCounts(junction, outlook, sight);
    const worth = junction.timing.stages.map((_, stage) =>
      streams.reduce((sum, stream) => sum + greenRatio(junction, stage, stream.phase) * worthOf(stream), 0),
    );
    const stay = (binding: string | null) => showNow(street, street.stage, worth, binding, []);
    if (street.at - street.stageSince < secondsToMs(greenMinSeconds)) return stay("minimum green");
    if (modulo(street.at, secondsToMs(decisionSeconds)) >= SECOND_MS) return stay("between decisions");
    const best = bestStage(worth, street.stage);
    const present = defined(worth[street.stage], "present stage");
    if (best === street.stage) return stay(null);
    // Who has nobody left to discharge loses nothing by a change.
    const loss = Math.min(thresholdVehicles, Math.max(0, present));
    if (defined(worth[best], "best stage") <= present + loss) return stay("loss of a change");
    return showNow(street, stageTowards(junction, street.stage, best, worth), worth, null, []);
  };
}
