import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import { instantMs } from "../../src/units.ts";
import type { LampOutput } from "../../sim/field/plant.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { drive, lampsOf, laneOf, vehiclesOn } from "./drive.ts";
import { constantly, fourLegs, oneApproach, optionsOf, twoSignals } from "./small-networks.ts";

/** W and E 25 s, their lefts 8 s, then N and S alike; 4 s yellow and 1 s red between. */
function fourLegLamps(network: Network, greenSeconds = 25): (step: number) => readonly LampOutput[] {
  const pairs = [
    ["W", "E", greenSeconds],
    ["WL", "EL", 8],
    ["N", "S", greenSeconds],
    ["NL", "SL", 8],
  ] as const;
  const round = pairs.reduce((sum, [, , green]) => sum + green + 5, 0);
  const phases = network.intersections[0]?.phases ?? [];
  return (step) => {
    let rest = step % round;
    let lamps = "";
    for (const [one, other, green] of pairs) {
      if (rest >= 0 && rest < green + 5) {
        const lamp = rest < green ? "G" : rest < green + 4 ? "y" : "r";
        lamps = phases.map(({ id }) => (id === one || id === other ? lamp : "r")).join("");
      }
      rest -= green + 5;
    }
    const walk = phases.map(({ id }, k) => (id === "W" ? (lamps[k] === "G" ? "W" : "D") : "-")).join("");
    return [{ intersection: "J", lamps, walk }];
  };
}

describe("blocking back", () => {
  it("fills the link before a red signal and holds the rest out of the junction behind it", () => {
    const network = twoSignals(900);
    let insideJunction = 0;
    const model = drive(
      network,
      7,
      600,
      () => lampsOf(network, { J: "Gr", K: "r" }),
      ({ state }, step) => {
        const lane = laneOf({ state } as Parameters<typeof laneOf>[0], "j-k", 0);
        for (let slot = state.lanes.head[lane] ?? -1; slot >= 0; slot = state.vehicles.behind[slot] ?? -1) {
          if (step > 300 && (state.vehicles.x[slot] ?? 0) < 5) insideJunction += 1;
        }
      },
    );
    // 90 m hold 12 vehicles at 7.5 m, the first one metre before the line and the last one's rear clear of the junction.
    expect(vehiclesOn(model, laneOf(model, "j-k", 0))).toHaveLength(12);
    expect(insideJunction, "vehicle-seconds with a rear in the junction").toBe(0);
    expect(vehiclesOn(model, laneOf(model, "a-j", 0)).length, "queue before the junction").toBeGreaterThan(
      40,
    );
  });

  it("leaves the junction free for the cross street", () => {
    const network = twoSignals(900);
    const model = drive(network, 7, 900, (step) => lampsOf(network, { J: step < 600 ? "Gr" : "rG", K: "r" }));
    expect(model.state.tally.arrived).toBeGreaterThan(100);
  });

  it("lets the queue outside grow when the entry is full, which counts as delay", () => {
    const network = oneApproach("through", 1900, 1200);
    const model = drive(network, 3, 1200, () => lampsOf(network, {}));
    const { tally } = model.state;
    expect(tally.running).toBe(67);
    expect(tally.waiting).toBeGreaterThan(250);
    expect(tally.departDelaySeconds).toBeGreaterThan(tally.waiting * 300);
  });
});

describe("a turning pocket", () => {
  it("that is full blocks the lane beside it, and nobody is lost", () => {
    const network = fourLegs(900, 30);
    const model = drive(network, 2, 600, (step) => {
      const lamps = fourLegLamps(network)(step);
      const phases = network.intersections[0]?.phases ?? [];
      return lamps.map((output) => ({
        ...output,
        lamps: phases.map(({ id }, k) => (id.endsWith("L") ? "r" : output.lamps.charAt(k))).join(""),
      }));
    });
    const { state } = model;
    const pocket = laneOf(model, "W-j", 2);
    expect(vehiclesOn(model, pocket), "30 m hold the fronts at 299 to 276.5 m").toHaveLength(4);
    const beside = vehiclesOn(model, laneOf(model, "W-j", 1));
    const first = beside[0] ?? -1;
    expect(state.vehicles.target[first], "the first one beside waits for the pocket").toBe(pocket);
    expect(state.vehicles.x[first]).toBeLessThanOrEqual(275);
    expect(beside.length).toBeGreaterThan(20);
    expect(state.tally.scheduled).toBe(state.tally.arrived + state.tally.running + state.tally.waiting);
  });
});

