import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import type { DemandFactors } from "../../sim/traffic/demand-change.ts";
import type { Observe } from "../../sim/field/run-field.ts";
import type { AdaptiveMode } from "../../sim/whatif/controls.ts";
import type { Profile } from "../../sim/whatif/observe.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import { openRecorded, openRunnable, openTwin, type PlantKind, type RecordedStreet } from "./networks.ts";

/** What all runs of one `phasewise whatif` have in common. */
export type WhatifScenario = {
  readonly reference: string;
  /** Local time of day, for the built-in model. */
  readonly from: string | undefined;
  readonly plant: PlantKind;
  /** `undefined` where the network has no other timing than its own. */
  readonly profile: Profile | undefined;
  readonly observe: Observe;
  readonly adaptiveMode: AdaptiveMode;
  readonly forSeconds: number | undefined;
  /** Who is scheduled in so many seconds from the begin on is not measured; `undefined`: everybody is. */
  readonly warmupSeconds: number | undefined;
  readonly demand: DemandFactors;
  /** What a running engine knows of its street, where the runs look ahead from there; `undefined` for an empty street. */
  readonly live: TrafficSnapshot | undefined;
  /** The street of a journal, where the runs are on that; absent where they are on `reference`. */
  readonly recorded?: RecordedStreet;
};

/** Throws as `openRunnable` and `openTwin` do. */
export async function openScenario({
  reference,
  from,
  live,
  recorded,
  ...options
}: WhatifScenario): Promise<RunnableNetwork> {
  if (recorded !== undefined) return openRecorded(recorded);
  return live === undefined
    ? await openRunnable(reference, from, options)
    : await openTwin(reference, live, options.demand);
}
