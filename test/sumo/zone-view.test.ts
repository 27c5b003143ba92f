import { describe, expect, it } from "vitest";
import { importNet } from "../../sim/sumo/import-network.ts";
import { type ContextData, VARIABLE } from "../../sim/sumo/traci-commands.ts";
import { zoneView } from "../../sim/sumo/zone-view.ts";
import { SMALL_CONFIG, smallNet } from "./small-net.ts";

const scenario = importNet(smallNet(), SMALL_CONFIG);

type Row = readonly [vehicle: string, lane: string, meters: number, speed: number];
const around = (rows: readonly Row[]): ContextData => ({
  kind: 0x99,
  object: "J#1",
  vehicles: new Map(
    rows.map(([id, lane, meters, speed]) => [
      id,
      new Map<number, string | number>([
        [VARIABLE.laneId, lane],
        [VARIABLE.lanePosition, meters],
        [VARIABLE.speed, speed],
      ]),
    ]),
  ),
});

describe("connections of an imported network", () => {
  it("are those between motor lanes, as long as all their lanes inside the junction", () => {
    const inside = { lengthMeters: 12, insideSpeedMetersPerSecond: 8 };
    expect(scenario.network.connections).toEqual([
      { fromLane: "w%231_0", toLane: "w%232_0", lengthMeters: 0 },
      { fromLane: "w%232_0", toLane: "ex_0", ...inside, yieldsTo: ["e_1:sx_0", "n_0:sx_1"] },
      { fromLane: "e_0", toLane: "wx_0", ...inside, yieldsTo: ["n_0:sx_1"] },
      // The left turn waits inside, after the first of two lanes of 12 m.
      {
        fromLane: "e_1",
        toLane: "sx_0",
        lengthMeters: 24,
        insideSpeedMetersPerSecond: 8,
        waitMeters: 12,
        yieldsTo: ["w%232_0:ex_0", "n_0:sx_1"],
      },
      { fromLane: "n_0", toLane: "sx_1", ...inside, yieldsTo: ["w%232_0:ex_0", "e_0:wx_0", "e_1:sx_0"] },
    ]);
  });
});

describe("zones from SUMO's vehicles", () => {
  it("tell lanes, ways inside and exits by our ids; a waiting place has the rest of its way before it", () => {
    const rows: readonly Row[] = [
      // 20 m on the lane of 0.9 m behind it: both are ways to the same stop line.
      ["a", "w#1_0", 40, 13.9],
      ["b", "w#2_0", 0.4, 0],
      ["c", ":J#1_2_0", 2, 5],
      ["d", ":J#1_3_0", 2, 0.04],
      ["e", "ex_0", 29.9, 8],
      ["f", "ex_0", 31, 8],
      ["g", "foot_0", 3, 1],
      ["h", "e_1", 149.5, 0],
      ["i", "e_1", 30.12, 12.345],
    ];
    expect(zoneView(scenario)(around(rows))).toEqual([
      {
        intersection: "J%201",
        vehicles: [
          ["e_1", [8, 5, 0, 9, 1199, 1235]],
          ["e_1:sx_0", [4, 100, 4, 3, 220, 500]],
          ["ex_0", [5, 1201, 800]],
          ["w%231_0", [1, 200, 1390]],
          ["w%232_0", [2, 5, 0]],
        ],
      },
    ]);
  });

  it("keep a track's number while the vehicle drives, and give it to nobody else", () => {
    const view = zoneView(scenario);
    const tracks = (rows: readonly Row[]) =>
      view(around(rows)).flatMap(({ vehicles }) =>
        vehicles.flatMap(([, flat]) => flat.filter((_, index) => index % 3 === 0)),
      );
    expect(
      tracks([
        ["x", "n_0", 40, 0],
        ["y", "n_0", 20, 0],
      ]),
    ).toEqual([1, 2]);
    expect(tracks([["y", "n_0", 30, 0]])).toEqual([2]);
    // x has arrived; who bears its name later is another track.
    expect(
      tracks([
        ["x", "n_0", 5, 0],
        ["y", "n_0", 48, 0],
      ]),
    ).toEqual([2, 3]);
  });
});
