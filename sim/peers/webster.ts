import { assert, defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection, LocalPlan } from "../../src/model/intersection.ts";
import { scheduledPlan } from "../../src/model/schedule.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { LaneDemand } from "../../src/optimize/capacity.ts";
import { type Coupling, coordinationGroups, findCouplings } from "../../src/optimize/couplings.ts";
import { longestCycleSeconds, websterCycle } from "../../src/optimize/cycle.ts";
import {
  intergreenSeconds,
  lostSeconds,
  minimumGreens,
  type StageOrder,
  splitGreens,
} from "../../src/optimize/splits.ts";
import {
  CONTROLLER_TICK_MS,
  instantMs,
  MINUTE_MS,
  modulo,
  msToSeconds,
  SECOND_MS,
  secondsToMs,
} from "../../src/units.ts";
import { demandByLane, type StreamFlow, streamsByLane } from "./lane-flows.ts";
import { soughtOffsets } from "./webster-offsets.ts";

/** What really comes from a time of day on, until the next entry. */
export type TrueDemand = {
  /** Local time of day, `HH:MM`. */
  readonly from: string;
  /** Veh/h by intersection and movement; a movement that is not named has none. */
  readonly vehPerHour: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** What one intersection needs in one period. */
type Need = {
  readonly intersection: Intersection;
  readonly table: TimingTable;
  readonly plan: LocalPlan;
  readonly order: StageOrder;
  readonly streams: readonly StreamFlow[];
  readonly lanes: readonly LaneDemand[];
  readonly cycleSeconds: number;
};

/**
 * The network with fixed-time plans that are Webster's for the demand that will really come: one plan a period, `webster-HHMM`. The
 * coordination groups share the longest cycle any of their intersections wants, where all can run it; splits by equal degree of
 * saturation, not below minimum service on a plant with steps of a second; offsets by the search of the strategic level. An
 * intersection whose minimum services do not fit keeps its plan. Expects a network that `validateNetwork` found without fault,
 * periods that ascend, and names that exist.
 */
export function websterPlans(network: Network, periods: readonly TrueDemand[]): Network {
  assert(periods.length > 0, "at least one period of demand");
  const couplings = findCouplings(network);
  const groups = coordinationGroups(
    network.intersections.map(({ id }) => id),
    couplings,
  );
  const byPeriod = periods.map((period) => {
    checkNames(network, period);
    const needs = network.intersections.map((intersection) => needOf(intersection, period));
    return new Map(
      groups.flatMap((group) =>
        groupPlans(
          needs.filter((need) => isIn(group, need)),
          couplings,
          period,
        ),
      ),
    );
  });
  return {
    ...network,
    intersections: network.intersections.map((intersection) => ({
      ...intersection,
      plans: byPeriod.map((plans) => defined(plans.get(intersection.id), intersection.id)),
      schedule: periods.map((period) => ({ from: period.from, plan: planId(period) })),
    })),
  };
}

function isIn(group: readonly string[], { intersection }: Need): boolean {
  return group.includes(intersection.id);
}

function planId({ from }: TrueDemand): string {
  return `webster-${from.replace(":", "")}`;
}

function checkNames({ intersections }: Network, { vehPerHour }: TrueDemand): void {
  const known = new Map(
    intersections.map(({ id, movements }) => [id, new Set(movements.map((one) => one.id))]),
  );
  for (const [id, flows] of vehPerHour) {
    const movements = defined(known.get(id), `an intersection ${id} to have demand`);
    for (const movement of flows.keys()) assert(movements.has(movement), `a movement ${movement} of ${id}`);
  }
}

function needOf(intersection: Intersection, { from, vehPerHour }: TrueDemand): Need {
  const [hours = 0, minutes = 0] = from.split(":").map(Number);
  const at = instantMs((hours * 60 + minutes) * MINUTE_MS);
  const plan = scheduledPlan(intersection, instantMs(0), at);
  const table = plannedTable(withRoom(intersection), plan);
  const order = orderOf(table, plan);
  const streams = streamsByLane(intersection, vehPerHour.get(intersection.id) ?? new Map());
  const lanes = demandByLane(intersection, streams);
  // Whole seconds: what controllers and the offsets of others can follow.
  const wanted = Math.ceil(websterCycle(table, order, lanes).cycleSeconds);
  const cycleSeconds = Math.min(wanted, longestCycleSeconds(table));
  return { intersection, table, plan, order, streams, lanes, cycleSeconds };
}

function orderOf(table: TimingTable, { stages }: LocalPlan): StageOrder {
  return stages.map(({ stage }) => defined(table.stageIndex.get(stage), stage));
}

/**
 * Durations in whole seconds, as a plant with steps of a second has them: a split of 27 s that holds 21 s of walk and 5.5 s
 * of clearance to the tick of the controllers is a second too short there. To the tick only where nothing else fits.
 */
function plannedTable(intersection: Intersection, plan: LocalPlan): TimingTable {
  const whole = timingTable(intersection, SECOND_MS);
  const order = orderOf(whole, plan);
  const leastSeconds = lostSeconds(whole, order) + total(minimumGreens(whole, order));
  return leastSeconds <= longestCycleSeconds(whole) ? whole : timingTable(intersection, CONTROLLER_TICK_MS);
}

/** With a longest wait that leaves the room which rules M11 and M22 ask of a plan, for holds and for priority. */
function withRoom(intersection: Intersection): Intersection {
  const { envelope, priorities = [] } = intersection;
  const roomSeconds = Math.max(
    envelope.commandValidMaxSeconds ?? 0,
    ...priorities.map(({ extensionMaxSeconds, earlyMaxSeconds }) => extensionMaxSeconds + earlyMaxSeconds),
  );
  return {
    ...intersection,
    envelope: { ...envelope, waitMaxSeconds: envelope.waitMaxSeconds - roomSeconds },
  };
}

/** The plans of one group: under the longest cycle that any wants, or each under its own where that does not suit all. */
function groupPlans(
  needs: readonly Need[],
  couplings: readonly Coupling[],
  period: TrueDemand,
): readonly (readonly [string, LocalPlan])[] {
  const common = Math.max(...needs.map(({ cycleSeconds }) => cycleSeconds));
  const suits = needs.every((need) => greensFor(need, common) !== undefined);
  const anchor = defined(needs[0], "a group has a member").plan;
  const plans = needs.map((need) => {
    const { plan, cycleSeconds } = need;
    const cycle = suits ? common : cycleSeconds;
    const greens = greensFor(need, cycle);
    return greens === undefined
      ? plan
      : { ...timed(need, cycle, greens), offsetSeconds: keptOffset(plan, anchor, cycle) };
  });
  const offsets = suits ? soughtOffsets(needs, plans, couplings) : plans.map((plan) => plan.offsetSeconds);
  return plans.map((plan, index) => [
    defined(needs[index], "need").intersection.id,
    { ...plan, id: planId(period), offsetSeconds: defined(offsets[index], "offset") },
  ]);
}
/** Greens of the slots, seconds; `undefined` where the cycle is none that the intersection can run. */
function greensFor({ table, order, lanes }: Need, cycleSeconds: number): readonly number[] | undefined {
  const { cycleMinSeconds } = table.intersection.envelope;
  if (cycleSeconds < cycleMinSeconds || cycleSeconds > longestCycleSeconds(table)) return undefined;
  const lowerSeconds = minimumGreens(table, order, cycleSeconds);
  if (total(lowerSeconds) > cycleSeconds - lostSeconds(table, order) + EPSILON) return undefined;
  const bounds = { lowerSeconds, upperSeconds: order.map(() => Number.POSITIVE_INFINITY) };
  return splitGreens(table, order, lanes, cycleSeconds, bounds).greenSeconds;
}

const EPSILON = 1e-6;

function total(seconds: readonly number[]): number {
  return seconds.reduce((sum, one) => sum + one, 0);
}

function timed({ table, order, plan }: Need, cycleSeconds: number, greens: readonly number[]): LocalPlan {
  const intergreens = intergreenSeconds(table, order);
  const splitsMs = greens.map((green, slot) => secondsToMs(green + defined(intergreens[slot], "intergreen")));
  // What the steps have left over goes to the longest split.
  const missing = secondsToMs(cycleSeconds) - total(splitsMs);
  const longest = splitsMs.indexOf(Math.max(...splitsMs));
  const exact = splitsMs.map((splitMs, slot) => msToSeconds(splitMs + (slot === longest ? missing : 0)));
  return {
    ...plan,
    cycleSeconds,
    stages: plan.stages.map(({ stage }, slot) => ({ stage, splitSeconds: defined(exact[slot], "split") })),
  };
}

/**
 * The offset as it is under the same cycle. Under another one the lag behind the group's first member stays, which is the travel
 * time that the offset stands for: the lag of the shorter way round, where both had one cycle.
 */
function keptOffset(plan: LocalPlan, anchor: LocalPlan, cycleSeconds: number): number {
  const tenths = (seconds: number): number => modulo(Math.round(seconds * 10) / 10, cycleSeconds);
  if (plan.cycleSeconds === cycleSeconds || plan.cycleSeconds !== anchor.cycleSeconds) {
    return tenths(plan.offsetSeconds);
  }
  const ahead = modulo(plan.offsetSeconds - anchor.offsetSeconds, plan.cycleSeconds);
  const lag = ahead > plan.cycleSeconds / 2 ? ahead - plan.cycleSeconds : ahead;
  return tenths(anchor.offsetSeconds + lag);
}
