import { defined } from "../assert.ts";
import { currentForecast } from "../forecast/series.ts";
import { localTiming, scheduledPlan } from "../model/schedule.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { LaneDemand } from "../optimize/capacity.ts";
import { co2Grams, idleLiters, stopLiters } from "../optimize/fuel.ts";
import { expectedDelaySeconds, expectedStops } from "../optimize/split-choice.ts";
import type { PlanBenefitView } from "../protocol/plan-benefit.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { forecastCount, laneDemands, streamFlows } from "./demand.ts";
import { isReplaced } from "./detector-health.ts";
import type { EngineState, NodeState } from "./state.ts";
import { timingInForce } from "./timing-in-force.ts";

/** Time at rest of so much control delay: what is left without braking and speeding up (HCM 2000, chapter 16). */
const STOPPED_PER_CONTROL_DELAY = 1 / 1.3;

/**
 * What the timing plans that run are expected to be worth: the delay that the engine's own model (HCM 6) expects of them, against that of the plans
 * by time of day, under the same forecast of this interval. Nothing of it is measured. Left out is where no timing plan runs, so that none
 * can be compared: stages decided each second, free or interrupted operation, no link; and where a movement has no forecast.
 */
export function planBenefit(state: EngineState, tables: EngineTables): PlanBenefitView {
  const own = Array.from(state.nodes, (node, index) => ({
    node,
    tables: defined(tables.nodes[index], "tables"),
  }));
  const rated = own
    .filter(({ node }) => runsPlan(node) && isForecast(node))
    .map(({ node, tables: nodeTables }) => benefitAt(state, tables, node, nodeTables));
  const sum = (pick: (one: NodeBenefit) => number): number =>
    rated.reduce((total, one) => total + pick(one), 0);
  const vehPerHour = sum(({ flowVehPerHour }) => flowVehPerHour);
  const perVehicle = (total: number): number | null => (vehPerHour > 0 ? total / vehPerHour : null);
  return {
    at: state.now,
    intersections: tables.nodes.length,
    rated: rated.length,
    byStages: own.filter(({ node }) => node.linked && node.street?.source === "schedule").length,
    vehPerHour: Math.round(vehPerHour),
    delaySeconds: perVehicle(sum((one) => one.flowVehPerHour * one.inForce.delaySeconds)),
    baselineDelaySeconds: perVehicle(sum((one) => one.flowVehPerHour * one.scheduled.delaySeconds)),
    co2SavedGramsPerHour:
      vehPerHour > 0 ? co2Grams(sum((one) => one.scheduled.litersPerHour - one.inForce.litersPerHour)) : null,
  };
}

function runsPlan({ linked, street }: NodeState): boolean {
  if (!linked || street === null || street.operation !== "normal") return false;
  return street.source === "plan" || street.source === "local";
}

function isForecast(node: NodeState): boolean {
  return node.series.every(
    (series, movement) => currentForecast(series) !== null || isReplaced(node.health, movement),
  );
}

type Expected = { readonly delaySeconds: number; readonly litersPerHour: number };
type NodeBenefit = {
  readonly flowVehPerHour: number;
  readonly inForce: Expected;
  readonly scheduled: Expected;
};

function benefitAt(
  { now }: EngineState,
  { configuration }: EngineTables,
  node: NodeState,
  own: NodeTables,
): NodeBenefit {
  const { intervalMs, midnightAt, network } = configuration;
  const lanes = laneDemands(own, streamFlows(own, node, intervalMs, forecastCount));
  const speeds = own.lanes.lanes.map(
    ({ link }) => network.links.find(({ id }) => id === link)?.speedMetersPerSecond ?? 0,
  );
  const scheduled = localTiming(own.timing, scheduledPlan(own.timing.intersection, midnightAt, now));
  const inForce = timingInForce(node, own, midnightAt, now);
  const flowVehPerHour = lanes.reduce((sum, lane) => sum + lane.flowVehPerHour, 0);
  return {
    flowVehPerHour,
    inForce: expectedOf(own, inForce, lanes, speeds),
    scheduled: expectedOf(own, scheduled, lanes, speeds),
  };
}

/** Fuel by the proxy of `optimize/fuel.ts`: at rest, and for each stop from the approach's speed. */
function expectedOf(
  { timing: table }: NodeTables,
  timing: CycleTiming,
  lanes: readonly LaneDemand[],
  speeds: readonly number[],
): Expected {
  const delaySeconds = expectedDelaySeconds(table, timing, lanes);
  const stops = expectedStops(table, timing, lanes);
  const flowVehPerHour = lanes.reduce((sum, lane) => sum + lane.flowVehPerHour, 0);
  const stopping = lanes.reduce(
    (sum, lane, index) =>
      sum +
      lane.flowVehPerHour *
        defined(stops[index], "stops") *
        stopLiters(defined(speeds[index], "speed of the approach")),
    0,
  );
  const idling = flowVehPerHour * idleLiters(delaySeconds * STOPPED_PER_CONTROL_DELAY);
  return { delaySeconds, litersPerHour: idling + stopping };
}
