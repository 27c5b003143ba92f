import type { DayVolumes } from "./description.ts";

/** One cross street of the arterial. */
export type CrossStreet = {
  readonly id: string;
  readonly name: string;
  /** From the street before; the first stands at the origin. */
  readonly spacingMeters: number;
  /** Direction of the arterial on the way here, anticlockwise from east. */
  readonly headingDegrees: number;
  /** Of the arterial on the way here. */
  readonly speedMilesPerHour: number;
  readonly lanes: 1 | 2;
  readonly lefts: "protected" | "permissive";
  /** Volume of each arm; a missing one makes a T. */
  readonly arms: Readonly<Partial<Record<"south" | "north", DayVolumes>>>;
  readonly pedestriansPerHour: number;
  /** Where the avenue's left turns are many: traffic from this side. */
  readonly manyLeftsFrom?: "west" | "east";
};

/** From west to east. */
export const CROSS_STREETS: readonly CrossStreet[] = [
  {
    id: "ash",
    name: "Ash Street",
    spacingMeters: 0,
    headingDegrees: 3,
    speedMilesPerHour: 35,
    lanes: 1,
    lefts: "protected",
    arms: {
      south: { night: 20, morning: 210, midday: 150, evening: 230 },
      north: { night: 20, morning: 240, midday: 150, evening: 200 },
    },
    pedestriansPerHour: 25,
  },
  {
    id: "bridge",
    name: "Bridge Road",
    spacingMeters: 420,
    headingDegrees: 4,
    speedMilesPerHour: 35,
    lanes: 2,
    lefts: "protected",
    arms: {
      south: { night: 45, morning: 350, midday: 280, evening: 410 },
      north: { night: 45, morning: 360, midday: 280, evening: 380 },
    },
    pedestriansPerHour: 30,
    manyLeftsFrom: "east",
  },
  {
    id: "chapel",
    name: "Chapel Lane",
    spacingMeters: 310,
    headingDegrees: 2,
    speedMilesPerHour: 35,
    lanes: 1,
    lefts: "protected",
    arms: {
      south: { night: 12, morning: 190, midday: 110, evening: 150 },
    },
    pedestriansPerHour: 30,
  },
  {
    id: "dock",
    name: "Dock Street",
    spacingMeters: 560,
    headingDegrees: -2,
    speedMilesPerHour: 30,
    lanes: 1,
    lefts: "protected",
    arms: {
      south: { night: 20, morning: 230, midday: 170, evening: 240 },
      north: { night: 20, morning: 250, midday: 170, evening: 230 },
    },
    pedestriansPerHour: 50,
  },
  {
    id: "elm",
    name: "Elm Street",
    spacingMeters: 380,
    headingDegrees: -5,
    speedMilesPerHour: 30,
    lanes: 1,
    lefts: "permissive",
    arms: {
      south: { night: 10, morning: 110, midday: 80, evening: 120 },
      north: { night: 10, morning: 120, midday: 80, evening: 110 },
    },
    pedestriansPerHour: 60,
  },
  {
    id: "foundry",
    name: "Foundry Boulevard",
    spacingMeters: 270,
    headingDegrees: -3,
    speedMilesPerHour: 30,
    lanes: 2,
    lefts: "protected",
    arms: {
      south: { night: 60, morning: 500, midday: 360, evening: 520 },
      north: { night: 60, morning: 540, midday: 360, evening: 480 },
    },
    pedestriansPerHour: 80,
    manyLeftsFrom: "west",
  },
  {
    id: "garden",
    name: "Garden Court",
    spacingMeters: 640,
    headingDegrees: 2,
    speedMilesPerHour: 30,
    lanes: 1,
    lefts: "protected",
    arms: {
      north: { night: 10, morning: 170, midday: 110, evening: 160 },
    },
    pedestriansPerHour: 50,
  },
  {
    id: "harbor",
    name: "Harbor Street",
    spacingMeters: 450,
    headingDegrees: 6,
    speedMilesPerHour: 30,
    lanes: 1,
    lefts: "protected",
    arms: {
      south: { night: 20, morning: 240, midday: 170, evening: 250 },
      north: { night: 20, morning: 250, midday: 170, evening: 240 },
    },
    pedestriansPerHour: 70,
    manyLeftsFrom: "west",
  },
  {
    id: "institute",
    name: "Institute Way",
    spacingMeters: 330,
    headingDegrees: 8,
    speedMilesPerHour: 30,
    lanes: 1,
    lefts: "permissive",
    arms: {
      south: { night: 10, morning: 100, midday: 90, evening: 120 },
      north: { night: 10, morning: 120, midday: 90, evening: 110 },
    },
    pedestriansPerHour: 100,
  },
  {
    id: "junction",
    name: "Junction Road",
    spacingMeters: 690,
    headingDegrees: 4,
    speedMilesPerHour: 30,
    lanes: 2,
    lefts: "protected",
    arms: {
      south: { night: 50, morning: 470, midday: 330, evening: 490 },
      north: { night: 50, morning: 490, midday: 330, evening: 450 },
    },
    pedestriansPerHour: 70,
  },
  {
    id: "king",
    name: "King Street",
    spacingMeters: 400,
    headingDegrees: -2,
    speedMilesPerHour: 30,
    lanes: 2,
    lefts: "protected",
    arms: {
      south: { night: 50, morning: 460, midday: 330, evening: 410 },
      north: { night: 50, morning: 480, midday: 330, evening: 390 },
    },
    pedestriansPerHour: 90,
    manyLeftsFrom: "east",
  },
  {
    id: "library",
    name: "Library Lane",
    spacingMeters: 550,
    headingDegrees: -6,
    speedMilesPerHour: 35,
    lanes: 1,
    lefts: "protected",
    arms: {
      south: { night: 18, morning: 200, midday: 140, evening: 210 },
      north: { night: 18, morning: 220, midday: 140, evening: 190 },
    },
    pedestriansPerHour: 40,
  },
];
