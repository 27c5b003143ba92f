import type { Network } from "../../src/model/files.ts";
import { zoneReports, zoneWatch } from "../../src/model/zone-sight.ts";
import type { LampOutput, Plant, PlantResult, PlantStep, StepOptions } from "../field/plant.ts";
import { pedestrianCalls, priorityCalls } from "./calls.ts";
import { takeActuations } from "./loops.ts";
import { liveMeasures, resultOf } from "./measures.ts";
import { pedestrianCameSeconds, pedestrianWaitsSeconds } from "./pedestrians.ts";
import { recordOf } from "./records.ts";
import { createTrafficModel, STEP_MS, stepTraffic, type TrafficOptions } from "./model.ts";
import { laneNetOf, zoneVehicles } from "./zones.ts";
import { laneOffsetsOf, vehiclePositions } from "./positions.ts";

/**
 * The built-in traffic model as a plant.
 * @throws PhasewiseError `DATA_MISSING` for a network without demand, `DATA_INVALID` where turning shares are missing.
 */
export function createTrafficPlant(network: Network, options: TrafficOptions): Plant {
  const model = createTrafficModel(network, options);
  const offsets = laneOffsetsOf(network);
  const { state } = model;
  const zones = zoneWatch(network, laneNetOf(state));
  return {
    stepMs: STEP_MS,
    startsAt: options.startsAt,
    endsAt: options.endsAt,
    step: (lamps: readonly LampOutput[], { wantVehicles, wantZones }: StepOptions): Promise<PlantStep> => {
      const beganAtMs = options.startsAt + state.step * STEP_MS;
      stepTraffic(model, lamps);
      return Promise.resolve({
        actuations: takeActuations(state.loops, beganAtMs),
        pedestrianCalls: pedestrianCalls(state, beganAtMs),
        priorityCalls: priorityCalls(state, beganAtMs),
        vehicles: wantVehicles ? vehiclePositions(state, offsets) : [],
        zones: wantZones === true ? zoneReports(zones, zoneVehicles(state)) : [],
        measures: liveMeasures(state.tally),
      });
    },
    finish: (): Promise<PlantResult> => {
      const { crosswalks, pedestrians } = model;
      const { arrived, waitSeconds } = pedestrians;
      const beganMs = options.startsAt - options.midnightAt;
      const nowMs = beganMs + state.step * STEP_MS;
      return Promise.resolve({
        ...resultOf(state.tally, arrived === 0 ? undefined : waitSeconds / arrived),
        record: {
          ...recordOf(state, model.entries, model.tripEntries),
          pedestrianWaitsSeconds: pedestrianWaitsSeconds(crosswalks, pedestrians, nowMs),
          pedestrianCameSeconds: pedestrianCameSeconds(crosswalks, pedestrians, beganMs),
        },
      });
    },
    close: () => Promise.resolve(),
  };
}
