import { defined } from "../../../src/assert.ts";
import { type CycleTiming, splitSumMs } from "../../../src/model/plan.ts";
import { phaseGreens, type TimingTable } from "../../../src/model/timing.ts";
import { ceilToStep, secondsToMs } from "../../../src/units.ts";
import type { Random } from "../random.ts";

/** Timings that serve every phase long enough, made from an order of stages. */

/** The schema's bounds of a cycle. */
export const CYCLE_MIN_MS = 10_000;
export const CYCLE_MAX_MS = 300_000;

/**
 * The stages in `order` with the shortest splits that clear and serve every phase, and so many steps more in each slot.
 *
 * @param order indices of stages of which every phase is in one
 * @param extraSteps steps of the plant beyond one; taken in turn
 * @param offsetThousandths the offset as a share of the cycle
 */
export function timingOfOrder(
  table: TimingTable,
  order: readonly number[],
  extraSteps: readonly number[],
  offsetThousandths: number,
): CycleTiming {
  const stages = order.map((stage, slot) => {
    const next = defined(order[(slot + 1) % order.length], "stage");
    const intergreenMs = defined(table.intergreenMs[stage]?.[next], "intergreen");
    const extra = extraSteps[slot % extraSteps.length] ?? 0;
    return {
      stage: defined(table.stages[stage], "stage").id,
      splitMs: intergreenMs + (1 + extra) * table.stepMs,
    };
  });
  const lengthen = (slot: number, ms: number): void => {
    const split = defined(stages[slot], "split");
    stages[slot] = { ...split, splitMs: split.splitMs + ceilToStep(ms, table.stepMs) };
  };
  for (;;) {
    const timing = { cycleMs: splitSumMs({ cycleMs: 0, offsetMs: 0, stages }), offsetMs: 0, stages };
    const short = phaseGreens(table, timing).find(({ phase, greenMs }) => greenMs < neededMs(table, phase));
    if (short !== undefined) {
      lengthen(slotAt(timing, short.startMs), neededMs(table, short.phase) - short.greenMs);
    } else if (timing.cycleMs < CYCLE_MIN_MS) {
      lengthen(0, CYCLE_MIN_MS - timing.cycleMs);
    } else {
      const steps = Math.floor(timing.cycleMs / table.stepMs);
      return { ...timing, offsetMs: Math.floor((offsetThousandths * steps) / 1000) * table.stepMs };
    }
  }
}

function neededMs(table: TimingTable, phase: number): number {
  return defined(table.phases[phase], "phase").serviceMinMs;
}

function slotAt(timing: CycleTiming, positionMs: number): number {
  let startMs = 0;
  return timing.stages.findIndex(({ splitMs }) => {
    const here = positionMs >= startMs && positionMs < startMs + splitMs;
    startMs += splitMs;
    return here;
  });
}

/** The longest red of any phase in a timing that repeats; not by the rules' code. */
export function longestRedMs(table: TimingTable, timing: CycleTiming): number {
  const greens = phaseGreens(table, timing);
  let longestMs = 0;
  for (const { phase, startMs, greenMs } of greens) {
    const endMs = startMs + greenMs;
    const nexts = greens
      .filter((other) => other.phase === phase)
      .map((other) => (other.startMs >= endMs ? other.startMs : other.startMs + timing.cycleMs));
    longestMs = Math.max(longestMs, Math.min(...nexts.filter((next) => next >= endMs)) - endMs);
  }
  return longestMs;
}

/** All stages once, or through the barrier groups with all rings moving on together: what always fits. */
export function plainOrder(table: TimingTable): readonly number[] {
  if (table.rings.length === 0) return table.stages.map((_, stage) => stage);
  return ringOrder(table, table.rings, (movable) => movable);
}

/** Some order that the structure allows; never one that traps a turn between two yellows. */
export function drawOrder(random: Random, table: TimingTable): readonly number[] {
  if (table.rings.length > 0) {
    // A plan may lead and lag otherwise than the rings of the configuration.
    const rings = random.chance(0.5)
      ? table.rings
      : table.rings.map((ring) => ring.map((cell) => random.shuffled(cell)));
    const order = ringOrder(table, rings, (movable) => {
      const moved = movable.filter(() => random.chance(0.5));
      return moved.length > 0 ? moved : [random.pick(movable)];
    });
    return turned(order, random.integer(0, order.length - 1));
  }
  const plain = plainOrder(table);
  const again = plain.filter(() => random.chance(0.15));
  const order = random.shuffled([...plain, ...again]);
  const repeats = order.some((stage, slot) => stage === order[(slot + 1) % order.length]);
  return (repeats && order.length > 1) || trapsTurn(table, order)
    ? turned(plain, random.integer(0, plain.length - 1))
    : order;
}

