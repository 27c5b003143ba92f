import Type, { type Static } from "typebox";

/**
 * How far the engine may go with an intersection (DESIGN §3): `local` it only watches; `shadow` it decides, sends nothing and scores
 * itself against what runs; `advise` its timing plans wait for an operator; `plan` it sends timing plans; `adaptive` stage schedules
 * besides.
 */
export const ModeSchema = Type.Union([
  Type.Literal("local"),
  Type.Literal("shadow"),
  Type.Literal("advise"),
  Type.Literal("plan"),
  Type.Literal("adaptive"),
]);
export type Mode = Static<typeof ModeSchema>;

/** What becomes of the decisions of each level. */
export type ModeDuties = {
  /** Of the strategic level: made not at all, shown and scored, shown for approval, or sent. */
  readonly plans: "nothing" | "shown" | "advised" | "sent";
  /** Of the adaptive level. Nobody can approve a stage within the second: where plans are advised, stages are shown only. */
  readonly stages: "nothing" | "shown" | "sent";
};

export const MODE_DUTIES: Readonly<Record<Mode, ModeDuties>> = {
  local: { plans: "nothing", stages: "nothing" },
  shadow: { plans: "shown", stages: "shown" },
  advise: { plans: "advised", stages: "shown" },
  plan: { plans: "sent", stages: "nothing" },
  adaptive: { plans: "sent", stages: "sent" },
};

export const MODES: readonly [Mode, ...Mode[]] = ["local", "shadow", "advise", "plan", "adaptive"];
