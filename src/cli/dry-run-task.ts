import type { Observe } from "../../sim/field/run-field.ts";
import type { AdaptiveMode } from "../../sim/whatif/controls.ts";
import type { Setting } from "../engine/parameters/settings.ts";
import type { Network } from "../model/files.ts";
import type { DryRunPlan } from "../protocol/change.ts";

/** What a running engine has in common with the engines of its dry runs. */
export type DryRunEngine = {
  /** With its demand. */
  readonly network: Network;
  readonly mode: AdaptiveMode;
  readonly observe: Observe;
};

/** What the process of a dry run is given to do: once, and then it ends. */
export type DryRunTask = {
  readonly engine: DryRunEngine;
  readonly plan: DryRunPlan;
  /** All that is not at its default: as it is, and with the draft. */
  readonly now: readonly Setting[];
  readonly draft: readonly Setting[];
};
