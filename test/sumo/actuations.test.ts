import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LoopVisit, loopChanges, loopVisits } from "../../sim/sumo/actuations.ts";

const visit = (entrySeconds: number, leaveSeconds?: number): LoopVisit => ({
  vehicle: "v",
  entrySeconds,
  leaveSeconds,
});
const on = (atMs: number) => ({ atMs, on: true });
const off = (atMs: number) => ({ atMs, on: false });

describe("loop changes within one step", () => {
  it("reads vehicles from SUMO's compound, -1 being a vehicle that is still there", () => {
    expect(loopVisits([2, "a", 5, 1.25, 1.5, "car", "b", 12, 1.75, -1, "bus"])).toEqual([
      { vehicle: "a", entrySeconds: 1.25, leaveSeconds: 1.5 },
      { vehicle: "b", entrySeconds: 1.75, leaveSeconds: undefined },
    ]);
  });

  it("a vehicle that passes is on and off at its own milliseconds", () => {
    expect(loopChanges([visit(10.1234, 10.5678)], false, 10_000, 11_000)).toEqual([on(10_123), off(10_568)]);
  });

  it("a vehicle that stays over three steps is on once and off once", () => {
    expect(loopChanges([visit(10.5)], false, 10_000, 11_000)).toEqual([on(10_500)]);
    expect(loopChanges([visit(10.5)], true, 11_000, 12_000)).toEqual([]);
    expect(loopChanges([visit(10.5, 12.25)], true, 12_000, 13_000)).toEqual([off(12_250)]);
  });

  it("vehicles that overlap are one actuation, vehicles with a gap are two", () => {
    expect(loopChanges([visit(10.2, 10.6), visit(10.5, 10.9)], false, 10_000, 11_000)).toEqual([
      on(10_200),
      off(10_900),
    ]);
    expect(loopChanges([visit(9.2, 10.3), visit(10.5)], true, 10_000, 11_000)).toEqual([
      off(10_300),
      on(10_500),
    ]);
  });

  it("a vehicle that vanishes has left at the begin of the step", () => {
    expect(loopChanges([], true, 10_000, 11_000)).toEqual([off(10_000)]);
  });

  it("a visit that ended exactly between the steps, and is told again, changes nothing", () => {
    expect(loopChanges([visit(8.5, 10)], true, 9000, 10_000)).toEqual([off(10_000)]);
    expect(loopChanges([visit(8.5, 10)], false, 10_000, 11_000)).toEqual([]);
  });

  it("alternates, stays within the step, and is on exactly while somebody covers the loop", () => {
    let met = 0;
    const visits = fc.array(
      fc
        .record({ from: fc.integer({ min: 9000, max: 10_999 }), length: fc.integer({ min: 1, max: 2500 }) })
        .map(({ from, length }) => ({
          vehicle: "v",
          entrySeconds: from / 1000,
          leaveSeconds: from + length > 11_000 ? undefined : (from + length) / 1000,
        })),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(visits, (given) => {
        const wasOn = given.some(
          ({ entrySeconds, leaveSeconds = 99 }) => entrySeconds <= 10 && leaveSeconds > 10,
        );
        const seen = given.filter(({ leaveSeconds = 99 }) => leaveSeconds > 10);
        const changes = loopChanges(seen, wasOn, 10_000, 11_000);
        let state = wasOn;
        for (const change of changes) {
          expect(change.on).toBe(!state);
          expect(change.atMs).toBeGreaterThanOrEqual(10_000);
          expect(change.atMs).toBeLessThanOrEqual(11_000);
          state = change.on;
        }
        met += changes.length;
        for (let at = 10_000.5; at < 11_000; at += 50) {
          const covered = seen.some(
            ({ entrySeconds, leaveSeconds = 99 }) => entrySeconds * 1000 <= at && at < leaveSeconds * 1000,
          );
          const last = changes.findLast(({ atMs }) => atMs <= at);
          expect(last?.on ?? wasOn).toBe(covered);
        }
      }),
      { numRuns: 1000 },
    );
    expect(met).toBeGreaterThan(100);
  });
});
