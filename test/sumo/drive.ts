import { after } from "../../src/units.ts";
import type { ZoneReport } from "../../src/model/zone-sight.ts";
import type { Actuation, LiveMeasures, Plant, StepOptions } from "../../sim/field/plant.ts";
import type { SumoScenario } from "../../sim/sumo/import-network.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { planLamps } from "./plan-lamps.ts";

export type Run = {
  readonly actuations: readonly Actuation[];
  readonly vehicles: readonly (readonly number[])[];
  readonly zones: readonly (readonly ZoneReport[])[];
  readonly measures: readonly LiveMeasures[];
};

/** Runs the local plans of a scenario for some steps. */
export async function drive(
  scenario: SumoScenario,
  plant: Plant,
  steps: number,
  wanted: StepOptions = { wantVehicles: false },
): Promise<Run> {
  const midnightAt = localMidnight(scenario.network.timeZone);
  const drivers = scenario.network.intersections.map((each) => planLamps(each, midnightAt, plant.stepMs));
  const actuations: Actuation[] = [];
  const vehicles: (readonly number[])[] = [];
  const zones: (readonly ZoneReport[])[] = [];
  const measures: LiveMeasures[] = [];
  for (let step = 0; step < steps; step += 1) {
    const at = after(plant.startsAt, step * plant.stepMs);
    const moved = await plant.step(
      drivers.map((lampsAt) => lampsAt(at)),
      wanted,
    );
    actuations.push(...moved.actuations);
    vehicles.push(moved.vehicles);
    zones.push(moved.zones);
    measures.push(moved.measures);
  }
  return { actuations, vehicles, zones, measures };
}