function turned(order: readonly number[], by: number): readonly number[] {
  return [...order.slice(by), ...order.slice(0, by)];
}

/**
 * Through every barrier group from the first phases of its rings to the last ones. `advance` chooses among the rings that can
 * move on in the group, at least one.
 */
function ringOrder(
  table: TimingTable,
  rings: TimingTable["rings"],
  advance: (movable: readonly number[]) => readonly number[],
): readonly number[] {
  const stageOf = new Map(table.stages.map(({ phases }, index) => [phases.join(" "), index]));
  const order: number[] = [];
  const groupCount = rings[0]?.length ?? 0;
  for (let group = 0; group < groupCount; group += 1) {
    const cells = rings.map((ring) => ring[group] ?? []).filter((cell) => cell.length > 0);
    const places = cells.map(() => 0);
    for (;;) {
      const phases = cells.map((cell, ring) => defined(cell[places[ring] ?? 0], "phase of the ring"));
      const key = phases.toSorted((a, b) => a - b).join(" ");
      order.push(defined(stageOf.get(key), `a stage of the phases ${key}`));
      const movable = cells.flatMap((cell, ring) => ((places[ring] ?? 0) + 1 < cell.length ? [ring] : []));
      if (movable.length === 0) break;
      for (const ring of advance(movable)) places[ring] = (places[ring] ?? 0) + 1;
    }
  }
  return order;
}

/**
 * Whether a turn that yields under the circular green of its approach would see yellow while a foe goes on: its driver
 * would believe that the foe stops too (reference §2.4).
 */
export function trapsTurn(table: TimingTable, order: readonly number[]): boolean {
  return order.some((stage, slot) => {
    const from = defined(table.stages[stage], "stage");
    const to = defined(table.stages[defined(order[(slot + 1) % order.length], "stage")], "stage");
    return [...from.permissive].some(
      (turn) =>
        table.phases[turn]?.actuation.circular === true &&
        !to.phases.includes(turn) &&
        from.phases.some((foe) => to.phases.includes(foe) && table.conflicts[turn]?.has(foe) === true),
    );
  });
}

/** A timing inside the envelope, or `undefined` when this draw gave none. */
export function drawTiming(random: Random, table: TimingTable): CycleTiming | undefined {
  const most = random.weighted([
    [1, 0],
    [3, 40],
    [2, 150],
  ]);
  const order = drawOrder(random, table);
  const extraSteps = order.map(() => random.integer(0, most));
  return timingWithin(random, table, timingOfOrder(table, order, extraSteps, random.integer(0, 999)));
}

/** A timing at an edge of the envelope: shortest splits, shortest or longest cycle, or the last offset. */
export function drawEdgeTiming(random: Random, table: TimingTable): CycleTiming | undefined {
  const shortest = timingWithin(random, table, timingOfOrder(table, drawOrder(random, table), [0], 0));
  if (shortest === undefined) return undefined;
  const moreMs = secondsToMs(table.intersection.envelope.cycleMaxSeconds) - shortest.cycleMs;
  const longest = lengthened(
    shortest,
    random.integer(0, shortest.stages.length - 1),
    Math.floor(moreMs / table.stepMs) * table.stepMs,
  );
  const timing = random.chance(0.5) && isInEnvelope(table, longest) ? longest : shortest;
  return random.chance(0.3) ? { ...timing, offsetMs: timing.cycleMs - table.stepMs } : timing;
}

function timingWithin(random: Random, table: TimingTable, timing: CycleTiming): CycleTiming | undefined {
  const missingMs = secondsToMs(table.intersection.envelope.cycleMinSeconds) - timing.cycleMs;
  const enough =
    missingMs > 0
      ? lengthened(timing, random.integer(0, timing.stages.length - 1), ceilToStep(missingMs, table.stepMs))
      : timing;
  return isInEnvelope(table, enough) ? enough : undefined;
}

function isInEnvelope(table: TimingTable, timing: CycleTiming): boolean {
  const { cycleMinSeconds, cycleMaxSeconds, waitMaxSeconds } = table.intersection.envelope;
  return (
    timing.cycleMs >= secondsToMs(cycleMinSeconds) &&
    timing.cycleMs <= secondsToMs(cycleMaxSeconds) &&
    longestRedMs(table, timing) <= secondsToMs(waitMaxSeconds)
  );
}

/** The timing with so much more in one slot. */
function lengthened(timing: CycleTiming, slot: number, extraMs: number): CycleTiming {
  return {
    ...timing,
    cycleMs: timing.cycleMs + extraMs,
    stages: timing.stages.map((own, at) => (at === slot ? { ...own, splitMs: own.splitMs + extraMs } : own)),
  };
}
