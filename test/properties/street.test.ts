import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MonitorRule } from "../../sim/controller/monitor/watch.ts";
import type { Intersection, Phase } from "../../src/model/intersection.ts";
import { timingTable } from "../../src/model/timing.ts";
import { secondsToMs } from "../../src/units.ts";
import { nemaCrossing } from "../signal/crossings.ts";
import { fineIntersections, intersections } from "./intersections.ts";
import { driveStreet, type StreetRecord, type StreetRun, streetRuns } from "./street.ts";

/**
 * The longest red that a run may show. A plan's own reds are `waitMaxSeconds` at most. A red stretches over two cycles, each
 * of which may be lengthened for the offset; where the plan changes in it, it may be the end of one plan's red and the
 * begin of the other's; and a green that had to be prolonged for its minimum service may come on top.
 */
function redAllowedMs(run: StreetRun, { cycleMaxMs }: StreetRecord, changed: boolean): number {
  const table = timingTable(run.intersection, run.stepMs);
  const { waitMaxSeconds, transitionLengthenRatio } = run.intersection.envelope;
  const lengthenedMs = 2 * Math.max(run.stepMs, cycleMaxMs * transitionLengthenRatio);
  const prolongedMs =
    Math.max(...table.phases.map(({ serviceMinMs }) => serviceMinMs)) +
    Math.max(...table.intergreenMs.flat());
  return (changed ? 2 : 1) * secondsToMs(waitMaxSeconds) + lengthenedMs + prolongedMs + 2 * run.stepMs;
}

describe("a controller under any stream of plans", () => {
  it.each([100, 500, 1_000])(
    "never trips the monitor and serves every phase in time, sampled every %i ms",
    (stepMs) => {
      const seen = {
        runs: 0,
        greens: 0,
        walks: 0,
        accepted: 0,
        refused: 0,
        changes: 0,
        downgrades: 0,
        reds: 0,
      };
      fc.assert(
        fc.property(streetRuns(intersections, stepMs), (run) => {
          const record = driveStreet(run);
          expect(record.trips).toEqual([]);
          for (const { phase, ms, changed } of record.reds) {
            expect(ms, `red of phase ${phase}`).toBeLessThanOrEqual(redAllowedMs(run, record, changed));
          }
          seen.runs += 1;
          seen.reds += record.reds.length;
          for (const kind of ["greens", "walks", "accepted", "refused", "changes", "downgrades"] as const)
            seen[kind] += record[kind];
        }),
        { numRuns: 60 },
      );
      for (const [kind, count] of Object.entries(seen)) expect(count, `${kind} seen`).toBeGreaterThan(20);
    },
  );
});

describe("a controller whose local plan is too short for its plant's step", () => {
  it("clears in full all the same, and never trips the monitor", () => {
    let greens = 0;
    fc.assert(
      fc.property(streetRuns(fineIntersections, 1_000), (run) => {
        const record = driveStreet(run);
        expect(record.trips).toEqual([]);
        greens += record.greens;
      }),
      { numRuns: 60 },
    );
    expect(greens).toBeGreaterThan(1_000);
  });
});

/** An intersection otherwise configured in every phase. */
const everyPhase = (change: (phase: Phase) => Phase) => (intersection: Intersection) => ({
  ...intersection,
  phases: intersection.phases.map(change),
});

function shortWalk(phase: Phase): Phase {
  const { pedestrian } = phase;
  if (pedestrian === undefined) return phase;
  return { ...phase, pedestrian: { ...pedestrian, walkSeconds: pedestrian.walkSeconds - 1 } };
}

describe("the monitor would have seen it", () => {
  const faults: readonly [MonitorRule, string, (due: Intersection) => Intersection][] = [
    ["SHORT_YELLOW", "yellow", everyPhase((phase) => ({ ...phase, yellowSeconds: phase.yellowSeconds - 1 }))],
    ["SHORT_CLEARANCE", "red clearance", everyPhase((phase) => ({ ...phase, redClearSeconds: 0 }))],
    ["SHORT_WALK", "walk", everyPhase(shortWalk)],
  ];

  it.each(faults)("%s: a controller that cuts its %s short", (rule, _, faulty) => {
    const due = nemaCrossing();
    const run: StreetRun = { intersection: faulty(due), stepMs: 1_000, startSteps: 0, sendings: [] };
    const found = new Set(driveStreet(run, due).trips.map((trip) => trip.rule));
    expect([...found]).toContain(rule);
  });

  it("SHORT_GREEN: a controller that gives 6 s of green where 7 s are due", () => {
    const run: StreetRun = { intersection: nemaCrossing(), stepMs: 1_000, startSteps: 0, sendings: [] };
    const due = everyPhase((phase) => (phase.id === "5" ? { ...phase, greenMinSeconds: 7 } : phase));
    expect(driveStreet(run, due(nemaCrossing())).trips[0]).toMatchObject({
      rule: "SHORT_GREEN",
      detail: "phase 5: green for 6000 ms, 7000 ms needed",
    });
  });

  it("CONFLICT: a controller that does not know of a conflict", () => {
    const due = nemaCrossing();
    const run: StreetRun = { intersection: due, stepMs: 1_000, startSteps: 0, sendings: [] };
    expect(driveStreet(run, { ...due, conflicts: [...due.conflicts, ["2", "6"]] }).trips[0]).toMatchObject({
      rule: "CONFLICT",
      detail: "phase 2 shows G and phase 6 G",
    });
  });

  it("also over generated intersections: yellows a tenth of a second short are found", () => {
    const short = everyPhase((phase) => ({ ...phase, yellowSeconds: phase.yellowSeconds - 0.1 }));
    const result = fc.check(
      fc.property(streetRuns(intersections, 100), (run) => {
        expect(
          driveStreet({ ...run, intersection: short(run.intersection) }, run.intersection).trips,
        ).toEqual([]);
      }),
      { numRuns: 30, endOnFailure: true },
    );
    expect(result.failed).toBe(true);
  });
});
