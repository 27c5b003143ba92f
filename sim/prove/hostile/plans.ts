import { assert, defined, unreachable } from "../../../src/assert.ts";
import type { CycleTiming } from "../../../src/model/plan.ts";
import { timingOf } from "../../../src/model/schedule.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import type { TimingPlanFrame } from "../../../src/protocol/frames.ts";
import { type InstantMs, MINUTE_MS, modulo, SECOND_MS, secondsToMs } from "../../../src/units.ts";
import type { Random } from "../random.ts";
import { drawEdgeTiming, drawTiming, trapsTurn } from "../generate/timings.ts";

/** Timing plans: good ones, good ones at the edge, and spoiled ones. All pass the schema of the frame. */

const PLAN_MUTATIONS = [
  "shortSplit",
  "wrongSum",
  "hugeSplit",
  "oddStep",
  "unknownStage",
  "shuffledStages",
  "leftOutStage",
  "withoutPedestrians",
  "trappingOrder",
  "foreignField",
  "offsetBeyondCycle",
  "cycleBelowEnvelope",
  "cycleAboveEnvelope",
  "expired",
  "longLease",
  "effectiveAfterLease",
  "staleBase",
  "futureBase",
  "duplicateId",
  "otherIntersection",
] as const;

type PlanMutation = (typeof PLAN_MUTATIONS)[number];

/**
 * `valid` and `edge` break no rule; `movedOffset` has the offset of the plan before moved, at the bound of one move or beyond
 * it; a spoiled one mostly breaks one, `shuffledStages` not always.
 */
export type PlanIntent = "valid" | "edge" | "movedOffset" | PlanMutation;

export function isSpoiled(intent: PlanIntent): boolean {
  return intent !== "valid" && intent !== "edge" && intent !== "movedOffset";
}

/** The schema's longest split, cycle and offset. */
const FRAME_DURATION_MAX_MS = 3_600_000;

/** How far an offset may move at once, as a share of the cycle (reference REQ-S4). */
const OFFSET_MOVE_MAX = 0.2;

const TRIES = 3;

export type DrawnPlan = { readonly intent: PlanIntent; readonly frame: TimingPlanFrame };

/**
 * @param at the instant of sending, which the plan is based on
 * @param number counts the plans, for ids
 * @param before what was sent before, if anything good was
 */
export function drawPlan(
  random: Random,
  table: TimingTable,
  at: InstantMs,
  number: number,
  intents: "good" | "any",
  before: CycleTiming | undefined,
): DrawnPlan {
  const intent = random.weighted<PlanIntent>([
    [3, "valid"],
    [2, "edge"],
    [before === undefined ? 0 : 2, "movedOffset"],
    [intents === "any" ? 5 : 0, random.pick(PLAN_MUTATIONS)],
    // Few intersections have turns that can be trapped: those are tried the more.
    [intents === "any" && trapPairs(table).length > 0 ? 20 : 0, "trappingOrder"],
  ]);
  const good = goodPlan(random, table, at, number, intent === "edge");
  if (intent === "valid" || intent === "edge") return { intent, frame: good };
  if (intent === "movedOffset") {
    return { intent, frame: movedOffset(random, table, good, before ?? good, intents) };
  }
  return { intent, frame: spoiled(random, table, good, intent) };
}

/** Those that break what else is seldom broken: of the rest, many break the same. */
const RARE_MUTATIONS = [
  "shortSplit",
  "offsetBeyondCycle",
  "shuffledStages",
  "withoutPedestrians",
] as const satisfies readonly PlanMutation[];

/** One more spoiled plan, under an id of its own. */
export function drawRarePlan(random: Random, table: TimingTable, at: InstantMs, number: number): DrawnPlan {
  const intent = random.pick(RARE_MUTATIONS);
  const good = { ...goodPlan(random, table, at, number, false), id: `rare-${number}` };
  return { intent, frame: spoiled(random, table, good, intent) };
}

