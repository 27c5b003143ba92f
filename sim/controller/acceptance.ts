import type { Coordination, Operation } from "../../src/model/operation.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { TimingPlanFrame } from "../../src/protocol/frames.ts";
import { foreignField, milliseconds, operationRefusal, type Refusal } from "./refusal.ts";
import { changeMs, sequenceRefusal, stageClash, trapAtChange } from "./stage-check.ts";

/** How old the state may be that a plan is based on. */
export const BASE_AGE_MAX_MS = 60_000;

/** An offset may move by this share of the cycle with one plan (REQ-S4). */
const OFFSET_STEP_PERCENT = 20;

const PLAN_FIELDS =
  "type seq at id intersection basedOnAt effectiveAt validUntil cycleMs offsetMs stages reason".split(" ");
const SPLIT_FIELDS = ["stage", "splitMs"];

export type AcceptanceContext = {
  readonly table: TimingTable;
  readonly at: number;
  /** Ids of plans and commands that this controller has already answered. */
  readonly seen: ReadonlySet<string>;
  readonly operation: Operation;
  readonly coordination: Coordination;
  /** What it runs, or has accepted to run next; `null` in free operation. */
  readonly running: CycleTiming | null;
};

/**
 * What a controller checks by itself, whoever sent the plan and whatever the sender checked (REQ-S0). Written against the
 * plan's own walk through the cycle, second rule by second rule, without the engine's code for the same rules.
 */
export function refusalOf(plan: TimingPlanFrame, context: AcceptanceContext): Refusal | undefined {
  const { table, operation } = context;
  return (
    leaseRefusal(plan, context) ??
    operationRefusal(operation) ??
    shapeRefusal(plan, table) ??
    offsetRefusal(plan, context) ??
    sequenceRefusal(
      table.intersection,
      plan.stages.map(({ stage }) => stage),
    ) ??
    walkRefusal(plan, table)
  );
}

function leaseRefusal(plan: TimingPlanFrame, { table, at, seen }: AcceptanceContext): Refusal | undefined {
  const validMaxMs = milliseconds(table.intersection.envelope.planValidMaxSeconds);
  if (plan.intersection !== table.intersection.id) {
    return { code: "IDENTITY", detail: `plan is for ${plan.intersection}, this is ${table.intersection.id}` };
  }
  if (seen.has(plan.id)) return { code: "DUPLICATE", detail: `plan ${plan.id} was answered before` };
  if (plan.validUntil <= at)
    return { code: "EXPIRED", detail: `valid until ${plan.validUntil}, it is ${at}` };
  if (plan.validUntil - at > validMaxMs) {
    return { code: "LEASE", detail: `lease of ${plan.validUntil - at} ms, at most ${validMaxMs} ms` };
  }
  if (plan.effectiveAt >= plan.validUntil) {
    return { code: "LEASE", detail: `effective at ${plan.effectiveAt}, valid only until ${plan.validUntil}` };
  }
  if (plan.basedOnAt > at || at - plan.basedOnAt > BASE_AGE_MAX_MS) {
    return {
      code: "STALE_BASE",
      detail: `based on ${plan.basedOnAt}, it is ${at}, at most ${BASE_AGE_MAX_MS} ms old`,
    };
  }
  return undefined;
}

function shapeRefusal(plan: TimingPlanFrame, table: TimingTable): Refusal | undefined {
  const { cycleMinSeconds, cycleMaxSeconds } = table.intersection.envelope;
  const foreign =
    foreignField(plan, PLAN_FIELDS) ??
    plan.stages.map((split) => foreignField(split, SPLIT_FIELDS)).find((found) => found !== undefined);
  if (foreign !== undefined) return foreign;
  if (plan.stages.length === 0) return { code: "MALFORMED", detail: "no stage" };
  const unknown = plan.stages.find(({ stage }) => !table.stageIndex.has(stage));
  if (unknown !== undefined) return { code: "MALFORMED", detail: `no stage ${unknown.stage} here` };
  const odd = plan.stages.find(({ splitMs }) => splitMs % table.stepMs !== 0);
  if (odd !== undefined) {
    return {
      code: "MALFORMED",
      detail: `stage ${odd.stage}: ${odd.splitMs} ms is not in steps of ${table.stepMs} ms`,
    };
  }
  let sumMs = 0;
  for (const { splitMs } of plan.stages) sumMs += splitMs;
  if (sumMs !== plan.cycleMs)
    return { code: "SPLIT_SUM", detail: `splits give ${sumMs} ms, cycle ${plan.cycleMs} ms` };
  if (plan.cycleMs < milliseconds(cycleMinSeconds) || plan.cycleMs > milliseconds(cycleMaxSeconds)) {
    return {
      code: "CYCLE",
      detail: `cycle ${plan.cycleMs} ms, allowed ${cycleMinSeconds} to ${cycleMaxSeconds} s`,
    };
  }
  if (plan.offsetMs >= plan.cycleMs) {
    return { code: "OFFSET", detail: `offset ${plan.offsetMs} ms, below ${plan.cycleMs} ms allowed` };
  }
  return undefined;
}

