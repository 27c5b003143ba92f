import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { laneTable } from "../../src/estimate/lanes.ts";
import { loopGeometry } from "../../src/estimate/loop-layout.ts";
import { loopEvent, loopLamps, type LoopQueues, startLoopQueues } from "../../src/estimate/loop-queue.ts";
import { loopOutlook } from "../../src/estimate/loop-outlook.ts";
import type { LaneOutlook } from "../../src/model/outlook.ts";
import { ROADS, seconds } from "./loop-street.ts";
import { detectedT, withMovements } from "./shared-lane.ts";

/** One lane of which some go through, under the first phase, and some left, under the second; each has an exit. */
const shared = (() => {
  const { movements, phases } = detectedT();
  const movement = { ...defined(movements[0], "movement"), fromLink: "in", fromLanes: ["in.0"] };
  const [first, second] = phases.map(({ id }) => id);
  const intersection = withMovements([
    { ...movement, id: "through", turn: "through", toLink: "on", phase: defined(first, "phase") },
    { ...movement, id: "left", turn: "left", toLink: "side", phase: defined(second, "phase") },
  ]);
  const table = laneTable(intersection);
  return { table, geometry: loopGeometry(table, intersection, ROADS) };
})();
/** Its streams are the through one and this one. */
const LEFT = 1;
/** Detectors: the stop line, the begin of the exit to the left. */
const LINE = 0;
const SIDE = 2;

/** Lamps of the two phases; all others red. */
function show(state: LoopQueues, through: string, left: string, at: number): LoopQueues {
  return loopLamps(state, shared.table, `${through}${left}`.padEnd(8, "r"), seconds(at));
}

function change(state: LoopQueues, detector: number, on: boolean, at: number): LoopQueues {
  return loopEvent(state, shared.table, { detector, on, at: seconds(at) });
}

function look(state: LoopQueues, at: number): LaneOutlook | undefined {
  return loopOutlook(state, shared.table, seconds(at), shared.table.priorShares).lanes[0];
}

function headIsNot(state: LoopQueues, at: number): readonly number[] | undefined {
  return look(state, at)?.headIsNot;
}

/** Somebody stands at the line from 10 s on; the left turn is green from 20 s on. */
function stands(): LoopQueues {
  return show(change(show(start(), "r", "r", 0), LINE, true, 10), "r", "G", 20);
}

function start(): LoopQueues {
  return startLoopQueues(shared.table, shared.geometry);
}

describe("the first vehicle of a lane that several phases serve", () => {
  it("is none of a stream in whose green it has stood for four seconds", () => {
    expect(headIsNot(stands(), 23.9)).toEqual([]);
    expect(headIsNot(stands(), 24)).toEqual([LEFT]);
  });

  it("has to have been there: who comes in the green is asked for as long", () => {
    const came = change(show(start(), "r", "G", 20), LINE, true, 30);
    expect(headIsNot(came, 33.9)).toEqual([]);
    expect(headIsNot(came, 34)).toEqual([LEFT]);
  });

  it("stays so when the green is over, and is forgotten with the vehicle", () => {
    const red = show(stands(), "r", "r", 40);
    expect(headIsNot(red, 60)).toEqual([LEFT]);
    const gone = change(show(red, "G", "r", 61), LINE, false, 63);
    expect(headIsNot(change(gone, LINE, true, 63.5), 64)).toEqual([]);
  });

  it("may wait for a gap where the green yields", () => {
    expect(headIsNot(show(stands(), "r", "g", 21), 60)).toEqual([]);
  });

  it("has waited in vain for a gap after fifteen seconds of greens that yield, reds left out", () => {
    const yielding = show(stands(), "r", "g", 21);
    expect(look(yielding, 30)?.findsNoGap).toBe(false);
    const again = show(show(yielding, "r", "r", 31), "r", "g", 80);
    expect(look(again, 84.9)?.findsNoGap).toBe(false);
    expect(look(again, 85)?.findsNoGap).toBe(true);
    expect(look(show(again, "r", "r", 86), 120)?.findsNoGap).toBe(true);
    expect(look(change(again, LINE, false, 86), 86)?.findsNoGap).toBe(false);
  });

  it("tells nothing more when its loop is taken to be stuck: occupied for three minutes, with green", () => {
    expect(look(stands(), 189.9)?.headIsNot).toEqual([LEFT]);
    expect(look(stands(), 190)).toMatchObject({ headIsNot: [], heldSeconds: 0, findsNoGap: false });
  });

  it("refuses nothing while the exit is full", () => {
    const full = change(stands(), SIDE, true, 20);
    expect(headIsNot(full, 30)).toEqual([]);
    expect(headIsNot(change(full, SIDE, false, 31), 31)).toEqual([LEFT]);
  });

  it("is held up by something else when it refuses all, as long again as it has been in the running green", () => {
    const both = show(show(stands(), "r", "r", 30), "G", "r", 40);
    expect(look(both, 43)).toMatchObject({ headIsNot: [LEFT], heldSeconds: 0 });
    expect(look(both, 44)).toMatchObject({ headIsNot: [], heldSeconds: 4 });
    expect(look(both, 50)).toMatchObject({ headIsNot: [], heldSeconds: 10 });
    expect(look(show(both, "r", "r", 51), 60)).toMatchObject({ headIsNot: [], heldSeconds: 0 });
    expect(look(change(both, LINE, false, 51), 51)).toMatchObject({ headIsNot: [], heldSeconds: 0 });
  });
});
