import { defined, unreachable } from "../../../src/assert.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import type { StageScheduleFrame } from "../../../src/protocol/frames.ts";
import { type InstantMs, secondsToMs } from "../../../src/units.ts";
import type { Random } from "../random.ts";

/** Stage schedules: good ones, good ones at the edge, and spoiled ones. All but foreign fields and too many stages pass the schema. */

const SCHEDULE_MUTATIONS = [
  "shortStage",
  "longWait",
  "trappingChange",
  "unknownStage",
  "unorderedStarts",
  "startBeforeEffect",
  "tooManyStages",
  "longRed",
  "foreignField",
  "expired",
  "longLease",
  "effectiveAfterLease",
  "staleBase",
  "futureBase",
  "duplicateId",
  "otherIntersection",
] as const;

type ScheduleMutation = (typeof SCHEDULE_MUTATIONS)[number];

/** `valid` and `edge` break no rule; a spoiled one mostly does. */
export type ScheduleIntent = "valid" | "edge" | ScheduleMutation;

/** The longest lease of a schedule, and the age of the state that it may be based on. */
const LEASE_MAX_MS = 10_000;
const BASE_AGE_MAX_MS = 10_000;
/** How far a schedule may extend a red. */
const RED_EXTENSION_MAX_MS = 5_000;

export type DrawnSchedule = { readonly intent: ScheduleIntent; readonly frame: StageScheduleFrame };

type Stages = StageScheduleFrame["stages"];

/**
 * @param at the instant of sending, which the schedule is based on
 * @param number counts what is sent, for ids
 * @param before the good one sent before: mostly its stage goes on
 */
export function drawSchedule(
  random: Random,
  table: TimingTable,
  at: InstantMs,
  number: number,
  intents: "good" | "any",
  before: StageScheduleFrame | undefined,
): DrawnSchedule {
  const intent = random.weighted<ScheduleIntent>([
    [4, "valid"],
    [2, "edge"],
    [intents === "any" ? 4 : 0, random.pick(SCHEDULE_MUTATIONS)],
  ]);
  const edge = intent === "edge";
  const leaseMs = edge ? LEASE_MAX_MS : random.integer(5, LEASE_MAX_MS / 100) * 100;
  const effectiveAt = random.chance(0.8) ? at : at + random.integer(0, leaseMs / 100 - 1) * 100;
  const frame: StageScheduleFrame = {
    type: "stageSchedule",
    seq: number,
    at,
    id: `schedule-${number}`,
    intersection: table.intersection.id,
    basedOnAt: edge ? at - random.pick([0, BASE_AGE_MAX_MS]) : at,
    effectiveAt,
    validUntil: at + leaseMs,
    stages: goodStages(random, table, effectiveAt, edge, before),
    reason: "generated",
  };
  // A longer red moves every green that is to follow: only who names one stage asks for it.
  const mayExtend = table.rings.length === 0 && frame.stages.length === 1;
  const extended: StageScheduleFrame =
    mayExtend && random.chance(0.3)
      ? { ...frame, redUntilAt: effectiveAt + (edge ? RED_EXTENSION_MAX_MS : random.integer(0, 50) * 100) }
      : frame;
  // What is based on an older state than the one before is refused.
  const fresh =
    edge && before !== undefined && extended.basedOnAt < before.basedOnAt
      ? { ...extended, basedOnAt: at }
      : extended;
  return { intent, frame: edge || intent === "valid" ? fresh : spoiled(random, table, fresh, intent) };
}

/** A horizon of one to four stages, none of whose changes is a trap, whatever is shown before. */
function goodStages(
  random: Random,
  table: TimingTable,
  effectiveAt: number,
  edge: boolean,
  before: StageScheduleFrame | undefined,
): Stages {
  const last = table.stageIndex.get(before?.stages[0]?.stage ?? "");
  let from =
    last !== undefined && random.chance(0.85) && safeFirst(table, last) ? last : drawFirst(random, table);
  const stages: Stages = [{ stage: nameOf(table, from), startAt: effectiveAt }];
  const waitMaxMs = secondsToMs(table.intersection.envelope.waitMaxSeconds);
  const clearMaxMs = Math.max(...table.intergreenMs.flat());
  let startAt = effectiveAt;
  let enteredMs = longestInto(table, from);
  for (let more = random.integer(0, 3); more > 0; more -= 1) {
    const to = random.integer(0, table.stages.length - 1);
    if (to === from || trapsBetween(table, from, to)) break;
    startAt += enteredMs + (edge ? 0 : random.integer(0, 200) * 100);
    // Nobody is told to wait too long.
    if (startAt + clearMaxMs - effectiveAt > waitMaxMs) break;
    stages.push({ stage: nameOf(table, to), startAt });
    enteredMs = serviceMs(table, to) + defined(table.intergreenMs[from]?.[to], "intergreen");
    from = to;
  }
  return stages;
}

function nameOf(table: TimingTable, stage: number): string {
  return defined(table.stages[stage], "stage").id;
}

/** The service that any of its phases may need from the begin of the stage. */
function serviceMs(table: TimingTable, stage: number): number {
  const { phases } = defined(table.stages[stage], "stage");
  return Math.max(table.stepMs, ...phases.map((phase) => defined(table.phases[phase], "phase").serviceMinMs));
}

function longestInto(table: TimingTable, stage: number): number {
  return (
    serviceMs(table, stage) + Math.max(...table.intergreenMs.map((row) => defined(row[stage], "intergreen")))
  );
}

