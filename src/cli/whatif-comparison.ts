import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import type { Arm } from "../../sim/whatif/arms.ts";
import type { Manner } from "../../sim/whatif/table.ts";
import type { WhatifRequest } from "./whatif-request.ts";

/** What is compared, on its network. */
export type Comparison = {
  readonly request: WhatifRequest;
  readonly runnable: RunnableNetwork;
  readonly arms: readonly Arm[];
  readonly manners: ReadonlyMap<string, Manner>;
};
