import { describe, expect, it } from "vitest";
import type { PlantRecord, PlantResult, Trip } from "../../sim/field/plant.ts";
import { fuelLiters } from "../../sim/whatif/fuel.ts";
import { co2Grams } from "../../src/optimize/fuel.ts";
import { runDetail, trafficMeasures } from "../../sim/whatif/traffic-measures.ts";

const trip = (more: Partial<Trip>): Trip => ({
  mode: "car",
  outcome: "arrived",
  scheduledSeconds: 0,
  departDelaySeconds: 0,
  lostSeconds: 0,
  travelSeconds: 100,
  freeSeconds: 100,
  standingSeconds: 0,
  stops: 0,
  distanceMeters: 1000,
  ...more,
});

const NOTHING: PlantRecord = {
  trips: [],
  passages: [],
  pedestrianWaitsSeconds: [],
  pedestrianCameSeconds: [],
  profile: [],
  queueMaxVehicles: 0,
};

function resultOf(record: PlantRecord): PlantResult {
  const count = (outcome: Trip["outcome"]): number =>
    record.trips.filter((each) => each.outcome === outcome).length;
  return {
    vehiclesScheduled: record.trips.length,
    vehiclesArrived: count("arrived"),
    vehiclesNeverInserted: count("neverInserted"),
    delaySeconds: 0,
    timeLossSeconds: 0,
    waitingSeconds: 0,
    waitMaxSeconds: 0,
    jammed: false,
    pedestrianDelaySeconds: undefined,
    record,
  };
}

const passages = (movement: string, vehicles: number, seconds: number) => ({
  intersection: "x",
  movement,
  lostSeconds: Array.from({ length: vehicles }, () => seconds),
  scheduledSeconds: Array.from({ length: vehicles }, () => 0),
  stops: Array.from({ length: vehicles }, (_, vehicle) => vehicle % 2),
});

const measured = (record: PlantRecord, seconds: number) =>
  trafficMeasures(resultOf(record), runDetail(record), seconds);

describe("fuel by proxy", () => {
  it("is what the way takes at cruise speed, standing still, and starting from each stop", () => {
    // 1 km at 10 m/s, 22.369 mph: k1 = 0.075283 − 0.035549 + 0.007539 = 0.047273 gal/mi, 0.111195 L/km.
    expect(fuelLiters(trip({}))).toBeCloseTo(0.1112, 4);
    // 40 s at 0.9 L/h: 0.01 L.
    expect(fuelLiters(trip({ standingSeconds: 30, departDelaySeconds: 10 }))).toBeCloseTo(0.1212, 4);
    // Two stops of ½ · 1600 · 10² / 8e6 = 0.01 L each, as the reference has it for 10 m/s.
    expect(fuelLiters(trip({ stops: 2 }))).toBeCloseTo(0.1312, 4);
  });

  it("is nothing for cyclists, and for a truck that of the fleet's mean", () => {
    expect(fuelLiters(trip({ mode: "bicycle", stops: 2, standingSeconds: 30 }))).toBe(0);
    expect(fuelLiters(trip({ mode: "truck" }))).toBe(fuelLiters(trip({})));
  });

  it("of who never came in is idling alone", () => {
    const waited = trip({
      outcome: "neverInserted",
      departDelaySeconds: 400,
      freeSeconds: 0,
      distanceMeters: 0,
    });
    expect(fuelLiters(waited)).toBeCloseTo(0.1, 9);
    expect(co2Grams(0.1)).toBeCloseTo(235, 9);
  });
});

describe("measures of a run's traffic", () => {
  const trips = [
    trip({ lostSeconds: 10, travelSeconds: 110, stops: 1 }),
    trip({ lostSeconds: 40, travelSeconds: 150, stops: 3 }),
    trip({ lostSeconds: 25, outcome: "unfinished", travelSeconds: 900, stops: 2 }),
    trip({
      departDelaySeconds: 60,
      outcome: "neverInserted",
      travelSeconds: 0,
      freeSeconds: 0,
      distanceMeters: 0,
    }),
    trip({ mode: "bus", lostSeconds: 30, departDelaySeconds: 5, travelSeconds: 130, stops: 4 }),
  ];

  it("are those of all who were scheduled, but for the times of who arrived", () => {
    const told = measured({ ...NOTHING, trips, queueMaxVehicles: 7 }, 600);
    expect(told).toMatchObject({
      travelTimeSeconds: 130,
      // Of 10, 25, 35, 40, 60: the third, and the fifth.
      delayP50Seconds: 35,
      delayP95Seconds: 60,
      stopsPerVehicle: 2,
      unfinished: 1,
      throughputVehPerHour: 18,
      queueMaxVehicles: 7,
      busDelaySeconds: 35,
      pedestrianDelaySeconds: null,
      worstMovementDelaySeconds: null,
    });
    expect(told.co2GramsPerVehicle).toBeCloseTo(2350 * (told.fuelLitersPerVehicle ?? 0), 9);
  });

  it("tell modes apart, which together are everybody", () => {
    const { modes } = runDetail({ ...NOTHING, trips, pedestrianWaitsSeconds: [0, 10, 20, 50] });
    expect(modes).toEqual([
      { mode: "car", count: 4, delaySeconds: 33.75, delayP95Seconds: 60 },
      { mode: "bus", count: 1, delaySeconds: 35, delayP95Seconds: 35 },
      { mode: "pedestrian", count: 4, delaySeconds: 20, delayP95Seconds: 50 },
    ]);
  });

  it("call that movement the worst that has the greatest mean of those made often enough", () => {
    const record = {
      ...NOTHING,
      passages: [passages("a", 20, 12), passages("b", 10, 30), passages("c", 9, 99)],
    };
    expect(measured(record, 600).worstMovementDelaySeconds).toBe(30);
    expect(runDetail(record).movements[1]).toEqual({
      intersection: "x",
      movement: "b",
      vehicles: 10,
      delaySeconds: 30,
      stopsPerVehicle: 0.5,
      delayP95Seconds: 30,
    });
  });

  it("of a run without anybody are none", () => {
    expect(measured(NOTHING, 0)).toEqual({
      travelTimeSeconds: null,
      delayP50Seconds: null,
      delayP95Seconds: null,
      stopsPerVehicle: null,
      unfinished: 0,
      throughputVehPerHour: 0,
      queueMaxVehicles: 0,
      fuelLitersPerVehicle: null,
      co2GramsPerVehicle: null,
      busDelaySeconds: null,
      pedestrianDelaySeconds: null,
      worstMovementDelaySeconds: null,
    });
  });
});
