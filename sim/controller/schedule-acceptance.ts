import type { Intersection } from "../../src/model/intersection.ts";
import type { Operation } from "../../src/model/operation.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { StageScheduleFrame } from "../../src/protocol/frames.ts";
import { shortGreen } from "./acceptance.ts";
import { foreignField, milliseconds, operationRefusal, type Refusal } from "./refusal.ts";
import { changeMs, ringRow, stageClash, stageOf, trapAtChange } from "./stage-check.ts";

export type ScheduleAcceptanceContext = {
  readonly table: TimingTable;
  readonly at: number;
  /** Ids of plans, commands and schedules that this controller has already answered. */
  readonly seen: ReadonlySet<string>;
  readonly operation: Operation;
  /** The stage that is shown, or that the intergreen leads to. */
  readonly stage: string;
  /** Instant of the state that the schedule in force, or the one that waits, is based on; `null` without one. */
  readonly heldBasedOnAt: number | null;
};

/** Longest lease of a stage schedule (DESIGN §5). */
const LEASE_MAX_MS = 10_000;

/** How old the state may be that a schedule is based on. */
const BASE_AGE_MAX_MS = 10_000;

const STAGES_MAX = 8;

/** How long after its turn a schedule may keep the next stage from beginning; rings have no such extension. */
const RED_EXTENSION_MAX_MS = 5_000;

const SCHEDULE_FIELDS =
  "type seq at id intersection basedOnAt effectiveAt validUntil stages redUntilAt reason".split(" ");
const STAGE_FIELDS = ["stage", "startAt"];

/** What a controller checks of a stage schedule by itself, whoever sent it (REQ-S0). */
export function scheduleRefusalOf(
  schedule: StageScheduleFrame,
  context: ScheduleAcceptanceContext,
): Refusal | undefined {
  const { intersection } = context.table;
  return (
    originRefusal(schedule, context) ??
    operationRefusal(context.operation) ??
    formRefusal(schedule, intersection) ??
    leaseRefusal(schedule, context) ??
    stageRefusal(schedule, intersection) ??
    timelineRefusal(schedule, context)
  );
}

function originRefusal(
  { id, intersection }: StageScheduleFrame,
  { table, seen }: ScheduleAcceptanceContext,
): Refusal | undefined {
  const own = table.intersection.id;
  if (intersection !== own) {
    return { code: "IDENTITY", detail: `schedule is for ${intersection}, this is ${own}` };
  }
  return seen.has(id) ? { code: "DUPLICATE", detail: `schedule ${id} was answered before` } : undefined;
}

function malformed(detail: string): Refusal {
  return { code: "MALFORMED", detail };
}

function formRefusal(schedule: StageScheduleFrame, intersection: Intersection): Refusal | undefined {
  const { id, basedOnAt, effectiveAt, validUntil, stages } = schedule;
  const foreign =
    foreignField(schedule, SCHEDULE_FIELDS) ??
    stages.map((one) => foreignField(one, STAGE_FIELDS)).find((found) => found !== undefined);
  if (foreign !== undefined) return foreign;
  if (id.length === 0) return malformed("no id");
  if (stages.length === 0) return malformed("no stage");
  if (stages.length > STAGES_MAX) return malformed(`${stages.length} stages, at most ${STAGES_MAX}`);
  const unknown = stages.find(({ stage }) => stageOf(intersection, stage) === undefined);
  if (unknown !== undefined) return malformed(`no stage ${unknown.stage} here`);
  if (![basedOnAt, effectiveAt, validUntil].every(isInstant))
    return malformed("an instant is no whole number");
  let earliest = effectiveAt;
  for (const { stage, startAt } of stages) {
    if (!isInstant(startAt) || startAt < earliest) {
      return malformed(`stage ${stage} starts at ${startAt}, not before ${earliest}`);
    }
    earliest = startAt + 1;
  }
  return extensionRefusal(schedule, intersection);
}

function extensionRefusal(
  { redUntilAt, effectiveAt }: StageScheduleFrame,
  { rings = [] }: Intersection,
): Refusal | undefined {
  if (redUntilAt === undefined) return undefined;
  if (!isInstant(redUntilAt)) return malformed("an instant is no whole number");
  if (rings.length > 0) return malformed("a red extension for rings");
  const extendedMs = redUntilAt - effectiveAt;
  return extendedMs > RED_EXTENSION_MAX_MS
    ? malformed(`red extended by ${extendedMs} ms, at most ${RED_EXTENSION_MAX_MS} ms`)
    : undefined;
}

