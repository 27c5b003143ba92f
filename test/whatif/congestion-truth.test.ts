import { describe, expect, it } from "vitest";
import type { LampOutput, Plant, PlantStep } from "../../sim/field/plant.ts";
import { watchCongestionTruth } from "../../sim/whatif/congestion-truth.ts";
import { defined } from "../../src/assert.ts";
import { type EngineState } from "../../src/engine/state.ts";
import type { ZonePlace } from "../../src/model/zone-sight.ts";
import { after, type InstantMs, MINUTE_MS } from "../../src/units.ts";
import { BEGIN, networkOfT, startLoop } from "../engine/closed-loop.ts";

/** Two vehicles that stand in a lane of the T, as tracks, dm and cm/s. */
const QUEUE: ZonePlace = ["west_t.0", [1, 10, 0, 2, 80, 0]];
const phases = defined(networkOfT().intersections[0], "the T").phases.length;
const shown = (lamp: string): readonly LampOutput[] => [
  { intersection: "t", lamps: lamp.repeat(phases), walk: "" },
];

/** A plant whose vehicles are said by hand, and what it was asked for. */
function handMade() {
  const asked: (boolean | undefined)[] = [];
  let vehicles: readonly ZonePlace[] = [];
  const plant: Plant = {
    stepMs: 1000,
    startsAt: BEGIN,
    endsAt: undefined,
    step: (_, { wantZones }): Promise<PlantStep> => {
      asked.push(wantZones);
      return Promise.resolve({
        actuations: [],
        pedestrianCalls: [],
        priorityCalls: [],
        vehicles: [],
        zones: [{ intersection: "t", vehicles }],
        measures: {
          vehiclesRunning: 0,
          vehiclesWaitingToEnter: 0,
          vehiclesArrived: 0,
          delaySeconds: undefined,
        },
      });
    },
    finish: () => Promise.reject(new Error("nobody asks")),
    close: () => Promise.resolve(),
  };
  const stand = (next: readonly ZonePlace[]): void => {
    vehicles = next;
  };
  return { plant, asked, stand };
}

/** A run of the T by hand: what the engine says when an interval begins, and what the plant then shows in it. */
function byHand() {
  const { plant, asked, stand } = handMade();
  const { state: fresh, tables } = startLoop();
  const { follow, watch, truth } = watchCongestionTruth(tables.configuration.network);
  const followed = follow(plant);
  const place = defined(tables.approaches[0], "the T").findIndex(({ link }) => link === "west_t");
  let at: InstantMs = BEGIN;
  const begin = (said: readonly number[], seen: boolean | null): void => {
    const node = defined(fresh.nodes.at(0), "the T");
    const congestion = node.congestion.map((known, index) =>
      index === place
        ? {
            ...known,
            seen: { oversaturated: seen, spillback: null },
            pending: [said.map((oversaturated) => ({ oversaturated, spillback: 0 }))],
          }
        : known,
    );
    const state: EngineState = {
      ...fresh,
      intervalStartsAt: at,
      nodes: fresh.nodes.with(0, { ...node, congestion }),
    };
    watch({ state, tables });
    watch({ state, tables });
    at = after(at, 5 * MINUTE_MS);
  };
  const cycles = async (queue: readonly ZonePlace[]): Promise<void> => {
    stand(queue);
    for (const lamp of "rGrGr") {
      const told = await followed.step(shown(lamp), { wantVehicles: false });
      expect(told.zones).toEqual([]);
    }
  };
  return { begin, cycles, truth, asked, followed, stand };
}

describe("the truth about congestion", () => {
  it("scores what was said of each interval, by lead, and whether it was news", async () => {
    const { begin, cycles, truth } = byHand();
    begin([], null);
    await cycles([QUEUE]);
    begin([0.9], true);
    await cycles([QUEUE]);
    begin([0.9, 0.1], true);
    await cycles([]);
    begin([0.1, 0.9], true);
    await cycles([QUEUE]);
    begin([], false);
    const { leads, seen } = truth();
    expect(leads.map(({ leadIntervals }) => leadIntervals)).toEqual([1, 2]);
    const [next, second] = leads.map(({ oversaturated }) => oversaturated);
    // Foretold and true, foretold in vain, and not foretold although it was news; the other approaches of the T were quiet.
    expect(next).toMatchObject({ hits: 1, falseAlarms: 1, misses: 1, precision: 0.5, recall: 0.5 });
    expect(next?.onsetRecall).toBe(0);
    expect(second).toMatchObject({ hits: 1, falseAlarms: 0, misses: 0, onsetRecall: 1 });
    // Detectors saw the second, held the third for one, and saw nothing of the fourth.
    expect(seen.oversaturated).toMatchObject({ hits: 1, falseAlarms: 1, misses: 1 });
    expect(seen.spillback).toMatchObject({ hits: 0, precision: null, recall: null });
  });

  it("says nothing of the interval that the run began with", async () => {
    const { begin, cycles, truth } = byHand();
    begin([], null);
    await cycles([QUEUE]);
    begin([], true);
    expect(truth().leads).toEqual([]);
  });

  it("asks the plant for what it needs, and tells nobody who did not ask", async () => {
    const { asked, followed, stand } = byHand();
    stand([QUEUE]);
    const off = await followed.step(shown("r"), { wantVehicles: false, wantZones: false });
    const on = await followed.step(shown("r"), { wantVehicles: false, wantZones: true });
    expect(asked).toEqual([true, true]);
    expect(off.zones).toEqual([]);
    expect(on.zones).toEqual([{ intersection: "t", vehicles: [QUEUE] }]);
  });
});
