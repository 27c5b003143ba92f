import type { AlarmPriority } from "../../model/alarm.ts";
import type { Abnormality } from "../data/abnormal.ts";
import { PRIORITY_SHAPE } from "../data/alarm-list.ts";

/** A sign beside an intersection; `tone` the priority whose colours it has where it is filled, null for an outline. */
export type SiteBadge = { readonly text: string; readonly tone: AlarmPriority | null };

/**
 * What stands beside an intersection: its gravest unacknowledged alarm by shape and letter; else that it wants somebody, else how many
 * detectors are not good. There is room for one. The last is an outline: only what calls for somebody is filled.
 */
export function siteBadge(own: readonly Abnormality[], detectors: number): SiteBadge | null {
  const alarm = own.find((one) => one.kind === "alarm");
  if (alarm !== undefined) {
    return { text: `${PRIORITY_SHAPE[alarm.priority]} ${alarm.priority}`, tone: alarm.priority };
  }
  if (own.some(({ kind }) => kind === "warning")) return { text: "▲", tone: "P2" };
  return detectors > 0 ? { text: `${detectors} det`, tone: null } : null;
}