/** A new offset comes in bounded steps, and not while the last one is still being corrected. */
function offsetRefusal(
  plan: TimingPlanFrame,
  { running, coordination }: AcceptanceContext,
): Refusal | undefined {
  if (running === null) return undefined;
  const sameCycle = plan.cycleMs === running.cycleMs;
  const sameReference = sameCycle && plan.stages[0]?.stage === running.stages[0]?.stage;
  if (coordination === "transition" && !(sameReference && plan.offsetMs === running.offsetMs)) {
    return { code: "TRANSITION", detail: `still in transition to an offset of ${running.offsetMs} ms` };
  }
  if (!sameReference) return undefined;
  const apartMs = Math.abs(plan.offsetMs - running.offsetMs);
  const moveMs = Math.min(apartMs, plan.cycleMs - apartMs);
  return moveMs * 100 > plan.cycleMs * OFFSET_STEP_PERCENT
    ? {
        code: "RATE",
        detail: `offset moves by ${moveMs} ms, at most ${OFFSET_STEP_PERCENT} % of ${plan.cycleMs} ms`,
      }
    : undefined;
}

/** Walks three rounds of the plan and times what each phase would show. */
function walkRefusal(plan: TimingPlanFrame, table: TimingTable): Refusal | undefined {
  const waitMaxMs = milliseconds(table.intersection.envelope.waitMaxSeconds);
  const greenBegan: (number | undefined)[] = table.phases.map(() => undefined);
  const redBegan: number[] = table.phases.map(() => 0);
  let at = 0;
  const rounds = plan.stages.length * 3;
  for (let turn = 0; turn < rounds; turn += 1) {
    const entry = plan.stages[turn % plan.stages.length];
    const following = plan.stages[(turn + 1) % plan.stages.length];
    if (entry === undefined || following === undefined) break;
    const present = phasesOf(table, entry.stage);
    const coming = phasesOf(table, following.stage);
    const clash =
      stageClash(table.intersection, entry.stage) ??
      trapAtChange(table.intersection, entry.stage, following.stage);
    if (clash !== undefined) return clash;
    for (const phase of present) {
      greenBegan[phase] ??= at;
      const waited = at - (redBegan[phase] ?? 0);
      if (greenBegan[phase] === at && waited > waitMaxMs) {
        return {
          code: "MAX_WAIT",
          detail: `phase ${nameOf(table, phase)} would wait ${waited} ms, at most ${waitMaxMs} ms`,
        };
      }
    }
    const clearanceMs = changeMs(table.intersection, entry.stage, following.stage, table.stepMs);
    const endsAt = at + entry.splitMs - clearanceMs;
    if (endsAt <= at) {
      return {
        code: "CLEARANCE",
        detail: `split of ${entry.splitMs} ms leaves nothing beside ${clearanceMs} ms of clearance`,
      };
    }
    for (const phase of present) {
      if (coming.includes(phase)) continue;
      // The first round may enter a green that began in the round before: only later rounds are judged.
      const short =
        turn >= plan.stages.length
          ? shortGreen(table, phase, endsAt - (greenBegan[phase] ?? endsAt))
          : undefined;
      if (short !== undefined) return short;
      greenBegan[phase] = undefined;
      redBegan[phase] = endsAt;
    }
    at += entry.splitMs;
  }
  return unservedPhase(plan, table);
}

/** Who waits for a phase waits for ever when a plan leaves it out; who walks may not be left out while he waits. */
function unservedPhase(plan: TimingPlanFrame, table: TimingTable): Refusal | undefined {
  const served = new Set(plan.stages.flatMap(({ stage }) => phasesOf(table, stage)));
  const unserved = table.phases.find((_, phase) => !served.has(phase));
  if (unserved === undefined) return undefined;
  return unserved.walkMs > 0
    ? { code: "PED_PENDING", detail: `pedestrians of phase ${unserved.id} would never walk` }
    : { code: "MAX_WAIT", detail: `phase ${unserved.id} would never be served` };
}

function phasesOf(table: TimingTable, stage: string): readonly number[] {
  return table.stages.find(({ id }) => id === stage)?.phases ?? [];
}

function nameOf(table: TimingTable, phase: number): string {
  return table.phases[phase]?.id ?? String(phase);
}

/** Why a green of this length is too short for who is served by it. */
export function shortGreen(table: TimingTable, phase: number, greenMs: number): Refusal | undefined {
  const timing = table.phases[phase];
  if (timing === undefined) return undefined;
  // Where walk leads, vehicles get what is left.
  const vehiclesMs = greenMs - timing.actuation.leadMs;
  if (vehiclesMs < timing.greenMinMs) {
    return {
      code: "MIN_GREEN",
      detail: `phase ${timing.id}: ${vehiclesMs} ms of green, at least ${timing.greenMinMs} ms`,
    };
  }
  const pedestriansMs = timing.walkMs + timing.pedestrianClearMs;
  return greenMs < pedestriansMs
    ? {
        code: "MIN_SERVICE",
        detail: `phase ${timing.id}: ${greenMs} ms of green, pedestrians need ${pedestriansMs} ms`,
      }
    : undefined;
}
