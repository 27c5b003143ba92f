import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MeasureKeeper, measureKeeper } from "../../sim/sumo/live-measures.ts";
import { VARIABLE } from "../../sim/sumo/traci-commands.ts";
import { modeOfClass, readTrips, tripMeasures } from "../../sim/sumo/trip-measures.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-test-"));
});
afterAll(async () => rm(folder, { recursive: true }));

const trip = (depart: number, departDelay: number, arrival: number, timeLoss: number, waiting = 0): string =>
  `  <tripinfo id="v" depart="${depart}" departPos="5.1" departDelay="${departDelay}" arrival="${arrival}" duration="60" routeLength="500" waitingTime="${waiting}" waitingCount="2" stopTime="10" timeLoss="${timeLoss}" vType="car"/>\n`;
const MODES = new Map([["car", "car"]] as const);
const SPAN = { beginSeconds: 5, endSeconds: 105 };
const stood = (seconds: number) => ({ stoodTooLong: () => seconds >= 300, stoodMaxSeconds: () => seconds });
const tripFile = async (trips: readonly string[]): Promise<string> => {
  const file = join(folder, "trips.xml");
  await writeFile(file, `<tripinfos>\n${trips.join("")}</tripinfos>\n`);
  return file;
};

const withWaiting = (count: number): readonly string[] =>
  Array.from({ length: 100 }, (_, index) => (index < count ? trip(-1, 5, -1, 0) : trip(1, 0, 9, 1)));

const isJam = async (waiting: number, seconds: number): Promise<boolean> =>
  tripMeasures(await readTrips(await tripFile(withWaiting(waiting)), MODES, SPAN), stood(seconds)).jammed;

describe("measures from SUMO's trip file", () => {
  it("averages time loss and departure delay over everybody who was due", async () => {
    const file = await tripFile([
      trip(10, 2, 100, 20, 14),
      trip(50, 0, -1, 6, 4),
      trip(-1, 32, -1, 0),
      trip(-1, 0, -1, 0),
    ]);
    // Arrived 20 + 2, on the way 6 + 0, never inserted 32; who is due at the very end does not count: 60 / 3.
    expect(tripMeasures(await readTrips(file, MODES, SPAN), stood(42))).toEqual({
      vehiclesScheduled: 3,
      vehiclesArrived: 1,
      vehiclesNeverInserted: 1,
      delaySeconds: 20,
      timeLossSeconds: 26 / 3,
      waitingSeconds: 6,
      waitMaxSeconds: 42,
      jammed: true,
      pedestrianDelaySeconds: undefined,
    });
  });

  it("two never inserted of a hundred are no jam, three are one, and so is a vehicle that stood too long", async () => {
    expect(await isJam(2, 299)).toBe(false);
    expect(await isJam(3, 299)).toBe(true);
    expect(await isJam(0, 300)).toBe(true);
  });
});

describe("SUMO's vehicles one by one", () => {
  it("are told with what they lost, stood and drove", async () => {
    // 60 s under way, 10 s of them at a stop of its line and 20 s lost.
    const [arrived, waiting] = await readTrips(
      await tripFile([trip(10, 2, 70, 20, 14), trip(-1, 32, -1, 0)]),
      MODES,
      SPAN,
    );
    expect(arrived).toEqual({
      id: "v",
      mode: "car",
      outcome: "arrived",
      // Due at 8, of a run that began at 5.
      scheduledSeconds: 3,
      departDelaySeconds: 2,
      departPosMeters: 5.1,
      lostSeconds: 20,
      travelSeconds: 60,
      freeSeconds: 30,
      standingSeconds: 14,
      stops: 2,
      distanceMeters: 500,
    });
    expect(waiting).toMatchObject({ outcome: "neverInserted", departDelaySeconds: 32, distanceMeters: 0 });
    // It has waited for 32 s when the run ends after 100.
    expect(waiting?.scheduledSeconds).toBe(68);
  });

  it.each([
    ["bus", "bus"],
    ["coach", "bus"],
    ["trailer", "truck"],
    ["emergency", "emergency"],
    ["passenger", "car"],
    ["motorcycle", "car"],
    ["bicycle", "bicycle"],
  ])("a %s is a %s", (vehicleClass, mode) => {
    expect(modeOfClass(vehicleClass)).toBe(mode);
  });
});

const vehicle = (waiting: number, timeLoss: number): ReadonlyMap<number, number> =>
  new Map([
    [VARIABLE.waitingSeconds, waiting],
    [VARIABLE.timeLossSeconds, timeLoss],
  ]);
/** A single vehicle that stands from `from` to before `to`, looked at whenever a survey is due. */
const stand = (keeper: MeasureKeeper, from: number, to: number): readonly number[] => {
  const surveys: number[] = [];
  for (let now = 1; now <= 900; now += 1) {
    if (!keeper.surveyDue(now)) continue;
    surveys.push(now);
    keeper.survey(now, new Map([["v", vehicle(now >= from && now < to ? now - from : 0, 0)]]));
  }
  return surveys;
};

describe("surveys of the vehicles on the road", () => {
  it("finds a vehicle that stands for 300 s to the second, and none that stands for less", async () => {
    const file = await tripFile([]);
    for (const from of [5, 37, 101, 180]) {
      const jammed = measureKeeper(0, file);
      const surveys = stand(jammed, from, from + 301);
      expect(jammed.stoodTooLong(), `standing from ${from} s`).toBe(true);
      expect(surveys).toContain(from + 300);
      const moving = measureKeeper(0, file);
      // Each five seconds until the longest stop is known, each minute from then on.
      expect(stand(moving, from, from + 300).length).toBeLessThan((from + 300) / 5 + 15);
      expect(moving.stoodTooLong(), `standing from ${from} s for 299 s`).toBe(false);
    }
  });

  it("tells the longest stop at most 5 s too short, also one between two surveys", async () => {
    const file = await tripFile([]);
    for (const [from, seconds] of [
      [3, 4],
      [7, 20],
      [37, 61],
      [100, 118],
    ] as const) {
      const keeper = measureKeeper(0, file);
      stand(keeper, from, from + seconds + 1);
      expect(keeper.stoodMaxSeconds(), `${seconds} s from ${from} s`).toBeLessThanOrEqual(seconds);
      expect(keeper.stoodMaxSeconds(), `${seconds} s from ${from} s`).toBeGreaterThan(seconds - 5);
    }
  });

  it("the live delay joins trips that are over, vehicles on the way, and the wait to enter", async () => {
    const file = await tripFile([trip(1, 0, 30, 10)]);
    const keeper = measureKeeper(0, file);
    const none = { departed: 0, arrived: 0, pending: 0 };
    expect(keeper.step({ ...none, departed: 2 }, 1).delaySeconds).toBeUndefined();
    keeper.step({ departed: 0, arrived: 1, pending: 2 }, 1);
    keeper.survey(60, new Map([["w", vehicle(0, 20)]]));
    // Two departed with (10 + 20) / 2 each; two wait, for 2 + 2 vehicle seconds: (30 + 4) / 4.
    expect(keeper.step({ ...none, pending: 2 }, 1)).toEqual({
      vehiclesRunning: 1,
      vehiclesWaitingToEnter: 2,
      vehiclesArrived: 1,
      delaySeconds: 8.5,
    });
    await appendFile(file, trip(2, 0, 90, 40));
    keeper.survey(120, new Map());
    expect(keeper.step(none, 1).delaySeconds).toBe((25 * 2 + 4) / 2);
  });
});
