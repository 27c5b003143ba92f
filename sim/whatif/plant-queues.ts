import { defined } from "../../src/assert.ts";
import { type LaneTable, laneTable } from "../../src/estimate/lanes.ts";
import type { Network } from "../../src/model/files.ts";
import { msToSeconds } from "../../src/units.ts";
import type { Plant } from "../field/plant.ts";
import {
  type ExitLanes,
  followQueues,
  newInterval,
  startTrueQueues,
  type TrueQueues,
} from "./true-queues.ts";

/** The true queues of every intersection while a plant runs. */
export type PlantQueues = {
  /** The same plant, whose queues are followed. Nobody else is told anything that he would not be told without. */
  readonly follow: (plant: Plant) => Plant;
  /** By intersection, in the order of the network: what the plant showed since the last time. */
  readonly take: () => readonly IntervalQueues[];
};

export type IntervalQueues = {
  readonly lanes: TrueQueues["lanes"];
  /** Exit link → seconds in which somebody stood at its begin. */
  readonly stoodSeconds: ReadonlyMap<string, number>;
};

type Junction = { readonly id: string; readonly table: LaneTable; readonly exitLanes: ExitLanes };

export function plantQueues({ intersections, links }: Network): PlantQueues {
  const linkOf = new Map(links.map((link) => [link.id, link]));
  const junctions = intersections.map((intersection): Junction => {
    const table = laneTable(intersection);
    const exitLanes = table.exits.map(({ link }) => {
      const { lanes, lengthMeters } = defined(linkOf.get(link), link);
      return lanes.map(({ id }) => ({ id, lengthMeters }));
    });
    return { id: intersection.id, table, exitLanes };
  });
  let queues = junctions.map(({ table }) => startTrueQueues(table));
  let stepMs = 0;
  return {
    follow: (plant) => {
      stepMs = plant.stepMs;
      return {
        stepMs,
        startsAt: plant.startsAt,
        endsAt: plant.endsAt,
        step: async (lamps, options) => {
          const told = await plant.step(lamps, { ...options, wantZones: true });
          const lampsOf = new Map(lamps.map((output) => [output.intersection, output.lamps]));
          const vehiclesOf = new Map(told.zones.map((zone) => [zone.intersection, zone.vehicles]));
          queues = junctions.map(({ id, table, exitLanes }, index) =>
            followQueues(defined(queues[index], id), table, exitLanes, {
              lamps: lampsOf.get(id) ?? "",
              vehicles: vehiclesOf.get(id) ?? [],
            }),
          );
          return options.wantZones === true ? told : { ...told, zones: [] };
        },
        finish: async () => await plant.finish(),
        close: async () => await plant.close(),
      };
    },
    take: () => {
      const taken = queues.map(({ lanes, stoodSteps }, index) => ({
        lanes,
        stoodSeconds: new Map(
          defined(junctions[index], "junction").table.exits.map(({ link }, exit) => [
            link,
            msToSeconds(defined(stoodSteps[exit], "exit") * stepMs),
          ]),
        ),
      }));
      queues = queues.map(newInterval);
      return taken;
    },
  };
}
