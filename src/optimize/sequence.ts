import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import { trapsAtChange } from "../safety/sequence-rules.ts";
import type { StageOrder } from "./splits.ts";

/**
 * The orders of stages in which the lefts beside the coordinated phases lead or lag, `order` first. In the barrier group of the first
 * stage, which stays first because the offset is counted from it, each ring may run its phases either way round, with or without a
 * stage between the ends of the two rings; all else stays as it is. Orders that need a stage which is not configured, or would trap a
 * turn that yields (S11), are left out. Only `order` where there are no rings.
 */
export function sequencesOf(table: TimingTable, order: StageOrder): readonly StageOrder[] {
  const first = defined(order[0], "first stage");
  const group = groupOf(table, first);
  if (group === undefined) return [order];
  const others = order.filter((stage) => groupOf(table, stage) !== group);
  // A stage that stands in no ring has no place among theirs.
  if (others.some((stage) => groupOf(table, stage) === undefined)) return [order];
  const rings = table.rings.map((groups) => groups[group] ?? []).filter((phases) => phases.length > 0);
  const rounds = ringRounds(rings)
    .map((round) => round.map((phases) => stageOf(table, phases)))
    .filter((stages): stages is number[] => stages.every((stage) => stage !== undefined))
    .flatMap((stages) => {
      const at = stages.indexOf(first);
      return at < 0 ? [] : [[...stages.slice(at), ...others, ...stages.slice(0, at)]];
    })
    .filter((candidate) => isTrapFree(table, candidate));
  return [order, ...rounds.filter((candidate) => !sameOrder(candidate, order))];
}

export function sameOrder(left: StageOrder, right: StageOrder): boolean {
  return left.length === right.length && left.every((stage, slot) => stage === right[slot]);
}

/** The barrier group that a stage stands in; `undefined` where no ring has its phases. */
function groupOf(table: TimingTable, stage: number): number | undefined {
  const phase = defined(defined(table.stages[stage], "stage").phases[0], "phase");
  for (const groups of table.rings) {
    const group = groups.findIndex((phases) => phases.includes(phase));
    if (group >= 0) return group;
  }
  return undefined;
}

/** The stage that shows just these phases, none of them yielding. */
function stageOf(table: TimingTable, phases: readonly number[]): number | undefined {
  const index = table.stages.findIndex(
    (stage) =>
      stage.permissive.size === 0 &&
      stage.phases.length === phases.length &&
      phases.every((phase) => stage.phases.includes(phase)),
  );
  return index < 0 ? undefined : index;
}

function isTrapFree(table: TimingTable, order: StageOrder): boolean {
  const idOf = (slot: number): string =>
    defined(table.stages[defined(order[slot % order.length], "slot")], "stage").id;
  return order.every((_, slot) => trapsAtChange(table, idOf(slot), idOf(slot + 1)).length === 0);
}

/** What the rings together may show in one group: every order of each ring's phases, and every way for the rings to change. */
function ringRounds(rings: readonly (readonly number[])[]): readonly (readonly (readonly number[])[])[] {
  const [first = [], second] = rings;
  if (second === undefined) return orders(first).map((phases) => phases.map((phase) => [phase]));
  return orders(first).flatMap((left) => orders(second).flatMap((right) => walks(left, right)));
}

function orders(phases: readonly number[]): readonly (readonly number[])[] {
  return phases.length < 2
    ? [phases]
    : phases.flatMap((phase) =>
        orders(phases.filter((other) => other !== phase)).map((rest) => [phase, ...rest]),
      );
}

/** From the first phases of both rings to the last ones: at each change the one ring goes on, the other, or both at once. */
function walks(
  left: readonly number[],
  right: readonly number[],
): readonly (readonly (readonly number[])[])[] {
  const [one, ...leftRest] = left;
  const [other, ...rightRest] = right;
  if (one === undefined || other === undefined) return [];
  const here = [one, other];
  if (leftRest.length === 0 && rightRest.length === 0) return [[here]];
  const onwards = [
    ...(leftRest.length > 0 ? walks(leftRest, right) : []),
    ...(rightRest.length > 0 ? walks(left, rightRest) : []),
    ...(leftRest.length > 0 && rightRest.length > 0 ? walks(leftRest, rightRest) : []),
  ];
  return onwards.map((rest) => [here, ...rest]);
}

/**
 * Splits of another order that leave each phase the time it has: `splitSeconds` are of `order`, in the group of the first stage the
 * rings' changes are put where the phases' times end, those of stages that both orders have elsewhere stay. In whole steps; each
 * split is at least `leastSeconds`.
 */
export function resequenced(
  table: TimingTable,
  order: StageOrder,
  splitSeconds: readonly number[],
  wanted: StageOrder,
  leastSeconds: readonly number[],
): readonly number[] {
  if (sameOrder(order, wanted)) return splitSeconds;
  const phasesOf = (stage: number): readonly number[] => defined(table.stages[stage], "stage").phases;
  const timeOf = (phase: number): number =>
    order.reduce(
      (sum, stage, slot) =>
        sum + (phasesOf(stage).includes(phase) ? defined(splitSeconds[slot], "split") : 0),
      0,
    );
  const group = groupOf(table, defined(order[0], "first stage"));
  const isInside = (stage: number): boolean => groupOf(table, stage) === group;
  const insideSeconds = order.reduce(
    (sum, stage, slot) => sum + (isInside(stage) ? defined(splitSeconds[slot], "split") : 0),
    0,
  );
  // The round of the group begins behind the others' last slot.
  const slots = wanted.map((stage, slot) => ({ stage, slot }));
  const start = slots.findLastIndex(({ stage }) => !isInside(stage)) + 1;
  const inside = [...slots.slice(start), ...slots.slice(0, start)].filter(({ stage }) => isInside(stage));
  const result = wanted.map((stage) => defined(splitSeconds[Math.max(0, order.indexOf(stage))], "split"));
  let left = insideSeconds;
  for (const [place, { stage, slot }] of inside.entries()) {
    const later = inside.slice(place + 1);
    const reserved = later.reduce((sum, { slot: other }) => sum + defined(leastSeconds[other], "least"), 0);
    // What the phases that end here have left of their time.
    const ending = phasesOf(stage).filter(
      (phase) => !later.some((other) => phasesOf(other.stage).includes(phase)),
    );
    const due = ending.map(
      (phase) =>
        timeOf(phase) -
        inside
          .slice(0, place)
          .reduce(
            (sum, before) =>
              sum + (phasesOf(before.stage).includes(phase) ? defined(result[before.slot], "split") : 0),
            0,
          ),
    );
    const wantedSeconds = Math.round(due.reduce((sum, seconds) => sum + seconds, 0) / due.length);
    const least = defined(leastSeconds[slot], "least");
    result[slot] = later.length === 0 ? left : Math.max(least, Math.min(wantedSeconds, left - reserved));
    left -= defined(result[slot], "split");
  }
  return result;
}
