import { describe, expect, it } from "vitest";
import { expectedDemand } from "../../sim/twin/expected-demand.ts";
import { RUNNING_PLAN, runningPlans } from "../../sim/twin/running-plans.ts";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import { defined } from "../../src/assert.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import type { TrafficSnapshot } from "../../src/model/snapshot.ts";

const read = await readNetworkFolder("intersections/single");
if (!read.ok) throw new Error("the single intersection is not valid");
const network = read.value;
const [own] = network.intersections;
const intersection = defined(own, "its intersection");
const demand = defined(network.demand, "demand");

const approach = defined(demand.entries[0], "an entry").link;
const movements = intersection.movements.filter(({ fromLink }) => fromLink === approach);
const exits = [...new Set(movements.map(({ toLink }) => toLink))];

const snapshotWith = (changes: Partial<TrafficSnapshot>): TrafficSnapshot => ({
  version: 1,
  network: network.id,
  at: 0,
  midnightAt: 0,
  intersections: [],
  lanes: [],
  flows: [],
  ...changes,
});

describe("the demand of a look ahead", () => {
  it("is what the engine expects, by link and by turn, where it counts", () => {
    const [first = "", second = "", third = ""] = exits;
    const flows = [
      { fromLink: approach, toLink: first, flowVehPerHour: 100 },
      { fromLink: approach, toLink: second, flowVehPerHour: 300 },
      { fromLink: approach, toLink: third, flowVehPerHour: 0 },
    ];
    const expected = expectedDemand(network, snapshotWith({ flows }));
    expect(expected.entries[0]).toEqual({ link: approach, vehicles: [{ at: "00:00", perHour: 400 }] });
    expect(expected.entries.slice(1)).toEqual(demand.entries.slice(1));
    expect(expected.turning.find(({ fromLink }) => fromLink === approach)?.shares).toEqual([
      { toLink: first, share: 0.25 },
      { toLink: second, share: 0.75 },
      { toLink: third, share: 0 },
    ]);
    expect(expected.pedestrians).toBe(demand.pedestrians);
  });

  it("keeps turns of the files where nobody is expected", () => {
    const flows = exits.map((toLink) => ({ fromLink: approach, toLink, flowVehPerHour: 0 }));
    const expected = expectedDemand(network, snapshotWith({ flows }));
    expect(expected.turning).toEqual(demand.turning);
    expect(expected.entries[0]?.vehicles).toEqual([{ at: "00:00", perHour: 0 }]);
  });

  it("is refused for a network whose demand is trips: who departs when is no forecast", () => {
    const trips = { fromSeconds: 0, vehicleTypes: [], routes: [] };
    const imported = { ...network, demand: { ...demand, entries: [], trips } };
    expect(() => expectedDemand(imported, snapshotWith({}))).toThrow(
      /found trips in demand.json, allowed: entries/,
    );
  });

  it("refuses flows of another network, naming them", () => {
    const flows = [{ fromLink: "elsewhere", toLink: "nowhere", flowVehPerHour: 1 }];
    expect(() => expectedDemand(network, snapshotWith({ flows }))).toThrow(
      /snapshot#\/flows\/0: found elsewhere → nowhere, allowed: the movements of network single/,
    );
  });
});

describe("the plans that run", () => {
  const local = defined(intersection.plans.at(-1), "a plan");
  const running = {
    cycleMs: local.cycleSeconds * 1000,
    offsetMs: 12_000,
    stages: local.stages.map(({ stage, splitSeconds }) => ({ stage, splitMs: splitSeconds * 1000 })),
  };

  it("are the only ones, all day, in a network without a fault", () => {
    const told = [{ id: intersection.id, mode: "adaptive", linked: true, running } as const];
    const kept = runningPlans(network, snapshotWith({ intersections: told }));
    expect(kept.intersections[0]?.plans).toEqual([{ ...local, id: RUNNING_PLAN, offsetSeconds: 12 }]);
    expect(kept.intersections[0]?.schedule).toEqual([{ from: "00:00", plan: RUNNING_PLAN }]);
    expect(validateNetwork(filesOfNetwork(kept))).toMatchObject({ ok: true });
  });

  it("refuse a stage that is not there, and an intersection that is missing", () => {
    const wrong = { ...running, stages: [{ stage: "x", splitMs: 90_000 }] };
    const told = [{ id: intersection.id, mode: "plan", linked: true, running: wrong } as const];
    expect(() => runningPlans(network, snapshotWith({ intersections: told }))).toThrow(
      /found x, allowed: stages of/,
    );
    expect(() => runningPlans(network, snapshotWith({}))).toThrow(/found nothing, allowed: intersection/);
  });
});
