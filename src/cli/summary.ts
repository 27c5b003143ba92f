import type { FieldResult } from "../../sim/field/run-field.ts";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { msToSeconds } from "../units.ts";
import type { EngineHost } from "./engine-host.ts";

/** What a run came to: the object that `--json` prints as the last line. */
export type RunSummary = {
  readonly network: string;
  readonly simulatedSeconds: number;
  readonly intersections: number;
  readonly intersectionsWithAppliedPlans: number;
  readonly detectionsReceived: number;
  readonly forecasts: number;
  readonly plansPushed: number;
  readonly plansAccepted: number;
  readonly plansApplied: number;
  /** Stage schedules, of the level that decides each second. */
  readonly schedulesPushed: number;
  readonly schedulesApplied: number;
  readonly schedulesRefused: number;
  /** By the engine's own gate or by a controller. */
  readonly plansRefused: number;
  readonly readbackMismatches: number;
  /** Trips of the independent monitors. */
  readonly safetyViolations: number;
  readonly controllersOnLocalPlan: number;
  readonly vehiclesScheduled: number;
  readonly vehiclesArrived: number;
  readonly vehiclesNeverInserted: number;
  /** DESIGN §2; seconds a vehicle. */
  readonly delaySeconds: number;
  readonly timeLossSeconds: number;
  readonly jammed: boolean;
  readonly pedestrianDelaySeconds: number | null;
  readonly wallSeconds: number;
};

export function runSummary(
  { network }: RunnableNetwork,
  engine: EngineHost,
  { endedAt, plant, monitorTrips, onLocalPlan }: FieldResult,
  startsAt: number,
  wallMs: number,
): RunSummary {
  const state = engine.latest()?.state;
  const counts = state?.counts;
  return {
    network: network.id,
    simulatedSeconds: msToSeconds(endedAt - startsAt),
    intersections: network.intersections.length,
    intersectionsWithAppliedPlans: [...(state?.nodes ?? [])].filter(({ plansApplied }) => plansApplied > 0)
      .length,
    detectionsReceived: counts?.detectionsReceived ?? 0,
    forecasts: counts?.forecasts ?? 0,
    plansPushed: counts?.plansPushed ?? 0,
    plansAccepted: counts?.plansAccepted ?? 0,
    plansApplied: counts?.plansApplied ?? 0,
    schedulesPushed: counts?.schedulesPushed ?? 0,
    schedulesApplied: counts?.schedulesApplied ?? 0,
    schedulesRefused: (counts?.schedulesRefused ?? 0) + (counts?.schedulesRefusedByGate ?? 0),
    plansRefused: (counts?.plansRefused ?? 0) + (counts?.plansRefusedByGate ?? 0),
    readbackMismatches: counts?.readbackMismatches ?? 0,
    safetyViolations: monitorTrips,
    controllersOnLocalPlan: onLocalPlan,
    vehiclesScheduled: plant.vehiclesScheduled,
    vehiclesArrived: plant.vehiclesArrived,
    vehiclesNeverInserted: plant.vehiclesNeverInserted,
    delaySeconds: round(plant.delaySeconds),
    timeLossSeconds: round(plant.timeLossSeconds),
    jammed: plant.jammed,
    pedestrianDelaySeconds:
      plant.pedestrianDelaySeconds === undefined ? null : round(plant.pedestrianDelaySeconds),
    wallSeconds: round(msToSeconds(wallMs)),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
