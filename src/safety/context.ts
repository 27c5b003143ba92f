import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import type { InstantMs } from "../units.ts";

/** What a plan is judged against: the configuration, and what the intersection was given before. */
export type GateContext = {
  readonly table: TimingTable;
  /** The timing that the plan is to follow. */
  readonly previous: CycleTiming;
  /** When cycle or sequence changed last; `null` when they never did. */
  readonly cycleChangedAt: InstantMs | null;
};
