import type { Network } from "../../src/model/files.ts";
import type { InstantMs } from "../../src/units.ts";
import type { Plant } from "./plant.ts";

/** A network together with what is needed to put traffic on it. */
export type RunnableNetwork = {
  readonly network: Network;
  /** Local midnight of the day on which a run starts. */
  readonly midnightAt: InstantMs;
  /** Begin of a run when the caller asks for nothing else. */
  readonly startsAt: InstantMs;
  /** Seconds that the scenario is configured for; `undefined` where it is endless. */
  readonly durationSeconds: number | undefined;
  /** Things that could not be represented as they are, for the user to read. */
  readonly notes: readonly string[];
  readonly createPlant: (options: { readonly seed: number }) => Promise<Plant>;
};
