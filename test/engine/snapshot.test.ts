import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { trafficSnapshot } from "../../src/engine/snapshot.ts";
import { type TrafficSnapshot, trafficSnapshotShape } from "../../src/model/snapshot.ts";
import { type ClosedLoop, runLoop, started } from "./closed-loop.ts";

const snapshotOf = ({ state, tables }: ClosedLoop): TrafficSnapshot => trafficSnapshot(state, tables);

describe("what an engine knows of its street", () => {
  const loop = runLoop(started(), 20 * 60);
  const snapshot = snapshotOf(loop);

  it("is what the schema says, at the instant of the state", () => {
    expect(trafficSnapshotShape.check("snapshot", JSON.parse(JSON.stringify(snapshot)))).toMatchObject({
      ok: true,
    });
    expect(snapshot.at).toBe(loop.state.now);
    expect(snapshot.intersections).toHaveLength(1);
  });

  it("has the timing that the street runs", () => {
    const { running } = defined(snapshot.intersections[0], "the T");
    const total = running.stages.reduce((sum, { splitMs }) => sum + splitMs, 0);
    expect(total).toBe(running.cycleMs);
    expect(running.stages.length).toBeGreaterThan(1);
  });

  it("expects the demand that comes: 800 veh/h in the west", () => {
    const west = snapshot.flows.filter(({ fromLink }) => fromLink === "west_t");
    const flow = west.reduce((sum, { flowVehPerHour }) => sum + flowVehPerHour, 0);
    // By the counts of single minutes: a green more or less of the minute's one or two.
    expect(flow).toBeGreaterThan(650);
    expect(flow).toBeLessThan(950);
  });

  it("has nobody on a street where nobody comes", () => {
    const empty = snapshotOf(runLoop(started({ flowVehPerHour: () => 0 }), 600));
    expect(empty.lanes.flatMap(({ distanceMeters }) => distanceMeters)).toEqual([]);
    expect(empty.flows.map(({ flowVehPerHour }) => flowVehPerHour)).toEqual(empty.flows.map(() => 0));
  });
});
