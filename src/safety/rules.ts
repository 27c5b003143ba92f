import { defined } from "../assert.ts";
import { splitSumMs, type TimingPlan } from "../model/plan.ts";
import { type PhaseGreen, phaseGreens } from "../model/timing.ts";
import { type InstantMs, msToSeconds, secondsToMs } from "../units.ts";
import type { GateContext } from "./context.ts";

export type RuleId = "S1" | "S2" | "S3" | "S4" | "S5" | "S6" | "S7" | "S8" | "S9" | "S10";

export type Violation = {
  readonly rule: RuleId;
  /** What was asked and what is allowed, with numbers and units. */
  readonly detail: string;
};

type Rule = (plan: TimingPlan, context: GateContext, now: InstantMs) => readonly string[];

const seconds = (durationMs: number): string => `${msToSeconds(durationMs)} s`;

/** S1: a plan names stages, and only those of its own intersection. */
const stagesKnown: Rule = (plan, { table }) => {
  const wrong = plan.stages.filter(({ stage }) => !table.stageIndex.has(stage));
  const known = table.stages.map(({ id }) => id).join(", ");
  const faults =
    plan.stages.length === 0
      ? [`no stage, at least one of ${known} needed`]
      : wrong.map(({ stage }) => `stage ${stage} is not one of ${known}`);
  return plan.intersection === table.intersection.id
    ? faults
    : [...faults, `plan is for ${plan.intersection}, not ${table.intersection.id}`];
};

/** S2: no two conflicting phases green together unless one of them yields. */
const conflictFree: Rule = (plan, { table }) =>
  plan.stages.flatMap(({ stage }) => {
    const { phases, permissive } = defined(table.stages[table.stageIndex.get(stage) ?? -1], stage);
    return phases.flatMap((left) =>
      phases
        .filter((right) => left < right && table.conflicts[left]?.has(right) === true)
        .filter((right) => !permissive.has(left) && !permissive.has(right))
        .map(
          (right) =>
            `stage ${stage}: phases ${phaseName(table, left)} and ${phaseName(table, right)} conflict`,
        ),
    );
  });

/** S3: every green lasts its minimum, with walk and pedestrian clearance. */
const minimumService: Rule = (plan, { table }) =>
  phaseGreens(table, plan)
    .map((green) => ({ green, phase: defined(table.phases[green.phase], "phase") }))
    // The green of the whole cycle never ends.
    .filter(({ green, phase }) => green.greenMs < Math.min(phase.serviceMinMs, plan.cycleMs))
    .map(
      ({ green, phase }) =>
        `phase ${phase.id}: green of ${seconds(green.greenMs)}, at least ${seconds(phase.serviceMinMs)} needed`,
    );

/** S4: a split holds its own intergreen and at least one step of green, so no clearance can be squeezed. */
const clearanceFits: Rule = (plan, { table }) =>
  plan.stages.flatMap(({ stage, splitMs }, slot) => {
    const next = defined(plan.stages[(slot + 1) % plan.stages.length], "next stage").stage;
    const from = table.stageIndex.get(stage) ?? -1;
    const intergreenMs = defined(table.intergreenMs[from]?.[table.stageIndex.get(next) ?? -1], "intergreen");
    const leastMs = intergreenMs + table.stepMs;
    return splitMs >= leastMs
      ? []
      : [`stage ${stage}: split of ${seconds(splitMs)}, at least ${seconds(leastMs)} needed`];
  });

/** S5: the splits add up to the cycle, in whole steps of the clock. */
const splitsAddUp: Rule = (plan, { table }) => {
  const sumMs = splitSumMs(plan);
  const faults =
    sumMs === plan.cycleMs ? [] : [`splits add up to ${seconds(sumMs)}, cycle is ${seconds(plan.cycleMs)}`];
  const odd = plan.stages.filter(({ splitMs }) => splitMs % table.stepMs !== 0);
  return [
    ...faults,
    ...odd.map(({ stage, splitMs }) => `stage ${stage}: ${splitMs} ms is not in steps of ${table.stepMs} ms`),
  ];
};

/** S6: cycle within the envelope. */
const cycleInRange: Rule = (plan, { table }) => {
  const { cycleMinSeconds, cycleMaxSeconds } = table.intersection.envelope;
  const cycleSeconds = msToSeconds(plan.cycleMs);
  return cycleSeconds >= cycleMinSeconds && cycleSeconds <= cycleMaxSeconds
    ? []
    : [`cycle of ${cycleSeconds} s, allowed ${cycleMinSeconds} to ${cycleMaxSeconds} s`];
};

/** S7: the offset is a position in the cycle. */
const offsetInRange: Rule = (plan) =>
  plan.offsetMs >= 0 && plan.offsetMs < plan.cycleMs
    ? []
    : [`offset of ${seconds(plan.offsetMs)}, allowed 0 to below ${seconds(plan.cycleMs)}`];

/** S8: every phase is served, and no red lasts longer than the longest wait. */
const longestWait: Rule = (plan, { table }) => {
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

/** S9: a plan takes effect no earlier than now and within its lease, which is no longer than the envelope allows. */
const leaseBounded: Rule = (plan, { table }, now) => {
  const maxMs = secondsToMs(table.intersection.envelope.planValidMaxSeconds);
  const leaseMs = plan.validUntil - now;
  const faults =
    plan.effectiveAt < now ? [`takes effect ${seconds(now - plan.effectiveAt)} in the past`] : [];
  if (plan.effectiveAt >= plan.validUntil) {
    faults.push(`takes effect ${seconds(plan.effectiveAt - plan.validUntil)} after its lease has ended`);
  }
  return leaseMs > 0 && leaseMs <= maxMs
    ? faults
    : [...faults, `lease of ${seconds(leaseMs)}, allowed up to ${seconds(maxMs)}`];
};

/** S10: splits move by bounded steps while the cycle stays; cycle and sequence change no oftener than allowed. */
const rateBounded: Rule = (plan, { table, previous, cycleChangedAt }, now) => {
  const { splitStepSeconds, cycleChangeMinSeconds } = table.intersection.envelope;
  const sameSequence =
    plan.stages.length === previous.stages.length &&
    plan.stages.every(({ stage }, slot) => previous.stages[slot]?.stage === stage);
  if (plan.cycleMs !== previous.cycleMs || !sameSequence) {
    const sinceMs = cycleChangedAt === null ? Number.POSITIVE_INFINITY : now - cycleChangedAt;
    return sinceMs >= secondsToMs(cycleChangeMinSeconds)
      ? []
      : [`cycle or sequence changed ${seconds(sinceMs)} ago, at least ${cycleChangeMinSeconds} s needed`];
  }
  return plan.stages.flatMap(({ stage, splitMs }, slot) => {
    const stepMs = Math.abs(splitMs - defined(previous.stages[slot], "previous split").splitMs);
    return stepMs <= secondsToMs(splitStepSeconds)
      ? []
      : [`stage ${stage}: split moves by ${seconds(stepMs)}, at most ${splitStepSeconds} s allowed`];
  });
};

/** In the order in which they are checked; the table with sources stands in `DESIGN.md`. */
export const RULES: Readonly<Record<RuleId, Rule>> = {
  S1: stagesKnown,
  S2: conflictFree,
  S3: minimumService,
  S4: clearanceFits,
  S5: splitsAddUp,
  S6: cycleInRange,
  S7: offsetInRange,
  S8: longestWait,
  S9: leaseBounded,
  S10: rateBounded,
};

function phaseName(table: GateContext["table"], phase: number): string {
  return defined(table.phases[phase], "phase").id;
}

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
