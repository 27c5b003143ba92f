import { expect, it } from "vitest";
import type { PlantResult, Trip } from "../../sim/field/plant.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { type Run, runOnce } from "../../sim/whatif/run.ts";
import { runDetail, trafficMeasures } from "../../sim/whatif/traffic-measures.ts";
import { checkWarmUp, measuredAfter } from "../../sim/whatif/warm-up.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";

const trip = (scheduledSeconds: number, more: Partial<Trip>): Trip => ({
  mode: "car",
  outcome: "arrived",
  scheduledSeconds,
  departDelaySeconds: 0,
  lostSeconds: 0,
  travelSeconds: 100,
  freeSeconds: 100,
  standingSeconds: 0,
  stops: 0,
  distanceMeters: 1000,
  ...more,
});

/** A run of 1,000 s of which the first 200 are warm-up. Whoever is due at 200 s is measured. */
const RESULT: PlantResult = {
  vehiclesScheduled: 6,
  vehiclesArrived: 3,
  vehiclesNeverInserted: 2,
  delaySeconds: 999,
  timeLossSeconds: 999,
  waitingSeconds: 999,
  waitMaxSeconds: 77,
  jammed: false,
  pedestrianDelaySeconds: 999,
  record: {
    trips: [
      trip(-5, { lostSeconds: 500, stops: 9, mode: "bus" }),
      trip(199.5, { lostSeconds: 300, stops: 5, standingSeconds: 200 }),
      trip(200, { lostSeconds: 10, stops: 1, standingSeconds: 4 }),
      trip(600, {
        lostSeconds: 30,
        departDelaySeconds: 2,
        stops: 2,
        standingSeconds: 8,
        outcome: "unfinished",
      }),
      trip(100, { departDelaySeconds: 900, outcome: "neverInserted" }),
      trip(982, { departDelaySeconds: 18, outcome: "neverInserted" }),
    ],
    passages: [
      {
        intersection: "x",
        movement: "a",
        lostSeconds: [300, 10, 20],
        scheduledSeconds: [199.5, 200, 600],
        stops: [5, 1, 2],
      },
      { intersection: "x", movement: "b", lostSeconds: [44], scheduledSeconds: [-5], stops: [9] },
      { intersection: "y", movement: "c", lostSeconds: [50, 6], scheduledSeconds: [0, 600], stops: null },
    ],
    pedestrianWaitsSeconds: [90, 12, 20],
    pedestrianCameSeconds: [199, 200, 700],
    profile: [{ fromSeconds: 0, lostVehSeconds: 500, arrived: 1, vehiclesMean: 2 }],
    queueMaxVehicles: 7,
  },
};

it("whoever was scheduled in the warm-up is in no measure of vehicles or pedestrians", () => {
  const measured = measuredAfter(RESULT, 200);
  // Delay: 10 of who arrived, 30 + 2 of who is on the way, 18 of who waits outside; each of 3. Lost 10 + 30, standing 4 + 8.
  expect(measured).toMatchObject({
    vehiclesScheduled: 3,
    vehiclesArrived: 1,
    vehiclesNeverInserted: 1,
    delaySeconds: 20,
    timeLossSeconds: 40 / 3,
    waitingSeconds: 4,
    pedestrianDelaySeconds: 16,
  });
  const detail = runDetail(measured.record);
  expect(detail.movements).toEqual([
    {
      intersection: "x",
      movement: "a",
      vehicles: 2,
      delaySeconds: 15,
      stopsPerVehicle: 1.5,
      delayP95Seconds: 20,
    },
    {
      intersection: "y",
      movement: "c",
      vehicles: 1,
      delaySeconds: 6,
      stopsPerVehicle: null,
      delayP95Seconds: 6,
    },
  ]);
  expect(detail.modes).toEqual([
    { mode: "car", count: 3, delaySeconds: 20, delayP95Seconds: 32 },
    { mode: "pedestrian", count: 2, delaySeconds: 16, delayP95Seconds: 20 },
  ]);
  // One of three arrived in the 800 s that are measured: 4.5 an hour; 1 + 2 + 0 stops.
  expect(trafficMeasures(measured, detail, 800)).toMatchObject({
    throughputVehPerHour: 4.5,
    unfinished: 1,
    stopsPerVehicle: 1,
    delayP50Seconds: 18,
    delayP95Seconds: 32,
    travelTimeSeconds: 100,
    busDelaySeconds: null,
  });
});

it("what is of no single vehicle stays that of the whole run", () => {
  const { waitMaxSeconds, jammed, record } = measuredAfter({ ...RESULT, jammed: true }, 200);
  expect({ waitMaxSeconds, jammed }).toEqual({ waitMaxSeconds: 77, jammed: true });
  expect(record.queueMaxVehicles).toBe(7);
  expect(record.profile).toEqual(RESULT.record.profile);
});

it("without a warm-up a result is the very same", () => {
  expect(measuredAfter(RESULT, 0)).toBe(RESULT);
});

it("of a warm-up in which all were scheduled nothing is left", () => {
  const { record, ...measured } = measuredAfter(RESULT, 990);
  expect(measured).toMatchObject({
    vehiclesScheduled: 0,
    delaySeconds: 0,
    pedestrianDelaySeconds: undefined,
  });
  expect(record.passages).toEqual([]);
});

it("a warm-up as long as the run is refused", () => {
  expect(() => checkWarmUp(600, 600)).toThrow("--warmup 600: the run has 600 s; allowed is less than that");
  expect(checkWarmUp(599, 600)).toBeUndefined();
});

async function single(forSeconds: number, warmupSeconds: number): Promise<Run> {
  const runnable = await openRunnable("single", "07:00");
  return await runOnce({
    runnable,
    setup: await setupOf("fixed", { runnable, adaptiveMode: "adaptive", forSeconds }),
    events: [],
    observe: "loops",
    seed: 1,
    forSeconds,
    warmupSeconds,
    tripFile: undefined,
    clock: wallClock,
    stopped: new AbortController().signal,
  });
}

const people = (run: Run): number =>
  run.detail.modes.reduce((sum, { mode, count }) => sum + (mode === "pedestrian" ? count : 0), 0);

const passed = (run: Run): number => run.detail.movements.reduce((sum, { vehicles }) => sum + vehicles, 0);

it("a run with a warm-up measures those of the whole run who were not there when it was as long as the warm-up", async () => {
  const [whole, before, after] = await Promise.all([single(600, 0), single(200, 0), single(600, 200)]);
  expect(before.measures.scheduled).toBeGreaterThan(20);
  expect(people(before)).toBeGreaterThan(3);
  // The same traffic, second by second: who is due in [200, 600) is who is due in [0, 600) and not in [0, 200).
  expect(after.measures.scheduled).toBe(whole.measures.scheduled - before.measures.scheduled);
  expect(people(after)).toBe(people(whole) - people(before));
  const late = await single(600, 599.5);
  expect(late.measures.scheduled).toBeLessThan(5);
  expect(after.detail.profile).toEqual(whole.detail.profile);
  expect(passed(after)).toBeLessThan(passed(whole));
  expect(passed(after)).toBeGreaterThan(passed(whole) / 2);
});
