/** What is asked of intersections over HTTP, and how it is answered. Instants are of the run's clock, durations whole seconds. */
import Type, { type TProperties } from "typebox";
import type { Order } from "../model/command.ts";
import { shapeOf } from "../model/fault.ts";
import { IdSchema } from "../model/id.ts";
import { type Mode, ModeSchema } from "../model/mode.ts";
import { Order as OrderSchema } from "./frames.ts";
import type { OperatingView, RefusalView, StreetNowView } from "./operating.ts";

/** How long a mode, a pattern, free operation or control lasts unless somebody says otherwise: half an hour. */
export const LASTS_DEFAULT_SECONDS = 1800;
/** Longest time of a mode and of control that end by themselves: half a day. */
const LASTS_MAX_SECONDS = 43_200;
/** As many as one request may be of. */
const INTERSECTIONS_MAX = 1000;

const strict = { additionalProperties: false } as const;
const seconds = Type.Integer({ minimum: 1, maximum: LASTS_MAX_SECONDS });
const intersections = Type.Array(IdSchema, { minItems: 1, maxItems: INTERSECTIONS_MAX, uniqueItems: true });
const reason = Type.String({ minLength: 1, maxLength: 300, pattern: "\\S" });

const responsible = {
  reason: Type.Optional(reason),
  /** Only says what would come of it; then the reason may be left out. */
  dryRun: Type.Optional(Type.Boolean()),
};

const asking = <Properties extends TProperties>(properties: Properties, description: string) =>
  Type.Object({ ...properties, ...responsible }, { ...strict, description });

const command = { order: OrderSchema, seconds: Type.Optional(seconds) };
/** `null`: until somebody changes it again. */
const mode = { mode: ModeSchema, seconds: Type.Optional(Type.Union([seconds, Type.Null()])) };

/** Bodies of `POST /api/intersections/:id/commands`, `…/mode` and `…/review`. */
export const CommandBody = asking(command, "A command to the controller of an intersection, leased");
export const ModeBody = asking(
  mode,
  "How far the engine may go with an intersection, for a time or for good",
);
export const ReviewBody = asking(
  { plan: IdSchema, approved: Type.Boolean() },
  "The answer to a timing plan that waits for one",
);
/** Of `POST /api/commands` and `/api/modes`. */
export const CommandsBody = asking(
  { intersections, ...command },
  "The same command to several intersections; each answers for itself",
);
export const ModesBody = asking(
  { intersections, ...mode },
  "The same mode for several intersections; each answers for itself",
);
/** Of `POST /api/control`; `takeOver`: also from others who have control there, which is told as an alarm. */
export const ControlBody = asking(
  { intersections, seconds: Type.Optional(seconds), takeOver: Type.Optional(Type.Boolean()) },
  "Control of an area: what others ask there is refused until it ends",
);
/** Of `DELETE /api/control/:area`. */
export const ReleaseBody = asking({ takeOver: Type.Optional(Type.Boolean()) }, "Gives up control of an area");

export const COMMAND_BODY = shapeOf(CommandBody);
export const MODE_BODY = shapeOf(ModeBody);
export const REVIEW_BODY = shapeOf(ReviewBody);
export const COMMANDS_BODY = shapeOf(CommandsBody);
export const MODES_BODY = shapeOf(ModesBody);
export const CONTROL_BODY = shapeOf(ControlBody);
export const RELEASE_BODY = shapeOf(ReleaseBody);

/** What every body may say beside what is asked. */
export type AskingBody = { readonly reason?: string; readonly dryRun?: boolean };

/** What is asked of one intersection, or of several alike. */
export type Asked =
  | { readonly kind: "command"; readonly order: Order; readonly seconds?: number | undefined }
  | { readonly kind: "mode"; readonly mode: Mode; readonly seconds?: number | null | undefined }
  | { readonly kind: "review"; readonly plan: string; readonly approved: boolean }
  | { readonly kind: "control"; readonly seconds?: number | undefined; readonly takeOver: boolean }
  | { readonly kind: "release"; readonly area: string; readonly takeOver: boolean };

/** What would come, or comes, of a request at one intersection. */
export type AskedView = {
  readonly intersection: string;
  /** What was asked, in words. */
  readonly asked: string;
  /** Of the command or the area, to find it again; null in a dry run, where it was refused, and of what has none. */
  readonly id: string | null;
  /** Why it is not done; empty where it goes to the engine with the next instant. */
  readonly refusals: readonly RefusalView[];
  /** Until when it lasts if it is given now; null for good, and of what has no end. */
  readonly until: number | null;
  /** How long it may last by the intersection's envelope, seconds; null where that does not bound it. */
  readonly secondsMax: number | null;
  /** What would be another one than now. */
  readonly changes: readonly { readonly what: string; readonly from: string; readonly to: string }[];
  readonly now: StreetNowView;
};

/** Answer of every request: 200 of a dry run, 202 where something was asked of at least one, 409 where of none. */
export type AskedAnswer = {
  readonly at: number;
  readonly dryRun: boolean;
  readonly answers: readonly AskedView[];
  /** Why nothing was done, in words; only with 409. */
  readonly error?: string;
};

/** Answer of `GET /api/commands`: every intersection, and what operators have asked of it. */
export type CommandsView = {
  readonly at: number;
  readonly intersections: readonly (OperatingView & { readonly id: string; readonly now: StreetNowView })[];
};

/** Answer of `GET /api/control`. */
export type ControlAreasView = { readonly at: number; readonly areas: readonly ControlAreaView[] };

/** Intersections of which somebody took control together. */
export type ControlAreaView = {
  readonly area: string;
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number;
  readonly intersections: readonly string[];
};
