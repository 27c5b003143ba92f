import { describe, expect, it } from "vitest";
import { arrivalTypeOf } from "../../src/measures/arrivals.ts";
import { cycle, detector, type Event, measured } from "./measured.ts";

const ADVANCE = [detector(5, { functions: ["advance"] })];
const on = (seconds: number, channel = 5): Event => [seconds, 82, channel];
/** Red from 34 s, green 100 to 130, yellow to 134, red to 200, green to 230. */
const CYCLES = [...cycle(0, 30), ...cycle(100, 30), ...cycle(200, 30)];

describe("arrivals on green", () => {
  it("are those from the begin of green up to the begin of yellow, in whichever order a tick was logged", () => {
    const [row] = measured("aog", [on(50), on(100), on(129.9), on(130), on(134), ...CYCLES], {
      detectors: ADVANCE,
    });
    expect(row).toMatchObject({ arrivals: 5, onGreen: 2, onYellow: 1, onRed: 2, onGreenPercent: 40 });
  });

  it("have a platoon ratio: their share over the share of green, where the light is known", () => {
    const events = [...CYCLES, on(110), on(120), on(50), on(60), [400, 8, 9] as const];
    const [row] = measured("aog", events, { detectors: ADVANCE });
    // Known from 0 to the last event at 580.05 s or so: 90 s green of it, and the heartbeat's last is at 580.05.
    expect(row).toMatchObject({ onGreenPercent: 50 });
    expect(row?.["greenPercent"]).toBeCloseTo((90 / 580.05) * 100, 6);
    expect(row?.["platoonRatio"]).toBeCloseTo(0.5 / (90 / 580.05), 6);
  });

  it("are moved on to the stop line where distance and speed are known", () => {
    const far = [detector(5, { functions: ["advance"], distanceMeters: 100, speedMetersPerSecond: 10 })];
    // 10 s later: green at 100, red at 134 s.
    const [row] = measured("aog", [...CYCLES, on(89.9), on(90), on(120), on(124)], { detectors: far });
    expect(row).toMatchObject({ onGreen: 1, onYellow: 1, onRed: 2 });
  });

  it("before the first change of the light are nobody's", () => {
    const [row] = measured("aog", [on(1), ...cycle(10, 30)], { detectors: ADVANCE });
    expect(row).toMatchObject({ arrivals: 0, onGreenPercent: null, platoonRatio: null });
  });

  it("have HCM's arrival types", () => {
    expect([0.5, 0.51, 0.85, 1, 1.15, 1.3, 1.5, 2, 2.01].map(arrivalTypeOf)).toEqual([
      1, 2, 2, 3, 3, 4, 4, 5, 6,
    ]);
  });
});

describe("the coordination diagram", () => {
  it("has a dot for each arrival of a whole cycle from red to red", () => {
    const events = [on(20), on(50), on(110), on(131), on(220), ...CYCLES];
    const rows = measured("pcd", events, { detectors: ADVANCE });
    expect(rows).toMatchObject([
      { at: 50_000, secondsInCycle: 16, arrival: "red", cycleFrom: 34_000 },
      { at: 110_000, secondsInCycle: 76, arrival: "green", greenAtSeconds: 66, yellowAtSeconds: 96 },
      { at: 131_000, secondsInCycle: 97, arrival: "yellow", cycleSeconds: 100 },
      // The cycle from 134 s on ends with the red at 234 s.
      { at: 220_000, secondsInCycle: 86, arrival: "green" },
    ]);
  });

  it("leaves out a cycle whose yellow is missing", () => {
    const broken = CYCLES.filter(([at, code]) => !(at === 130 && code === 8));
    expect(measured("pcd", [on(50), on(110), ...broken], { detectors: ADVANCE })).toEqual([]);
  });

  it("takes the end of yellow for the begin of red, or the begin of red clearance, by its variant", () => {
    // A controller that logs 10 a second after 9.
    const late = CYCLES.map(([at, code, phase]): Event => [code === 10 ? at + 1 : at, code, phase]);
    const first = (variant: "udot" | "atspm") =>
      measured("pcd", [on(50), ...late], { detectors: ADVANCE, variant })[0]?.["secondsInCycle"];
    expect([first("udot"), first("atspm")]).toEqual([16, 15]);
  });
});

it("approach delay counts from the arrival on red to green, over all arrivals", () => {
  const [row] = measured("approach-delay", [on(50), on(90), on(110), on(131), ...CYCLES], {
    detectors: ADVANCE,
  });
  expect(row).toMatchObject({ vehicles: 4, onRed: 2, delaySeconds: 60, delaySecondsPerVehicle: 15 });
});
