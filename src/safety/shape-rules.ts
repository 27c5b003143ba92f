import type { Command, Order } from "../model/command.ts";
import { splitSumMs, type StageSplit, type TimingPlan } from "../model/plan.ts";
import { msToSeconds } from "../units.ts";
import { type CommandRule, type PlanRule, seconds } from "./rule.ts";

/** S1: a plan names stages, and only those of its own intersection. */
export const stagesKnown: PlanRule = (plan, { table }) => {
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

function unknown(what: string, names: readonly string[], known: readonly string[]): readonly string[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `${what} ${name} is not one of ${known.join(", ")}`);
}

/** S1: a command names phases, stages and plans, and only those of its own intersection. */
export const orderKnown: CommandRule = ({ intersection, order }, { table }) => {
  const own = table.intersection;
  const phases = own.phases.map(({ id }) => id);
  const faults = ((): readonly string[] => {
    switch (order.kind) {
      case "hold":
        return order.phases.length === 0
          ? [`no phase to hold, at least one of ${phases.join(", ")} needed`]
          : unknown("phase", order.phases, phases);
      case "forceStage":
        return unknown(
          "stage",
          [order.stage],
          table.stages.map(({ id }) => id),
        );
      case "placeCall": {
        const walkers = own.phases.filter(({ pedestrian }) => pedestrian !== undefined).map(({ id }) => id);
        return order.pedestrian
          ? unknown("phase with pedestrians", [order.phase], walkers)
          : unknown("phase", [order.phase], phases);
      }
      case "pattern":
        return unknown(
          "plan",
          [order.plan],
          own.plans.map(({ id }) => id),
        );
      case "flash":
        return table.extras.startUp === null ? ["no flash is configured"] : [];
      case "release":
      case "free":
      case "clear":
        return [];
      default:
        // What is no order at all is S15's to refuse.
        return [];
    }
  })();
  return intersection === own.id ? faults : [...faults, `command is for ${intersection}, not ${own.id}`];
};

/** S5: the splits add up to the cycle, in whole steps of the clock. */
export const splitsAddUp: PlanRule = (plan, { table }) => {
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
export const cycleInRange: PlanRule = (plan, { table }) => {
  const { cycleMinSeconds, cycleMaxSeconds } = table.intersection.envelope;
  const cycleSeconds = msToSeconds(plan.cycleMs);
  return cycleSeconds >= cycleMinSeconds && cycleSeconds <= cycleMaxSeconds
    ? []
    : [`cycle of ${cycleSeconds} s, allowed ${cycleMinSeconds} to ${cycleMaxSeconds} s`];
};

/** S7: the offset is a position in the cycle. */
export const offsetInRange: PlanRule = (plan) =>
  plan.offsetMs >= 0 && plan.offsetMs < plan.cycleMs
    ? []
    : [`offset of ${seconds(plan.offsetMs)}, allowed 0 to below ${seconds(plan.cycleMs)}`];

export type Fields<T> = Readonly<Record<keyof T, true>>;

/**
 * All that anybody may write. Yellow, red clearance, walk, flashing don't walk, minimum green, red revert and the conflict matrix
 * are not among them, and the compiler holds that these are the fields of the types.
 */
const PLAN_FIELDS: Fields<TimingPlan> = {
  id: true,
  intersection: true,
  basedOnAt: true,
  effectiveAt: true,
  validUntil: true,
  cycleMs: true,
  offsetMs: true,
  stages: true,
  reason: true,
};
const SPLIT_FIELDS: Fields<StageSplit> = { stage: true, splitMs: true };
const COMMAND_FIELDS: Fields<Command> = {
  id: true,
  intersection: true,
  effectiveAt: true,
  validUntil: true,
  by: true,
  reason: true,
  order: true,
};
const ORDER_FIELDS: { readonly [Kind in Order["kind"]]: Fields<Extract<Order, { readonly kind: Kind }>> } = {
  hold: { kind: true, phases: true },
  release: { kind: true },
  forceStage: { kind: true, stage: true },
  placeCall: { kind: true, phase: true, pedestrian: true },
  pattern: { kind: true, plan: true },
  free: { kind: true },
  flash: { kind: true },
  clear: { kind: true },
};

/** Fields of `value` that nobody may write. */
export function foreign(
  what: string,
  value: object,
  allowed: Readonly<Record<string, true>>,
): readonly string[] {
  return Object.keys(value)
    .filter((field) => !Object.hasOwn(allowed, field))
    .map((field) => `${what} may not set ${field}, only ${Object.keys(allowed).join(", ")}`);
}

/** S15: a plan writes nothing that only a safety engineer may change. */
export const planFields: PlanRule = (plan) => [
  ...foreign("a plan", plan, PLAN_FIELDS),
  ...plan.stages.flatMap((split) => foreign(`stage ${split.stage}`, split, SPLIT_FIELDS)),
];

/** S15: neither does a command, and there is no order but those of the type. */
export const commandFields: CommandRule = (command) => {
  const { order } = command;
  if (!Object.hasOwn(ORDER_FIELDS, order.kind)) {
    return [`no order ${order.kind}, only ${Object.keys(ORDER_FIELDS).join(", ")}`];
  }
  return [
    ...foreign("a command", command, COMMAND_FIELDS),
    ...foreign(`the order ${order.kind}`, order, ORDER_FIELDS[order.kind]),
  ];
};

/** S17: a command says who asks for it and why. */
export const accountable: CommandRule = ({ by, reason }) => [
  ...(by.trim() === "" ? ["nobody answers for the command"] : []),
  ...(reason.trim() === "" ? ["no reason is given"] : []),
];
