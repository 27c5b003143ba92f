/**
 * What is expected at the stop lines of one intersection in the next minute or two: made by estimators, from whatever detectors
 * there are, and read by whoever decides each second. Indices are those of the intersection's lane table (`estimate/lanes.ts`).
 */
export type Outlook = {
  readonly lanes: readonly LaneOutlook[];
  /** By exit: its begin is full of standing vehicles, nobody more may be let in. */
  readonly exitFull: readonly boolean[];
  /** By movement of the configuration: vehicles of it that stand inside the junction. */
  readonly standingInside: readonly StandingInside[];
};

export type LaneOutlook = {
  /** By earliest time at the stop line, ascending. */
  readonly arrivals: readonly Arrival[];
  /** Vehicles a second that come beyond what detectors see now, from `sightSeconds` on. */
  readonly unseenVehPerSecond: number;
  readonly sightSeconds: number;
  /** Share of each of the lane's streams, in the order of the lane table; they add up to 1. */
  readonly streamShares: readonly number[];
  /** Places of streams that the first vehicle is not of, never of all: it has stood in their green, and lets nobody by. */
  readonly headIsNot: readonly number[];
  /** It has waited in vain for a gap: greens that yield do not help it. */
  readonly findsNoGap: boolean;
  /** How long it is held up yet in a green of its own by something that no detector sees, seconds; 0 where nothing does. */
  readonly heldSeconds: number;
  /** What a second of delay of its vehicles counts, 0 to 1: less than 1 where the road that they are for fills. */
  readonly delayWeight: number;
  /** Saturation headway, seconds a vehicle. */
  readonly headwaySeconds: number;
};

export type Arrival = {
  /** Earliest time at the stop line if nothing holds it up, seconds from now; 0 for who stands there. */
  readonly earliestSeconds: number;
  /** Expected vehicles: at most 1 for one that is seen and may go elsewhere, any number for a bin of predicted ones. */
  readonly vehicles: number;
  /** What a second of its delay counts: 1 for who has not stopped yet, growing with the time it has stood. */
  readonly urgency: number;
};

export type StandingInside = {
  readonly vehicles: number;
  /** How long the first of them has stood, seconds; 0 without any. */
  readonly seconds: number;
};
