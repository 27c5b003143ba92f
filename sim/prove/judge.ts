import type { Command } from "../../src/model/command.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { CommandFrame, StageScheduleFrame, TimingPlanFrame } from "../../src/protocol/frames.ts";
import { gate, gateCommand, gateSchedule } from "../../src/safety/gate.ts";
import { type InstantMs, instantMs, SECOND_MS } from "../../src/units.ts";
import type { ControllerState } from "../controller/controller.ts";
import { isUnmannerly, UNMANNERLY } from "./manners.ts";
import { operationOf, stateFrame } from "../controller/state-frame.ts";

/** A rule that a plan or a command breaks. */
export type Finding = { readonly rule: string; readonly detail: string };

/** How old the state may be that a plan is based on (design §5: STALE_BASE). */
const BASE_AGE_MAX_MS = 60 * SECOND_MS;
/** The same for a stage schedule. */
const SCHEDULE_BASE_AGE_MAX_MS = 10 * SECOND_MS;

/**
 * What the engine's own rules say of a plan that reaches the controller, on the true configuration and at the controller's
 * clock. The gate and the controller are written independently: whatever the controller accepts must pass here. `accepted`
 * are all ids that it ever accepted, losses of power or not; `gated` is the configuration that the gate believes in.
 */
export function judgePlan(
  frame: TimingPlanFrame,
  table: TimingTable,
  before: ControllerState,
  cycleChangedAt: InstantMs | null,
  accepted: ReadonlySet<string>,
  gated: TimingTable,
): readonly Finding[] {
  const { signal, leases } = before;
  const now = clockOf(before);
  const { type: _type, seq: _seq, at: _at, ...content } = frame;
  // A plan may come late: then it takes effect when it comes.
  const effectiveAt = instantMs(Math.max(frame.effectiveAt, now));
  const plan: TimingPlan = {
    ...content,
    basedOnAt: instantMs(frame.basedOnAt),
    effectiveAt,
    validUntil: instantMs(frame.validUntil),
  };
  const context = {
    table: gated,
    operation: operationOf(signal),
    coordination: signal.cycle?.coordination ?? "inStep",
    previous: leases.pending?.timing ?? signal.following?.timing ?? signal.plan.timing,
    cycleChangedAt,
  } as const;
  const verdict = gate(plan, context, now);
  const findings = verdict.ok ? [] : verdict.error;
  const { envelope } = table.intersection;
  const sinceChangeMs = cycleChangedAt === null ? null : now - cycleChangedAt;
  const refused = findings.some(({ rule }) => rule === "S1" || rule === "S10");
  const unmannerly = !refused && isUnmannerly(plan, context.previous, sinceChangeMs, envelope);
  return [
    ...findings,
    ...(unmannerly
      ? [{ rule: UNMANNERLY, detail: "the gate lets a plan pass that changes too much or too soon" }]
      : []),
    ...again(frame.id, accepted),
    ...(frame.basedOnAt > now || now - frame.basedOnAt > BASE_AGE_MAX_MS
      ? [{ rule: "S31", detail: `based on a state of ${now - frame.basedOnAt} ms ago` }]
      : []),
  ];
}

export function judgeCommand(
  frame: CommandFrame,
  table: TimingTable,
  before: ControllerState,
  accepted: ReadonlySet<string>,
): readonly Finding[] {
  const now = clockOf(before);
  const { type: _type, seq: _seq, at: _at, ...content } = frame;
  const command: Command = {
    ...content,
    effectiveAt: instantMs(Math.max(frame.effectiveAt, now)),
    validUntil: instantMs(frame.validUntil),
  };
  const verdict = gateCommand(command, { table, operation: operationOf(before.signal) }, now);
  return [...(verdict.ok ? [] : verdict.error), ...again(frame.id, accepted)];
}

/** The same for a stage schedule. `newestBasedOnAt` is the base of the one that was accepted last, as far as its lease lasts. */
export function judgeSchedule(
  frame: StageScheduleFrame,
  table: TimingTable,
  before: ControllerState,
  accepted: ReadonlySet<string>,
  newestBasedOnAt: number | null,
): readonly Finding[] {
  const now = clockOf(before);
  const { type: _type, seq: _seq, at: _at, redUntilAt, ...content } = frame;
  const effectiveAt = instantMs(Math.max(frame.effectiveAt, now));
  // One that comes late is judged as if it had come in time, but for its lease, of which so much less is left.
  const lateMs = effectiveAt - frame.effectiveAt;
  const schedule: StageSchedule = {
    ...content,
    basedOnAt: instantMs(frame.basedOnAt),
    effectiveAt: instantMs(frame.effectiveAt),
    validUntil: instantMs(frame.validUntil - lateMs),
    stages: frame.stages.map((one) => ({ ...one, startAt: instantMs(one.startAt) })),
    ...(redUntilAt === undefined ? {} : { redUntilAt: instantMs(redUntilAt) }),
  };
  const context = { table, operation: operationOf(before.signal), stage: stateFrame(before).stage };
  const verdict = gateSchedule(schedule, context, instantMs(now - lateMs));
  const stale = frame.basedOnAt > now || now - frame.basedOnAt > SCHEDULE_BASE_AGE_MAX_MS;
  const overtaken = newestBasedOnAt !== null && frame.basedOnAt < newestBasedOnAt;
  return [
    ...(verdict.ok ? [] : verdict.error),
    ...again(frame.id, accepted),
    ...(stale || overtaken
      ? [{ rule: "S31", detail: `based on a state of ${now - frame.basedOnAt} ms ago` }]
      : []),
  ];
}

function clockOf({ at, clockAheadMs }: ControllerState): InstantMs {
  return instantMs(at + clockAheadMs);
}

function again(id: string, accepted: ReadonlySet<string>): readonly Finding[] {
  return accepted.has(id) ? [{ rule: "S30", detail: `${id} was accepted before` }] : [];
}
