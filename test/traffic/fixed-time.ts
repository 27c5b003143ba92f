import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { scheduledPlan, timingOf } from "../../src/model/schedule.ts";
import { phaseGreens, type TimingTable, timingTable } from "../../src/model/timing.ts";
import { type InstantMs, instantMs, modulo } from "../../src/units.ts";
import type { LampOutput } from "../../sim/field/plant.ts";

/** The lamps that each intersection's scheduled local plan shows at an instant, without any transition between plans. */
export function fixedTimeDriver(
  network: Network,
  midnightAt: InstantMs,
): (atMs: number) => readonly LampOutput[] {
  const tables = network.intersections.map((intersection) => timingTable(intersection, 1000));
  return (atMs) => tables.map((table) => lampsAt(table, midnightAt, instantMs(atMs)));
}

function lampsAt(table: TimingTable, midnightAt: InstantMs, at: InstantMs): LampOutput {
  const timing = timingOf(scheduledPlan(table.intersection, midnightAt, at));
  const position = modulo(at - midnightAt - timing.offsetMs, timing.cycleMs);
  const greens = phaseGreens(table, timing);
  let stage = 0;
  let begin = 0;
  while (begin + defined(timing.stages[stage], "stage").splitMs <= position) {
    begin += defined(timing.stages[stage], "stage").splitMs;
    stage += 1;
  }
  const permissive = defined(
    table.stages[defined(table.stageIndex.get(defined(timing.stages[stage], "stage").stage), "stage")],
    "stage",
  ).permissive;
  const shown = table.phases.map((phase, index) => {
    const green = greens.find(
      (run) => run.phase === index && modulo(position - run.startMs, timing.cycleMs) < run.greenMs,
    );
    if (green) {
      const since = modulo(position - green.startMs, timing.cycleMs);
      const walk = phase.walkMs === 0 ? "-" : since < phase.walkMs ? "W" : "D";
      return { lamp: permissive.has(index) ? "g" : "G", walk };
    }
    const ended = greens.some(
      (run) =>
        run.phase === index && modulo(position - run.startMs - run.greenMs, timing.cycleMs) < phase.yellowMs,
    );
    return { lamp: ended ? "y" : "r", walk: phase.walkMs === 0 ? "-" : "D" };
  });
  return {
    intersection: table.intersection.id,
    lamps: shown.map(({ lamp }) => lamp).join(""),
    walk: shown.map(({ walk }) => walk).join(""),
  };
}
