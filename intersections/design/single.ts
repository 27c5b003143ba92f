import type { NetworkDescription } from "./description.ts";

/** One crossing of a two-lane main street with a one-lane cross street, on its own, with up-to-date plans. */
export const SINGLE: NetworkDescription = {
  id: "single",
  name: "Main Street at Oak Street",
  timeZone: "America/Denver",
  region: "single",
  junctions: [
    {
      id: "main-oak",
      name: "Main Street and Oak Street",
      at: [0, 0],
      crossLefts: "protected",
      turning: {
        west: { left: 0.1, through: 0.78, right: 0.12 },
        east: { left: 0.2, through: 0.7, right: 0.1 },
        south: { left: 0.22, through: 0.55, right: 0.23 },
        north: { left: 0.25, through: 0.5, right: 0.25 },
      },
      pedestriansPerHour: 60,
    },
  ],
  boundaries: [
    { id: "west", at: [-430, -12], vehiclesPerHour: { night: 90, morning: 1050, midday: 620, evening: 780 } },
    { id: "east", at: [430, 16], vehiclesPerHour: { night: 90, morning: 700, midday: 620, evening: 1050 } },
    { id: "south", at: [-8, -420], vehiclesPerHour: { night: 35, morning: 300, midday: 220, evening: 340 } },
    { id: "north", at: [14, 420], vehiclesPerHour: { night: 35, morning: 350, midday: 220, evening: 290 } },
  ],
  roads: [
    road("Main Street", "main", "west", "main-oak", 2, 30, 80),
    road("Main Street", "main", "main-oak", "east", 2, 30, 80),
    road("Oak Street", "cross", "south", "main-oak", 1, 25, 70),
    road("Oak Street", "cross", "main-oak", "north", 1, 25, 70),
  ],
  routes: { eastbound: "Main Street eastbound", westbound: "Main Street westbound" },
  buses: [],
  emergency: [],
  timedFor: { volumeFactor: 1, boundaryFactors: {}, leftFactor: 1 },
};

function road(
  name: string,
  axis: "main" | "cross",
  from: string,
  to: string,
  lanes: number,
  speedMilesPerHour: number,
  pocketMeters: number,
): NetworkDescription["roads"][number] {
  return { name, axis, from, to, bends: [], speedMilesPerHour, lanes, pocketMeters };
}
