import { defined } from "../assert.ts";
import {
  RED_EXTENSION_MAX_SECONDS,
  SCHEDULE_VALID_MAX_SECONDS,
  type ScheduledStage,
  type StageSchedule,
} from "../model/stage-schedule.ts";
import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, instantMs, secondsToMs } from "../units.ts";
import { leaseFaults, operationFaults } from "./lease-rules.ts";
import { type ScheduleRule, seconds, stageNamed } from "./rule.ts";
import { ringFaults, trapsAtChange } from "./sequence-rules.ts";
import { type Fields, foreign } from "./shape-rules.ts";
import { stageConflicts } from "./street-rules.ts";

/** Stages that one schedule names at most: more than a horizon holds. */
export const SCHEDULE_STAGES_MAX = 8;

/** S1: a schedule names stages, and only those of its own intersection. */
export const scheduledStagesKnown: ScheduleRule = ({ intersection, stages }, { table }) => {
  const known = table.stages.map(({ id }) => id).join(", ");
  const own = table.intersection.id;
  return [
    ...(stages.length > 0 ? [] : [`no stage, at least one of ${known} needed`]),
    ...stages
      .filter(({ stage }) => !table.stageIndex.has(stage))
      .map(({ stage }) => `stage ${stage} is not one of ${known}`),
    ...(intersection === own ? [] : [`schedule is for ${intersection}, not ${own}`]),
  ];
};

/** S2: no scheduled stage lets conflicting movements go together. */
export const scheduledConflictFree: ScheduleRule = ({ stages }, { table }) =>
  [...new Set(stages.map(({ stage }) => stage))].flatMap((stage) => stageConflicts(table, stage));

/** One scheduled change: `from` ends at `startAt`, and `to` is green from `greenAt` on, when everything has cleared and no red is extended. */
type Change = {
  readonly from: string;
  readonly to: string;
  readonly startAt: InstantMs;
  readonly greenAt: number;
};

/** What the schedule changes, in its order; the first change is from the stage that is shown when it is judged. */
function changesOf(
  table: TimingTable,
  shown: string,
  { stages, redUntilAt = instantMs(0) }: Pick<StageSchedule, "stages" | "redUntilAt">,
): readonly Change[] {
  return stages.map(({ stage: to, startAt }, index) => {
    const from = stages[index - 1]?.stage ?? shown;
    const clearedAt = startAt + intergreenOf(table, from, to);
    return { from, to, startAt, greenAt: Math.max(clearedAt, redUntilAt) };
  });
}

function intergreenOf(table: TimingTable, from: string, to: string): number {
  const row = table.intergreenMs[table.stageIndex.get(from) ?? -1];
  return defined(row?.[table.stageIndex.get(to) ?? -1], "intergreen");
}

/**
 * S3: between two scheduled starts lies the intergreen of the stage that begins and one step of it, and every green that the schedule
 * begins and ends lasts its minimum, with walk and pedestrian clearance. What was green before is the machine's to keep long enough.
 */
export const scheduledService: ScheduleRule = (schedule, { table, stage }) => {
  const changes = changesOf(table, stage, schedule);
  return changes.flatMap((change, index) => {
    const next = changes[index + 1];
    if (next === undefined) return [];
    const lastsMs = next.startAt - change.startAt;
    const leastMs = change.greenAt - change.startAt + table.stepMs;
    const short =
      lastsMs >= leastMs
        ? []
        : [`stage ${change.to}: ${seconds(lastsMs)} to the next start, at least ${seconds(leastMs)} needed`];
    return [...short, ...shortGreens(table, changes, index)];
  });
};

/** Greens that begin with one change and are ended by a later one before their minimum. */
function shortGreens(table: TimingTable, changes: readonly Change[], begin: number): readonly string[] {
  const { from, to, greenAt } = defined(changes[begin], "change");
  const before = stageNamed(table, from).phases;
  return stageNamed(table, to)
    .phases.filter((phase) => !before.includes(phase))
    .flatMap((phase) => {
      const end = changes
        .slice(begin + 1)
        .find((later) => !stageNamed(table, later.to).phases.includes(phase));
      if (end === undefined) return [];
      const { id, serviceMinMs } = defined(table.phases[phase], "phase");
      const greenMs = end.startAt - greenAt;
      return greenMs >= serviceMinMs
        ? []
        : [`phase ${id}: green of ${seconds(greenMs)}, at least ${seconds(serviceMinMs)} needed`];
    });
}

