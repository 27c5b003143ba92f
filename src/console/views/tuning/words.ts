import type { ChangeNote, ChangeState, DryRunDifference, DryRunResult } from "../../../protocol/change.ts";

export const STATE_TEXT: Readonly<Record<ChangeState, string>> = {
  draft: "draft",
  submitted: "waits for approval",
  approved: "approved",
  scheduled: "scheduled",
  inForce: "in force",
  superseded: "superseded",
  rolledBack: "rolled back",
  withdrawn: "withdrawn",
  rejected: "rejected",
};

export const NOTE_TEXT: Readonly<Record<ChangeNote["what"], string>> = {
  draft: "drafted",
  revise: "revised",
  startDryRun: "dry run started",
  cancelDryRun: "dry run cancelled",
  finishDryRun: "dry run done",
  failDryRun: "dry run failed",
  submit: "submitted for approval",
  approve: "approved",
  reject: "rejected",
  schedule: "scheduled",
  withdraw: "withdrawn",
  rollBack: "roll back asked for",
  putInForce: "in force",
  rolledBack: "rolled back",
  supersede: "superseded",
  restore: "in force again",
};

/** A number as it is read: about three digits that say something, thousandths at most, a real minus. */
export function figureText(value: number | null): string {
  if (value === null) return "—";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3;
  return value.toFixed(digits).replace("-", "−");
}

export function signedText(value: number | null): string {
  if (value === null) return "—";
  const text = figureText(Math.abs(value));
  if (Number(text) === 0) return "±0";
  return `${value > 0 ? "+" : "−"}${text}`;
}

/** `−2.10 s/veh (95 % −4.00 to −0.20)`. */
export function differenceText({ differenceMean, ci95, unit }: DryRunDifference): string {
  const interval = ci95 === null ? "" : ` (${signedText(ci95[0])} to ${signedText(ci95[1])})`;
  return `${signedText(differenceMean)}${unit === "" ? "" : ` ${unit}`}${interval}`;
}

/** What a dry run found, in a sentence; what is worse first. */
export function verdictText({ differences }: DryRunResult): string {
  const named = (verdict: DryRunDifference["verdict"]): string =>
    differences
      .filter((one) => one.verdict === verdict)
      .map(({ text }) => text)
      .join(", ");
  const noise = differences.filter(({ verdict }) => verdict === "indistinguishable from noise").length;
  const parts = [
    ...(named("worse") === "" ? [] : [`Worse: ${named("worse")}.`]),
    ...(named("better") === "" ? [] : [`Better: ${named("better")}.`]),
  ];
  if (parts.length === 0) return "No measure can be told apart from noise.";
  return `${parts.join(" ")} ${noise} indistinguishable from noise.`;
}
