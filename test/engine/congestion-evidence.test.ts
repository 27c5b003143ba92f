import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Approach } from "../../src/engine/approaches.ts";
import { approachEvidence, soundlyServed } from "../../src/engine/congestion-evidence.ts";
import { type Served, servedOf } from "../../src/engine/served.ts";
import { startLoop } from "./closed-loop.ts";

const loop = startLoop();
const { tables } = loop;
const own = defined(tables.nodes[0], "the T");
const west = defined(
  tables.approaches[0]?.find(({ link }) => link === "west_t"),
  "west_t",
);
const lane = defined(west.lanes[0], "a lane");
const advance = defined(own.lanes.lanes[lane]?.advanceLoops[0], "its advance loop");

/** An interval in which the lane let 20 go of the 40 that it could have, and 22 came over its advance loop. */
const served: Served = {
  utilisation: own.lanes.lanes.map(() => 0),
  capacityVehicles: own.lanes.lanes.map(() => 40),
  leftVehicles: own.lanes.lanes.map(() => 20),
  greens: [],
  failedShare: own.lanes.lanes.map((_, index) => (index === lane ? 0.75 : 1)),
  counts: own.timing.intersection.detectors.map((_, detector) => (detector === advance ? 22 : 99)),
  occupancyRatio: own.timing.intersection.detectors.map((_, detector) => (detector === advance ? 0.3 : 0.9)),
};

/** As many vehicles of each stream as make so many of the lane. */
const coming = (...ofLane: readonly number[]) =>
  ofLane.map((vehicles) => {
    const { streams } = defined(own.lanes.lanes[lane], "lane");
    return own.lanes.streams.map((_, stream) => (streams.includes(stream) ? vehicles / streams.length : 77));
  });

const alone: Approach = { link: "west_t", lanes: [lane], storageVehicles: 50, entry: null };
/** The same with loops 0 and 1 of a neighbour at its begin. */
const coupled: Approach = { ...alone, entry: { node: 0, loops: [0, 1] } };
const begin = (counts: readonly (number | null)[]): Served => ({
  ...served,
  counts,
  occupancyRatio: [0.1, 0.2],
});

describe("what is known of an approach", () => {
  it("is of its own lanes and loops; demand is half of what is forecast and half of what came", () => {
    expect(approachEvidence(own, alone, served, null, coming(18, 30))).toEqual({
      failedShare: 0.75,
      advanceOccupancyRatio: 0.3,
      begin: null,
      // (22 + 18) / 2 and (22 + 30) / 2 of 40.
      saturation: [0.5, 0.65],
    });
  });

  it("counts who came where the road begins, and by how much that fills it", () => {
    const { begin: seen, saturation } = approachEvidence(own, coupled, served, begin([18, 12]), coming(18));
    // 30 came, 20 left, 50 fit.
    expect(seen).toEqual({ occupancyRatio: 0.2, filledShare: 0.2 });
    expect(saturation).toEqual([0.6]);
  });

  it("falls back to the advance loops, and to the forecast alone, where counts are not known", () => {
    const unknown = approachEvidence(own, coupled, served, begin([18, null]), coming(18));
    expect(unknown.begin).toEqual({ occupancyRatio: 0.2, filledShare: 0 });
    expect(unknown.saturation).toEqual([0.5]);
    const blind = { ...served, counts: served.counts.map(() => null) };
    expect(approachEvidence(own, alone, blind, null, coming(18)).saturation).toEqual([0.45]);
  });
});

describe("a detector that has failed", () => {
  it("is covered by no queue and counts nobody; a suspect one is still believed", () => {
    const { detectors } = defined(loop.state.nodes.at(0), "the T").health;
    const as = (state: "suspect" | "failed" | "recovering") =>
      soundlyServed(served, {
        detectors: detectors.map((known, detector) => (detector === advance ? { ...known, state } : known)),
      });
    for (const state of ["failed", "recovering"] as const) {
      const { advanceOccupancyRatio, saturation } = approachEvidence(own, alone, as(state), null, coming(18));
      expect(advanceOccupancyRatio).toBe(0);
      // The forecast alone: 18 of 40.
      expect(saturation).toEqual([0.45]);
    }
    expect(as("suspect")).toEqual(served);
  });
});

describe("what an interval showed of a lane", () => {
  const { movements } = own.timing.intersection;
  const none = own.lanes.streams.map(() => 0);
  const shares = own.lanes.priorShares;
  const departed = (greenMs: number) => ({
    state: {
      shares,
      departures: none,
      greenMs: [],
      greenUntil: null,
      lamps: "",
      lampsBefore: "",
      lampsAt: null,
    },
    vehicles: none,
    greenMs: own.lanes.lanes.map(() => greenMs),
  });
  const trust = { entryCounts: [], occupancyRatio: [] };
  const tally = (greens: number, failures: number) => own.lanes.lanes.map(() => ({ greens, failures }));

  it("has as capacity what its green let go at saturation, whatever plan is in force, and one vehicle at least", () => {
    const flows = new Set(movements.map(({ saturationFlowVehPerHour }) => saturationFlowVehPerHour));
    expect([...flows], "one saturation flow in the T").toHaveLength(1);
    const [flow = 0] = flows;
    const { capacityVehicles } = servedOf(own, departed(120_000), tally(0, 0), trust, null);
    expect(capacityVehicles[lane]).toBeCloseTo(flow / 30, 9);
    expect(servedOf(own, departed(0), tally(0, 0), trust, null).capacityVehicles[lane]).toBe(1);
  });

  it("smooths the share of failed greens: half of the newest, half of what was known", () => {
    const first = servedOf(own, departed(0), tally(4, 3), trust, null);
    expect(first.failedShare[lane]).toBe(0.75);
    const second = servedOf(own, departed(0), tally(2, 0), trust, first);
    expect(second.failedShare[lane]).toBe(0.375);
    expect(servedOf(own, departed(0), tally(0, 0), trust, second).failedShare[lane]).toBe(0.1875);
  });
});
