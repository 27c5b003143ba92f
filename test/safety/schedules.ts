import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { ScheduleContext } from "../../src/safety/context.ts";
import { after, type InstantMs } from "../../src/units.ts";
import { NOW } from "./plans.ts";

/** Starts of stages, in seconds after the decision. */
export type Starts = readonly (readonly [stage: string, inSeconds: number])[];

export function startsAt(starts: Starts, from: InstantMs = NOW): StageSchedule["stages"] {
  return starts.map(([stage, inSeconds]) => ({ stage, startAt: after(from, inSeconds * 1_000) }));
}

/** The NEMA example's stage goes on for 10 s, then the side street: nobody has anything against it, but for what is changed. */
export function schedule(change: Partial<StageSchedule> = {}): StageSchedule {
  return {
    id: "s1",
    intersection: "x",
    basedOnAt: NOW,
    effectiveAt: NOW,
    validUntil: after(NOW, 10_000),
    stages: startsAt([
      ["2-6", 0],
      ["side", 10],
    ]),
    reason: "an example",
    ...change,
  };
}

export function scheduleContext(table: TimingTable, change: Partial<ScheduleContext> = {}): ScheduleContext {
  return { table, operation: "normal", stage: "2-6", ...change };
}
