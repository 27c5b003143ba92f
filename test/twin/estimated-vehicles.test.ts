import { expect, it } from "vitest";
import type { Plant } from "../../sim/field/plant.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { runOnce } from "../../sim/whatif/run.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import { trafficSnapshot } from "../../src/engine/snapshot.ts";
import { SECOND_MS } from "../../src/units.ts";

/** Up to here behind the stop line advance loops have told of everybody. */
const KNOWN_METERS = 80;
/** Ten minutes of learning. */
const LEARNT_SECONDS = 600;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

it("knows of about as many vehicles at the stop lines as there are", async () => {
  const runnable = await openRunnable("single", "07:30");
  const approaches = new Set(
    runnable.network.intersections.flatMap(({ movements }) =>
      movements.flatMap(({ fromLanes }) => fromLanes),
    ),
  );
  let present = 0;
  /** The plant, and how many of its vehicles are near the stop lines. */
  const counted = (plant: Plant): Plant => ({
    ...plant,
    step: async (lamps, options) => {
      const told = await plant.step(lamps, { ...options, wantZones: true });
      present = told.zones
        .flatMap(({ vehicles }) => vehicles)
        .filter(([place]) => approaches.has(place))
        .flatMap(([, flat]) => flat.filter((_, k) => k % 3 === 1))
        .filter((decimeters) => decimeters <= 10 * KNOWN_METERS).length;
      return { ...told, zones: [] };
    },
  });
  const known: number[] = [];
  const real: number[] = [];
  await runOnce({
    runnable: { ...runnable, createPlant: async (options) => counted(await runnable.createPlant(options)) },
    setup: await setupOf("adaptive", { runnable, adaptiveMode: "plan", forSeconds: LEARNT_SECONDS + 900 }),
    events: [],
    observe: "loops",
    seed: 1,
    forSeconds: LEARNT_SECONDS + 900,
    tripFile: undefined,
    clock: wallClock,
    watch: ({ state, tables }) => {
      const seconds = (state.now - runnable.startsAt) / SECOND_MS;
      if (seconds < LEARNT_SECONDS || seconds % 15 !== 0) return;
      const { lanes } = trafficSnapshot(state, tables);
      const near = lanes.flatMap(({ distanceMeters }) =>
        distanceMeters.filter((meters) => meters <= KNOWN_METERS),
      );
      known.push(near.length);
      real.push(present);
    },
    stopped: new AbortController().signal,
  });
  expect(known.length).toBeGreaterThanOrEqual(59);
  const [knownMean, realMean] = [meanOf(known), meanOf(real)];
  expect(realMean, "a busy hour").toBeGreaterThan(20);
  expect(knownMean).toBeGreaterThan(0.75 * realMean);
  expect(knownMean).toBeLessThan(1.25 * realMean);
  // And instant by instant, which the mean of all instants would not be: queues come and go with every cycle.
  const error = meanOf(known.map((value, place) => Math.abs(value - (real[place] ?? 0))));
  const spread = meanOf(real.map((value) => Math.abs(value - realMean)));
  expect(error).toBeLessThan(0.25 * realMean);
  expect(error).toBeLessThan(spread);
}, 240_000);
