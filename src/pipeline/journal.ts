import Type, { type Static } from "typebox";
import { SettingSchema } from "../changes/change.ts";
import type { EngineConfiguration } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import { PARAMETER_PATHS } from "../engine/parameters/declarations.ts";
import type { Input } from "../engine/input.ts";
import { type Fault, shapeOf, showFound } from "../model/fault.ts";
import { HandoverSchema } from "../model/handover.ts";
import { IdSchema } from "../model/id.ts";
import { ModeSchema } from "../model/mode.ts";
import { AckFrame, AlarmFrame, CommandFrame, DetectionsFrame, StateFrame } from "../protocol/frames.ts";
import { ZoneFrame } from "../protocol/zone-frame.ts";
import { err, ok, type Result } from "../result.ts";
import type { InstantMs } from "../units.ts";

/** Version of the journal's lines. */
const JOURNAL_VERSION = 1;

/**
 * A journal is NDJSON: a header with everything that the engine was configured with, then each instant's inputs as
 * `{"in":…}` followed by the effects as `{"out":…}`. It holds no wall time, no speed and no secrets, so that the same run
 * gives the same bytes at any pace and over any link; and no records of decisions, which a replay makes again.
 */
export function journalHeader(configuration: EngineConfiguration, startsAt: InstantMs): string {
  const { network, recordDecisions: _switch, ...rest } = configuration;
  const { demand: _, ...visible } = network;
  return JSON.stringify({ journal: JOURNAL_VERSION, startsAt, ...rest, network: visible });
}

export function journalLines(inputs: readonly Input[], effects: readonly Effect[]): readonly string[] {
  return [...inputs.map((input) => JSON.stringify({ in: input })), ...effectLines(effects)];
}

export function effectLines(effects: readonly Effect[]): readonly string[] {
  return effects.filter(({ kind }) => kind !== "decision").map((effect) => JSON.stringify({ out: effect }));
}

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const head = { at: Instant, intersection: IdSchema };

/** A frame's schema as the engine's input of the same kind: without what only the link needs. */
function content<Properties extends { readonly type: unknown; readonly seq: unknown; readonly at: unknown }>(
  properties: Properties,
): Omit<Properties, "type" | "seq" | "at"> {
  const { type: _type, seq: _seq, at: _at, ...rest } = properties;
  return rest;
}

const [PlanAccepted, PlanRefused, CommandAccepted, CommandRefused, ScheduleAccepted, ScheduleRefused] =
  AckFrame.anyOf;
const text = Type.String({ maxLength: 400 });

/** As in a command. */
const { by, reason } = CommandFrame.properties;

const InputSchema = Type.Union([
  Type.Object({ kind: Type.Literal("tick"), at: Instant }, strict),
  Type.Object({ kind: Type.Literal("linkUp"), ...head, plan: Type.Union([IdSchema, Type.Null()]) }, strict),
  Type.Object({ kind: Type.Literal("linkDown"), ...head, reason: text }, strict),
  Type.Object({ kind: Type.Literal("state"), ...head, ...content(StateFrame.properties) }, strict),
  Type.Object({ kind: Type.Literal("detections"), ...head, ...content(DetectionsFrame.properties) }, strict),
  Type.Object({ kind: Type.Literal("zone"), ...head, ...content(ZoneFrame.properties) }, strict),
  Type.Object({ kind: Type.Literal("ack"), ...head, ...content(PlanAccepted.properties) }, strict),
  Type.Object({ kind: Type.Literal("ack"), ...head, ...content(PlanRefused.properties) }, strict),
  Type.Object({ kind: Type.Literal("ack"), ...head, ...content(CommandAccepted.properties) }, strict),
  Type.Object({ kind: Type.Literal("ack"), ...head, ...content(CommandRefused.properties) }, strict),
  Type.Object({ kind: Type.Literal("ack"), ...head, ...content(ScheduleAccepted.properties) }, strict),
  Type.Object({ kind: Type.Literal("ack"), ...head, ...content(ScheduleRefused.properties) }, strict),
  Type.Object({ kind: Type.Literal("alarm"), ...head, ...content(AlarmFrame.properties) }, strict),
  Type.Object({ kind: Type.Literal("command"), ...head, ...content(CommandFrame.properties) }, strict),
  Type.Object(
    { kind: Type.Literal("mode"), ...head, mode: ModeSchema, until: Type.Optional(Instant), by, reason },
    strict,
  ),
  Type.Object(
    { kind: Type.Literal("review"), ...head, plan: IdSchema, approved: Type.Boolean(), by, reason },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal("control"),
      ...head,
      area: IdSchema,
      until: Type.Union([Instant, Type.Null()]),
      takeOver: Type.Boolean(),
      by,
      reason,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal("settings"),
      at: Instant,
      change: IdSchema,
      settings: Type.Array(SettingSchema, { maxItems: PARAMETER_PATHS.length }),
      by,
      reason,
    },
    strict,
  ),
]);

const HeaderSchema = Type.Object(
  {
    journal: Type.Literal(JOURNAL_VERSION),
    startsAt: Instant,
    midnightAt: Instant,
    stepMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
    intervalMs: Type.Integer({ minimum: 60_000, maximum: 900_000 }),
    planValidMs: Type.Integer({ minimum: 1_000, maximum: 86_400_000 }),
    mode: ModeSchema,
    /** Absent where all parameters are at their defaults. */
    settings: Type.Optional(Type.Array(SettingSchema, { minItems: 1 })),
    /** Absent where nothing was handed over. */
    handover: Type.Optional(HandoverSchema),
    /** Checked by the model's own rules. */
    network: Type.Unknown(),
  },
  strict,
);

const INPUT = shapeOf(InputSchema);
const HEADER = shapeOf(HeaderSchema);
const LINE = shapeOf(
  Type.Union([Type.Object({ in: Type.Unknown() }, strict), Type.Object({ out: Type.Unknown() }, strict)]),
);

export type JournalHeader = Static<typeof HeaderSchema>;

/** One line after the header: an input, or an effect as it was written. */
export type JournalLine =
  | { readonly kind: "in"; readonly input: Input }
  | { readonly kind: "out"; readonly text: string };

/** `place` names file and line for the user. */
export function readHeader(place: string, line: string): Result<JournalHeader, readonly Fault[]> {
  const document = parse(place, line);
  return document.ok ? HEADER.check(place, document.value) : document;
}

export function readLine(place: string, line: string): Result<JournalLine, readonly Fault[]> {
  const document = parse(place, line);
  if (!document.ok) return document;
  const checked = LINE.check(place, document.value);
  if (!checked.ok) return checked;
  if ("out" in checked.value) return ok({ kind: "out", text: line });
  const input = INPUT.check(place, checked.value.in);
  // The schema says what the type says, but for the brand of instants.
  return input.ok ? ok({ kind: "in", input: input.value as Input }) : input;
}

function parse(place: string, line: string): Result<unknown, readonly Fault[]> {
  try {
    return ok(JSON.parse(line));
  } catch {
    const fault = {
      file: place,
      pointer: "",
      found: showFound(line),
      allowed: "one JSON object",
      rule: "JSON",
    };
    return err([fault]);
  }
}
