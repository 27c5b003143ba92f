import { describe, expect, it } from "vitest";
import { cycle, detector, type Event, head, measured } from "./measured.ts";

const CYCLES = [...cycle(10, 20), ...cycle(110, 20), ...cycle(210, 20)];
const covered = (from: number, to: number, channel = 7): readonly Event[] => [
  [from, 82, channel],
  [to, 81, channel],
];

const presence = { detectors: [detector(7), detector(8)] };
const HEARD: readonly Event[] = [...covered(1, 2), ...covered(1, 2, 8)];

/** Share of the second green that is covered where these events are all there is. */
function repaired(...lost: readonly Event[]) {
  return measured("split-failure-cycles", [...HEARD, ...CYCLES, ...lost], presence)[1]?.["greenOccupancy"];
}

describe("split failures", () => {
  it("are cycles whose stop line is covered for 80 % of green and of the first 5 s of red", () => {
    // Green 110 to 130, red from 134: 16 of 20 s, and 4 of 5 s.
    const events = [...HEARD, ...CYCLES, ...covered(112, 128), ...covered(134, 138)];
    expect(measured("split-failure-cycles", events, presence)).toMatchObject([
      { at: 10_000, greenOccupancy: 0, failed: false },
      { at: 110_000, greenSeconds: 20, greenOccupancy: 0.8, redOccupancy: 0.8, failed: true },
    ]);
    expect(measured("split-failure", events, presence)).toMatchObject([
      { cycles: 2, failures: 1, failedPercent: 50 },
    ]);
  });

  it("fail above 79 % in the variant of UDOT, at 80 % in the other", () => {
    const events = [...HEARD, ...CYCLES, ...covered(112, 127.9), ...covered(134, 138)];
    const failed = (variant: "udot" | "atspm") =>
      measured("split-failure", events, { ...presence, variant })[0]?.["failures"];
    expect([failed("atspm"), failed("udot")]).toEqual([0, 1]);
  });

  it("take the detectors of a phase together: covered is when any of them is", () => {
    const events = [
      ...HEARD,
      ...CYCLES,
      ...covered(110, 121),
      ...covered(120, 130, 8),
      ...covered(134, 139, 8),
    ];
    expect(measured("split-failure-cycles", events, presence)[1]).toMatchObject({
      greenOccupancy: 1,
      redOccupancy: 1,
    });
  });

  it("put in offs and ons that are missing", () => {
    // Two ons 2 s apart: covered throughout. 12 s apart: off midway, at 118.
    expect(repaired([112, 82, 7], [114, 82, 7], [116, 81, 7])).toBe(0.2);
    expect(repaired([112, 82, 7], [124, 82, 7], [126, 81, 7])).toBe(0.4);
    // Two offs 10 s apart: on midway.
    expect(repaired([112, 82, 7], [114, 81, 7], [124, 81, 7])).toBe(0.35);
  });

  it("know nothing of a cycle before a detector was heard", () => {
    const rows = measured("split-failure-cycles", [...CYCLES, ...covered(105, 106)], presence);
    expect(rows.map(({ at }) => at)).toEqual([110_000]);
  });

  it("leave out cycles without exactly one yellow", () => {
    const twice: Event = [125, 8, 2];
    const rows = measured("split-failure-cycles", [...HEARD, ...CYCLES, twice], presence);
    expect(rows.map(({ at }) => at)).toEqual([10_000]);
  });
});

describe("yellow and red actuations", () => {
  const detectors = [detector(7, { functions: ["yellowRed"] })];
  const crossings: readonly Event[] = [125, 131, 133.9, 134, 136, 139.1].map((at) => [at, 82, 7]);

  it("are counted on yellow, after it, and more than 5 s after it (UDOT)", () => {
    const [row] = measured("yellow-red", [...CYCLES, ...crossings], { detectors });
    expect(row).toMatchObject({ cycles: 2, onYellow: 2, onRed: 3, severe: 1, violationSeconds: 7.1 });
  });

  it("have no cycles where there is no red clearance, and so no 11 (UDOT)", () => {
    const none = CYCLES.filter(([, code]) => code !== 11);
    expect(measured("yellow-red", [...none, ...crossings], { detectors })).toMatchObject([
      { cycles: 0, onRed: 0 },
    ]);
  });

  it("stand by half seconds from red, moved back by the latency (atspm)", () => {
    const rows = measured("red-offsets", [...CYCLES, [137.6, 82, 7], [131.4, 82, 7], [111.4, 82, 7]], {
      detectors,
    });
    expect(rows).toMatchObject([
      { light: "green", offsetSeconds: -4, vehicles: 1 },
      { light: "red", offsetSeconds: 2, vehicles: 1 },
      // 111.4 s was 109.9 s: still red of the cycle before, whose red began at 34 s.
      { light: "red", offsetSeconds: 76, vehicles: 1 },
    ]);
  });
});

