import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Envelope, Intersection, LocalPlan } from "../../src/model/intersection.ts";
import type { Link, NetworkFile } from "../../src/model/network.ts";
import { timingOf } from "../../src/model/schedule.ts";
import { phaseGreens, timingTable } from "../../src/model/timing.ts";
import { SECOND_MS, modulo, secondsToMs } from "../../src/units.ts";
import { type DayVolumes, type NetworkDescription, PERIODS, type Period } from "./description.ts";
import { dayProfile } from "./day-profile.ts";
import { designDetectors } from "./detection.ts";
import {
  criticalSaturation,
  designStages,
  type RingNeeds,
  ringNeeds,
  shortestCycleSeconds,
} from "./local-plans.ts";
import { designInterruptions } from "./interruptions.ts";
import { designPhasing, type Phasing } from "./phasing.ts";
import { designBuses, designEmergency } from "./services.ts";
import { type Junction, layOutStreets, type Streets } from "./streets.ts";
import { designTurning, entryLink, entryVolumes, linkVolumes, mainLink } from "./volumes.ts";

/** Everything that a network folder holds, besides its README. */
export type DesignedNetwork = {
  readonly network: NetworkFile;
  readonly demand: DemandFile;
  readonly intersections: readonly Intersection[];
  readonly loads: readonly Load[];
};

/** How full an intersection is with today's demand. */
export type Load = {
  readonly intersection: string;
  readonly period: Period;
  readonly cycleSeconds: number;
  /** Critical volume over capacity under the best splits at the cycle of the plan. */
  readonly criticalSaturation: number;
  /** Volume over capacity of the fullest phase under the plan's own splits. */
  readonly planSaturation: number;
};

/** The plan's period by its begin; a day ends with the night that it began with. */
const SCHEDULE: readonly { readonly from: string; readonly plan: Period }[] = [
  { from: "06:00", plan: "morning" },
  { from: "09:30", plan: "midday" },
  { from: "15:15", plan: "evening" },
  { from: "19:30", plan: "midday" },
  { from: "22:00", plan: "night" },
];

/** What engineers leave in a plan for the minutes that are busier than the hour. */
const SATURATION_TARGET = 0.75;

const ENVELOPE: Envelope = {
  cycleMinSeconds: 60,
  cycleMaxSeconds: 140,
  splitStepSeconds: 12,
  cycleChangeMinSeconds: 600,
  waitMaxSeconds: 240,
  planValidMaxSeconds: 1800,
  transitionLengthenRatio: 0.2,
  transitionShortenRatio: 0.17,
};

const NETWORK_SCHEMA = "../schema/network.schema.json";
const INTERSECTION_SCHEMA = "../schema/intersection.schema.json";
const DEMAND_SCHEMA = "../schema/demand.schema.json";

export function designNetwork(description: NetworkDescription): DesignedNetwork {
  const streets = layOutStreets(description);
  const links = new Map(streets.links.map((link) => [link.id, link]));
  const linkOf = (id: string): Link => defined(links.get(id), `link ${id}`);
  const phasings = streets.junctions.map((junction) => designPhasing(junction, linkOf));
  const plans = designPlans(description, streets, phasings, linkOf);
  const buses = designBuses(description.buses, linkOf);
  const busLinks = new Set(buses.flatMap(({ route }) => route));
  const intersections = streets.junctions.map(
    (junction, index): Intersection => ({
      $schema: INTERSECTION_SCHEMA,
      version: 1,
      id: junction.description.id,
      name: junction.description.name,
      node: junction.description.id,
      ...defined(phasings[index], "phasing"),
      ...designInterruptions(junction, defined(phasings[index], "phasing"), busLinks),
      detectors: designDetectors(junction, linkOf),
      envelope: ENVELOPE,
      plans: [...defined(plans[index], "plans")],
      schedule: SCHEDULE.map((entry) => ({ ...entry })),
    }),
  );
  return {
    network: {
      $schema: NETWORK_SCHEMA,
      version: 1,
      id: description.id,
      name: description.name,
      timeZone: description.timeZone,
      region: description.region,
      handedness: "right",
      nodes: [...streets.nodes],
      links: [...streets.links],
      routes: designRoutes(description, streets),
    },
    demand: {
      ...designDemand(description, streets, phasings),
      ...(buses.length > 0 ? { buses: [...buses] } : {}),
      ...(description.emergency.length > 0 ? { emergency: [...designEmergency(description.emergency)] } : {}),
    },
    intersections,
    loads: designLoads(description, streets, intersections),
  };
}

/** The chain of links along the main street, each way. */
function designRoutes(description: NetworkDescription, streets: Streets): NetworkFile["routes"] {
  const main = description.roads.filter(({ axis }) => axis === "main");
  const linkBetween = (from: string, to: string): string =>
    defined(
      streets.links.find((link) => link.from === from && link.to === to),
      `link from ${from} to ${to}`,
    ).id;
  return [
    {
      id: "eastbound",
      name: description.routes.eastbound,
      links: main.map(({ from, to }) => linkBetween(from, to)),
    },
    {
      id: "westbound",
      name: description.routes.westbound,
      links: main.toReversed().map(({ from, to }) => linkBetween(to, from)),
    },
  ];
}

