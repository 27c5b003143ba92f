import { describe, expect, it } from "vitest";
import { measuredLine, placeAlong, turnDegrees } from "../../src/console/draw/along.ts";
import { corridorsOf, partOf } from "../../src/console/draw/corridor.ts";
import { followVehicles, startTracks } from "../../src/console/draw/tracks.ts";

type Streets = Parameters<typeof corridorsOf>[0];

const corner = measuredLine([
  [0, 0],
  [100, 0],
  [100, 50],
]);

describe("a point on a line", () => {
  it("is where the line is nearest", () => {
    expect(placeAlong(corner, 30, 4, 10)).toEqual({ meters: 30, asideMeters: 4, bearingDegrees: 90 });
    expect(placeAlong(corner, 97, 20, 10)).toEqual({ meters: 120, asideMeters: 3, bearingDegrees: 0 });
  });

  it("is none where the line is too far", () => {
    expect(placeAlong(corner, 30, 11, 10)).toBeNull();
  });

  it("turns by the smaller angle", () => {
    expect([turnDegrees(350, 10), turnDegrees(90, 270), turnDegrees(0, 0)]).toEqual([20, 180, 0]);
  });
});

const place = (id: string): [number, number] => [id.endsWith("1") ? 300 : 700, id.startsWith("a") ? 0 : 100];

const through = (fromLink: string, toLink: string, phase: string) => ({
  id: fromLink,
  turn: "through" as const,
  fromLink,
  fromLanes: [] as string[],
  toLink,
  phase,
  saturationFlowVehPerHour: 1_800,
});

/** Two avenues from west to east, 100 m apart, each through intersections at x = 300 and 700; streets that cross them from south to north. */
function grid(): Streets {
  const nodes = ["a1", "a2", "b1", "b2"] as const;
  const links: Streets["links"][number][] = [];
  const add = (id: string, name: string, from: string, to: string, shape: [number, number][]): void => {
    const [[x0, y0] = [0, 0], [x1, y1] = [0, 0]] = shape;
    const lengthMeters = Math.hypot(x1 - x0, y1 - y0);
    const lane = { id: `${id}.0`, lengthMeters };
    links.push({
      id,
      name,
      from,
      to,
      lengthMeters,
      speedMetersPerSecond: 10,
      storageVehicles: 9,
      shape,
      lanes: [lane],
    });
  };
  for (const row of ["a", "b"]) {
    const y = row === "a" ? 0 : 100;
    const avenue = `${row.toUpperCase()} Avenue`;
    add(`${row}-in`, `${avenue} eastbound`, `${row}-west`, `${row}1`, [
      [0, y],
      [290, y],
    ]);
    add(`${row}-mid`, `${avenue} eastbound`, `${row}1`, `${row}2`, [
      [310, y],
      [690, y],
    ]);
    add(`${row}-out`, `${avenue} eastbound`, `${row}2`, `${row}-east`, [
      [710, y],
      [1_000, y],
    ]);
    add(`${row}-in-w`, `${avenue} westbound`, `${row}-east`, `${row}2`, [
      [1_000, y + 8],
      [710, y + 8],
    ]);
    add(`${row}-mid-w`, `${avenue} westbound`, `${row}2`, `${row}1`, [
      [690, y + 8],
      [310, y + 8],
    ]);
    add(`${row}-out-w`, `${avenue} westbound`, `${row}1`, `${row}-west`, [
      [290, y + 8],
      [0, y + 8],
    ]);
  }
  for (const column of ["1", "2"]) {
    const x = column === "1" ? 300 : 700;
    add(`${column}-in`, "", `${column}-south`, `a${column}`, [
      [x, -100],
      [x, -10],
    ]);
    add(`${column}-mid`, "", `a${column}`, `b${column}`, [
      [x, 10],
      [x, 90],
    ]);
    add(`${column}-out`, "", `b${column}`, `${column}-north`, [
      [x, 110],
      [x, 200],
    ]);
  }
  const intersections = nodes.map((id) => {
    const [row, column] = [id.charAt(0), id.charAt(1)];
    const east =
      column === "1" ? through(`${row}-in`, `${row}-mid`, "2") : through(`${row}-mid`, `${row}-out`, "2");
    const west =
      column === "1"
        ? through(`${row}-mid-w`, `${row}-out-w`, "6")
        : through(`${row}-in-w`, `${row}-mid-w`, "6");
    const north =
      row === "a"
        ? through(`${column}-in`, `${column}-mid`, "8")
        : through(`${column}-mid`, `${column}-out`, "8");
    return { id, node: id, x: place(id)[0], movements: [east, west, north] };
  });
  const routes = [{ id: "main", name: "B Avenue", links: ["b-in", "b-mid", "b-out"] }];
  return { links, routes, intersections };
}

