import { defined } from "../../src/assert.ts";
import type { Point } from "../../src/model/network.ts";
import type {
  BoundaryDescription,
  DayVolumes,
  JunctionDescription,
  NetworkDescription,
  RoadDescription,
  TurningShares,
} from "./description.ts";
import { CROSS_STREETS, type CrossStreet } from "./cross-streets.ts";
import { pointFrom } from "./geometry.ts";

const day = (night: number, morning: number, midday: number, evening: number): DayVolumes => ({
  night,
  morning,
  midday,
  evening,
});

const ENTRY_METERS = 420;
const ARM_METERS = { south: 380, north: 400 } as const;
const MAIN_POCKET_METERS = 85;
const CROSS_POCKET_METERS = 70;
const CROSS_SPEED_MILES_PER_HOUR = { 1: 25, 2: 30 } as const;
const MAIN_STREET = "Union Avenue";

function layOut(): Pick<NetworkDescription, "junctions" | "boundaries" | "roads"> {
  const junctions: JunctionDescription[] = [];
  const boundaries: BoundaryDescription[] = [];
  const roads: RoadDescription[] = [];
  let at: Point = [0, 0];
  CROSS_STREETS.forEach((cross, index) => {
    const before = CROSS_STREETS[index - 1];
    at = pointFrom(at, cross.headingDegrees, cross.spacingMeters);
    junctions.push(junctionOf(cross, at));
    if (before) roads.push(mainRoad(before.id, cross.id, cross.speedMilesPerHour));
    for (const arm of ["south", "north"] as const) {
      const vehiclesPerHour = cross.arms[arm];
      if (!vehiclesPerHour) continue;
      const boundary = `${cross.id}-${arm}`;
      const heading = cross.headingDegrees + (arm === "north" ? 90 : -90);
      // Streets swing back to the compass grid behind the first block.
      const bend = pointFrom(at, heading, ARM_METERS[arm] * 0.55);
      const end = pointFrom(bend, arm === "north" ? 90 : -90, ARM_METERS[arm] * 0.45);
      boundaries.push({ id: boundary, at: end, vehiclesPerHour });
      roads.push({
        name: cross.name,
        axis: "cross",
        from: arm === "south" ? boundary : cross.id,
        to: arm === "south" ? cross.id : boundary,
        bends: [bend],
        speedMilesPerHour: CROSS_SPEED_MILES_PER_HOUR[cross.lanes],
        lanes: cross.lanes,
        pocketMeters: CROSS_POCKET_METERS,
      });
    }
  });
  const first = defined(CROSS_STREETS[0], "first street");
  const last = defined(CROSS_STREETS.at(-1), "last street");
  return {
    junctions,
    boundaries: [
      {
        id: "union-west",
        at: pointFrom([0, 0], 180 + first.headingDegrees, ENTRY_METERS),
        vehiclesPerHour: day(120, 1020, 620, 700),
      },
      {
        id: "union-east",
        at: pointFrom(at, last.headingDegrees, ENTRY_METERS),
        vehiclesPerHour: day(120, 660, 620, 1030),
      },
      ...boundaries,
    ],
    roads: [mainRoad("union-west", first.id, 35), ...roads, mainRoad(last.id, "union-east", 35)],
  };
}

function junctionOf(cross: CrossStreet, at: Point): JunctionDescription {
  const busy = cross.lanes === 2;
  const crossShares = busy ? shares(0.2, 0.2) : shares(0.28, 0.32);
  const mainLeft = (side: "west" | "east"): number => {
    if (cross.manyLeftsFrom === side) return busy ? 0.11 : 0.1;
    return busy ? 0.08 : 0.05;
  };
  const mainRight = busy ? 0.09 : 0.06;
  return {
    id: cross.id,
    name: `${MAIN_STREET} and ${cross.name}`,
    at,
    crossLefts: cross.lefts,
    turning: {
      west: shares(mainLeft("west"), mainRight),
      east: shares(mainLeft("east"), mainRight),
      south: crossShares,
      north: crossShares,
    },
    pedestriansPerHour: cross.pedestriansPerHour,
  };
}

function shares(left: number, right: number): TurningShares {
  return { left, through: 1 - left - right, right };
}

function mainRoad(from: string, to: string, speedMilesPerHour: number): RoadDescription {
  return {
    name: MAIN_STREET,
    axis: "main",
    from,
    to,
    bends: [],
    speedMilesPerHour,
    lanes: 2,
    pocketMeters: MAIN_POCKET_METERS,
  };
}

const PLACES = ["union-west", ...CROSS_STREETS.map(({ id }) => id), "union-east"];

const BUSES: NetworkDescription["buses"] = [
  {
    id: "line-1-east",
    name: "Line 1 to Library Lane",
    places: PLACES,
    busesPerHour: day(1, 6, 4, 6),
    stopsBefore: ["bridge", "dock", "foundry", "harbor", "junction", "library"],
  },
  {
    id: "line-1-west",
    name: "Line 1 to Ash Street",
    places: PLACES.toReversed(),
    busesPerHour: day(1, 6, 4, 6),
    stopsBefore: ["king", "institute", "garden", "elm", "chapel", "ash"],
  },
];

const EMERGENCY: NetworkDescription["emergency"] = [
  {
    id: "ladder-4",
    name: "Fire station at Foundry Boulevard to King Street",
    places: ["foundry-south", "foundry", "garden", "harbor", "institute", "junction", "king", "king-north"],
    vehiclesPerHour: day(2, 4, 4, 4),
  },
];

/** Twelve signals on an arterial of five kilometres whose plans were last timed two years ago. */
export const CORRIDOR: NetworkDescription = {
  id: "corridor",
  name: "Union Avenue, Ash Street to Library Lane",
  timeZone: "America/Denver",
  region: "corridor",
  ...layOut(),
  routes: { eastbound: "Union Avenue eastbound", westbound: "Union Avenue westbound" },
  buses: BUSES,
  emergency: EMERGENCY,
  timedFor: {
    volumeFactor: 0.9,
    // Since the counts, the new quarter at the harbour has grown and the foundry has shrunk.
    boundaryFactors: {
      "bridge-north": 1.04,
      "foundry-south": 1.05,
      "foundry-north": 1.03,
      "harbor-south": 0.93,
      "harbor-north": 0.92,
      "institute-south": 0.8,
      "junction-south": 0.94,
      "junction-north": 0.95,
      "king-south": 1.02,
    },
    leftFactor: 0.96,
  },
};