function isInstant(value: number): boolean {
  return Number.isSafeInteger(value);
}

function leaseRefusal(
  { basedOnAt, effectiveAt, validUntil }: StageScheduleFrame,
  { at, heldBasedOnAt }: ScheduleAcceptanceContext,
): Refusal | undefined {
  const leaseMs = validUntil - at;
  if (leaseMs <= 0) return { code: "EXPIRED", detail: `valid until ${validUntil}, it is ${at}` };
  if (leaseMs > LEASE_MAX_MS) {
    return { code: "LEASE", detail: `lease of ${leaseMs} ms, at most ${LEASE_MAX_MS} ms` };
  }
  if (effectiveAt >= validUntil) {
    return { code: "LEASE", detail: `effective at ${effectiveAt}, valid only until ${validUntil}` };
  }
  const ageMs = at - basedOnAt;
  if (ageMs < 0 || ageMs > BASE_AGE_MAX_MS) {
    return {
      code: "STALE_BASE",
      detail: `based on ${basedOnAt}, it is ${at}, at most ${BASE_AGE_MAX_MS} ms old`,
    };
  }
  return heldBasedOnAt !== null && basedOnAt < heldBasedOnAt
    ? { code: "STALE_BASE", detail: `based on ${basedOnAt}, the one accepted last on ${heldBasedOnAt}` }
    : undefined;
}

function stageRefusal({ stages }: StageScheduleFrame, intersection: Intersection): Refusal | undefined {
  const { rings = [] } = intersection;
  for (const { stage } of stages) {
    const clash = stageClash(intersection, stage);
    if (clash !== undefined) return clash;
    if (rings.length === 0) continue;
    const row = ringRow(intersection, stage, stageOf(intersection, stage)?.phases ?? []);
    if ("code" in row) return row;
  }
  return undefined;
}

/** What a phase does as the schedule goes on; `null`: since before it. */
type Light = { readonly green: boolean; readonly since: number | null };

/** Lives through the schedule from what is shown, start by start, and times what each phase would show. */
function timelineRefusal(
  { effectiveAt, stages, redUntilAt = 0 }: StageScheduleFrame,
  { table, stage: shown }: ScheduleAcceptanceContext,
): Refusal | undefined {
  const { intersection } = table;
  const waitMaxMs = milliseconds(intersection.envelope.waitMaxSeconds);
  const phasesIn = (stage: string): readonly string[] => stageOf(intersection, stage)?.phases ?? [];
  const lights: Light[] = intersection.phases.map(({ id }) =>
    phasesIn(shown).includes(id) ? { green: true, since: null } : { green: false, since: effectiveAt },
  );
  let present = shown;
  let readyAt: number | null = null;
  for (const { stage, startAt } of stages) {
    if (readyAt !== null && startAt < readyAt) {
      return {
        code: "CLEARANCE",
        detail: `stage ${present} would be shown from ${readyAt}, it ends at ${startAt}`,
      };
    }
    const trap = trapAtChange(intersection, present, stage);
    if (trap !== undefined) return trap;
    const clearedAt = startAt + changeMs(intersection, present, stage, table.stepMs);
    const greenAt = Math.max(clearedAt, redUntilAt);
    for (const [index, { id }] of intersection.phases.entries()) {
      const light = lights[index];
      if (light === undefined) continue;
      const stays = phasesIn(stage).includes(id);
      const refusal = light.green
        ? endRefusal(table, index, light, stays ? null : startAt)
        : waitRefusal(id, (stays ? greenAt : startAt) - (light.since ?? effectiveAt), waitMaxMs);
      if (refusal !== undefined) return refusal;
      if (light.green !== stays) lights[index] = { green: stays, since: stays ? greenAt : startAt };
    }
    present = stage;
    readyAt = greenAt + table.stepMs;
  }
  return undefined;
}

/** Greens that were there before the schedule are the machine's to keep long enough. */
function endRefusal(
  table: TimingTable,
  phase: number,
  { since }: Light,
  endsAt: number | null,
): Refusal | undefined {
  return since === null || endsAt === null ? undefined : shortGreen(table, phase, endsAt - since);
}

function waitRefusal(id: string, redMs: number, waitMaxMs: number): Refusal | undefined {
  return redMs > waitMaxMs
    ? { code: "MAX_WAIT", detail: `phase ${id} would wait ${redMs} ms, at most ${waitMaxMs} ms` }
    : undefined;
}
