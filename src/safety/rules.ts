import {
  commandFreeze,
  commandLease,
  offsetRate,
  planFreeze,
  planLease,
  rateBounded,
} from "./lease-rules.ts";
import type { CommandRule, PlanRule, RuleId, ScheduleRule } from "./rule.ts";
import {
  scheduledConflictFree,
  scheduledRingsRun,
  scheduledService,
  scheduledStagesKnown,
  scheduledTrapFree,
  scheduledWait,
  scheduleFields,
  scheduleFreeze,
  scheduleLease,
} from "./schedule-rules.ts";
import { noYellowTrap, orderRingsRun, ringsRun } from "./sequence-rules.ts";
import {
  accountable,
  commandFields,
  cycleInRange,
  offsetInRange,
  orderKnown,
  planFields,
  splitsAddUp,
  stagesKnown,
} from "./shape-rules.ts";
import {
  clearanceFits,
  conflictFree,
  holdWait,
  longestWait,
  minimumService,
  orderConflictFree,
  pedestriansServed,
} from "./street-rules.ts";

/** In the order in which they are checked; the table with sources stands in `DESIGN.md`. */
export const PLAN_RULES: readonly (readonly [RuleId, PlanRule])[] = [
  ["S1", stagesKnown],
  ["S2", conflictFree],
  ["S3", minimumService],
  ["S4", clearanceFits],
  ["S5", splitsAddUp],
  ["S6", cycleInRange],
  ["S7", offsetInRange],
  ["S8", longestWait],
  ["S9", planLease],
  ["S10", rateBounded],
  ["S11", noYellowTrap],
  ["S12", ringsRun],
  ["S13", offsetRate],
  ["S14", pedestriansServed],
  ["S15", planFields],
  ["S16", planFreeze],
];

/** The rules that say something about commands. */
export const COMMAND_RULES: readonly (readonly [RuleId, CommandRule])[] = [
  ["S1", orderKnown],
  ["S2", orderConflictFree],
  ["S8", holdWait],
  ["S9", commandLease],
  ["S12", orderRingsRun],
  ["S15", commandFields],
  ["S16", commandFreeze],
  ["S17", accountable],
];

/** The rules that say something about stage schedules. */
export const SCHEDULE_RULES: readonly (readonly [RuleId, ScheduleRule])[] = [
  ["S1", scheduledStagesKnown],
  ["S2", scheduledConflictFree],
  ["S3", scheduledService],
  ["S8", scheduledWait],
  ["S9", scheduleLease],
  ["S11", scheduledTrapFree],
  ["S12", scheduledRingsRun],
  ["S15", scheduleFields],
  ["S16", scheduleFreeze],
];
