import type { RefusalCode } from "../protocol/refusal-code.ts";
import type { RuleId } from "../safety/rule.ts";

/** Why something that an operator asks is not done. */
export type Refusal = {
  /**
   * A rule of the safety gate, or a controller's code. Of the engine itself: `LINK`, the controller is not linked or has not been heard;
   * `CONTROL`, somebody else has control; `PLAN`, no such plan waits for an answer.
   */
  readonly rule: RuleId | RefusalCode | "LINK" | "CONTROL" | "PLAN";
  /** What was asked and what is allowed, in words. */
  readonly detail: string;
};

/** Refusals in one line, as the log has them. */
export function refusalText(refusals: readonly { readonly rule: string; readonly detail: string }[]): string {
  return refusals.map(({ rule, detail }) => `${rule} ${detail}`).join("; ");
}