describe("corridors", () => {
  const corridors = corridorsOf(grid());

  it("are the ways straight on through two intersections or more, the declared one first", () => {
    expect(corridors.map(({ name }) => name)).toEqual(["B Avenue", "A Avenue", "a1 – b1", "a2 – b2"]);
  });

  it("have both directions on one axis, cut 250 m before the first stop line", () => {
    const [main] = corridors;
    // 250 m of the entry, 20 m of junction, 380 m of road.
    expect(main?.onward.stops).toEqual([
      { intersection: "b1", phase: "2", meters: 250 },
      { intersection: "b2", phase: "2", meters: 650 },
    ]);
    expect(main?.back?.stops).toEqual([
      { intersection: "b2", phase: "6", meters: 670 },
      { intersection: "b1", phase: "6", meters: 270 },
    ]);
    expect(main?.axis.lengthMeters).toBe(920);
    expect(main?.onward.speedMetersPerSecond).toBe(10);
  });

  it("are one-way where nothing leads back", () => {
    expect(corridors.map(({ back }) => back !== null)).toEqual([true, true, false, false]);
  });

  it("can be shown in part", () => {
    const [main] = corridors;
    const part = main && partOf(main, "b2", "b2");
    expect(part?.onward.stops.map(({ intersection }) => intersection)).toEqual(["b2"]);
    expect(part?.back?.stops.map(({ intersection }) => intersection)).toEqual(["b2"]);
  });
});

/** Id 7 at x metres heading east, id 8 against it, id 9 across. */
const vehicles = (x: number): number[] => [
  7,
  x * 10,
  20,
  90,
  45,
  8,
  9_000 - x * 10,
  60,
  270,
  45,
  9,
  5_000,
  0,
  0,
  45,
];

describe("ways of vehicles", () => {
  const line = measuredLine([
    [0, 0],
    [1_000, 0],
  ]);

  it("have a corner only where speed changes", () => {
    const tracks = startTracks(line);
    for (const [second, x] of [
      [0, 0],
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 30],
      [5, 30],
    ] as const)
      followVehicles(tracks, second * 1_000, vehicles(x), 0);
    expect(tracks.running.get(7)).toEqual({ direction: "onward", points: [0, 0, 3_000, 30, 5_000, 30] });
    expect(tracks.running.get(8)?.direction).toBe("back");
    expect(tracks.running.has(9)).toBe(false);
  });

  it("end where a vehicle leaves, and are forgotten with time", () => {
    const tracks = startTracks(line);
    followVehicles(tracks, 0, vehicles(0), 0);
    followVehicles(tracks, 1_000, vehicles(10), 0);
    followVehicles(tracks, 2_000, [], 0);
    expect([tracks.running.size, tracks.ended.length]).toEqual([0, 2]);
    followVehicles(tracks, 3_000, [], 1_500);
    expect(tracks.ended).toEqual([]);
  });

  it("begin anew where time goes back", () => {
    const tracks = startTracks(line);
    followVehicles(tracks, 5_000, vehicles(100), 0);
    followVehicles(tracks, 1_000, vehicles(10), 0);
    expect(tracks.ended).toEqual([]);
    expect(tracks.running.get(7)?.points).toEqual([1_000, 10]);
  });
});
