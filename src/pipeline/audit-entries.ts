import type { AlarmAct } from "../alarms/alarms.ts";
import { defined, unreachable } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import type { Input, InputOf } from "../engine/input.ts";
import type { EngineState } from "../engine/state.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { AuditEntry, AuditValue } from "../ports/audit.ts";
import type { LogEntry } from "../protocol/live.ts";
import { settingsEntry } from "./change-audit.ts";

/** What is audited of an instant. */
export type AuditedInstant = {
  readonly at: number;
  readonly tables: EngineTables;
  /** Before the instant; `undefined` for the first one. */
  readonly before: EngineState | undefined;
  readonly state: EngineState;
  readonly inputs: readonly Input[];
  readonly effects: readonly Effect[];
};

const NOTHING = { subject: null, before: null, after: null, reason: null, correlation: null } as const;

/**
 * Everything that was asked, sent, answered, refused or taken over in an instant. Each plan and command is there; of stage schedules, of
 * which there is one in a few seconds, only refusals and the change of who has authority: each of them stands in the journal.
 */
export function auditEntries(instant: AuditedInstant): readonly AuditEntry[] {
  const { inputs, effects } = instant;
  const modes = new Map<string, string>();
  return [
    ...inputs.flatMap((input) => ofInput(instant, modes, input)),
    ...effects.flatMap((effect) => ofEffect(instant, effect)),
    ...endings(instant),
    ...authorityChanges(instant),
  ];
}

function ofInput(instant: AuditedInstant, modes: Map<string, string>, input: Input): readonly AuditEntry[] {
  switch (input.kind) {
    case "command":
      return [ofCommand(instant, input)];
    case "mode":
      return [ofMode(instant, modes, input)];
    case "review":
      return [ofReview(instant, input)];
    case "control":
      return [ofControl(instant, input)];
    case "settings":
      return [settingsEntry(instant, input)];
    case "ack":
      return ofAnswer(input);
    case "linkUp":
      return [ofLink(input, "link.up", `running plan ${input.plan ?? "unknown"}`)];
    case "linkDown":
      return [ofLink(input, "link.down", input.reason)];
    case "state":
    case "detections":
    case "zone":
    case "alarm":
    case "tick":
      return [];
    default:
      return unreachable(input);
  }
}

function ofCommand(instant: AuditedInstant, input: InputOf<"command">): AuditEntry {
  const { effects, tables, before } = instant;
  const { at, by, intersection, id, order, reason, effectiveAt, validUntil } = input;
  const street = before?.nodes.at(defined(tables.nodeIndex.get(intersection), intersection))?.street ?? null;
  const sent = effects.some((effect) => effect.kind === "order" && effect.command.id === id);
  const told = entriesOf(effects).find(({ topic, text }) => topic === "command" && text.includes(`(${id})`));
  return {
    ...NOTHING,
    at,
    who: by,
    action: "command.ask",
    where: intersection,
    subject: id,
    before:
      street === null
        ? null
        : { operation: street.operation, plan: street.plan, stage: street.stage, lamps: street.lamps },
    after: { order: asValue(order), effectiveAt, validUntil },
    reason,
    result: sent ? "sent" : (told?.text ?? "refused"),
    correlation: id,
  };
}

function ofMode(
  { before, tables, effects }: AuditedInstant,
  modes: Map<string, string>,
  { at, by, intersection, mode, reason, until }: InputOf<"mode">,
): AuditEntry {
  const index = defined(tables.nodeIndex.get(intersection), intersection);
  // Two changes within an instant follow one another.
  const was = modes.get(intersection) ?? before?.nodes.at(index)?.mode ?? tables.configuration.mode;
  const refused = refusalTold(effects, intersection, "Mode not changed", `${by}: ${reason}`);
  if (refused === undefined) modes.set(intersection, mode);
  return {
    ...NOTHING,
    at,
    who: by,
    action: "mode.change",
    where: intersection,
    before: was,
    after: until === undefined ? mode : { mode, until },
    reason,
    result: refused ?? (was === mode ? "no change" : "done"),
  };
}

