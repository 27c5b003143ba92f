import type { LogEntry } from "../protocol/live.ts";
import type { InstantMs } from "../units.ts";
import type { PlanRecord } from "./state.ts";

/** What became of a timing plan, as the entry of the log that it has from its beginning on. */
export function planEntry(
  intersection: string,
  { plan, logId }: PlanRecord,
  at: InstantMs,
  priority: LogEntry["priority"],
  text: string,
  status: PlanRecord["status"],
  answer: string | null,
): LogEntry {
  return {
    id: logId,
    at,
    intersection,
    topic: "plan",
    priority,
    text,
    reason: plan.reason,
    plan: plan.id,
    status,
    answer,
  };
}