/**
 * S8: no red that the schedule spells out, from when it takes effect to its last start, lasts longer than the longest wait. How long
 * somebody has waited before is the machine's to know, which serves him whatever is scheduled.
 */
export const scheduledWait: ScheduleRule = (schedule, { table, stage }) => {
  const { effectiveAt } = schedule;
  const maxMs = secondsToMs(table.intersection.envelope.waitMaxSeconds);
  const changes = changesOf(table, stage, schedule);
  const shown = stageNamed(table, stage).phases;
  return table.phases.flatMap(({ id }, phase) => {
    let redSince: number | null = shown.includes(phase) ? null : effectiveAt;
    let longestMs = 0;
    for (const { to, startAt, greenAt } of changes) {
      const green = stageNamed(table, to).phases.includes(phase);
      if (redSince !== null) longestMs = Math.max(longestMs, (green ? greenAt : startAt) - redSince);
      if (green) redSince = null;
      else redSince ??= startAt;
    }
    return longestMs <= maxMs
      ? []
      : [`phase ${id}: red of ${seconds(longestMs)}, at most ${seconds(maxMs)} allowed`];
  });
};

/** S9: a schedule takes effect no earlier than now and within its lease of a few seconds. */
export const scheduleLease: ScheduleRule = (schedule, _, now) =>
  leaseFaults(schedule, secondsToMs(SCHEDULE_VALID_MAX_SECONDS), now);

/** S11: no change of stage that the schedule makes traps a turn that yields. */
export const scheduledTrapFree: ScheduleRule = (schedule, { table, stage }) =>
  changesOf(table, stage, schedule).flatMap(({ from, to }) => trapsAtChange(table, from, to));

/** S12: the rings can show every scheduled stage. */
export const scheduledRingsRun: ScheduleRule = ({ stages }, { table }) =>
  table.rings.length === 0
    ? []
    : [...new Set(stages.map(({ stage }) => stage))].flatMap((stage) => ringFaults(table, stage));

const SCHEDULE_FIELDS: Fields<StageSchedule> = {
  id: true,
  intersection: true,
  basedOnAt: true,
  effectiveAt: true,
  validUntil: true,
  stages: true,
  redUntilAt: true,
  reason: true,
};
const SCHEDULED_FIELDS: Fields<ScheduledStage> = { stage: true, startAt: true };

/**
 * S15: a schedule writes stages, starts and a red extension, and nothing else; its instants are whole milliseconds, its starts rise, its
 * extension is short, and only for who runs stages: in rings each phase would have its own.
 */
export const scheduleFields: ScheduleRule = (schedule, { table }) => {
  const { id, basedOnAt, effectiveAt, validUntil, stages, redUntilAt = effectiveAt } = schedule;
  const instants = [basedOnAt, effectiveAt, validUntil, redUntilAt, ...stages.map(({ startAt }) => startAt)];
  const extensionMs = redUntilAt - effectiveAt;
  const extensionMaxMs = table.rings.length > 0 ? 0 : secondsToMs(RED_EXTENSION_MAX_SECONDS);
  const late = stages.filter(
    ({ startAt }, index) => !(startAt > (stages[index - 1]?.startAt ?? effectiveAt - 1)),
  );
  return [
    ...foreign("a schedule", schedule, SCHEDULE_FIELDS),
    ...stages.flatMap((one) => foreign(`stage ${one.stage}`, one, SCHEDULED_FIELDS)),
    ...(id === "" ? ["a schedule without an id"] : []),
    ...instants
      .filter((instant) => !Number.isSafeInteger(instant))
      .map((instant) => `instant ${instant}, whole milliseconds needed`),
    ...(stages.length <= SCHEDULE_STAGES_MAX
      ? []
      : [`${stages.length} stages, at most ${SCHEDULE_STAGES_MAX} allowed`]),
    ...(extensionMs <= extensionMaxMs
      ? []
      : [`red extended by ${seconds(extensionMs)}, at most ${seconds(extensionMaxMs)} allowed`]),
    ...late.map(
      ({ stage, startAt }) =>
        `stage ${stage} starts at ${startAt}: from ${effectiveAt} on, each after the one before`,
    ),
  ];
};

/** S16: no stage is scheduled where the intersection starts up, is preempted, flashes or has tripped. */
export const scheduleFreeze: ScheduleRule = (_, { operation }) => operationFaults(operation);
