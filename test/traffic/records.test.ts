import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { PlantRecord, PlantResult } from "../../sim/field/plant.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { lampsOf } from "./drive.ts";
import { constantly, fourLegs, oneApproach, optionsOf, servedCross } from "./small-networks.ts";

/** Runs the plant under lamps by the step, and what it came to. */
async function run(network: Network, steps: number, lampAt: (step: number) => string): Promise<PlantResult> {
  const plant = createTrafficPlant(network, optionsOf(3));
  const options = { wantVehicles: false };
  for (let step = 0; step < steps; step += 1) {
    await plant.step(lampsOf(network, { J: lampAt(step) }), options);
  }
  return await plant.finish();
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const count = ({ trips }: PlantRecord, outcome: string): number =>
  trips.filter((trip) => trip.outcome === outcome).length;

describe("a handful of vehicles that meet one red", () => {
  /** 500 m to the signal, 20 m inside, 500 m on from it; the same vehicles whatever the lamps. */
  const road = oneApproach("through", 1800, 40);

  it("lose what they come later, stand at the line once, and lose it by that movement", async () => {
    const { record: red } = await run(road, 420, (step) => (step < 300 ? "r" : "G"));
    const { record: green } = await run(road, 420, () => "G");
    const held = red.trips.slice(0, 6);
    for (const [place, trip] of held.entries()) {
      const free = defined(green.trips[place], "the same vehicle");
      expect(free).toMatchObject({ outcome: "arrived", stops: 0, standingSeconds: 0, distanceMeters: 1020 });
      expect(free.lostSeconds).toBeCloseTo(0, 9);
      expect(trip).toMatchObject({ outcome: "arrived", stops: 1, distanceMeters: 1020 });
      // Time lost has fractions of the last step, times under way have not.
      expect(Math.abs(trip.travelSeconds - free.travelSeconds - trip.lostSeconds)).toBeLessThan(1);
      expect(Math.abs(trip.freeSeconds - free.travelSeconds)).toBeLessThan(1);
    }
    // A seventh came at green, an eighth is still on the way: 7 passed the line, 6 of them with one stop each.
    expect(red.trips).toHaveLength(8);
    const passed = defined(red.passages[0], "the movement");
    expect(passed).toMatchObject({ intersection: "J", movement: "a-j.through" });
    expect(passed.stops).toEqual([1, 1, 1, 1, 1, 1, 0]);
    expect(passed.lostSeconds).toHaveLength(7);
    // They passed in the order in which they were due: six in the red, the seventh at green.
    const due = passed.scheduledSeconds;
    expect(due).toEqual(red.trips.slice(0, 7).map(({ scheduledSeconds }) => scheduledSeconds));
    expect(due).toEqual(due.toSorted((one, other) => one - other));
    expect(due.filter((seconds) => seconds < 300)).toHaveLength(6);
    // Little of what they lost, they lost behind the line.
    const lost = sum(held.map(({ lostSeconds }) => lostSeconds));
    const before = sum(passed.lostSeconds);
    expect(before).toBeLessThanOrEqual(lost);
    expect(before).toBeGreaterThan(0.99 * lost);
    expect(red.queueMaxVehicles).toBe(6);
    expect(green.queueMaxVehicles).toBe(0);
  });

  it("show in the profile when that was", async () => {
    const { record } = await run(road, 420, (step) => (step < 300 ? "r" : "G"));
    const [first, second] = record.profile;
    expect(record.profile).toHaveLength(2);
    expect(first).toMatchObject({ fromSeconds: 0, arrived: 0 });
    expect(second).toMatchObject({ fromSeconds: 300, arrived: 7 });
    // All of the standing was in the red.
    const standing = sum(record.trips.map(({ standingSeconds }) => standingSeconds));
    expect(first?.lostVehSeconds).toBeGreaterThan(standing - 6);
    // Everybody's time in the network in 300 and 120 steps, but for the seven steps at whose end somebody had left.
    const travelled = sum(record.trips.map(({ travelSeconds }) => travelSeconds));
    expect(300 * (first?.vehiclesMean ?? 0) + 120 * (second?.vehiclesMean ?? 0)).toBeCloseTo(
      travelled - 7,
      6,
    );
  });
});

const halves = (step: number): string => (Math.floor(step / 30) % 2 === 0 ? "grgrgrgr" : "rgrgrgrg");

describe("the record of a run", () => {
  const jammed = fourLegs(900);
  const cross = servedCross(400);

  it.each([
    ["a jam, in which some never come in", jammed, () => "r"],
    ["buses and emergency vehicles", cross, halves],
  ] as const)("has every vehicle once: %s", async (_, network, lampAt) => {
    const result = await run(network, 760, lampAt);
    const { record } = result;
    expect(record.trips).toHaveLength(result.vehiclesScheduled);
    expect(count(record, "arrived")).toBe(result.vehiclesArrived);
    expect(count(record, "neverInserted")).toBe(result.vehiclesNeverInserted);
    const lost = sum(record.trips.map(({ lostSeconds }) => lostSeconds));
    const outside = sum(record.trips.map(({ departDelaySeconds }) => departDelaySeconds));
    expect(lost / result.vehiclesScheduled).toBeCloseTo(result.timeLossSeconds, 6);
    expect((lost + outside) / result.vehiclesScheduled).toBeCloseTo(result.delaySeconds, 6);
    const stood = sum(record.trips.map(({ standingSeconds }) => standingSeconds));
    expect(stood / result.vehiclesScheduled).toBeCloseTo(result.waitingSeconds, 6);
    expect(sum(record.profile.map(({ lostVehSeconds }) => lostVehSeconds))).toBeCloseTo(lost + outside, 4);
    expect(sum(record.profile.map(({ arrived }) => arrived))).toBe(result.vehiclesArrived);
  });

  it("really met a jam, and every mode", async () => {
    const { vehiclesNeverInserted, vehiclesArrived } = await run(jammed, 760, () => "r");
    expect(vehiclesNeverInserted).toBeGreaterThan(20);
    expect(vehiclesArrived).toBe(0);
    const { record } = await run(cross, 760, halves);
    expect(new Set(record.trips.map(({ mode }) => mode))).toEqual(new Set(["car", "bus", "emergency"]));
    expect(record.trips.some(({ mode, outcome }) => mode === "bus" && outcome === "arrived")).toBe(true);
  });

  it("leaves a bus's dwell out of what its way takes in free flow", async () => {
    const { record } = await run(servedCross(0), 600, () => "G");
    const buses = record.trips.filter(({ mode, outcome }) => mode === "bus" && outcome === "arrived");
    expect(buses.length).toBeGreaterThan(3);
    for (const { freeSeconds, distanceMeters } of buses) {
      // At a speed that is wanted: within 0.9 and 1.1 of 13.9 m/s, less inside the junction.
      expect(distanceMeters / freeSeconds).toBeGreaterThan(0.8 * 13.9);
      expect(distanceMeters / freeSeconds).toBeLessThan(1.1 * 13.9 + 0.1);
    }
  });
});

describe("trips with a time of departure", () => {
  it("are told with the part of a second for which they wait, and the way from where they begin", async () => {
    const network = oneApproach("through", 1800, 0);
    const { demand } = network;
    if (demand === undefined) throw new Error("small networks have demand");
    const trips = {
      fromSeconds: 8 * 3600,
      vehicleTypes: [
        {
          id: "short",
          lengthMeters: 4,
          gapMeters: 2.5,
          accelerationMetersPerSecond2: 2.5,
          imperfection: 0,
          speedFactor: { mean: 1, deviation: 0, min: 1, max: 1 },
        },
      ],
      routes: [
        { links: ["a-j", "j-b"], vehicleType: "short", departSeconds: [8 * 3600 + 1.4, 8 * 3600 + 60] },
      ],
    };
    const result = await run({ ...network, demand: { ...demand, trips } }, 300, () => "G");
    // The first is due at 1.4 s and comes at 2 s; both begin with all their 4 m on the road.
    expect(result.record.trips).toHaveLength(2);
    expect(result.record.trips.map(({ distanceMeters }) => distanceMeters)).toEqual([1016, 1016]);
    const [first, second] = result.record.trips.map(({ departDelaySeconds }) => departDelaySeconds);
    expect(first).toBeCloseTo(0.6, 9);
    expect(second).toBe(0);
    const delays = result.record.trips.map((trip) => trip.lostSeconds + trip.departDelaySeconds);
    expect(sum(delays) / 2).toBeCloseTo(result.delaySeconds, 9);
  });
});

describe("pedestrians", () => {
  it("are each told with their wait, those who wait yet with theirs so far", async () => {
    const network = fourLegs(0);
    const { demand } = network;
    if (demand === undefined) throw new Error("small networks have demand");
    const pedestrians = [{ intersection: "J", phase: "W", persons: constantly(600) }];
    // No walk at all: whoever came at second k of 60 waits 60 − k.
    const result = await run({ ...network, demand: { ...demand, pedestrians } }, 60, () => "r");
    const waits = result.record.pedestrianWaitsSeconds;
    expect(waits.length).toBeGreaterThan(3);
    expect(sum(waits) / waits.length).toBeCloseTo(result.pedestrianDelaySeconds ?? 0, 9);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    expect(waits).toEqual(waits.toSorted((one, other) => other - one));
    expect(result.record.pedestrianCameSeconds).toEqual(waits.map((seconds) => 60 - seconds));
  });
});
