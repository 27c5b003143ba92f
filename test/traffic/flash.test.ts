import { describe, expect, it } from "vitest";
import type { TrafficModel } from "../../sim/traffic/model.ts";
import { drive, lampsOf } from "./drive.ts";
import { fourLegs, twoSignals } from "./small-networks.ts";

/** Vehicles an hour of phases 1 and 2 of J, which cross each other. */
function passedBy(lamps: string, perHour: number, seconds = 1800): Readonly<Record<string, number>> {
  const network = twoSignals(perHour);
  const passed: Record<string, number> = { "a-j.through": 0, "s-j.through": 0 };
  drive(
    network,
    4,
    seconds,
    () => lampsOf(network, { J: lamps, K: "G" }),
    ({ state }) => {
      for (const id of crossingsOf(state)) if (id in passed) passed[id] = (passed[id] ?? 0) + 1;
    },
  );
  return passed;
}

function crossingsOf({ crossings, movements }: TrafficModel["state"]): readonly string[] {
  return Array.from(crossings.movement.subarray(0, crossings.count)).map(
    (index) => movements.ids[index] ?? "",
  );
}

describe("flashing red", () => {
  it("is passed only by who stood at the line", () => {
    const network = fourLegs(300);
    const speeds = new Map<number, number>();
    let crossed = 0;
    drive(
      network,
      2,
      900,
      () => lampsOf(network, { J: "x" }),
      ({ state }) => {
        const { crossings, vehicles, lanes, movements, streets } = state;
        for (let k = 0; k < crossings.count; k += 1) {
          if ((movements.phase[crossings.movement[k] ?? -1] ?? -1) < 0) continue;
          crossed += 1;
          expect(speeds.get(vehicles.serial[crossings.vehicle[k] ?? -1] ?? -1)).toBeLessThan(0.1);
        }
        for (let lane = 0; lane < streets.laneCount; lane += 1) {
          const first = lanes.head[lane] ?? -1;
          if (first >= 0) speeds.set(vehicles.serial[first] ?? -1, vehicles.speed[first] ?? 0);
        }
      },
    );
    expect(crossed).toBeGreaterThan(150);
  });

  it("everywhere is an all-way stop: crossing queues take turns, and never go together", () => {
    const network = twoSignals(1200);
    const order: string[] = [];
    drive(
      network,
      4,
      1800,
      () => lampsOf(network, { J: "x", K: "G" }),
      ({ state }) => {
        const own = crossingsOf(state).filter((id) => id === "a-j.through" || id === "s-j.through");
        expect(own.length).toBeLessThan(2);
        order.push(...own);
      },
    );
    // Both roads are full after the first minute or two.
    const later = order.slice(20);
    expect(later.length).toBeGreaterThan(150);
    expect(later.every((id, k) => k === 0 || id !== later[k - 1])).toBe(true);
  });

  it("everywhere lets who has stood longest go first, whatever the order of the configuration", () => {
    const network = twoSignals(60);
    const firsts = new Set<string>();
    for (let seed = 1; seed <= 12; seed += 1) {
      const stood = new Map<string, number>();
      const order: string[] = [];
      drive(
        network,
        seed,
        360,
        (step) => lampsOf(network, { J: step < 300 ? "r" : "x", K: "G" }),
        ({ state }, step) => {
          if (order.length === 0) order.push(...crossingsOf(state).filter((id) => id.endsWith("-j.through")));
          if (step !== 299) return;
          for (const lane of [0, 1]) {
            const first = state.lanes.head[lane] ?? -1;
            const id = state.movements.ids[state.vehicles.movement[first] ?? -1] ?? "";
            stood.set(id, state.vehicles.standingSteps[first] ?? 0);
          }
        },
      );
      const [longest] = [...stood].toSorted(([, one], [, other]) => other - one)[0] ?? [];
      expect(order[0]).toBe(longest);
      firsts.add(order[0] ?? "");
    }
    expect([...firsts].toSorted()).toEqual(["a-j.through", "s-j.through"]);
  });

  it.each([
    ["fx", "fr", "a-j.through", "s-j.through"],
    ["xf", "rf", "s-j.through", "a-j.through"],
  ])("yields to flashing yellow, which is not held up: %s as %s", (lamps, alone, yellow, red) => {
    const both = passedBy(lamps, 700);
    expect(both[yellow]).toBe(passedBy(alone, 700)[yellow]);
    expect(both[red]).toBeGreaterThan(20);
    expect(both[red]).toBeLessThan((both[yellow] ?? 0) / 2);
  });

  it("lets nearly all go where nobody comes the other way", () => {
    const { "s-j.through": passed } = passedBy("rx", 300);
    // 150 in half an hour, ± 4 standard deviations, less those on the way.
    expect(passed).toBeGreaterThan(95);
  });
});
