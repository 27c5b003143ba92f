import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { profileOf, readEdgeLosses, readPassages, readSummary } from "../../sim/sumo/run-record.ts";
import type { SumoTrip } from "../../sim/sumo/trip-measures.ts";
import { oneApproach } from "../traffic/small-networks.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-test-"));
});
afterAll(async () => rm(folder, { recursive: true }));

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const trip = (id: string, lostSeconds: number, departDelaySeconds = 0): SumoTrip => ({
  id,
  mode: "car",
  outcome: "arrived",
  scheduledSeconds: 3,
  departPosMeters: 5,
  departDelaySeconds,
  lostSeconds,
  travelSeconds: 100,
  freeSeconds: 50,
  standingSeconds: 0,
  stops: 0,
  distanceMeters: 1000,
});

describe("SUMO's file of driven routes", () => {
  it("tells what each vehicle lost before a stop line that it has passed", async () => {
    // 500 m at 10 m/s, by the movement a-j.through.
    const network = oneApproach("through", 1800, 0, [], 10);
    const routes = await file(
      "routes.xml",
      `<routes>
  <vehicle id="begins" type="car" depart="10.00" speedFactor="1.1" arrival="190.00">
    <route edges="a-j :j_0 j-b" exitTimes="85.00 88.00 190.00"/>
  </vehicle>
  <vehicle id="comes" type="car" depart="20.00" speedFactor="0.8" arrival="-1">
    <route edges="x-a a-j :j_0 :j_4 j-b" exitTimes="30.00 120.00 122.00 123.00 -1"/>
  </vehicle>
  <vehicle id="stands" type="car" depart="20.00" speedFactor="1" arrival="-1">
    <route edges="a-j :j_0 j-b" exitTimes="-1 -1 -1"/>
  </vehicle>
</routes>`,
    );
    const [passages, ...others] = await readPassages(routes, network, [trip("begins", 0), trip("comes", 0)]);
    expect(others).toEqual([]);
    expect(passages).toMatchObject({ intersection: "J", movement: "a-j.through", stops: null });
    // 75 s for 495 m at 11 m/s: 30 lost; 90 s for 500 m at 8 m/s: 27.5 lost.
    expect(passages?.lostSeconds.map((seconds) => Math.round(seconds * 1000) / 1000)).toEqual([30, 27.5]);
  });
});

const step = (time: number, running: number, waiting: number, arrived: number, halting: number): string =>
  `<step time="${time}" running="${running}" waiting="${waiting}" arrived="${arrived}" halting="${halting}" stopped="1"/>`;

describe("SUMO's summary and its edge data", () => {
  it("make the profile, of which the trips say how much was lost in all", async () => {
    const summary = await file(
      "summary.xml",
      `<summary>${step(1000, 2, 1, 0, 1)}${step(1299.5, 4, 0, 3, 5)}${step(1300, 6, 2, 5, 2)}</summary>`,
    );
    const edges = await file(
      "edges.xml",
      `<meandata>
  <interval begin="1000.00" end="1300.00"><edge id="a" timeLoss="20.00"/><edge id=":j_0" timeLoss="9.50"/></interval>
  <interval begin="1300.00" end="1300.50"><edge id="a" timeLoss="9.00"/></interval>
</meandata>`,
    );
    const told = await readSummary(summary, 1000, 0.5);
    expect(told.queueMaxVehicles, "five stand, one of them at a stop").toBe(4);
    const losses = await readEdgeLosses(edges, 1000);
    expect(losses).toEqual([29.5, 9]);
    // Told are 29.5 + 0.5 and 9 + 1 vehicle-seconds, the trips lost 60: half as much again.
    expect(profileOf(told, losses, [trip("a", 50, 4), trip("b", 6)])).toEqual([
      { fromSeconds: 0, lostVehSeconds: 45, arrived: 3, vehiclesMean: 3.5 },
      { fromSeconds: 300, lostVehSeconds: 15, arrived: 2, vehiclesMean: 8 },
    ]);
  });

  it("of a run in which nobody lost anything tell nothing lost", () => {
    const intervals = [{ fromSeconds: 0, arrived: 0, vehiclesMean: 0, outsideVehSeconds: 0 }];
    expect(profileOf({ intervals, queueMaxVehicles: 0 }, [], [])[0]?.lostVehSeconds).toBe(0);
  });
});
