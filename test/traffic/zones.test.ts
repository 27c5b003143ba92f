import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import type { LampOutput } from "../../sim/field/plant.ts";
import { createTrafficModel, stepTraffic } from "../../sim/traffic/model.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { laneNetOf, zoneVehicles } from "../../sim/traffic/zones.ts";
import { lampsOf } from "./drive.ts";
import { fourLegs, optionsOf, twoSignals } from "./small-networks.ts";

const name = (link: string, lane: string): string => `${link}.${lane}`;

/** These networks number the lanes of each link from 0; a real network's lanes have names of their own. */
function named(network: Network): Network {
  return {
    ...network,
    links: network.links.map((link) => ({
      ...link,
      lanes: link.lanes.map((lane) => ({ ...lane, id: name(link.id, lane.id) })),
    })),
    intersections: network.intersections.map((intersection) => ({
      ...intersection,
      detectors: [],
      movements: intersection.movements.map((movement) => ({
        ...movement,
        fromLanes: movement.fromLanes.map((lane) => name(movement.fromLink, lane)),
      })),
    })),
  };
}

const street = named(twoSignals(600));
const lampsAt = (step: number): readonly LampOutput[] =>
  lampsOf(street, { J: step % 40 < 20 ? "Gr" : "rG", K: step % 40 < 30 ? "G" : "r" });

describe("the ways of the built-in model", () => {
  it("lead from the lanes of a movement to the whole lanes of its exit, as far as the junction is wide", () => {
    const { state } = createTrafficModel(street, optionsOf(1));
    expect(laneNetOf(state).connections).toEqual([
      { fromLane: "a-j.0", toLane: "j-k.0", lengthMeters: 20 },
      { fromLane: "s-j.0", toLane: "j-n.0", lengthMeters: 20 },
      { fromLane: "j-k.0", toLane: "k-b.0", lengthMeters: 20 },
    ]);
    const legs = createTrafficModel(named(fourLegs(300)), optionsOf(1)).state;
    const toPocket = laneNetOf(legs).connections.filter(({ toLane }) => toLane.endsWith(".2"));
    expect(toPocket, "a pocket is entered from the lane beside it").toEqual([]);
  });
});

describe("zones of the built-in model", () => {
  it("see both ways to the first signal, and through its junction to the second", async () => {
    const plant = createTrafficPlant(street, optionsOf(4));
    const seen = new Map<string, Set<string>>();
    for (let step = 0; step < 400; step += 1) {
      const { zones } = await plant.step(lampsAt(step), { wantVehicles: false, wantZones: true });
      expect(zones.map(({ intersection }) => intersection)).toEqual(["J", "K"]);
      for (const { intersection, vehicles } of zones) {
        for (const [place, flat] of vehicles) {
          seen.set(intersection, (seen.get(intersection) ?? new Set()).add(place));
          const distances = flat.filter((_, index) => index % 3 === 1);
          expect(distances).toEqual(distances.toSorted((left, right) => left - right));
          const farthest = distances.at(-1) ?? 0;
          // The first road ends 90 m and 20 m of junction before the second signal.
          if (place === "a-j.0") expect(farthest).toBeLessThanOrEqual(intersection === "J" ? 2000 : 900);
          if (place === "k-b.0") expect(distances[0]).toBeGreaterThanOrEqual(2500);
          if (place.includes(":")) expect(farthest).toBeLessThanOrEqual(200);
        }
      }
    }
    const sorted = (id: string): readonly string[] => [...(seen.get(id) ?? [])].toSorted();
    expect(sorted("J")).toEqual(["a-j.0", "a-j.0:j-k.0", "j-k.0", "j-n.0", "s-j.0", "s-j.0:j-n.0"]);
    expect(sorted("K")).toEqual(["a-j.0", "a-j.0:j-k.0", "j-k.0", "j-k.0:k-b.0", "k-b.0"]);
  });

  it("place every driving vehicle, and each moves on by its speed", () => {
    const model = createTrafficModel(street, optionsOf(4));
    let before = new Map<number, { readonly place: string; readonly toEndMeters: number }>();
    let inside = 0;
    for (let step = 0; step < 300; step += 1) {
      stepTraffic(model, lampsAt(step));
      const now = zoneVehicles(model.state);
      expect(now).toHaveLength(model.state.tally.running);
      for (const { place, placeMeters, toEndMeters, speedMetersPerSecond, track } of now) {
        expect(toEndMeters).toBeLessThanOrEqual(placeMeters + 1e-9);
        if (place.includes(":")) inside += 1;
        const was = before.get(track);
        if (was?.place !== place) continue;
        expect(was.toEndMeters - toEndMeters).toBeCloseTo(speedMetersPerSecond, 6);
      }
      before = new Map(now.map((one) => [one.track, one]));
    }
    expect(inside).toBeGreaterThan(20);
  });

  it("are not worked out for nobody, and change nothing", async () => {
    const plain = createTrafficPlant(street, optionsOf(4));
    const watched = createTrafficPlant(street, optionsOf(4));
    for (let step = 0; step < 100; step += 1) {
      const { zones, ...rest } = await watched.step(lampsAt(step), { wantVehicles: true, wantZones: true });
      expect(zones).toHaveLength(2);
      expect(await plain.step(lampsAt(step), { wantVehicles: true })).toEqual({ ...rest, zones: [] });
    }
    const { waitingSeconds, waitMaxSeconds, timeLossSeconds } = await plain.finish();
    expect(waitingSeconds).toBeGreaterThan(0);
    expect(waitingSeconds).toBeLessThan(timeLossSeconds);
    // Nobody stands for longer than one red of 20 s and the queue before him.
    expect(waitMaxSeconds).toBeGreaterThan(10);
    expect(waitMaxSeconds).toBeLessThan(40);
  });
});
