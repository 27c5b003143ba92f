import { describe, expect, it } from "vitest";
import { openRunnable } from "../../src/cli/networks.ts";
import { placeOn, routeLinesOf } from "../../sim/whatif/route-line.ts";
import { middleOf, streetRecorder } from "../../sim/whatif/street-record.ts";
import { straightened } from "../../sim/whatif/html/space-time.ts";

const corridor = await openRunnable("corridor", "07:00");
const { network } = corridor;

/** Heads of every intersection: the phase at the place green, all others red. */
const lampsOf = (green: number) =>
  network.intersections.map(({ id, phases }) => ({
    intersection: id,
    lamps: phases.map((_, place) => (place === green ? "G" : "r")).join(""),
    walk: "",
  }));

describe("a street that is recorded", () => {
  it("has every green of each phase, and where vehicles are within the window, and the plant is as it was", async () => {
    const recorder = streetRecorder({ network, seed: 4, window: [60, 120] });
    const [followed, alone] = [
      recorder.follow(await corridor.createPlant({ seed: 4 })),
      await corridor.createPlant({ seed: 4 }),
    ];
    for (let second = 0; second < 150; second += 1) {
      const lamps = lampsOf(second % 30 < 20 ? 0 : 1);
      const [told, plain] = [
        await followed.step(lamps, { wantVehicles: false }),
        await alone.step(lamps, { wantVehicles: false }),
      ];
      expect(told).toEqual(plain);
    }
    expect(await followed.finish()).toEqual(await alone.finish());

    const { seed, untilSeconds, phases, routes, window } = recorder.record();
    expect([seed, untilSeconds, window]).toEqual([4, 150, [60, 120]]);
    const [first, second, third] = phases.filter(({ intersection }) => intersection === "garden");
    expect(first?.greens).toEqual([0, 30, 60, 90, 120].map((from) => [from, from + 20]));
    expect(second?.greens[0]).toEqual([20, 30]);
    expect(third?.greens).toEqual([]);
    const trajectories = routes.flatMap((route) => route.trajectories);
    expect(trajectories.length).toBeGreaterThan(20);
    for (const trajectory of trajectories) {
      for (const [index, [seconds, meters]] of trajectory.entries()) {
        expect(seconds).toBeGreaterThan(60);
        expect(seconds).toBeLessThanOrEqual(120);
        // Nobody drives backwards.
        expect(meters).toBeGreaterThanOrEqual(trajectory[index - 1]?.[1] ?? 0);
      }
    }
  });
});

describe("a route as one line", () => {
  const [eastbound, westbound] = routeLinesOf(network);

  it("knows its stop lines and whose phase lets it go on", () => {
    expect(eastbound?.stopLines.map(({ intersection }) => intersection)).toEqual(
      network.intersections.map(({ id }) => id),
    );
    expect(eastbound?.stopLines.find(({ intersection }) => intersection === "garden")?.phase).toBe("2");
    expect(westbound?.stopLines[0]?.intersection).toBe("library");
    const meters = eastbound?.stopLines.map((stop) => stop.meters) ?? [];
    expect(meters).toEqual(meters.toSorted((left, right) => left - right));
  });

  it("has on it who drives along it, and nobody who crosses or drives against it", () => {
    // The first link goes from (−419.2, −25.8) to (−12.2, −4.4), heading 87°.
    const along = (x: number, heading: number) => eastbound && placeOn(eastbound, { x, y: -15.1, heading });
    expect(along(-215.7, 87)).toBeCloseTo(203.8, 0);
    expect(along(-215.7, 357)).toBeUndefined();
    expect(along(-215.7, 267)).toBeUndefined();
    expect(eastbound && placeOn(eastbound, { x: -215.7, y: 60, heading: 87 })).toBeUndefined();
  });
});

describe("a trajectory to be drawn", () => {
  it("keeps the corners that matter", () => {
    const drive = Array.from({ length: 61 }, (_, second): [number, number] => [
      second,
      second <= 20 ? 15 * second : Math.max(300, 15 * (second - 20)),
    ]);
    // Up to 300 m, standing for 20 s, and on.
    expect(straightened(drive)).toEqual([
      [0, 0],
      [20, 300],
      [40, 300],
      [60, 600],
    ]);
    expect(straightened([[0, 0]])).toEqual([[0, 0]]);
  });

  it("is taken of the middle of the run", () => {
    expect(middleOf(3600)).toEqual([1500, 2100]);
    expect(middleOf(300)).toEqual([0, 300]);
  });
});
