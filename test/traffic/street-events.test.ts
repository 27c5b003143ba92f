import { describe, expect, it } from "vitest";
import type { StreetEvent } from "../../sim/field/scenario.ts";
import { createTrafficModel, stepTraffic, type TrafficModel } from "../../sim/traffic/model.ts";
import { laneOf, lampsOf, vehiclesOn } from "./drive.ts";
import { fourLegs, oneApproach, optionsOf, servedCross } from "./small-networks.ts";

/** Steps with all lamps green (drivers of crossing streams do not see each other), and what is looked at after each. */
function run(
  network: ReturnType<typeof fourLegs>,
  events: readonly StreetEvent[],
  steps: number,
  look: (model: TrafficModel, step: number) => void = () => undefined,
): TrafficModel {
  const model = createTrafficModel(network, { ...optionsOf(1), events });
  const lamps = lampsOf(network, Object.fromEntries(network.intersections.map(({ id }) => [id, "G"])));
  for (let step = 0; step < steps; step += 1) {
    stepTraffic(model, lamps);
    look(model, step);
  }
  return model;
}

describe("a road that is blocked", () => {
  const network = oneApproach("through", 1900, 900);
  const blocked = { kind: "road", link: "j-b", fromSeconds: 100, untilSeconds: 200 } as const;

  it("is entered by nobody from its begin to its end, and by everybody afterwards", () => {
    const entered: number[] = [];
    const model = run(network, [blocked], 400, ({ state }, step) => {
      for (let k = 0; k < state.crossings.count; k += 1) entered.push(step);
    });
    expect(entered.filter((step) => step >= 100 && step < 200)).toEqual([]);
    // 900 veh/h are 25 in 100 s: they stood, and discharge afterwards.
    expect(entered.filter((step) => step >= 60 && step < 100).length).toBeGreaterThan(3);
    expect(entered.filter((step) => step >= 200 && step < 300).length).toBeGreaterThan(30);
    expect(model.state.tally.scheduled).toBe(run(network, [], 400).state.tally.scheduled);
  });

  it("costs time", () => {
    const lost = run(network, [blocked], 400).state.tally.timeLossSeconds;
    expect(lost).toBeGreaterThan(2 * run(network, [], 400).state.tally.timeLossSeconds);
  });
});

describe("a lane that is closed", () => {
  it("is left by who is on it and entered by nobody, also out of queues beside", () => {
    const closed = { kind: "lane", link: "j-E", lane: "1", fromSeconds: 60, untilSeconds: 240 } as const;
    const network = fourLegs(1200);
    const onIt = (events: readonly StreetEvent[]): readonly number[] => {
      const counts: number[] = [];
      run(network, events, 240, (model) => counts.push(vehiclesOn(model, laneOf(model, "j-E", 1)).length));
      return counts;
    };
    const open = onIt([]);
    const shut = onIt([closed]);
    expect(shut.slice(0, 60)).toEqual(open.slice(0, 60));
    expect(Math.max(...open.slice(120))).toBeGreaterThan(0);
    // 300 m at 13.9 m/s are left within half a minute.
    expect(Math.max(...shut.slice(120))).toBe(0);
  });
});

describe("an emergency vehicle that is sent", () => {
  it("is one more on its route, and changes nobody else's arrival", () => {
    const base = servedCross(300);
    const sent = { kind: "emergency", route: "left", fromSeconds: 30 } as const;
    const scheduled = (events: readonly StreetEvent[]): readonly number[] => {
      const counts: number[] = [];
      run(base, events, 120, ({ state }) => counts.push(state.tally.scheduled));
      return counts;
    };
    const [without, withOne] = [scheduled([]), scheduled([sent])];
    expect(withOne.map((count, step) => count - (without[step] ?? 0))).toEqual([
      ...Array<number>(30).fill(0),
      ...Array<number>(90).fill(1),
    ]);
  });
});

describe("a surge", () => {
  it("brings so many times as many while it lasts, and the same ones before it", () => {
    const network = oneApproach("through", 1900, 600);
    const surge = { kind: "demand", entry: "all", factor: 2, fromSeconds: 600, untilSeconds: 1200 } as const;
    const counted = (events: readonly StreetEvent[]): readonly number[] => {
      const at: number[] = [];
      run(network, events, 1800, ({ state }) => at.push(state.tally.scheduled));
      return [600, 1200, 1800].map((step) => at[step - 1] ?? 0);
    };
    const [base, more] = [counted([]), counted([surge])];
    expect(more[0]).toBe(base[0]);
    const came = (more[1] ?? 0) - (more[0] ?? 0);
    // 200 expected in ten minutes, ± 4 · √200.
    expect(Math.abs(came - 200)).toBeLessThan(57);
    const after = (more[2] ?? 0) - (more[1] ?? 0);
    expect(Math.abs(after - 100)).toBeLessThan(40);
  });
});