function ofControl({ before, tables, effects }: AuditedInstant, input: InputOf<"control">): AuditEntry {
  const { at, by, intersection, area, reason, until, takeOver } = input;
  const held = before?.nodes.at(defined(tables.nodeIndex.get(intersection), intersection))?.control ?? null;
  return {
    ...NOTHING,
    at,
    who: by,
    action: until === null ? "control.release" : takeOver ? "control.takeOver" : "control.take",
    where: intersection,
    subject: area,
    before: held === null ? null : { by: held.by, area: held.area, until: held.until },
    after: until === null ? null : { by, area, until },
    reason,
    result: refusalTold(effects, intersection, "Control not", `${by}: ${reason}`) ?? "done",
    correlation: area,
  };
}

/** The words of an entry that tells that something was not done. */
function refusalTold(
  effects: readonly Effect[],
  where: string,
  begin: string,
  responsible: string,
): string | undefined {
  return entriesOf(effects).find(
    ({ intersection, text, reason }) =>
      intersection === where && text.startsWith(begin) && reason === responsible,
  )?.text;
}

/** Modes and control that were for a time and ended by themselves. */
function endings({ at, tables, before, state, inputs }: AuditedInstant): readonly AuditEntry[] {
  if (before === undefined || before.nodes === state.nodes) return [];
  const asked = (kind: Input["kind"], where: string): boolean =>
    inputs.some((input) => input.kind === kind && "intersection" in input && input.intersection === where);
  return Array.from(state.nodes, (node, index): readonly AuditEntry[] => {
    const was = before.nodes.at(index);
    if (was === undefined || was === node) return [];
    const where = defined(tables.nodes[index], "tables").id;
    const { modeLease, control } = was;
    const head = { ...NOTHING, at, who: "engine", where, result: "done" } as const;
    return [
      ...(modeLease === null || node.modeLease !== null || asked("mode", where)
        ? []
        : [
            {
              ...head,
              action: "mode.expire",
              before: was.mode,
              after: node.mode,
              reason: `${modeLease.by}: ${modeLease.reason}`,
            },
          ]),
      ...(control === null || node.control !== null || asked("control", where)
        ? []
        : [
            {
              ...head,
              action: "control.expire",
              subject: control.area,
              before: { by: control.by, area: control.area, until: control.until },
              reason: `${control.by}: ${control.reason}`,
              correlation: control.area,
            },
          ]),
    ];
  }).flat();
}

function ofReview({ effects }: AuditedInstant, input: InputOf<"review">): AuditEntry {
  const { at, by, intersection, plan, approved, reason } = input;
  const unheard = entriesOf(effects).find((entry) => entry.topic === "command" && entry.plan === plan);
  const sent = effects.some((effect) => effect.kind === "push" && effect.plan.id === plan);
  const result = unheard?.text ?? (!approved || sent ? "done" : "refused by the safety gate");
  const action = approved ? "plan.approve" : "plan.reject";
  return {
    ...NOTHING,
    at,
    who: by,
    action,
    where: intersection,
    subject: plan,
    reason,
    result,
    correlation: plan,
  };
}

/** Of stage schedules only refusals. */
function ofAnswer(input: InputOf<"ack">): readonly AuditEntry[] {
  const { at, intersection } = input;
  if ("schedule" in input && input.result === "accepted") return [];
  const [kind, id] =
    "schedule" in input
      ? ["schedule", input.schedule]
      : "command" in input
        ? ["command", input.command]
        : ["plan", input.plan];
  const result =
    input.result === "accepted"
      ? `accepted, in effect at ${input.effectiveAt}`
      : `refused: ${input.code}: ${input.detail}`;
  return [
    {
      ...NOTHING,
      at,
      who: `controller ${intersection}`,
      action: `${kind}.answer`,
      where: intersection,
      subject: id ?? null,
      result,
      correlation: id ?? null,
    },
  ];
}

