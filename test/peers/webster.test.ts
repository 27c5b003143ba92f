import { describe, expect, it } from "vitest";
import { CORRIDOR } from "../../intersections/design/corridor.ts";
import type { NetworkDescription } from "../../intersections/design/description.ts";
import { designNetwork } from "../../intersections/design/network.ts";
import { SINGLE } from "../../intersections/design/single.ts";
import { demandByLane, streamsByLane } from "../../sim/peers/lane-flows.ts";
import { type TrueDemand, websterPlans } from "../../sim/peers/webster.ts";
import { defined } from "../../src/assert.ts";
import { describeFault } from "../../src/model/fault.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { findCouplings } from "../../src/optimize/couplings.ts";
import { modulo } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { signals } from "../optimize/crossing.ts";

/** The textbook's crossing of two streets of one lane each; 4 s of yellow, 1 s of red clearance. */
function twoStreets(change: Partial<Intersection> = {}): Network {
  const clearance = { yellowSeconds: 4, redClearSeconds: 1 };
  const crossing = signals({
    phases: { A: clearance, B: clearance },
    stages: [
      { id: "a", phases: ["A"], permissive: [] },
      { id: "b", phases: ["B"], permissive: [] },
    ],
    conflicts: [["A", "B"]],
  });
  const plans = [
    {
      id: "day",
      cycleSeconds: 60,
      offsetSeconds: 25,
      stages: [
        { stage: "a", splitSeconds: 30 },
        { stage: "b", splitSeconds: 30 },
      ],
    },
  ];
  const intersection = { ...crossing, plans, schedule: [{ from: "00:00", plan: "day" }], ...change };
  return { ...smallNetwork(), intersections: [intersection] };
}

function theCrossing(): Intersection {
  return defined(twoStreets().intersections[0], "the crossing");
}

/** The crossing somewhere on a street: phase A's movement from the first link to the second. */
function placed(id: string, links: readonly [string, string]): Intersection {
  const { movements } = theCrossing();
  return {
    ...theCrossing(),
    id,
    movements: movements.map((one) => ({ ...one, fromLink: links[0], toLink: links[1] })),
  };
}

function flows(from: string, vehPerHour: Readonly<Record<string, number>>, id = "t"): TrueDemand {
  return { from, vehPerHour: new Map([[id, new Map(Object.entries(vehPerHour))]]) };
}

function planOf(network: Network, index = 0) {
  return network.intersections[0]?.plans[index];
}

function faults(network: Network): readonly string[] {
  const checked = validateNetwork(filesOfNetwork(network));
  return checked.ok ? [] : checked.error.map(describeFault);
}

describe("Webster's plans", () => {
  it("have his cycle and equal saturation: L = 12 s and Y = 1/2, greens as 2 to 1", () => {
    // Lost: two intergreens of 5 s and twice 1 s. C = (1.5·12 + 5)/(1 − 0.5) = 46 s, of which 34 are effective green: 22.7 and 11.3 s,
    // with the second lost 23.7 and 12.3, in whole seconds 24 and 12.
    const network = websterPlans(twoStreets(), [flows("00:00", { MA: 600, MB: 300 })]);
    expect(planOf(network)).toEqual({
      id: "webster-0000",
      cycleSeconds: 46,
      offsetSeconds: 25,
      stages: [
        { stage: "a", splitSeconds: 29 },
        { stage: "b", splitSeconds: 17 },
      ],
    });
    expect(network.intersections[0]?.schedule).toEqual([{ from: "00:00", plan: "webster-0000" }]);
  });

  it("are one a period, the first of them from midnight or whenever it says", () => {
    const network = websterPlans(twoStreets(), [
      flows("06:30", { MA: 100, MB: 100 }),
      flows("16:00", { MA: 800, MB: 700 }),
    ]);
    expect(network.intersections[0]?.schedule).toEqual([
      { from: "06:30", plan: "webster-0630" },
      { from: "16:00", plan: "webster-1600" },
    ]);
    // Y = 1/9: (21 + 5)/(8/9) = 29.25 s, and the envelope has 30 s. Y = 5/6: 26·6 = 156 s, and it has 120 s.
    expect([planOf(network, 0)?.cycleSeconds, planOf(network, 1)?.cycleSeconds]).toEqual([30, 120]);
    // The offset of 25 s lies in the cycle of 30 s as well.
    expect(planOf(network, 0)?.offsetSeconds).toBe(25);
  });

  it("do not fall below minimum service", () => {
    const network = websterPlans(twoStreets(), [flows("00:00", { MA: 900, MB: 0 })]);
    // The side street keeps its 5 s of green and 5 s of clearance.
    expect(planOf(network)?.stages[1]).toEqual({ stage: "b", splitSeconds: 10 });
  });

  it("keep the plan of an intersection in whose longest cycle the minimum services do not fit", () => {
    const envelope = { ...theCrossing().envelope, cycleMinSeconds: 10, cycleMaxSeconds: 18 };
    const network = websterPlans(twoStreets({ envelope }), [flows("00:00", { MA: 600, MB: 300 })]);
    expect(planOf(network)).toMatchObject({ id: "webster-0000", cycleSeconds: 60, offsetSeconds: 25 });
  });

  it("refuse demand of what does not exist", () => {
    expect(() => websterPlans(twoStreets(), [flows("00:00", { MX: 1 })])).toThrow("a movement MX of t");
    expect(() => websterPlans(twoStreets(), [flows("00:00", {}, "x")])).toThrow("an intersection x");
  });
});