/** Plans of every junction in the order of the periods: a cycle in common, Webster's splits, offsets one way. */
function designPlans(
  description: NetworkDescription,
  streets: Streets,
  phasings: readonly Phasing[],
  linkOf: (id: string) => Link,
): readonly (readonly LocalPlan[])[] {
  const perPeriod = PERIODS.map((period) => {
    const needs = needsOf(description, streets, phasings, period, description.timedFor);
    const cycleSeconds = Math.max(
      ...needs.map((rings) => shortestCycleSeconds(rings, SATURATION_TARGET, ENVELOPE.cycleMinSeconds)),
    );
    const offsets = designOffsets(streets.junctions, linkOf, cycleSeconds, period === "evening");
    return needs.map(
      (rings, index): LocalPlan => ({
        id: period,
        cycleSeconds,
        offsetSeconds: defined(offsets[index], "offset"),
        stages: designStages(rings, cycleSeconds, defined(phasings[index], "phasing").stages),
      }),
    );
  });
  return streets.junctions.map((_, index) => perPeriod.map((plans) => defined(plans[index], "plan")));
}

function needsOf(
  description: NetworkDescription,
  streets: Streets,
  phasings: readonly Phasing[],
  period: Period,
  survey: NetworkDescription["timedFor"],
): readonly RingNeeds[] {
  const turning = designTurning(streets, survey.leftFactor);
  const volumes = linkVolumes(entryVolumes(description, streets, period, survey), turning);
  const turningOf = new Map(turning.map((item) => [item.fromLink, item]));
  return phasings.map((phasing) => {
    const own = new Set(phasing.movements.map(({ fromLink }) => fromLink));
    const turns = [...own].flatMap((link) => turningOf.get(link) ?? []);
    return ringNeeds(phasing, volumes, turns);
  });
}

/** Travel time from the first junction in one direction, to whole seconds, modulo the cycle. */
function designOffsets(
  junctions: readonly Junction[],
  linkOf: (id: string) => Link,
  cycleSeconds: number,
  westbound: boolean,
): readonly number[] {
  const order = westbound ? junctions.toReversed() : junctions;
  let travelSeconds = 0;
  const offsets = order.map((junction, index) => {
    const before = order[index - 1];
    if (before) {
      const link = linkOf(mainLink(before, junction));
      travelSeconds += link.lengthMeters / link.speedMetersPerSecond;
    }
    return modulo(Math.round(travelSeconds), cycleSeconds);
  });
  return westbound ? offsets.toReversed() : offsets;
}

const TODAY: NetworkDescription["timedFor"] = { volumeFactor: 1, boundaryFactors: {}, leftFactor: 1 };

function designLoads(
  description: NetworkDescription,
  streets: Streets,
  intersections: readonly Intersection[],
): readonly Load[] {
  return PERIODS.flatMap((period) =>
    needsOf(description, streets, intersections, period, TODAY).map((rings, index): Load => {
      const intersection = defined(intersections[index], "intersection");
      const plan = defined(
        intersection.plans.find(({ id }) => id === period),
        `plan ${period}`,
      );
      return {
        intersection: intersection.id,
        period,
        cycleSeconds: plan.cycleSeconds,
        criticalSaturation: criticalSaturation(rings, plan.cycleSeconds),
        planSaturation: planSaturation(intersection, plan, rings),
      };
    }),
  );
}

/** Largest flow ratio over the share of the cycle in which its phase's vehicles leave, on a plant with steps of a second. */
function planSaturation(intersection: Intersection, plan: LocalPlan, rings: RingNeeds): number {
  const table = timingTable(intersection, SECOND_MS);
  const greens = phaseGreens(table, timingOf(plan));
  const needs = rings.flat(2);
  return Math.max(
    ...needs.map(({ phase, flowRatio, lostSeconds, clearanceSeconds }) => {
      const index = table.phaseIndex.get(phase);
      const greenMs = greens.reduce((sum, green) => (green.phase === index ? sum + green.greenMs : sum), 0);
      const usedMs = greenMs - secondsToMs(lostSeconds - clearanceSeconds);
      return (flowRatio * secondsToMs(plan.cycleSeconds)) / usedMs;
    }),
  );
}

function designDemand(
  description: NetworkDescription,
  streets: Streets,
  phasings: readonly Phasing[],
): DemandFile {
  return {
    $schema: DEMAND_SCHEMA,
    version: 1,
    entries: description.boundaries.map((boundary) => ({
      link: entryLink(streets, boundary.id),
      vehicles: dayProfile(boundary.vehiclesPerHour),
    })),
    turning: [...designTurning(streets, TODAY.leftFactor)].map(({ fromLink, shares }) => ({
      fromLink,
      shares: [...shares],
    })),
    pedestrians: streets.junctions.flatMap((junction, index) =>
      defined(phasings[index], "phasing")
        .phases.filter(({ pedestrian }) => pedestrian !== undefined)
        .map(({ id }) => ({
          intersection: junction.description.id,
          phase: id,
          persons: dayProfile(pedestrianVolumes(junction.description.pedestriansPerHour)),
        })),
    ),
  };
}

function pedestrianVolumes(busiest: number): DayVolumes {
  return { night: busiest * 0.05, morning: busiest * 0.8, midday: busiest * 0.9, evening: busiest };
}
