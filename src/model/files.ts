import type { DemandFile } from "./demand.ts";
import type { Intersection } from "./intersection.ts";
import type { NetworkFile } from "./network.ts";

/** A network folder, read and found valid; intersections in the order of their ids. */
export type Network = NetworkFile & {
  readonly intersections: readonly Intersection[];
  /** Absent where the plant brings its own demand. */
  readonly demand?: DemandFile;
};
