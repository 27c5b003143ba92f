import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { laneChances, newLane, released } from "../../src/estimate/loop-learning.ts";
import { loopGeometry, type RoadMap } from "../../src/estimate/loop-layout.ts";
import { ADVANCE, begin, pass, seconds, street } from "./loop-street.ts";

const place = street();

const link = (id: string, from: string, to: string): RoadMap["links"][number] => ({
  id,
  from,
  to,
  lengthMeters: 50,
  speedMetersPerSecond: 10,
});
const STRAIGHT = [link("far", "n", "mid"), link("in", "mid", "t"), link("back", "mid", "n")];

/** Whether one may turn off behind the advance loop of lane 0, which lies on a link before that of the stop line. */
function turnsOff(links: RoadMap["links"]): boolean | undefined {
  const detectors = place.intersection.detectors.map((detector, index) =>
    index === ADVANCE[0] ? { ...detector, link: "far", distanceMeters: 20 } : detector,
  );
  const nodes = [{ id: "n", intersection: "neighbour" }, { id: "mid" }, { id: "t", intersection: "t" }];
  const geometry = loopGeometry(place.table, { ...place.intersection, detectors }, { nodes, links });
  const [approach] = geometry.approaches;
  return approach?.advance.find(({ detector }) => detector === ADVANCE[0])?.mayTurnOff;
}

describe("vehicles that never come", () => {
  it("are possible where a street turns off between loop and stop line, and not by turning round", () => {
    expect(turnsOff(STRAIGHT)).toBe(false);
    expect(turnsOff([...STRAIGHT, link("side", "mid", "village")])).toBe(true);
  });

  it("are not learnt of where nobody can turn off, however many are lost", () => {
    let state = begin(place);
    for (let at = 0; at < 3000; at += 100) state = pass(state, place, ADVANCE[0], at, at + 0.7);
    const layout = defined(defined(place.geometry.approaches[0], "approach").advance[0], "loop");
    const learnt = defined(defined(state.approaches[0], "approach").loops[0], "loop");
    expect(layout.mayTurnOff).toBe(false);
    // As before anything was learnt: 2 % never come.
    expect(laneChances(learnt, layout).reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(0.98, 6);
  });
});

describe("served is not demanded", () => {
  it("takes more to come after each green that leaves part of its queue, and less after each that does not", () => {
    const leaves = { ...newLane(seconds(0)), released: true, occupied: true, run: 2 };
    const after = (demandFactor: number, change: object = {}): number =>
      released({ ...leaves, ...change, demandFactor }, false, seconds(20)).demandFactor;
    expect(after(1)).toBe(1.5);
    expect(after(1.5)).toBe(2.25);
    // Not beyond four.
    expect(after(3)).toBe(4);
    // Nobody at the line, or one who came after the queue had gone.
    expect(after(3, { occupied: false })).toBe(2);
    expect(after(3, { run: 0 })).toBe(2);
  });
});