const opposingTraffic = (perHour: number): Network => {
  const network = fourLegs(0);
  const demand = network.demand;
  if (demand === undefined) throw new Error("small networks have demand");
  return {
    ...network,
    demand: {
      ...demand,
      entries: [
        { link: "W-j", vehicles: constantly(900) },
        { link: "E-j", vehicles: constantly(perHour) },
      ],
      turning: demand.turning.map((turning) => ({
        ...turning,
        shares: [{ toLink: turning.fromLink === "W-j" ? "j-N" : "j-W", share: 1 }],
      })),
    },
  };
};
const yieldingLeft = (network: Network): readonly LampOutput[] => {
  const phases = network.intersections[0]?.phases ?? [];
  const lamp: Readonly<Record<string, string>> = { W: "G", E: "G", WL: "g" };
  return lampsOf(network, { J: phases.map(({ id }) => lamp[id] ?? "r").join("") });
};
const leftTurns = (perHour: number): number => {
  const network = opposingTraffic(perHour);
  let count = 0;
  drive(
    network,
    5,
    1800,
    () => yieldingLeft(network),
    ({ state }) => {
      for (let k = 0; k < state.crossings.count; k += 1) {
        if (state.movements.ids[state.crossings.movement[k] ?? -1] === "W-j.left") count += 1;
      }
    },
  );
  return count;
};

describe("a green that yields", () => {
  it("lets nearly all turn when nobody comes, and fewer the more come", () => {
    const free = leftTurns(0);
    const some = leftTurns(1200);
    const many = leftTurns(3000);
    expect(free).toBeGreaterThan(120);
    expect(some).toBeLessThan(free);
    expect(some).toBeGreaterThan(40);
    expect(many).toBeLessThan(some / 2);
  });
});

const runOfPlant = async (seed: number, steps: number): Promise<string> => {
  const network = fourLegs(600);
  const plant = createTrafficPlant(network, optionsOf(seed));
  const lampsAt = fourLegLamps(network);
  const lines: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    lines.push(JSON.stringify(await plant.step(lampsAt(step), { wantVehicles: step % 10 === 0 })));
  }
  lines.push(JSON.stringify(await plant.finish()));
  return lines.join("\n");
};