function movedOffset(
  random: Random,
  { stepMs }: TimingTable,
  good: TimingPlanFrame,
  { cycleMs, offsetMs, stages }: CycleTiming,
  intents: "good" | "any",
): TimingPlanFrame {
  const mostMs = Math.floor((cycleMs * OFFSET_MOVE_MAX) / stepMs) * stepMs;
  const moveMs = random.pick(
    intents === "good" ? [0, stepMs, mostMs] : [mostMs, mostMs + stepMs, 2 * mostMs],
  );
  const moved = modulo(offsetMs + (random.chance(0.5) ? moveMs : -moveMs), cycleMs);
  return { ...good, cycleMs, offsetMs: moved, stages: [...stages] };
}

function goodPlan(
  random: Random,
  table: TimingTable,
  at: InstantMs,
  number: number,
  atEdge: boolean,
): TimingPlanFrame {
  const leaseMaxMs = secondsToMs(table.intersection.envelope.planValidMaxSeconds);
  const leaseMs = atEdge ? leaseMaxMs : random.integer(10, leaseMaxMs / SECOND_MS) * SECOND_MS;
  const timing = goodTiming(random, table, atEdge ? drawEdgeTiming : drawTiming);
  return {
    type: "timingPlan",
    seq: number,
    at,
    id: `plan-${number}`,
    intersection: table.intersection.id,
    basedOnAt: at,
    effectiveAt: random.chance(0.7) ? at : at + random.integer(0, leaseMs / 200) * 100,
    validUntil: at + leaseMs,
    cycleMs: timing.cycleMs,
    offsetMs: timing.offsetMs,
    stages: [...timing.stages],
    reason: "generated",
  };
}

function goodTiming(random: Random, table: TimingTable, draw: typeof drawTiming): CycleTiming {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const timing = draw(random, table);
    if (timing !== undefined) return timing;
  }
  return timingOf(random.pick(table.intersection.plans));
}

function spoiled(
  random: Random,
  table: TimingTable,
  plan: TimingPlanFrame,
  mutation: PlanMutation,
): TimingPlanFrame {
  switch (mutation) {
    case "shortSplit":
    case "hugeSplit":
    case "oddStep":
    case "unknownStage":
    case "shuffledStages":
    case "leftOutStage":
    case "withoutPedestrians":
    case "trappingOrder":
      return withStages(plan, spoiledStages(random, table, plan, mutation));
    case "foreignField":
      // The link's schema would refuse it; the controller must too.
      return { ...plan, ...random.pick([{ yellowMs: 1_000 }, { greenMinMs: 0 }, { conflicts: [] }]) };
    case "wrongSum":
      return { ...plan, cycleMs: plan.cycleMs + random.pick([-100, 100, 1_000]) };
    case "offsetBeyondCycle":
      return { ...plan, offsetMs: random.pick([plan.cycleMs, plan.cycleMs + 100, FRAME_DURATION_MAX_MS]) };
    case "cycleBelowEnvelope":
      return scaled(plan, table.intersection.envelope.cycleMinSeconds - 0.1);
    case "cycleAboveEnvelope":
      return scaled(plan, table.intersection.envelope.cycleMaxSeconds + 0.1);
    case "expired":
      return { ...plan, validUntil: plan.at - random.integer(0, 100) * 100 };
    case "longLease": {
      const leaseMaxMs = secondsToMs(table.intersection.envelope.planValidMaxSeconds);
      return { ...plan, validUntil: plan.at + leaseMaxMs + random.pick([10_000, 86_400_000, 1e12]) };
    }
    case "effectiveAfterLease":
      return { ...plan, effectiveAt: plan.validUntil + random.integer(0, 10) * 100 };
    case "staleBase":
      return { ...plan, basedOnAt: plan.at - MINUTE_MS - random.pick([100, MINUTE_MS]) };
    case "futureBase":
      return { ...plan, basedOnAt: plan.at + random.integer(600, 6_000) * 100 };
    case "duplicateId":
      return { ...plan, id: `plan-${Math.max(0, plan.seq - random.integer(1, 3))}` };
    case "otherIntersection":
      return { ...plan, intersection: "another" };
    default:
      return unreachable(mutation);
  }
}

type Stages = TimingPlanFrame["stages"];

type StageMutation =
  | "shortSplit"
  | "hugeSplit"
  | "oddStep"
  | "unknownStage"
  | "shuffledStages"
  | "leftOutStage"
  | "withoutPedestrians"
  | "trappingOrder";

