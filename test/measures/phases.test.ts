import { describe, expect, it } from "vitest";
import { progressionBands } from "../../src/measures/time-space.ts";
import { forecastErrors } from "../../src/measures/forecast-error.ts";
import { cycle, detector, type Event, head, measured } from "./measured.ts";

describe("terminations", () => {
  it("are counted as logged, with greens that ended without any", () => {
    const silent = cycle(300, 20).filter(([, code]) => code !== 6);
    const events = [
      ...cycle(0, 20, 2, 4),
      ...cycle(100, 20, 2, 5),
      ...cycle(200, 20),
      ...silent,
      [5, 21, 2] as const,
    ];
    expect(measured("terminations", events)).toMatchObject([
      { gapOuts: 1, maxOuts: 1, forceOffs: 1, unknown: 1, walks: 1 },
    ]);
  });

  it("are numbered as long as they are the same, over bins", () => {
    const events = [4, 4, 6, 4].flatMap((end, index) => cycle(index * 100, 20, 2, end));
    const rows = measured("phase-termination", events, {}, { minutes: 10, binMinutes: 1 });
    expect(rows.map(({ termination, consecutive }) => [termination, consecutive])).toEqual([
      ["gapOut", 1],
      ["gapOut", 2],
      ["forceOff", 1],
      ["gapOut", 1],
    ]);
  });
});

it("the split monitor compares what was served with what was programmed, by pattern", () => {
  const zeros: readonly Event[] = [0, 100, 200, 300].map((at) => [at, 150, 5]);
  const events: readonly Event[] = [
    [0, 131, 3],
    [0, 135, 30],
    ...zeros,
    ...cycle(1, 20, 2, 4),
    ...cycle(101, 25),
    ...cycle(201, 22),
  ];
  expect(measured("split-monitor", events)).toEqual([
    {
      pattern: 3,
      phase: "2",
      splits: 3,
      meanSeconds: (25 + 30 + 27) / 3,
      percentile85Seconds: 30,
      programmedSeconds: 30,
      gapOutPercent: expect.closeTo(100 / 3, 9),
      maxOutPercent: 0,
      forceOffPercent: expect.closeTo(200 / 3, 9),
      skipPercent: 25,
    },
  ]);
});

it("served splits stand one by one, with how much of each was green", () => {
  const events: readonly Event[] = [[0, 135, 30], ...cycle(1, 20, 2, 4), ...cycle(101, 25)];
  expect(measured("splits", events)).toMatchObject([
    {
      at: 1_000,
      phase: "2",
      greenSeconds: 20,
      splitSeconds: 25,
      termination: "gapOut",
      programmedSeconds: 30,
    },
    { at: 101_000, greenSeconds: 25, splitSeconds: 30, termination: "forceOff", programmedSeconds: 30 },
  ]);
});

describe("pedestrian delay", () => {
  it("counts from the first press after the last walk", () => {
    const events: readonly Event[] = [
      [10, 90, 4],
      [12, 90, 4],
      [40, 90, 4],
      [60, 21, 4],
      [70, 90, 4],
      [160, 21, 4],
      [260, 21, 4],
      ...cycle(60, 10, 4),
      ...cycle(160, 10, 4),
      ...cycle(260, 10, 4),
      ...cycle(360, 10, 4),
    ];
    expect(measured("pedestrian-delay", events)).toMatchObject([
      {
        phase: "4",
        services: 3,
        served: 2,
        delayMeanSeconds: 70,
        delayMaxSeconds: 90,
        actuations: 4,
        uniqueActuations: 3,
        fromCalls: 0,
        recall: true,
      },
    ]);
    expect(measured("pedestrian-services", events).map((row) => row["delaySeconds"])).toEqual([50, 90, null]);
  });

  it("takes registered calls where buttons are not logged", () => {
    const events: readonly Event[] = [
      [10, 45, 4],
      [60, 21, 4],
    ];
    expect(measured("pedestrian-delay", events)).toMatchObject([
      { served: 1, delayMeanSeconds: 50, fromCalls: 1 },
    ]);
  });
});

describe("phase wait", () => {
  it("counts from the call to green, again from the end of green while the call lasts, and not where it drops", () => {
    const events: readonly Event[] = [
      [0, 132, 60],
      [10, 43, 2],
      ...cycle(40, 10),
      // The call lasts on: 50 to 145 s, longer than one and a half cycles.
      ...cycle(145, 10),
      [150, 44, 2],
      [170, 43, 2],
      [175, 44, 2],
      ...cycle(200, 10),
    ];
    expect(measured("phase-wait", events)).toMatchObject([
      { services: 2, meanSeconds: (30 + 95) / 2, maxSeconds: 95, skips: 1 },
    ]);
  });
});