function designed(description: NetworkDescription): Network {
  const { network, demand, intersections } = designNetwork(description);
  return { ...network, demand, intersections };
}

describe.each([
  ["single", designed(SINGLE)],
  ["corridor", designed(CORRIDOR)],
])("Webster's plans for %s", (_, network) => {
  const demand = (perLane: number): TrueDemand => ({
    from: "00:00",
    vehPerHour: new Map(
      network.intersections.map(({ id, movements }) => [
        id,
        new Map(
          movements.map((one) => [one.id, perLane * one.fromLanes.length * (one.turn === "through" ? 3 : 1)]),
        ),
      ]),
    ),
  });

  it.each([0, 20, 60, 120, 400])("pass all rules at %s veh/h a lane", (perLane) => {
    expect(faults(websterPlans(network, [demand(perLane)]))).toEqual([]);
  });

  it("share a cycle", () => {
    const { intersections } = websterPlans(network, [demand(60)]);
    expect(new Set(intersections.map(({ plans }) => plans[0]?.cycleSeconds)).size).toBe(1);
  });
});

describe("Webster's plans on a plant with steps of a second", () => {
  it("leave a walk its time: 3.2 s of yellow and 2.3 s of red clearance are 7 s there", () => {
    const pedestrian = {
      crosswalkMeters: 17.5,
      walkSeconds: 7,
      clearSeconds: 14,
      bufferSeconds: 3,
      crosses: "x",
    };
    const phases = theCrossing().phases.map((phase) => ({
      ...phase,
      yellowSeconds: 3.2,
      redClearSeconds: 2.3,
      ...(phase.id === "B" ? { pedestrian } : {}),
    }));
    const network = websterPlans(twoStreets({ phases }), [flows("00:00", { MA: 600, MB: 10 })]);
    // 7 and 14 s of walk; 26.5 s would do for a controller alone.
    expect(planOf(network)?.stages[1]).toEqual({ stage: "b", splitSeconds: 28 });
  });

  it("have the offsets at which the platoon meets green", () => {
    // A street of two signals: 250 m at 50 km/h on the way from the first to the second.
    const small = smallNetwork();
    const network: Network = {
      ...small,
      intersections: [placed("a", ["west_t", "t_east"]), placed("b", ["t_east", "t_south"])],
    };
    const both = new Map([["MA", 500]]);
    const { intersections } = websterPlans(network, [
      {
        from: "00:00",
        vehPerHour: new Map([
          ["a", both],
          ["b", both],
        ]),
      },
    ]);
    const [first, second] = intersections.map(({ plans }) => defined(plans[0], "a plan"));
    const coupling = defined(findCouplings(network)[0], "a coupling");
    const cycle = defined(first, "a plan").cycleSeconds;
    const lag = modulo(
      defined(second, "a plan").offsetSeconds - defined(first, "a plan").offsetSeconds,
      cycle,
    );
    expect(Math.abs(lag - (coupling.travelSeconds % cycle)), `${lag} s`).toBeLessThanOrEqual(3);
  });
});

describe("offsets", () => {
  it("keep their lags behind the first intersection under another cycle, the shorter way round", () => {
    // A street of two signals 400 m apart: 70 s and 10 s in a cycle of 80 s are a lag of 20 s; in 30 s, 10 and 0 s.
    const crossing = theCrossing();
    const at = (id: string, offsetSeconds: number, links: readonly [string, string]): Intersection => ({
      ...crossing,
      id,
      movements: crossing.movements.map((one) => ({ ...one, fromLink: links[0], toLink: links[1] })),
      plans: crossing.plans.map((plan) => ({
        ...plan,
        cycleSeconds: 80,
        offsetSeconds,
        stages: plan.stages.map((stage) => ({ ...stage, splitSeconds: 40 })),
      })),
    });
    const small = smallNetwork();
    const network: Network = {
      ...small,
      // What enters at `west_t` leaves on `t_east`, which is the approach of the next one.
      intersections: [at("a", 70, ["west_t", "t_east"]), at("b", 10, ["t_east", "t_south"])],
    };
    const { intersections } = websterPlans(network, [{ from: "00:00", vehPerHour: new Map() }]);
    expect(intersections.map(({ plans }) => [plans[0]?.cycleSeconds, plans[0]?.offsetSeconds])).toEqual([
      [30, 10],
      [30, 0],
    ]);
  });
});

describe("demand by lane", () => {
  it("fills the lanes of a movement equally, with those who share them", () => {
    // Straight on from lanes 0 and 1, right turns from lane 0 only: 900 + 300 are 600 a lane.
    const crossing = theCrossing();
    const base = defined(crossing.movements[0], "a movement");
    const intersection = {
      ...crossing,
      movements: [
        { ...base, id: "T", fromLanes: ["l0", "l1"] },
        { ...base, id: "R", turn: "right" as const, fromLanes: ["l0"] },
      ],
    };
    const demand = (through: number, right: number) =>
      demandByLane(
        intersection,
        streamsByLane(
          intersection,
          new Map([
            ["T", through],
            ["R", right],
          ]),
        ),
      );
    const lanes = demand(900, 300);
    expect(lanes.map(({ flowVehPerHour }) => Math.round(flowVehPerHour))).toEqual([600, 600]);
    expect(lanes[0]?.streams.map(({ share }) => share)).toEqual([0.5, 0.5]);
    // With 1200 turning right nobody who goes straight on takes their lane.
    const full = demand(900, 1200);
    expect(full.map(({ flowVehPerHour }) => Math.round(flowVehPerHour))).toEqual([1200, 900]);
  });
});
