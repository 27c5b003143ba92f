import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intersectionFaults, intersectionNameFaults } from "../../src/model/rules/intersection-rules.ts";
import { planFaults } from "../../src/model/rules/plan-rules.ts";
import { ringFaults } from "../../src/model/rules/ring-rules.ts";
import { timingTable } from "../../src/model/timing.ts";
import { intersections, timingChoices, timingFor } from "./intersections.ts";

describe("generated intersections", () => {
  it("are valid, and of every kind", () => {
    const seen = { walkers: 0, conflicts: 0, permissive: 0, shared: 0, twice: 0, losesRight: 0 };
    fc.assert(
      fc.property(intersections, timingChoices, (intersection, choice) => {
        const rules = [intersectionNameFaults, intersectionFaults, ringFaults, planFaults];
        expect(rules.flatMap((rule) => rule("x.json", intersection))).toEqual([]);
        const table = timingTable(intersection, 1_000);
        const { stages } = timingFor(table, choice);
        const slots = stages.map(({ stage }) => table.stages[table.stageIndex.get(stage) ?? -1]);
        const loses = slots.some((from, slot) => {
          const to = slots[(slot + 1) % slots.length];
          return from?.phases.some((phase) => !from.permissive.has(phase) && to?.permissive.has(phase));
        });
        seen.walkers += intersection.phases.some(({ pedestrian }) => pedestrian) ? 1 : 0;
        seen.conflicts += intersection.conflicts.length > 0 ? 1 : 0;
        seen.permissive += intersection.stages.some(({ permissive }) => permissive.length > 0) ? 1 : 0;
        seen.shared += new Set(intersection.stages.flatMap(({ phases }) => phases)).size > 1 ? 1 : 0;
        seen.twice += new Set(stages.map(({ stage }) => stage)).size < stages.length ? 1 : 0;
        seen.losesRight += loses ? 1 : 0;
      }),
      { numRuns: 300 },
    );
    for (const [kind, count] of Object.entries(seen))
      expect(count, `intersections with ${kind}`).toBeGreaterThan(20);
  });
});
