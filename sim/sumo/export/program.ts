import { defined } from "../../../src/assert.ts";
import type { Intersection } from "../../../src/model/intersection.ts";
import { localTiming, scheduledPlan } from "../../../src/model/schedule.ts";
import { type PhaseGreen, phaseGreens, type TimingTable, timingTable } from "../../../src/model/timing.ts";
import { type InstantMs, modulo, msToSeconds, SECOND_MS } from "../../../src/units.ts";
import type { LaneWay } from "./lane-ways.ts";

/** A `<tlLogic>`: what each link of a signal shows, from the first stage's begin of green on. */
export type ExportedProgram = {
  readonly intersection: string;
  readonly plan: string;
  readonly offsetSeconds: number;
  readonly phases: readonly { readonly durationSeconds: number; readonly state: string }[];
};

/**
 * The plan that is scheduled for an instant, as the built-in model shows it: clearances in whole steps of a second. SUMO runs a program at
 * position (time − offset) modulo its cycle, as our plans count from midnight. `links` are the signal's, in the order of their indices.
 */
export function programOf(
  intersection: Intersection,
  links: readonly LaneWay[],
  midnightAt: InstantMs,
  at: InstantMs,
): ExportedProgram {
  const table = timingTable(intersection, SECOND_MS);
  const plan = scheduledPlan(intersection, midnightAt, at);
  const timing = localTiming(table, plan);
  const { cycleMs } = timing;
  const greens = phaseGreens(table, timing);
  const stages: { readonly beginMs: number; readonly permissive: ReadonlySet<number> }[] = [];
  let beginMs = 0;
  for (const { stage, splitMs } of timing.stages) {
    const index = defined(table.stageIndex.get(stage), stage);
    stages.push({ beginMs, permissive: defined(table.stages[index], stage).permissive });
    beginMs += splitMs;
  }
  const changes = new Set([0, ...stages.map((stage) => stage.beginMs)]);
  for (const { phase, startMs, greenMs } of greens) {
    const endMs = startMs + greenMs;
    for (const change of [startMs, endMs, endMs + defined(table.phases[phase], "phase").yellowMs]) {
      changes.add(modulo(change, cycleMs));
    }
  }
  const begins = [...changes].toSorted((one, other) => one - other);
  const shown = begins.map((position, k) => {
    const permissive = defined(
      stages.findLast((stage) => stage.beginMs <= position),
      "stage",
    ).permissive;
    const lamps = table.phases.map((_, phase) => lampOf(table, greens, phase, position, cycleMs, permissive));
    return {
      durationSeconds: msToSeconds((begins[k + 1] ?? cycleMs) - position),
      state: links.map((link) => linkState(link, table, lamps)).join(""),
    };
  });
  return {
    intersection: intersection.id,
    plan: plan.id,
    offsetSeconds: msToSeconds(timing.offsetMs),
    phases: merged(shown),
  };
}

function lampOf(
  table: TimingTable,
  greens: readonly PhaseGreen[],
  phase: number,
  position: number,
  cycleMs: number,
  permissive: ReadonlySet<number>,
): "G" | "g" | "y" | "r" {
  const { yellowMs } = defined(table.phases[phase], "phase");
  for (const green of greens) {
    if (green.phase !== phase) continue;
    const since = modulo(position - green.startMs, cycleMs);
    if (since < green.greenMs) return permissive.has(phase) ? "g" : "G";
    if (since < green.greenMs + yellowMs) return "y";
  }
  return "r";
}

function linkState({ signal }: LaneWay, table: TimingTable, lamps: readonly string[]): string {
  const { phase, yields } = defined(signal, "a link of a signal");
  const lamp = defined(lamps[defined(table.phaseIndex.get(phase), phase)], phase);
  return yields && lamp === "G" ? "g" : lamp;
}

/** Neighbours that show the same are one. */
function merged(phases: ExportedProgram["phases"]): ExportedProgram["phases"] {
  const kept: { durationSeconds: number; state: string }[] = [];
  for (const { durationSeconds, state } of phases) {
    const last = kept.at(-1);
    if (last?.state === state) last.durationSeconds += durationSeconds;
    else kept.push({ durationSeconds, state });
  }
  return kept;
}
