/**
 * How far the engine may go with an intersection (DESIGN §3): `local` it only watches; `shadow` it decides, sends nothing and scores
 * itself against what runs; `advise` its timing plans wait for an operator; `plan` it sends timing plans; `adaptive` stage schedules
 * besides.
 */
export const MODES = ["local", "shadow", "advise", "plan", "adaptive"] as const;
export type Mode = (typeof MODES)[number];

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
