import type { Setting } from "../engine/parameters/settings.ts";
import type { ChangeActKind, ChangeState, DryRunPlan, DryRunResult } from "../protocol/change.ts";
import type { InstantMs } from "../units.ts";

/** What somebody does with a change. */
export type ChangeAct = { readonly by: string } & (
  | { readonly kind: "draft"; readonly title: string; readonly set: readonly Setting[] }
  | ({ readonly change: string } & (
      | { readonly kind: "revise"; readonly title: string; readonly set: readonly Setting[] }
      | { readonly kind: "startDryRun"; readonly plan: DryRunPlan }
      | { readonly kind: "cancelDryRun" }
      /** `null` where a dry run speaks for it. */
      | { readonly kind: "submit"; readonly reason: string | null }
      | { readonly kind: "approve" | "reject" | "withdraw" | "rollBack"; readonly reason: string }
      | { readonly kind: "schedule"; readonly at: InstantMs | "now" }
    ))
);

/** What happens to a change without anybody's asking for it then. */
export type ChangeEvent = { readonly change: string } & (
  | { readonly kind: "finishDryRun"; readonly result: DryRunResult }
  | { readonly kind: "failDryRun"; readonly why: string }
  /** The run's clock has reached its instant, and the engine has taken it or a roll back. */
  | { readonly kind: "putInForce" | "rolledBack" }
  /** Its instant has come and it may not be put in force any more. */
  | { readonly kind: "giveUp"; readonly why: string }
);

/** In which states each act on a change is possible; `draft` makes a new one. What else it takes, `refusals.ts` says. */
export const STATES_OF_ACT: Readonly<Record<Exclude<ChangeActKind, "draft">, readonly ChangeState[]>> = {
  revise: ["draft", "submitted", "approved", "scheduled"],
  startDryRun: ["draft"],
  cancelDryRun: ["draft"],
  submit: ["draft"],
  approve: ["submitted"],
  reject: ["submitted", "approved", "scheduled"],
  schedule: ["approved", "scheduled"],
  withdraw: ["draft", "submitted", "approved", "scheduled"],
  rollBack: ["inForce"],
};

/** A change that is over, or in force, is no longer judged by what it was based on. */
export const OPEN_STATES: readonly ChangeState[] = STATES_OF_ACT.withdraw;
