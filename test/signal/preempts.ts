import type { Preempt } from "../../src/model/intersection.ts";
import type { Street } from "./street.ts";

/** Track clearance with 4 for 10 s, dwell in 2 and 6 for 8 s at least, exit with 4 and 8. */
export const RAIL: Preempt = {
  id: "rail",
  kind: "railway",
  delaySeconds: 1,
  entry: { greenMinSeconds: 2, walkSeconds: 0, clearSeconds: 4 },
  track: { phases: ["4"], greenSeconds: 10 },
  dwell: { phases: ["2", "6"], greenMinSeconds: 8 },
  exit: { phases: ["4", "8"] },
  presenceMaxSeconds: 60,
};

/** Dwell in 4 and 8 for 5 s at least, exit with 2 and 6. */
export const FIRE: Preempt = {
  id: "fire",
  kind: "emergency",
  delaySeconds: 0,
  entry: { greenMinSeconds: 2, walkSeconds: 3, clearSeconds: 4 },
  dwell: { phases: ["4", "8"], greenMinSeconds: 5 },
  exit: { phases: ["2", "6"] },
  presenceMaxSeconds: 60,
};

/** What the log tells of preemption and flash. */
export function unitEvents(street: Street) {
  return street.events.filter(([, code]) => (code >= 101 && code <= 111) || code === 173);
}
