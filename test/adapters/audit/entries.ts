import type { AuditEntry } from "../../../src/ports/audit.ts";

/** An operator's change of a mode. */
export function entry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at: 1000,
    who: "ann",
    action: "mode.change",
    where: "main-oak",
    subject: null,
    before: "local",
    after: "plan",
    reason: "trial",
    result: "done",
    correlation: null,
    ...change,
  };
}
