import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  BoundaryDescription,
  DayVolumes,
  JunctionDescription,
  NetworkDescription,
  RoadDescription,
} from "../../intersections/design/description.ts";
import { designNetwork } from "../../intersections/design/network.ts";
import type { Network } from "../../src/model/files.ts";

const SPACING_METERS = 250;
const POCKET_METERS = 60;
const SPEED_MILES_PER_HOUR = 30;

/** Little traffic: what is looked at are controllers and their links. */
const VEHICLES_PER_HOUR: DayVolumes = { night: 40, morning: 90, midday: 60, evening: 90 };

const TURNING = { left: 0.1, through: 0.8, right: 0.1 } as const;

/** A network of `rows` × `columns` intersections of two roads, one lane each way with pockets for left turns, all of them linked. */
export function gridNetwork(rows: number, columns: number): Network {
  const { network, demand, intersections } = designNetwork(gridDescription(rows, columns));
  // The routes of a design are those of a single main street.
  return { ...network, routes: [], demand, intersections };
}

/** Writes the folder of a grid. */
export async function writeGridNetwork(folder: string, rows: number, columns: number): Promise<void> {
  const { intersections, demand, ...network } = gridNetwork(rows, columns);
  const files: readonly (readonly [string, unknown])[] = [
    ["network", network],
    ["demand", demand],
    ...intersections.map((intersection) => [intersection.id, intersection] as const),
  ];
  await mkdir(folder, { recursive: true });
  await Promise.all(
    files.map(
      async ([name, content]) => await writeFile(join(folder, `${name}.json`), JSON.stringify(content)),
    ),
  );
}

function gridDescription(rows: number, columns: number): NetworkDescription {
  const along = Array.from({ length: columns }, (_, column) => column);
  const up = Array.from({ length: rows }, (_, row) => row);
  return {
    id: "grid",
    name: `Grid of ${rows} by ${columns} intersections`,
    timeZone: "America/Denver",
    region: "grid",
    // To and fro, so that whoever follows another is its neighbour: offsets are designed along that line.
    junctions: up.flatMap((row) =>
      (row % 2 === 0 ? along : along.toReversed()).map((column) => junctionAt(row, column)),
    ),
    boundaries: [
      ...up.flatMap((row) => [boundaryAt("west", row, -1, row), boundaryAt("east", row, columns, row)]),
      ...along.flatMap((column) => [
        boundaryAt("south", column, column, -1),
        boundaryAt("north", column, column, rows),
      ]),
    ],
    roads: [
      ...up.flatMap((row) =>
        roadsThrough("main", `Avenue ${row}`, [
          `west-${row}`,
          ...along.map((column) => junctionId(row, column)),
          `east-${row}`,
        ]),
      ),
      ...along.flatMap((column) =>
        roadsThrough("cross", `Street ${column}`, [
          `south-${column}`,
          ...up.map((row) => junctionId(row, column)),
          `north-${column}`,
        ]),
      ),
    ],
    routes: { eastbound: "none", westbound: "none" },
    buses: [],
    emergency: [],
    timedFor: { volumeFactor: 1, boundaryFactors: {}, leftFactor: 1 },
  };
}

function junctionId(row: number, column: number): string {
  return `r${row}c${column}`;
}

function junctionAt(row: number, column: number): JunctionDescription {
  return {
    id: junctionId(row, column),
    name: `Avenue ${row} and Street ${column}`,
    at: [column * SPACING_METERS, row * SPACING_METERS],
    crossLefts: "permissive",
    turning: { west: TURNING, east: TURNING, south: TURNING, north: TURNING },
    pedestriansPerHour: 10,
  };
}

function boundaryAt(side: string, index: number, x: number, y: number): BoundaryDescription {
  return {
    id: `${side}-${index}`,
    at: [x * SPACING_METERS, y * SPACING_METERS],
    vehiclesPerHour: VEHICLES_PER_HOUR,
  };
}

function roadsThrough(
  axis: RoadDescription["axis"],
  name: string,
  places: readonly string[],
): readonly RoadDescription[] {
  return places.slice(1).map((to, index) => ({
    name,
    axis,
    from: places[index] ?? "",
    to,
    bends: [],
    speedMilesPerHour: SPEED_MILES_PER_HOUR,
    lanes: 1,
    pocketMeters: POCKET_METERS,
  }));
}
