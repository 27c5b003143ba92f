import type { JSX } from "preact";
import type { PlanStatus } from "../../../protocol/live.ts";

/** Every status has its own sign as well as its word; only what needs somebody has a colour. */
const SIGN: Readonly<Record<PlanStatus | "local", string>> = {
  proposed: "?",
  rejected: "✕",
  expired: "○",
  pushed: "→",
  accepted: "◇",
  applied: "◆",
  refused: "✕",
  mismatch: "≠",
  superseded: "○",
  local: "⌂",
};

export function StatusBadge({ status }: { readonly status: PlanStatus | "local" }): JSX.Element {
  return (
    <span class={`status status-${status}`}>
      <span aria-hidden="true">{SIGN[status]}</span> {status === "local" ? "local plan" : status}
    </span>
  );
}
