import { defined } from "../assert.ts";
import { type PhaseGreen, phaseGreens, type StageTiming, type TimingTable } from "../model/timing.ts";
import { secondsToMs } from "../units.ts";
import { type CommandRule, phaseName, type PlanRule, seconds, stageNamed } from "./rule.ts";

/** S2: no two conflicting phases green together unless one of them yields; overlaps and flashing yellow arrows count. */
export const conflictFree: PlanRule = (plan, { table }) =>
  [...new Set(plan.stages.map(({ stage }) => stage))].flatMap((stage) => stageConflicts(table, stage));

/** S2: neither may a stage that is forced hold a conflict, nor may conflicting phases be held that no stage has together. */
export const orderConflictFree: CommandRule = ({ order }, { table }) => {
  if (order.kind === "forceStage") return stageConflicts(table, order.stage);
  if (order.kind !== "hold") return [];
  const held = order.phases.map((phase) => defined(table.phaseIndex.get(phase), phase));
  return conflictingPairs(table, held, (left, right) =>
    table.stages.some(
      ({ phases, permissive }) =>
        phases.includes(left) && phases.includes(right) && (permissive.has(left) || permissive.has(right)),
    ),
  ).map(([left, right]) => `held phases ${phaseName(table, left)} and ${phaseName(table, right)} conflict`);
};

function conflictingPairs(
  table: TimingTable,
  phases: readonly number[],
  oneYields: (left: number, right: number) => boolean,
): readonly (readonly [number, number])[] {
  return phases.flatMap((left) =>
    phases
      .filter((right) => left < right && table.conflicts[left]?.has(right) === true)
      .filter((right) => !oneYields(left, right))
      .map((right) => [left, right] as const),
  );
}

/** Who would have right of way against whom in a stage: phases, overlaps, flashing yellow arrows. */
export function stageConflicts(table: TimingTable, stage: string): readonly string[] {
  const { phases, permissive } = stageNamed(table, stage);
  const pairs = conflictingPairs(
    table,
    phases,
    (left, right) => permissive.has(left) || permissive.has(right),
  );
  return [
    ...pairs.map(
      ([left, right]) =>
        `stage ${stage}: phases ${phaseName(table, left)} and ${phaseName(table, right)} conflict`,
    ),
    ...followerConflicts(table, stageNamed(table, stage)).map((detail) => `stage ${stage}: ${detail}`),
  ];
}

/** What the overlaps and flashing yellow arrows that a stage drives would run against. */
function followerConflicts(table: TimingTable, { phases, permissive }: StageTiming): readonly string[] {
  const has = (phase: number): boolean => phases.includes(phase);
  return table.extras.overlaps.flatMap((overlap) => {
    if (overlap.kind === "normal") {
      const driven = overlap.included.some(has) && !overlap.minus.some(has);
      return overlap.conflicts
        .filter((phase) => driven && has(phase) && !permissive.has(phase))
        .map((phase) => `overlap ${overlap.id} and phase ${phaseName(table, phase)} conflict`);
    }
    // The arrow yields to its opposing phase alone; a left that is green itself has no arrow.
    const driven = has(overlap.opposing) && !has(overlap.left);
    return [...(table.conflicts[overlap.left] ?? [])]
      .filter((phase) => driven && phase !== overlap.opposing && has(phase))
      .map((phase) => `arrow ${overlap.id} and phase ${phaseName(table, phase)} conflict`);
  });
}

/** S3: every green lasts its minimum, with walk and pedestrian clearance. */
export const minimumService: PlanRule = (plan, { table }) =>
  phaseGreens(table, plan)
    .map((green) => ({ green, phase: defined(table.phases[green.phase], "phase") }))
    // The green of the whole cycle never ends.
    .filter(({ green, phase }) => green.greenMs < Math.min(phase.serviceMinMs, plan.cycleMs))
    .map(
      ({ green, phase }) =>
        `phase ${phase.id}: green of ${seconds(green.greenMs)}, at least ${seconds(phase.serviceMinMs)} needed`,
    );

/** S4: a split holds its own intergreen and at least one step of green, so no clearance can be squeezed. */
export const clearanceFits: PlanRule = (plan, { table }) =>
  plan.stages.flatMap(({ stage, splitMs }, slot) => {
    const next = defined(plan.stages[(slot + 1) % plan.stages.length], "next stage").stage;
    const from = table.stageIndex.get(stage) ?? -1;
    const intergreenMs = defined(table.intergreenMs[from]?.[table.stageIndex.get(next) ?? -1], "intergreen");
    const leastMs = intergreenMs + table.stepMs;
    return splitMs >= leastMs
      ? []
      : [`stage ${stage}: split of ${seconds(splitMs)}, at least ${seconds(leastMs)} needed`];
  });

/** S8: every phase is served, and no red lasts longer than the longest wait. */
export const longestWait: PlanRule = (plan, { table }) => {
  const maxMs = secondsToMs(table.intersection.envelope.waitMaxSeconds);
  const greens = phaseGreens(table, plan);
  return table.phases.flatMap(({ id }, phase) => {
    const redMs = longestRedMs(
      greens.filter((green) => green.phase === phase),
      plan.cycleMs,
    );
    if (redMs === undefined) return [`phase ${id} is never served`];
    return redMs <= maxMs ? [] : [`phase ${id}: red of ${seconds(redMs)}, at most ${seconds(maxMs)} allowed`];
  });
};

/** S8: nobody waits longer for a green that is held. */
export const holdWait: CommandRule = ({ order, validUntil }, { table }, now) => {
  if (order.kind !== "hold" && order.kind !== "forceStage") return [];
  const maxMs = secondsToMs(table.intersection.envelope.waitMaxSeconds);
  const heldMs = validUntil - now;
  return heldMs <= maxMs ? [] : [`held for ${seconds(heldMs)}, at most ${seconds(maxMs)} allowed`];
};

/** S14: every phase with pedestrians has a green, which S3 makes long enough for walk and flashing don't walk. */
export const pedestriansServed: PlanRule = (plan, { table }) =>
  table.phases
    .filter(
      ({ walkMs }, phase) =>
        walkMs > 0 && !plan.stages.some(({ stage }) => stageNamed(table, stage).phases.includes(phase)),
    )
    .map(({ id }) => `pedestrians of phase ${id} are never served`);

/** The longest time between two greens of one phase in a cycle that repeats; `undefined` when it has none. */
function longestRedMs(greens: readonly PhaseGreen[], cycleMs: number): number | undefined {
  if (greens.length === 0) return undefined;
  return Math.max(
    ...greens.map((green, index) => {
      const next = greens[index + 1];
      const first = defined(greens[0], "green");
      const nextStartMs = next === undefined ? first.startMs + cycleMs : next.startMs;
      return Math.max(0, nextStartMs - green.startMs - green.greenMs);
    }),
  );
}
