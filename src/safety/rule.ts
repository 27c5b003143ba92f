import { defined } from "../assert.ts";
import type { Command } from "../model/command.ts";
import type { TimingPlan } from "../model/plan.ts";
import type { StageSchedule } from "../model/stage-schedule.ts";
import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { CommandContext, GateContext, ScheduleContext } from "./context.ts";

/** Ids of the table in `DESIGN.md` that the gate holds; S18 and up are held at run time only. */
export type RuleId =
  | "S1"
  | "S2"
  | "S3"
  | "S4"
  | "S5"
  | "S6"
  | "S7"
  | "S8"
  | "S9"
  | "S10"
  | "S11"
  | "S12"
  | "S13"
  | "S14"
  | "S15"
  | "S16"
  | "S17";

export type Violation = {
  readonly rule: RuleId;
  /** What was asked and what is allowed, with numbers and units. */
  readonly detail: string;
};

/** One detail for each violation; none when the plan keeps the rule. */
export type PlanRule = (plan: TimingPlan, context: GateContext, now: InstantMs) => readonly string[];
export type CommandRule = (command: Command, context: CommandContext, now: InstantMs) => readonly string[];
export type ScheduleRule = (
  schedule: StageSchedule,
  context: ScheduleContext,
  now: InstantMs,
) => readonly string[];

export function seconds(durationMs: number): string {
  return `${msToSeconds(durationMs)} s`;
}

export function phaseName(table: TimingTable, phase: number): string {
  return defined(table.phases[phase], "phase").id;
}

export function stageNamed(table: TimingTable, stage: string) {
  return defined(table.stages[table.stageIndex.get(stage) ?? -1], `stage ${stage}`);
}