/** Whether the change shows a turn yellow while its opposing traffic goes on. */
function trapsBetween(table: TimingTable, from: number, to: number): boolean {
  const before = defined(table.stages[from], "stage");
  const next = defined(table.stages[to], "stage");
  return [...before.permissive].some(
    (turn) =>
      table.phases[turn]?.actuation.circular === true &&
      !next.phases.includes(turn) &&
      before.phases.some((foe) => next.phases.includes(foe) && table.conflicts[turn]?.has(foe) === true),
  );
}

/** Whether the stage may follow any other. */
function safeFirst(table: TimingTable, stage: number): boolean {
  return table.stages.every((_, from) => !trapsBetween(table, from, stage));
}

function drawFirst(random: Random, table: TimingTable): number {
  const all = table.stages.map((_, stage) => stage);
  const safe = all.filter((stage) => safeFirst(table, stage));
  return random.pick(safe.length > 0 ? safe : all);
}

function spoiled(
  random: Random,
  table: TimingTable,
  frame: StageScheduleFrame,
  mutation: ScheduleMutation,
): StageScheduleFrame {
  switch (mutation) {
    case "shortStage":
    case "longWait":
    case "trappingChange":
    case "unknownStage":
    case "unorderedStarts":
    case "startBeforeEffect":
    case "tooManyStages":
      return { ...frame, stages: spoiledStages(random, table, frame, mutation) };
    case "longRed":
      return {
        ...frame,
        redUntilAt: frame.effectiveAt + RED_EXTENSION_MAX_MS + random.pick([1, 100, 60_000]),
      };
    case "foreignField":
      return { ...frame, ...random.pick([{ yellowMs: 1_000 }, { cycleMs: 60_000 }, { greenMinMs: 0 }]) };
    case "expired":
      return { ...frame, validUntil: frame.at - random.integer(0, 100) * 100 };
    case "longLease":
      return { ...frame, validUntil: frame.at + LEASE_MAX_MS + random.pick([1, 100, 1_800_000, 1e12]) };
    case "effectiveAfterLease":
      return shifted(frame, frame.validUntil - frame.effectiveAt + random.integer(0, 10) * 100);
    case "staleBase":
      return { ...frame, basedOnAt: frame.at - BASE_AGE_MAX_MS - random.pick([1, 100, 60_000]) };
    case "futureBase":
      return { ...frame, basedOnAt: frame.at + random.integer(600, 6_000) * 100 };
    case "duplicateId":
      return { ...frame, id: `schedule-${Math.max(0, frame.seq - random.integer(1, 3))}` };
    case "otherIntersection":
      return { ...frame, intersection: "another" };
    default:
      return unreachable(mutation);
  }
}

/** The whole schedule later. */
function shifted(frame: StageScheduleFrame, laterMs: number): StageScheduleFrame {
  const stages = frame.stages.map(({ stage, startAt }) => ({ stage, startAt: startAt + laterMs }));
  return { ...frame, effectiveAt: frame.effectiveAt + laterMs, stages };
}

type StagesMutation =
  | "shortStage"
  | "longWait"
  | "trappingChange"
  | "unknownStage"
  | "unorderedStarts"
  | "startBeforeEffect"
  | "tooManyStages";

function spoiledStages(
  random: Random,
  table: TimingTable,
  { effectiveAt, stages }: StageScheduleFrame,
  mutation: StagesMutation,
): Stages {
  const first = defined(stages[0], "a scheduled stage");
  const other = (): string => random.pick(table.stages).id;
  const afterFirst = (laterMs: number): Stages => [first, { stage: other(), startAt: effectiveAt + laterMs }];
  switch (mutation) {
    case "shortStage": {
      const begun = random.integer(0, table.stages.length - 1);
      const from = defined(table.stageIndex.get(first.stage), "a stage of the schedule");
      const needMs = defined(table.intergreenMs[from]?.[begun], "intergreen") + serviceMs(table, begun);
      const soonMs = random.pick([table.stepMs, 4_000, needMs - table.stepMs]);
      return [
        first,
        { stage: nameOf(table, begun), startAt: effectiveAt + 30_000 },
        { stage: other(), startAt: effectiveAt + 30_000 + Math.max(table.stepMs, soonMs) },
      ];
    }
    case "longWait":
      return afterFirst(secondsToMs(table.intersection.envelope.waitMaxSeconds) + random.pick([1, 60_000]));
    case "trappingChange":
      return trapping(random, table, effectiveAt) ?? afterFirst(60_000);
    case "unknownStage":
      return [{ ...first, stage: random.pick(["nowhere", "__proto__", "constructor"]) }];
    case "unorderedStarts":
      return afterFirst(random.pick([0, -100]));
    case "startBeforeEffect":
      return [{ ...first, startAt: effectiveAt - random.pick([1, 100, 5_000]) }];
    case "tooManyStages":
      return Array.from({ length: 9 }, (_, index) => ({ ...first, startAt: effectiveAt + index * 30_000 }));
    default:
      return unreachable(mutation);
  }
}

function trapping(random: Random, table: TimingTable, effectiveAt: number): Stages | undefined {
  if (!table.phases.some(({ actuation }) => actuation.circular)) return undefined;
  const all = table.stages.map((_, stage) => stage);
  const pairs = all.flatMap((from) =>
    all.filter((to) => trapsBetween(table, from, to)).map((to): readonly [number, number] => [from, to]),
  );
  if (pairs.length === 0) return undefined;
  const [from, to] = random.pick(pairs);
  return [
    { stage: nameOf(table, from), startAt: effectiveAt },
    { stage: nameOf(table, to), startAt: effectiveAt + longestInto(table, from) },
  ];
}