describe("interruptions", () => {
  it("of preemptions are told call by call; one that chatters goes on", () => {
    const events: readonly Event[] = [
      [10, 102, 1],
      [11, 104, 1],
      [12, 102, 1],
      [13, 105, 1],
      [20, 106, 1],
      [30, 107, 1],
      [50, 104, 1],
      [55, 111, 1],
      [100, 102, 1],
    ];
    expect(measured("preemption", events)).toMatchObject([
      {
        preempt: 1,
        callSeconds: 40,
        delaySeconds: 3,
        toTrackSeconds: 7,
        toServiceSeconds: 17,
        dwellSeconds: 25,
      },
      { preempt: 1, callSeconds: null, delaySeconds: null },
    ]);
  });

  it("of priority are told check-in by check-in", () => {
    const events: readonly Event[] = [
      [10, 112, 1],
      [12, 118, 1],
      [12, 114, 1],
      [20, 115, 1],
      [21, 119, 1],
      [30, 112, 1],
      [35, 115, 1],
    ];
    expect(measured("priority", events)).toMatchObject([
      { insideSeconds: 10, toServiceSeconds: 2, serviceSeconds: 9, extension: true, earlyGreen: false },
      { insideSeconds: 5, toServiceSeconds: null, serviceSeconds: null },
    ]);
  });
});

const stop = (intersection: string, seconds: number) => ({
  intersection,
  phase: "2",
  distanceMeters: seconds * 10,
  travelSeconds: seconds,
});

const green = (from: number, to: number) => [{ at: from * 1_000, phase: "2", yellowAt: to * 1_000 }];

describe("progression", () => {
  it("lists the greens of coordinated phases", () => {
    const heads = [head(2, { coordinated: true }), head(4)];
    const rows = measured("time-space", [...cycle(10, 20), ...cycle(40, 20, 4)], { heads });
    expect(rows).toMatchObject([
      { at: 10_000, phase: "2", yellowAt: 30_000, redAt: 34_000, greenSeconds: 20 },
    ]);
  });

  it("has a band where greens in a row can be driven through", () => {
    const street = { name: "east", stops: [stop("a", 0), stop("b", 10), stop("c", 30)] };
    const greens: Readonly<Record<string, ReturnType<typeof green>>> = {
      a: green(0, 30),
      b: green(15, 50),
      c: green(30, 55),
    };
    const bands = progressionBands(street, (id) => greens[id] ?? []);
    // Departures: a 0 to 30, b 5 to 40, c 0 to 25.
    expect(
      bands.map(({ fromStop, toStop, from, to, arrivesFrom }) => [fromStop, toStop, from, to, arrivesFrom]),
    ).toEqual([
      ["a", "c", 5_000, 25_000, 35_000],
      ["a", "b", 5_000, 30_000, 15_000],
      ["b", "c", 15_000, 35_000, 35_000],
    ]);
    expect(bands[0]?.bandwidthSeconds).toBe(20);
    expect(progressionBands(street, (id) => (id === "c" ? green(80, 90) : (greens[id] ?? [])))).toHaveLength(
      1,
    );
  });
});

describe("data quality", () => {
  it("shows a bin that the log does not cover as no data, and never as zero", () => {
    const detectors = [detector(5, { functions: ["advance"] })];
    const rows = measured("approach-volume", [[5, 82, 5]], { detectors }, { minutes: 10, binMinutes: 5 });
    expect(rows.map(({ vehicles }) => vehicles)).toEqual([1, 0]);
    const quiet = measured("has-data", [], {}, { minutes: 10, binMinutes: 5 });
    expect(quiet).toMatchObject([
      { events: 15, hasData: true },
      { events: 15, hasData: true },
    ]);
  });

  it("tells what a watchdog would look at", () => {
    const forced = Array.from({ length: 50 }, (_, index) => cycle(index * 10, 2)).flat();
    const rows = measured("watchdog", [...forced, [3, 82, 99]], { detectors: [detector(5)] });
    const failing = rows.filter(({ holds }) => holds === false).map(({ check, subject }) => [check, subject]);
    expect(failing).toEqual([
      ["detectorHits", "d5"],
      ["unconfiguredDetector", "channel 99"],
      ["forceOffPercent", "2"],
    ]);
  });

  it("counts what tells a sick detector", () => {
    const events: readonly Event[] = [
      [10, 82, 5],
      [12, 81, 5],
      [20, 82, 5],
      [30, 82, 5],
      [30.1, 81, 5],
      [40, 88, 5],
      [50, 83, 5],
    ];
    expect(measured("detector-health", events, { detectors: [detector(5)] })).toMatchObject([
      {
        channel: 5,
        ons: 3,
        offs: 2,
        unmatched: 1,
        shortPulses: 1,
        longestOnSeconds: 2,
        faults: 1,
        restored: 1,
      },
    ]);
  });
});

const outcome = (vehicles: number, counted: number | null) => ({
  at: 300_000,
  movement: "EBT",
  madeAt: 300_000,
  intervalMs: 300_000,
  vehicles,
  low: vehicles - 2,
  high: vehicles + 2,
  counted,
});

it("forecast errors are those of intervals that were counted", () => {
  expect(forecastErrors([outcome(10, 12), outcome(10, 7), outcome(99, null), outcome(5, 5)])).toEqual([
    {
      movement: "EBT",
      horizonMinutes: 5,
      intervals: 3,
      mae: 5 / 3,
      bias: 1 / 3,
      wapePercent: (5 / 24) * 100,
      coveragePercent: (2 / 3) * 100,
    },
  ]);
});
