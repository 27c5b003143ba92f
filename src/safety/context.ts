import type { Coordination, Operation } from "../model/operation.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import type { InstantMs } from "../units.ts";

/** What a command is judged against: the configuration, and what the controller is doing. */
export type CommandContext = {
  readonly table: TimingTable;
  readonly operation: Operation;
};

/** What a stage schedule is judged against: besides, which stage the controller shows. */
export type ScheduleContext = CommandContext & {
  /** Id of the stage whose green runs, or that the intergreen leads to. */
  readonly stage: string;
};

/** What a plan is judged against: besides, what the intersection was given before. */
export type GateContext = CommandContext & {
  /** The timing that the plan is to follow; `null` in free operation. */
  readonly previous: CycleTiming | null;
  /** When cycle or sequence changed last; `null` when they never did. */
  readonly cycleChangedAt: InstantMs | null;
  readonly coordination: Coordination;
};