describe("the plant", () => {
  it("gives the same bytes for the same seed and others for another", async () => {
    const first = await runOfPlant(11, 600);
    expect(await runOfPlant(11, 600)).toBe(first);
    expect(await runOfPlant(12, 600)).not.toBe(first);
  });

  it("measures an hour plausibly: three quarters saturated, a delay of half a minute or so, no jam", async () => {
    const network = fourLegs(600);
    const plant = createTrafficPlant(network, optionsOf(1));
    const lampsAt = fourLegLamps(network);
    for (let step = 0; step < 3600; step += 1) await plant.step(lampsAt(step), { wantVehicles: false });
    const result = await plant.finish();
    // 4 × 600 vehicles, ± 4 standard deviations of a Poisson count.
    expect(Math.abs(result.vehiclesScheduled - 2400)).toBeLessThan(4 * Math.sqrt(2400));
    expect(result.jammed).toBe(false);
    expect(result.vehiclesNeverInserted).toBe(0);
    expect(result.delaySeconds).toBeGreaterThan(20);
    expect(result.delaySeconds).toBeLessThan(60);
    // Walk shows for 25 of 86 s: who comes at a random time waits 61²/(2·86) = 21.6 s.
    expect(Math.abs((result.pedestrianDelaySeconds ?? 0) - 21.6)).toBeLessThan(6);
  });

  it("says jammed when somebody stands for 300 s", async () => {
    const network = oneApproach("through", 1900, 60);
    const plant = createTrafficPlant(network, optionsOf(1));
    for (let step = 0; step < 600; step += 1) await plant.step(lampsOf(network, {}), { wantVehicles: false });
    expect((await plant.finish()).jammed).toBe(true);
  });

  it("schedules nobody from the end of the run on", async () => {
    const network = oneApproach("through", 1900, 3600);
    const options = optionsOf(1);
    const plant = createTrafficPlant(network, { ...options, endsAt: instantMs(options.startsAt + 60_000) });
    for (let step = 0; step < 600; step += 1)
      await plant.step(lampsOf(network, { J: "G" }), { wantVehicles: false });
    const result = await plant.finish();
    expect(result.vehiclesArrived).toBe(result.vehiclesScheduled);
    expect(Math.abs(result.vehiclesScheduled - 60)).toBeLessThan(4 * Math.sqrt(60));
  });

  it("has nothing to say without demand", async () => {
    const network = fourLegs(0);
    const plant = createTrafficPlant(network, optionsOf(1));
    for (let step = 0; step < 300; step += 1) {
      const { actuations, vehicles, measures } = await plant.step(lampsOf(network, { J: "G" }), {
        wantVehicles: true,
      });
      expect(actuations).toEqual([]);
      expect(vehicles).toEqual([]);
      expect(measures).toEqual({
        vehiclesRunning: 0,
        vehiclesWaitingToEnter: 0,
        vehiclesArrived: 0,
        delaySeconds: undefined,
      });
    }
    const result = await plant.finish();
    expect(result).toMatchObject({ vehiclesScheduled: 0, delaySeconds: 0, jammed: false });
  });

  it("asks for demand where the network has none", () => {
    const { demand: _, ...network } = fourLegs(600);
    expect(() => createTrafficPlant(network, optionsOf(1))).toThrow(/demand\.json/);
  });

  it("draws a vehicle on its lane, kerb lane to the right of the way it goes", async () => {
    const network = oneApproach("through", 1900, 600);
    const plant = createTrafficPlant(network, optionsOf(1));
    let last: readonly number[] = [];
    for (let step = 0; step < 120; step += 1) {
      last = (await plant.step(lampsOf(network, {}), { wantVehicles: true })).vehicles;
    }
    // One lane: on the centre line; the first one stands a metre before the stop line at x = 0, heading east.
    expect(last.slice(1, 5)).toEqual([-10, 0, 90, 50]);
    const cross = fourLegs(900);
    const second = createTrafficPlant(cross, optionsOf(1));
    const seen = new Set<number>();
    for (let step = 0; step < 60; step += 1) {
      const { vehicles } = await second.step(lampsOf(cross, {}), { wantVehicles: true });
      for (let k = 0; k < vehicles.length; k += 5) if (vehicles[k + 3] === 90) seen.add(vehicles[k + 2] ?? 0);
    }
    // Three lanes of 3.2 m eastbound: the kerb lane 3.2 m south of the centre line, the pocket 3.2 m north of it.
    expect([...seen].toSorted((a, b) => a - b)).toEqual([-32, 0, 32]);
  });
});

describe("demand does not depend on control", () => {
  it("schedules the same vehicles, which want the same turns, under any lamps", () => {
    const network = fourLegs(400);
    const turns = (greenSeconds: number) => {
      const made = new Map<number, string>();
      const scheduled: number[] = [];
      drive(network, 9, 900, fourLegLamps(network, greenSeconds), ({ state }) => {
        scheduled.push(state.tally.scheduled);
        for (let k = 0; k < state.crossings.count; k += 1) {
          const slot = state.crossings.vehicle[k] ?? -1;
          const movement = state.movements.ids[state.crossings.movement[k] ?? -1] ?? "";
          made.set(state.vehicles.serial[slot] ?? -1, movement);
        }
      });
      return { made, scheduled };
    };
    const long = turns(40);
    const short = turns(15);
    expect(short.scheduled).toEqual(long.scheduled);
    const both = [...long.made].filter(([serial]) => short.made.has(serial));
    expect(both.length).toBeGreaterThan(200);
    expect(both.filter(([serial, movement]) => short.made.get(serial) !== movement)).toEqual([]);
  });
});
