import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { timingTable } from "../../src/model/timing.ts";
import { type LaneDemand, laneCapacity, laneServices } from "../../src/optimize/capacity.ts";
import { lane, signals, twoStages } from "./crossing.ts";

/** Phase T through, L its opposing left turn, R a right turn that has only the first stage. */
const LEFT = timingTable(
  signals({
    phases: { T: {}, L: {}, R: {} },
    stages: [
      { id: "yield", phases: ["T", "L"], permissive: ["L"] },
      { id: "arrow", phases: ["L"], permissive: [] },
      { id: "right", phases: ["R"], permissive: [] },
    ],
    conflicts: [
      ["T", "L"],
      ["T", "R"],
      ["L", "R"],
    ],
  }),
  1000,
);
const [T, L, R] = [0, 1, 2];
const [YIELD, ARROW] = [0, 1];

function serviceOf(lanes: readonly LaneDemand[], which: number, stage: number, greenRatio = 0.5) {
  const ratios = LEFT.stages.map(() => greenRatio);
  return defined(laneServices(LEFT, lanes, ratios)[which]?.[stage], "service");
}

const shared = (first: number, share: number, second: number, flow = 600): LaneDemand => ({
  flowVehPerHour: flow,
  streams: [
    { phase: first, share, saturationFlowVehPerHour: 1800 },
    { phase: second, share: 1 - share, saturationFlowVehPerHour: 1200 },
  ],
});

describe("a protected lane", () => {
  it("discharges at saturation in its stage, and not in another", () => {
    expect(serviceOf([lane(T, 500, 1840)], 0, YIELD)).toEqual({ rateVehPerHour: 1840, fixedVehPerCycle: 0 });
    expect(serviceOf([lane(T, 500)], 0, ARROW)).toEqual({ rateVehPerHour: 0, fixedVehPerCycle: 0 });
  });

  it("has a capacity of s·g/C", () => {
    const services = defined(laneServices(twoStages(), [lane(0, 500)], [0.5, 0.5])[0], "services");
    expect(laneCapacity(services, [26, 0], 60)).toBeCloseTo((1800 * 26) / 60, 9);
    expect(laneCapacity(services, [0, 40], 60), "green for the others").toBe(0);
  });

  it("of two movements needs the mean of their headways: 3/4 at 2 s, 1/4 at 3 s", () => {
    const both: LaneDemand = {
      flowVehPerHour: 400,
      streams: [
        { phase: T, share: 0.75, saturationFlowVehPerHour: 1800 },
        { phase: T, share: 0.25, saturationFlowVehPerHour: 1200 },
      ],
    };
    expect(serviceOf([both], 0, YIELD).rateVehPerHour).toBeCloseTo(3600 / 2.25, 9);
  });
});

describe("a permissive left turn", () => {
  it("takes the gaps of what is left of the green, worked by hand", () => {
    // q = 600 veh/h opposing, t_c 4.5 s, t_f 2.5 s: 1440·e^(−600/3600·3.25) = 837.8 veh/h of gaps. The opposing queue
    // (y = 1/3) takes y(1 − λ)/(1 − y) = 1/4 of the cycle, half of a green of λ = 1/2: 418.9 veh/h of green.
    const { rateVehPerHour } = serviceOf([lane(L, 200, 1750), lane(T, 600)], 0, YIELD);
    expect(rateVehPerHour).toBeCloseTo((1440 * Math.exp((-600 / 3600) * 3.25)) / 2, 6);
    expect(rateVehPerHour).toBeCloseTo(418.9, 1);
  });

  it("is as good as protected in its own stage", () => {
    const lanes = [lane(L, 200, 1750), lane(T, 600)];
    const { rateVehPerHour, fixedVehPerCycle } = serviceOf(lanes, 0, ARROW);
    expect(rateVehPerHour).toBeCloseTo(1750, 9);
    expect(fixedVehPerCycle).toBe(0);
  });

  it("has some that go when the green ends, whatever comes against them", () => {
    const jam = serviceOf([lane(L, 200), lane(T, 5000)], 0, YIELD);
    expect(jam.fixedVehPerCycle).toBeGreaterThan(0);
    expect(jam.rateVehPerHour).toBeGreaterThan(0);
  });

  it("gets never more with more traffic against it, and never more than saturation", () => {
    const flow = fc.integer({ min: 0, max: 4000 });
    fc.assert(
      fc.property(flow, flow, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (one, other, greenRatio) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const against = (opposing: number) =>
          serviceOf([lane(L, 200, 1750), lane(T, opposing)], 0, YIELD, greenRatio).rateVehPerHour;
        expect(against(more)).toBeLessThanOrEqual(against(less) + 1e-9);
        expect(against(less)).toBeLessThanOrEqual(1750);
        expect(against(more)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("a lane of which only a part has green", () => {
  it("lets go who stands before the first that may not: f/(1 − f) vehicles a cycle", () => {
    expect(serviceOf([shared(T, 0.75, R)], 0, YIELD)).toEqual({ rateVehPerHour: 0, fixedVehPerCycle: 3 });
    expect(serviceOf([shared(T, 0.5, R)], 0, YIELD)).toEqual({ rateVehPerHour: 0, fixedVehPerCycle: 1 });
  });

  it("has these once a cycle, however long its green: 60 of them an hour make 180 vehicles", () => {
    const services = defined(laneServices(LEFT, [shared(T, 0.75, R)], [0.5, 0.5, 0.5])[0], "services");
    expect(laneCapacity(services, [20, 0, 0], 60)).toBeCloseTo(180, 9);
    expect(laneCapacity(services, [40, 0, 0], 60)).toBeCloseTo(180, 9);
  });

  it("has nothing where nobody drives who has green", () => {
    expect(serviceOf([shared(T, 0, R)], 0, YIELD)).toEqual({ rateVehPerHour: 0, fixedVehPerCycle: 0 });
  });
});

describe("a lane shared with a permissive turn", () => {
  it("is slower than one without it, and faster than the turn alone", () => {
    const opposing: LaneDemand = lane(T, 600);
    const rate = (share: number) => serviceOf([shared(T, share, L), opposing], 0, YIELD).rateVehPerHour;
    expect(rate(0.9)).toBeLessThan(1800);
    expect(rate(0.5)).toBeLessThan(rate(0.9));
    expect(serviceOf([lane(L, 200, 1200), opposing], 0, YIELD).rateVehPerHour).toBeLessThan(rate(0.5));
  });
});
