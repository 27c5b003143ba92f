import type { FieldResult } from "../../sim/field/run-field.ts";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import type { CongestionTruth } from "../../sim/whatif/congestion-truth.ts";
import type { IsaFigures } from "../model/alarm.ts";
import { congestionScores } from "../engine/congestion.ts";
import { failedDetectors, shadowViews } from "../engine/view.ts";
import { type Mode, MODES } from "../model/mode.ts";
import type { ShadowView } from "../protocol/live.ts";
import { msToSeconds } from "../units.ts";
import type { EngineHost } from "./engine-host.ts";

/** What a run came to: the object that `--json` prints as the last line. */
export type RunSummary = {
  readonly network: string;
  readonly simulatedSeconds: number;
  readonly intersections: number;
  readonly intersectionsWithAppliedPlans: number;
  /** Intersections by mode, at the end; modes of none are left out. */
  readonly modes: Readonly<Partial<Record<Mode, number>>>;
  /** Where decisions were only shown: how they compare with what ran, by intersection. */
  readonly shadow: Readonly<Record<string, ShadowView>>;
  readonly detectionsReceived: number;
  readonly forecasts: number;
  /** Detectors that have failed and are not good again, at the end. */
  readonly detectorsFailed: number;
  /** Counts of a movement in an interval for which others stand, because its detectors were not trusted. */
  readonly countsImputed: number;
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
  /** By lead in intervals: what was said of approaches against what detectors showed of them. */
  readonly congestion: ReturnType<typeof congestionScores>;
  /** The same against the plant's own queues, which the engine does not see; only where the summary was asked for. */
  readonly congestionTruth?: CongestionTruth;
  /** How the alarms of the run stand against the figures of ISA-18.2; `null` for a run without an instant. */
  readonly alarms: IsaFigures | null;
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
    ...modesAndScores(engine),
    detectionsReceived: counts?.detectionsReceived ?? 0,
    forecasts: counts?.forecasts ?? 0,
    detectorsFailed: [...(state?.nodes ?? [])].reduce((sum, node) => sum + failedDetectors(node), 0),
    countsImputed: counts?.countsImputed ?? 0,
    plansPushed: counts?.plansPushed ?? 0,
    plansAccepted: counts?.plansAccepted ?? 0,
    plansApplied: counts?.plansApplied ?? 0,
    schedulesPushed: counts?.schedulesPushed ?? 0,
    schedulesApplied: counts?.schedulesApplied ?? 0,
    schedulesRefused: (counts?.schedulesRefused ?? 0) + (counts?.schedulesRefusedByGate ?? 0),
    plansRefused: (counts?.plansRefused ?? 0) + (counts?.plansRefusedByGate ?? 0),
    readbackMismatches: counts?.readbackMismatches ?? 0,
    congestion: state === undefined ? [] : congestionScores(state),
    alarms: engine.alarms.view()?.figures ?? null,
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

function modesAndScores(engine: EngineHost): Pick<RunSummary, "modes" | "shadow"> {
  const latest = engine.latest();
  const nodes = [...(latest?.state.nodes ?? [])];
  const count = (mode: Mode): number => nodes.filter((node) => node.mode === mode).length;
  return {
    modes: Object.fromEntries(MODES.flatMap((mode) => (count(mode) > 0 ? [[mode, count(mode)]] : []))),
    shadow: latest === undefined ? {} : shadowViews(latest.state, latest.tables),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
