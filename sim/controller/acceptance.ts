import type { TimingTable } from "../../src/model/timing.ts";
import type { RefusalCode, TimingPlanFrame } from "../../src/protocol/frames.ts";

/** The controller's own opinion of a plan: `undefined` when it will run it. */
export type Refusal = { readonly code: RefusalCode; readonly detail: string };

/** How old the state may be that a plan is based on. */
export const BASE_AGE_MAX_MS = 60_000;

export type AcceptanceContext = {
  readonly table: TimingTable;
  readonly at: number;
  /** Ids of plans that this controller has already answered. */
  readonly seen: ReadonlySet<string>;
};

/**
 * What a controller checks by itself, whoever sent the plan and whatever the sender checked (REQ-S0). Written against the
 * plan's own walk through the cycle, second rule by second rule, without the engine's code for the same rules.
 */
export function refusalOf(plan: TimingPlanFrame, context: AcceptanceContext): Refusal | undefined {
  return leaseRefusal(plan, context) ?? shapeRefusal(plan, context.table) ?? walkRefusal(plan, context.table);
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
    const clash = conflictIn(table, entry.stage);
    if (clash !== undefined) return { code: "CONFLICT", detail: clash };
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
    const clearanceMs = changeMs(table, entry.stage, following.stage);
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
  const unserved = table.phases.findIndex(
    (_, phase) => !plan.stages.some(({ stage }) => phasesOf(table, stage).includes(phase)),
  );
  return unserved < 0
    ? undefined
    : { code: "MAX_WAIT", detail: `phase ${nameOf(table, unserved)} would never be served` };
}

/** Seconds of configuration have one decimal, which a product would not keep. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** What a change of stage takes: every phase clears that ends, or that stays green and yields from now on. */
function changeMs(table: TimingTable, stage: string, next: string): number {
  const from = table.stages.find(({ id }) => id === stage);
  const to = table.stages.find(({ id }) => id === next);
  let longestMs = 0;
  for (const phase of from?.phases ?? []) {
    const ends = to?.phases.includes(phase) !== true;
    const losesRight = from?.permissive.has(phase) === false && to?.permissive.has(phase) === true;
    const timing = table.phases[phase];
    if (timing === undefined || !(ends || losesRight)) continue;
    longestMs = Math.max(longestMs, timing.yellowMs + timing.redClearMs);
  }
  return longestMs;
}

function phasesOf(table: TimingTable, stage: string): readonly number[] {
  return table.stages.find(({ id }) => id === stage)?.phases ?? [];
}

function nameOf(table: TimingTable, phase: number): string {
  return table.phases[phase]?.id ?? String(phase);
}

function shortGreen(table: TimingTable, phase: number, greenMs: number): Refusal | undefined {
  const timing = table.phases[phase];
  if (timing === undefined) return undefined;
  if (greenMs < timing.greenMinMs) {
    return {
      code: "MIN_GREEN",
      detail: `phase ${timing.id}: ${greenMs} ms of green, at least ${timing.greenMinMs} ms`,
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

function conflictIn(table: TimingTable, stage: string): string | undefined {
  const found = table.stages.find(({ id }) => id === stage);
  if (found === undefined) return undefined;
  for (const left of found.phases) {
    for (const right of found.phases) {
      const yields = found.permissive.has(left) || found.permissive.has(right);
      if (left < right && !yields && table.conflicts[left]?.has(right) === true) {
        return `stage ${stage} releases ${nameOf(table, left)} against ${nameOf(table, right)}`;
      }
    }
  }
  return undefined;
}
