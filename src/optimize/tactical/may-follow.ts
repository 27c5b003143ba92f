import type { TimingTable } from "../../model/timing.ts";
import { trapsAtChange } from "../../safety/sequence-rules.ts";
import type { Junction } from "./policy.ts";

/** Changes of stage that trap nobody who yields (S11). */
export function mayFollow(timing: TimingTable): Junction["mayFollow"] {
  return timing.stages.map((from) =>
    timing.stages.map((to) => from !== to && trapsAtChange(timing, from.id, to.id).length === 0),
  );
}
