import { defined } from "../assert.ts";
import { commandValidMaxSeconds } from "../model/command.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { Operation } from "../model/operation.ts";
import { type InstantMs, modulo, secondsToMs } from "../units.ts";
import { type CommandRule, type PlanRule, seconds } from "./rule.ts";

/** S9: a plan takes effect no earlier than now and within its lease, which is no longer than the envelope allows. */
export const planLease: PlanRule = (plan, { table }, now) =>
  leaseFaults(plan, secondsToMs(table.intersection.envelope.planValidMaxSeconds), now);

/** S9: so does a command. */
export const commandLease: CommandRule = (command, { table }, now) =>
  leaseFaults(
    command,
    secondsToMs(commandValidMaxSeconds(table.intersection.envelope, command.order.kind)),
    now,
  );

/** What is wrong with a lease that is given now. */
export function leaseFaults(
  { effectiveAt, validUntil }: { readonly effectiveAt: InstantMs; readonly validUntil: InstantMs },
  maxMs: number,
  now: InstantMs,
): readonly string[] {
  const leaseMs = validUntil - now;
  return [
    // Written so that what is no number is refused.
    ...(effectiveAt >= now ? [] : [`takes effect ${seconds(now - effectiveAt)} in the past`]),
    ...(effectiveAt < validUntil
      ? []
      : [`takes effect ${seconds(effectiveAt - validUntil)} after its lease has ended`]),
    ...(leaseMs > 0 && leaseMs <= maxMs
      ? []
      : [`lease of ${seconds(leaseMs)}, allowed up to ${seconds(maxMs)}`]),
  ];
}

/** S10: splits move by bounded steps while the cycle stays; cycle and sequence change no oftener than allowed. */
export const rateBounded: PlanRule = (plan, { table, previous, cycleChangedAt }, now) => {
  if (previous === null) return [];
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

/** One plan moves an offset by at most a fifth of the cycle (REQ-S4). */
const OFFSET_STEPS_PER_CYCLE = 5;

/**
 * S13: an offset moves by a bounded share of the cycle, and not while the controller still corrects the last one. Under another cycle
 * or another first stage it cannot be compared: such a change is bound by S10, and may not come in a transition either.
 */
export const offsetRate: PlanRule = (plan, { previous, coordination }) => {
  if (previous === null) return [];
  const comparable = plan.cycleMs === previous.cycleMs && plan.stages[0]?.stage === previous.stages[0]?.stage;
  if (coordination === "transition") {
    return comparable && plan.offsetMs === previous.offsetMs
      ? []
      : [`new coordination, ${describe(plan)}, in the transition to ${describe(previous)}`];
  }
  if (!comparable) return [];
  const later = modulo(plan.offsetMs - previous.offsetMs, plan.cycleMs);
  const movedMs = Math.min(later, plan.cycleMs - later);
  const maxMs = plan.cycleMs / OFFSET_STEPS_PER_CYCLE;
  return movedMs <= maxMs ? [] : [`offset moves by ${seconds(movedMs)}, at most ${seconds(maxMs)} allowed`];
};

function describe({ cycleMs, offsetMs, stages }: CycleTiming): string {
  return `cycle ${seconds(cycleMs)} from ${stages[0]?.stage ?? "nothing"} at ${seconds(offsetMs)}`;
}

/** S16: nothing is written to an intersection that starts up, is preempted, flashes or has tripped. */
export const planFreeze: PlanRule = (_, { operation }) => operationFaults(operation);

export function operationFaults(operation: Operation): readonly string[] {
  return operation === "normal" ? [] : [`the intersection is in ${NAMES[operation]}`];
}

/** S16: nor ordered, but that flash, which is a command itself, is prolonged or ended. */
export const commandFreeze: CommandRule = ({ order: { kind } }, { operation }) =>
  operation === "normal" || (operation === "flash" && (kind === "flash" || kind === "clear"))
    ? []
    : [`the intersection is in ${NAMES[operation]}`];

const NAMES: Readonly<Record<Exclude<Operation, "normal">, string>> = {
  startUp: "start-up",
  preempt: "preemption",
  flash: "flash",
  tripped: "flash by its monitor",
};