it("left-turn gaps are those of the opposing flow within its green", () => {
  const change = {
    heads: [head(1, { yieldsTo: 2 }), head(2)],
    detectors: [detector(7, { functions: ["count"] }), detector(3, { functions: ["count"], heads: [1] })],
  };
  // Green 110 to 130 s: gaps of 2, 3.5, 6.5 and 8 s.
  const flow: readonly Event[] = [112, 115.5, 122].map((at) => [at, 82, 7]);
  const [row] = measured("left-turn-gaps", [...cycle(110, 20), ...flow, [115, 82, 3], [116, 82, 3]], change);
  expect(row).toMatchObject({
    phase: "1",
    opposing: "2",
    criticalGapSeconds: 4.1,
    gaps1: 1,
    gaps3_3: 1,
    gaps3_7: 1,
    gaps7_4: 1,
    usableGaps: 2,
    usableSeconds: 14.5,
    leftTurns: 2,
    demandSeconds: 8.2,
  });
});

it("green utilisation is the share of green that its vehicles take at 2 s each and lane", () => {
  const detectors = [detector(7, { functions: ["count"] }), detector(8, { functions: ["count"] })];
  const flow: readonly Event[] = [111, 111.5, 115, 129.9, 131].map((at) => [at, 82, at > 111.2 ? 7 : 8]);
  const [row] = measured("green-utilisation", [...cycle(110, 20), ...flow], { detectors });
  expect(row).toMatchObject({ greens: 1, greenMeanSeconds: 20, vehicles: 4, utilisation: 0.2 });
  const slices = measured("green-slices", [...cycle(110, 20), ...flow], { detectors });
  expect(slices).toHaveLength(10);
  expect(slices.map(({ vehiclesPerGreen }) => vehiclesPerGreen)).toEqual([2, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});

const hits = (channel: number, from: number, count: number): readonly Event[] =>
  Array.from({ length: count }, (_, index) => [from + index, 82, channel]);

describe("volumes", () => {
  const detectors = [
    detector(5, { functions: ["advance"] }),
    detector(7, { functions: ["count"], movement: "left" }),
    detector(8, { functions: ["count"], movement: "through+right" }),
    detector(15, { functions: ["advance"], approach: "east", heads: [6] }),
  ];
  const opposing = new Map([
    ["west", "east"],
    ["east", "west"],
  ]);

  it("tell advance loops and the stop line apart, and movements by lane", () => {
    const events = [...hits(5, 1, 12), ...hits(7, 1, 3), ...hits(8, 1, 8)];
    const rows = measured("approach-volume", events, { detectors });
    expect(rows.filter(({ approach }) => approach === "west")).toMatchObject([
      { counted: "advance", vehicles: 12, vehPerHour: 72 },
      { counted: "stopLine", vehicles: 11, vehPerHour: 66 },
    ]);
    expect(measured("turning-counts", events, { detectors })).toMatchObject([
      { movement: "left", shared: false, vehicles: 3 },
      { movement: "through+right", shared: true, vehicles: 8 },
    ]);
  });

  it("have their busiest hour with peak hour factor, K and D", () => {
    // Bins of 15 minutes: 10, 20, 30, 20, 10 vehicles; the other way 10 in each.
    const west = [10, 20, 30, 20, 10].flatMap((count, bin) => hits(5, bin * 900 + 1, count));
    const east = [10, 10, 10, 10, 10].flatMap((count, bin) => hits(15, bin * 900 + 1, count));
    const options = { minutes: 75, binMinutes: 15 };
    const [row] = measured("peak-hour", [...west, ...east], { detectors, opposing }, options);
    expect(row).toEqual({
      approach: "west",
      counted: "advance",
      peakFrom: 0,
      peakVehicles: 80,
      vehicles: 90,
      peakHourFactor: 80 / 120,
      kFactor: 80 / 90,
      dFactor: 80 / 120,
    });
  });
});

describe("queues", () => {
  const detectors = [
    detector(5, { functions: ["advance"] }),
    detector(9, { functions: ["entry"], approach: "exit", heads: [] }),
  ];

  it("reach an advance loop that is covered for 3 s, and fill a link whose entry loop is for 5 s", () => {
    const events = [
      ...covered(10, 12.9, 5),
      ...covered(20, 26, 5),
      ...covered(30, 34.9, 9),
      ...covered(40, 52, 9),
    ];
    expect(measured("queues", events, { detectors })).toMatchObject([
      { approach: "west", kind: "queue", episodes: 1, seconds: 6, longestSeconds: 6 },
      { approach: "exit", kind: "spillback", episodes: 1, seconds: 12, longestSeconds: 12 },
    ]);
  });

  it("are told in each bin that they last through", () => {
    const rows = measured("queues", covered(50, 130, 5), { detectors }, { minutes: 10, binMinutes: 1 });
    const seconds = rows.filter(({ kind }) => kind === "queue").map((row) => row["seconds"]);
    expect(seconds.slice(0, 4)).toEqual([10, 60, 10, 0]);
  });
});
