import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection, LocalPlan } from "../../src/model/intersection.ts";
import { localTiming, scheduledPlan } from "../../src/model/schedule.ts";
import { type PhaseGreen, phaseGreens, type TimingTable, timingTable } from "../../src/model/timing.ts";
import { type InstantMs, MINUTE_MS, modulo, SECOND_MS } from "../../src/units.ts";
import type { LampOutput } from "../field/plant.ts";

/** What an intersection shows in each second of a plan's cycle. */
type CycleLamps = { readonly cycleMs: number; readonly bySecond: readonly LampOutput[] };

/**
 * The lamps of all intersections by their scheduled local plans and the clock alone: no controller, no transition between plans, no
 * overlaps. What they show in each second of a cycle is worked out once, so that signals cost a run next to nothing; the
 * list is the same one each time.
 */
export function fixedLamps(
  network: Network,
  midnightAt: InstantMs,
): (at: InstantMs) => readonly LampOutput[] {
  const signals = network.intersections.map((intersection) => fixedSignal(intersection, midnightAt));
  const shown: LampOutput[] = [];
  return (at) => {
    for (let k = 0; k < signals.length; k += 1) shown[k] = defined(signals[k], "signal")(at);
    return shown;
  };
}

function fixedSignal(intersection: Intersection, midnightAt: InstantMs): (at: InstantMs) => LampOutput {
  const table = timingTable(intersection, SECOND_MS);
  const cycles = new Map<LocalPlan, CycleLamps>();
  const cycleAt = (at: InstantMs): CycleLamps => {
    const plan = scheduledPlan(intersection, midnightAt, at);
    const known = cycles.get(plan) ?? cycleLamps(table, plan);
    cycles.set(plan, known);
    return known;
  };
  let minute = Number.NaN;
  let cycle: CycleLamps | undefined;
  return (at) => {
    // Schedules change on the minute.
    const now = Math.floor(at / MINUTE_MS);
    if (cycle === undefined || now !== minute) cycle = cycleAt(at);
    minute = now;
    const second = Math.floor(modulo(at - midnightAt, cycle.cycleMs) / SECOND_MS);
    return defined(cycle.bySecond[second], "second of a cycle");
  };
}

/** Seconds count from local midnight, so the offset is in them. */
function cycleLamps(table: TimingTable, plan: LocalPlan): CycleLamps {
  const timing = localTiming(table, plan);
  const greens = phaseGreens(table, timing);
  const stageAt = stagesBySecond(table, timing);
  const bySecond: LampOutput[] = [];
  for (let fromMidnight = 0; fromMidnight < timing.cycleMs; fromMidnight += SECOND_MS) {
    const position = modulo(fromMidnight - timing.offsetMs, timing.cycleMs);
    const permissive = defined(table.stages[stageAt(position)], "stage").permissive;
    const shown = table.phases.map((_, phase) =>
      lampOf(table, greens, phase, position, timing.cycleMs, permissive.has(phase)),
    );
    const output = {
      intersection: table.intersection.id,
      lamps: shown.map(([lamp]) => lamp).join(""),
      walk: shown.map(([, walk]) => walk).join(""),
    };
    // One object as long as nothing changes: whoever is shown the same one again need not look at it.
    const last = bySecond.at(-1);
    bySecond.push(last?.lamps === output.lamps && last.walk === output.walk ? last : output);
  }
  return { cycleMs: timing.cycleMs, bySecond };
}

function stagesBySecond(
  table: TimingTable,
  timing: ReturnType<typeof localTiming>,
): (position: number) => number {
  return (position) => {
    let end = 0;
    const slot = timing.stages.find(({ splitMs }) => {
      end += splitMs;
      return position < end;
    });
    return defined(table.stageIndex.get(defined(slot, "stage of the cycle").stage), "stage");
  };
}

/** The lamp and the walk lamp of a phase, `position` into the cycle. */
function lampOf(
  table: TimingTable,
  greens: readonly PhaseGreen[],
  phase: number,
  position: number,
  cycleMs: number,
  yields: boolean,
): readonly [string, string] {
  const { walkMs, yellowMs } = defined(table.phases[phase], "phase");
  const dontWalk = walkMs === 0 ? "-" : "D";
  for (const green of greens) {
    if (green.phase !== phase) continue;
    const since = modulo(position - green.startMs, cycleMs);
    if (since < green.greenMs) return [yields ? "g" : "G", walkMs > since ? "W" : dontWalk];
    if (since < green.greenMs + yellowMs) return ["y", dontWalk];
  }
  return ["r", dontWalk];
}
