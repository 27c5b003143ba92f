import { defined } from "../../src/assert.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { timingTable } from "../../src/model/timing.ts";
import { type InstantMs, modulo, secondsToMs } from "../../src/units.ts";
import type { LampOutput } from "../../sim/field/plant.ts";

/** The lamps of an intersection's local plan at an instant, by its clock alone. */
export type PlanLamps = (at: InstantMs) => LampOutput;

/**
 * Runs a local plan straight from its definition: no controller, no engine. What the import says of a shipped program is compared with
 * SUMO through it.
 */
export function planLamps(intersection: Intersection, midnightAt: InstantMs, stepMs: number): PlanLamps {
  const table = timingTable(intersection, stepMs);
  const plan = defined(intersection.plans[0], "a local plan");
  const slots = plan.stages.map(({ stage }) => defined(table.stageIndex.get(stage), stage));
  const splits = plan.stages.map(({ splitSeconds }) => secondsToMs(splitSeconds));
  return (at) => {
    let position = modulo(at - midnightAt - secondsToMs(plan.offsetSeconds), secondsToMs(plan.cycleSeconds));
    let slot = 0;
    while (position >= defined(splits[slot], "split")) {
      position -= defined(splits[slot], "split");
      slot += 1;
    }
    const from = defined(slots[slot], "stage");
    const to = defined(slots[(slot + 1) % slots.length], "stage");
    const intergreen = defined(table.intergreenMs[from]?.[to], "intergreen");
    const sinceEnd = position - (defined(splits[slot], "split") - intergreen);
    const stage = defined(table.stages[from], "stage");
    const next = defined(table.stages[to], "stage");
    const lamps = table.phases.map((phase, index) => {
      if (!stage.phases.includes(index)) return "r";
      if (sinceEnd < 0) return stage.permissive.has(index) ? "g" : "G";
      if (next.phases.includes(index))
        return stage.permissive.has(index) || next.permissive.has(index) ? "g" : "G";
      return sinceEnd < phase.yellowMs ? "y" : "r";
    });
    return { intersection: intersection.id, lamps: lamps.join(""), walk: "-".repeat(lamps.length) };
  };
}
