import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";
import { IdSchema } from "../model/id.ts";

/**
 * Changes of the engine's parameters as the server tells them to a console and takes them from one: `GET /api/parameters`,
 * `GET /api/changes`, and the bodies of what is done with them. Instants are of the run's clock, epoch milliseconds.
 */
const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Title = Type.String({ minLength: 1, maxLength: 200, pattern: "\\S" });
const Reason = Type.String({ minLength: 1, maxLength: 300, pattern: "\\S" });
const MinuteOfDay = Type.Integer({ minimum: 0, maximum: 1439 });

/** A schema of words that keeps the type of each. */
function oneOf<Word extends string>(words: readonly Word[]) {
  return Type.Unsafe<Word>(Type.Union(words.map((word) => Type.Literal(word))));
}

/** What is to be simulated: pairs of runs with the same seeds, each so many measured minutes from a local time of day on. */
export const DryRunPlanSchema = Type.Object(
  {
    seeds: Type.Integer({ minimum: 2, maximum: 32 }),
    minutes: Type.Integer({ minimum: 1, maximum: 60 }),
    /** Minutes since local midnight. */
    fromMinute: MinuteOfDay,
  },
  strict,
);
export type DryRunPlan = Static<typeof DryRunPlanSchema>;

const Figure = Type.Union([Type.Number(), Type.Null()]);

/** One measure of the paired runs; the draft's less the present parameters'. `null`: too few pairs, or a base of zero. */
const DryRunDifferenceSchema = Type.Object(
  {
    measure: IdSchema,
    text: Type.String({ maxLength: 80 }),
    unit: Type.String({ maxLength: 20 }),
    baseMean: Figure,
    differenceMean: Figure,
    differencePercent: Figure,
    /** Of the mean difference, by Student's t. */
    ci95: Type.Union([Type.Tuple([Type.Number(), Type.Number()]), Type.Null()]),
    pairs: Type.Integer({ minimum: 0 }),
    /** By Holm's adjusted p over all measures. */
    verdict: Type.Union([
      Type.Literal("better"),
      Type.Literal("worse"),
      Type.Literal("indistinguishable from noise"),
      Type.Literal("too few pairs"),
    ]),
  },
  strict,
);
export type DryRunDifference = Static<typeof DryRunDifferenceSchema>;

const DryRunResultSchema = Type.Object(
  {
    /** What is worse comes first. */
    differences: Type.Array(DryRunDifferenceSchema, { maxItems: 40 }),
    /** Trips of conflict monitors with the draft. */
    safetyViolations: Type.Integer({ minimum: 0 }),
    /** Runs with the draft in which somebody stood for longer than five minutes. */
    jammedRuns: Type.Integer({ minimum: 0 }),
  },
  strict,
);
export type DryRunResult = Static<typeof DryRunResultSchema>;

export const DryRunSchema = Type.Object(
  {
    plan: DryRunPlanSchema,
    by: Name,
    startedAt: Instant,
    outcome: Type.Union([
      Type.Object({ kind: Type.Literal("running") }, strict),
      Type.Object({ kind: Type.Literal("done"), result: DryRunResultSchema }, strict),
      Type.Object({ kind: Type.Literal("failed"), why: Type.String({ maxLength: 400 }) }, strict),
      Type.Object({ kind: Type.Literal("cancelled"), by: Name }, strict),
    ]),
  },
  strict,
);
export type DryRun = Static<typeof DryRunSchema>;

