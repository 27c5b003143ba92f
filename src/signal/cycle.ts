import { defined } from "../assert.ts";
import { type CycleTiming, splitSumMs } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, modulo } from "../units.ts";

/** One cycle as it will be run: the plan's splits, lengthened or shortened while the controller corrects its offset. */
export type CycleSplits = {
  /** Of each stage of the plan, in its order. */
  readonly splitsMs: readonly number[];
  readonly coordination: "inStep" | "transition";
};

/**
 * The splits of the cycle that begins at `cycleStartAt`. Out of step, the cycle is corrected as configured (NTCIP 1202
 * coordCorrectionMode): `shortway` lengthens or shortens, whichever needs fewer cycles within the envelope's bounds, `addOnly`
 * lengthens, `dwell` lengthens the coordinated stage alone. No green becomes shorter than its minimum service.
 */
export function cycleSplits(
  table: TimingTable,
  timing: CycleTiming,
  midnightAt: InstantMs,
  cycleStartAt: InstantMs,
): CycleSplits {
  const planned = timing.stages.map(({ splitMs }) => splitMs);
  const lateMs = modulo(cycleStartAt - midnightAt - timing.offsetMs, timing.cycleMs);
  // Less than one step cannot be corrected on this plant.
  if (lateMs < table.stepMs || timing.cycleMs - lateMs < table.stepMs) {
    return { splitsMs: planned, coordination: "inStep" };
  }
  const { transitionLengthenRatio } = table.intersection.envelope;
  // A short cycle on a coarse plant gets in step too: one step at a time.
  const lengthenMaxMs = Math.max(
    table.stepMs,
    floorToStep(Math.round(timing.cycleMs * transitionLengthenRatio), table.stepMs),
  );
  const lengthenMs = floorToStep(timing.cycleMs - lateMs, table.stepMs);
  const addedMs = Math.min(lengthenMs, lengthenMaxMs);
  const { correction } = table.extras.coordination;
  if (correction === "dwell") {
    const [first, ...others] = planned;
    return { splitsMs: [defined(first, "a stage") + addedMs, ...others], coordination: "transition" };
  }
  const shortened = correction === "shortway" ? shortenToward(table, timing, lateMs) : planned;
  const shortenMs = timing.cycleMs - sum(shortened);
  const cyclesShort = shortenMs === 0 ? Number.POSITIVE_INFINITY : Math.ceil(lateMs / shortenMs);
  const cyclesLong = Math.ceil(lengthenMs / lengthenMaxMs);
  return {
    splitsMs: cyclesShort < cyclesLong ? shortened : lengthen(table, planned, addedMs),
    coordination: "transition",
  };
}

function shortenToward(table: TimingTable, timing: CycleTiming, lateMs: number): readonly number[] {
  const { transitionShortenRatio } = table.intersection.envelope;
  const shortenMaxMs = floorToStep(Math.round(timing.cycleMs * transitionShortenRatio), table.stepMs);
  const splits = timing.stages.map(({ splitMs }) => splitMs);
  return shortenSplits(
    table,
    timing,
    splits,
    splits.map(() => Number.POSITIVE_INFINITY),
    Math.min(lateMs, shortenMaxMs),
  );
}

function floorToStep(durationMs: number, stepMs: number): number {
  return Math.floor(durationMs / stepMs) * stepMs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Adds `extraMs` in shares of the splits, in whole steps, the remainder to the longest split. */
function lengthen(table: TimingTable, planned: readonly number[], extraMs: number): readonly number[] {
  const total = sum(planned);
  const lengthened = planned.map(
    (splitMs) => splitMs + floorToStep((extraMs * splitMs) / total, table.stepMs),
  );
  const longest = planned.indexOf(Math.max(...planned));
  lengthened[longest] = defined(lengthened[longest], "longest split") + total + extraMs - sum(lengthened);
  return lengthened;
}

/**
 * Takes up to `wantedMs` from a cycle's splits, from each no more than `takeMaxMs`, a step at a time where most room is left
 * above the minimum service.
 */
export function shortenSplits(
  table: TimingTable,
  timing: CycleTiming,
  running: readonly number[],
  takeMaxMs: readonly number[],
  wantedMs: number,
): readonly number[] {
  const splits = [...running];
  const runs = greenRuns(table, timing, running);
  let left = Math.min(wantedMs, splitSumMs(timing));
  while (left >= table.stepMs) {
    const rooms = splits.map((splitMs, slot) =>
      Math.min(
        defined(takeMaxMs[slot], "bound") - (defined(running[slot], "split") - splitMs),
        splitMs - intergreenAfter(table, timing, slot) - table.stepMs,
        ...runs.filter((run) => run.slots.includes(slot)).map((run) => run.roomMs),
      ),
    );
    const roomiest = rooms.indexOf(Math.max(...rooms));
    if (defined(rooms[roomiest], "a stage") < table.stepMs) break;
    splits[roomiest] = defined(splits[roomiest], "split") - table.stepMs;
    for (const run of runs) if (run.slots.includes(roomiest)) run.roomMs -= table.stepMs;
    left -= table.stepMs;
  }
  return splits;
}

export function stageAt(table: TimingTable, timing: CycleTiming, slot: number): number {
  const { stage } = defined(timing.stages[modulo(slot, timing.stages.length)], "stage of the plan");
  return defined(table.stageIndex.get(stage), `stage ${stage}`);
}

export function intergreenAfter(table: TimingTable, timing: CycleTiming, slot: number): number {
  const from = stageAt(table, timing, slot);
  const to = stageAt(table, timing, slot + 1);
  return defined(table.intergreenMs[from]?.[to], "intergreen");
}

type GreenRun = { readonly slots: readonly number[]; roomMs: number };

/** For each green of each phase: the stages it lasts through and how much it has above its minimum service. */
function greenRuns(table: TimingTable, timing: CycleTiming, running: readonly number[]): readonly GreenRun[] {
  const count = timing.stages.length;
  const runs: GreenRun[] = [];
  for (const [phase, { serviceMinMs }] of table.phases.entries()) {
    const has = (slot: number): boolean =>
      defined(table.stages[stageAt(table, timing, slot)], "stage").phases.includes(phase);
    for (let first = 0; first < count; first += 1) {
      if (!has(first) || has(first - 1)) continue;
      const slots: number[] = [];
      let greenMs = 0;
      for (let slot = first; has(slot); slot += 1) {
        slots.push(slot % count);
        greenMs += defined(running[slot % count], "split");
      }
      greenMs -= intergreenAfter(table, timing, first + slots.length - 1);
      runs.push({ slots, roomMs: greenMs - serviceMinMs });
    }
  }
  return runs;
}
