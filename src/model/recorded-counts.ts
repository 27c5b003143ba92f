import type { InstantMs } from "../units.ts";

/** What the detectors of a network told in one strategic interval of a journal. */
export type RecordedInterval = {
  readonly from: InstantMs;
  readonly until: InstantMs;
  readonly intersections: readonly RecordedIntersection[];
};

export type RecordedIntersection = {
  readonly intersection: string;
  readonly movements: readonly RecordedMovement[];
  /** Calls of pedestrians that were seen to begin, by phase; phases without any are left out. */
  readonly pedestrianCalls: ReadonlyMap<string, number>;
};

export type RecordedMovement = {
  readonly fromLink: string;
  readonly toLink: string;
  /** Vehicles that left over the stop line, fitted to what the exits' loops counted; `null` where no detector told. */
  readonly vehicles: number | null;
  /** What failed detectors should have counted stands for some of them. */
  readonly isReplaced: boolean;
};