/** Where a change stands, in the order in which it comes there; the last four are ends. */
export const CHANGE_STATES = [
  "draft",
  "submitted",
  "approved",
  "scheduled",
  "inForce",
  "superseded",
  "rolledBack",
  "withdrawn",
  "rejected",
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/** What can be done with a change. */
export const CHANGE_ACTS = [
  "draft",
  "revise",
  "startDryRun",
  "cancelDryRun",
  "submit",
  "approve",
  "reject",
  "schedule",
  "withdraw",
  "rollBack",
] as const;
export type ChangeActKind = (typeof CHANGE_ACTS)[number];

/** What is noted of it beside the acts: what happened by itself, or came of an act later. */
const HAPPENINGS = [
  ...CHANGE_ACTS,
  "finishDryRun",
  "failDryRun",
  "putInForce",
  "rolledBack",
  "supersede",
  "restore",
] as const;

/** What was done with a change, or happened to it by itself. */
const ChangeNoteSchema = Type.Object(
  {
    /** `null` as an engine started, before its clock was known. */
    at: Type.Union([Instant, Type.Null()]),
    by: Name,
    what: oneOf(HAPPENINGS),
    reason: Type.Union([Type.String({ maxLength: 400 }), Type.Null()]),
  },
  strict,
);
export type ChangeNote = Static<typeof ChangeNoteSchema>;

/** Common to what is kept and what is told of a change. */
export const CHANGE_PARTS = {
  id: IdSchema,
  title: Title,
  /** May not approve it. */
  draftedBy: Name,
  state: oneOf(CHANGE_STATES),
  dryRun: Type.Union([DryRunSchema, Type.Null()]),
  approvedBy: Type.Union([Name, Type.Null()]),
  /** When it is to come in force. */
  scheduledAt: Type.Union([Instant, Type.Null()]),
  inForceSince: Type.Union([Instant, Type.Null()]),
  /** Who wants it to end; null for nobody. The engine does so with its next instant. */
  rollBackAsked: Type.Union([Type.Object({ by: Name, reason: Reason }, strict), Type.Null()]),
  /** The change that came in force over it. */
  supersededBy: Type.Union([IdSchema, Type.Null()]),
  /** Oldest first. */
  notes: Type.Array(ChangeNoteSchema, { maxItems: 1_000 }),
} as const;

const CHANGE_COMMON = Type.Object(CHANGE_PARTS, strict);

export type ParameterDifference = {
  readonly path: string;
  readonly unit: string;
  readonly from: number;
  readonly to: number;
};

export type ChangeView = Static<typeof CHANGE_COMMON> & {
  /** Against the parameters that it is based on. */
  readonly differences: readonly ParameterDifference[];
  /** Why it is not based on what is in force now; null where it is, or where it is over. */
  readonly stale: string | null;
  /** How far a dry run that is under way has come, 0 to 1; null for none. */
  readonly progressRatio: number | null;
  /** Why the person who asks cannot do something with it now; what is absent he can, as far as his role lets him. */
  readonly refusals: Readonly<Partial<Record<ChangeActKind, string>>>;
};

export type ChangesView = {
  /** The run's clock. */
  readonly at: number;
  /** Local time of day, minutes since midnight: what a dry run begins with unless told otherwise. */
  readonly minuteOfDay: number;
  /** Newest first. */
  readonly changes: readonly ChangeView[];
  /** The change that is in force; null where the parameters are those of the start. */
  readonly inForce: string | null;
  /** Why no dry run can be made of this network; null where one can. */
  readonly dryRunUnavailable: string | null;
};

export type ParameterView = {
  readonly path: string;
  readonly unit: string;
  readonly kind: "number" | "whole";
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly effect: string;
  /** In force now. */
  readonly value: number;
  /** Who changed it last while an engine ran; null where it is as the engine was started. */
  readonly lastChange: { readonly change: string; readonly by: string; readonly at: number } | null;
  /** Why it cannot be changed while the engine runs; null where it can. */
  readonly fixed: string | null;
};

export type ParametersView = { readonly at: number; readonly parameters: readonly ParameterView[] };

/** A parameter and its value; whether there is one of that name and whether the value is in its range, the desk says. */
const Set = Type.Array(Type.Object({ path: Type.String({ maxLength: 100 }), value: Type.Number() }, strict), {
  minItems: 1,
  maxItems: 100,
});

/** Bodies of `POST /api/changes…`. Who acts is never one of their fields. */
export const DRAFT_BODY = shapeOf(Type.Object({ title: Title, set: Set }, strict));
export const DRY_RUN_BODY = shapeOf(DryRunPlanSchema);
export const SUBMIT_BODY = shapeOf(Type.Object({ reason: Type.Optional(Reason) }, strict));
export const REASON_BODY = shapeOf(Type.Object({ reason: Reason }, strict));
/** Without an instant: now. */
export const SCHEDULE_BODY = shapeOf(Type.Object({ at: Type.Optional(Instant) }, strict));