function spoiledStages(
  random: Random,
  table: TimingTable,
  { stages }: TimingPlanFrame,
  mutation: StageMutation,
): Stages {
  const slot = random.integer(0, stages.length - 1);
  const chosen = defined(stages[slot], "a stage of the plan");
  const withSplit = (splitMs: number): Stages => stages.with(slot, { ...chosen, splitMs });
  switch (mutation) {
    case "shortSplit":
      return withSplit(
        random.pick([table.stepMs, 1_000, 4_000, Math.max(table.stepMs, chosen.splitMs - 1_000)]),
      );
    case "hugeSplit":
      return withSplit(random.pick([600_000, FRAME_DURATION_MAX_MS]));
    case "oddStep":
      return withSplit(chosen.splitMs + random.integer(1, table.stepMs - 1));
    case "unknownStage":
      return stages.with(slot, { ...chosen, stage: random.pick(["nowhere", "__proto__", "constructor"]) });
    case "shuffledStages":
      return random.shuffled(stages);
    case "leftOutStage":
      return stages.length > 1 ? stages.toSpliced(slot, 1) : stages;
    case "withoutPedestrians": {
      const walked = new Set(table.phases.flatMap(({ walkMs }, phase) => (walkMs > 0 ? [phase] : [])));
      const dry = stages.filter(({ stage }) => phasesOf(table, stage).every((phase) => !walked.has(phase)));
      return dry.length > 0 ? dry : stages.slice(0, 1);
    }
    case "trappingOrder":
      return trapping(random, table, stages);
    default:
      return unreachable(mutation);
  }
}

function phasesOf(table: TimingTable, stage: string): readonly number[] {
  return table.stages[table.stageIndex.get(stage) ?? -1]?.phases ?? [];
}

/** Stages whose one after the other would trap a turn. */
function trapPairs(table: TimingTable): readonly (readonly [number, number])[] {
  if (!table.phases.some(({ actuation }) => actuation.circular)) return [];
  const all = table.stages.map((_, stage) => stage);
  return all.flatMap((from) =>
    all.filter((to) => trapsTurn(table, [from, to])).map((to): [number, number] => [from, to]),
  );
}

/** An order that shows a turn yellow while its opposing traffic goes on, where the intersection has one. */
function trapping(random: Random, table: TimingTable, stages: Stages): Stages {
  const all = table.stages.map((_, stage) => stage);
  const pairs = all.flatMap((from) =>
    all.filter((to) => trapsTurn(table, [from, to])).map((to) => [from, to]),
  );
  if (pairs.length === 0) return random.shuffled(stages);
  const pair = random.pick(pairs).map((stage) => defined(table.stages[stage], "a stage").id);
  const longestMs = Math.max(...stages.map(({ splitMs }) => splitMs));
  const others = stages.filter(({ stage }) => !pair.includes(stage));
  return [...pair.map((stage) => ({ stage, splitMs: longestMs })), ...others];
}

/** The plan with other stages and a cycle that fits them, as far as a frame can say it. */
function withStages(plan: TimingPlanFrame, stages: Stages): TimingPlanFrame {
  const sumMs = stages.reduce((sum, { splitMs }) => sum + splitMs, 0);
  return { ...plan, stages, cycleMs: Math.min(sumMs, FRAME_DURATION_MAX_MS) };
}

/** All of a change of cycle in the longest split, so that little else is wrong. */
function scaled(plan: TimingPlanFrame, cycleSeconds: number): TimingPlanFrame {
  const changeMs = secondsToMs(cycleSeconds) - plan.cycleMs;
  const longest = plan.stages.reduce(
    (best, { splitMs }, slot) => (splitMs > (plan.stages[best]?.splitMs ?? 0) ? slot : best),
    0,
  );
  const chosen = defined(plan.stages[longest], "a stage of the plan");
  const splitMs = Math.max(1, chosen.splitMs + changeMs);
  assert(Number.isSafeInteger(splitMs), "splits are whole milliseconds");
  return withStages(plan, plan.stages.with(longest, { ...chosen, splitMs }));
}