function ofLink(
  { at, intersection }: InputOf<"linkUp" | "linkDown">,
  action: string,
  result: string,
): AuditEntry {
  return { ...NOTHING, at, who: `controller ${intersection}`, action, where: intersection, result };
}

function ofEffect({ before, tables, inputs }: AuditedInstant, effect: Effect): readonly AuditEntry[] {
  if (effect.kind === "push") {
    const { plan, at } = effect;
    const index = defined(tables.nodeIndex.get(plan.intersection), plan.intersection);
    const street = before?.nodes.at(index)?.street ?? null;
    return [
      {
        at,
        who: "engine",
        action: "plan.push",
        where: plan.intersection,
        subject: plan.id,
        before: street === null ? null : { plan: street.plan, timing: timingValue(street.timing) },
        after: { plan: plan.id, timing: timingValue(plan), validUntil: plan.validUntil },
        reason: plan.reason,
        result: "sent",
        correlation: plan.id,
      },
    ];
  }
  return effect.kind === "log" ? ofLog(effect.entry, inputs) : [];
}

/** What becomes of a plan without anybody's word: seen in the lamps, not seen, refused by the gate, never answered. */
function ofLog(entry: LogEntry, inputs: readonly Input[]): readonly AuditEntry[] {
  const { at, intersection, topic, status, text, reason, plan, answer } = entry;
  if (topic !== "plan" || status === null || status === "pushed" || status === "accepted") return [];
  // The controller's own refusal and the operator's rejection are there by their words.
  const isTold = inputs.some(
    (input) =>
      (input.kind === "ack" && input.intersection === intersection && input.result === "refused") ||
      (input.kind === "review" && input.plan === plan),
  );
  if (isTold && (status === "refused" || status === "rejected")) return [];
  return [
    {
      ...NOTHING,
      at,
      who: "engine",
      action: `${/stage schedule/i.test(text) ? "schedule" : "plan"}.${status}`,
      where: intersection,
      subject: plan,
      reason,
      result: answer === null ? text : `${text}: ${answer}`,
      correlation: plan,
    },
  ];
}

/** Who has authority over the heads: the local plan, a timing plan, the stage schedules, or nobody (free). */
function authorityChanges({ at, tables, before, state }: AuditedInstant): readonly AuditEntry[] {
  return Array.from(state.nodes, (node, index): readonly AuditEntry[] => {
    const was = before?.nodes.at(index)?.street?.source ?? null;
    const is = node.street?.source ?? null;
    if (is === null || was === is) return [];
    const where = defined(tables.nodes[index], "tables").id;
    const who = `controller ${where}`;
    const plan = node.street?.plan ?? null;
    return [
      {
        ...NOTHING,
        at,
        who,
        action: "authority.change",
        where,
        before: was,
        after: is,
        result: "done",
        correlation: plan,
      },
    ];
  }).flat();
}

/** What somebody did with an alarm, or why it was not done; of one that is not there, `alarm` is `undefined`. */
export function alarmActEntry(
  act: AlarmAct,
  at: number,
  alarm: { readonly intersection: string | null; readonly state: string } | undefined,
  result: string,
): AuditEntry {
  return {
    ...NOTHING,
    at,
    who: act.by,
    action: `alarm.${act.kind}`,
    where: alarm?.intersection ?? null,
    subject: act.alarm,
    before: alarm?.state ?? null,
    after: act.kind === "shelve" ? { until: act.until } : null,
    reason: act.kind === "acknowledge" ? null : act.reason,
    result,
  };
}

function entriesOf(effects: readonly Effect[]): readonly LogEntry[] {
  return effects.flatMap((effect) => (effect.kind === "log" ? [effect.entry] : []));
}

function timingValue(timing: CycleTiming | null): AuditValue {
  if (timing === null) return null;
  const { cycleMs, offsetMs, stages } = timing;
  return { cycleMs, offsetMs, stages: stages.map(({ stage, splitMs }) => ({ stage, splitMs })) };
}

function asValue(order: InputOf<"command">["order"]): AuditValue {
  return Object.fromEntries(Object.entries(order));
}
