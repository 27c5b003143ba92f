import { defined } from "../assert.ts";
import type { Arrival, LaneOutlook, Outlook } from "../model/outlook.ts";

/**
 * A lane of an outlook as few characters of JSON: unseen vehicles a second, sight seconds, held seconds, headway seconds, 1 for who finds no
 * gap, weight of delay; shares of the streams; places that the first vehicle is not of; three numbers an arrival: earliest seconds, vehicles, urgency. Numbers are
 * whole, so that the same decision can be made of them.
 */
export type PackedLane = readonly [
  figures: readonly number[],
  streamShares: readonly number[],
  headIsNot: readonly number[],
  arrivals: readonly number[],
];

export type PackedOutlook = Omit<Outlook, "lanes"> & { readonly lanes: readonly PackedLane[] };

/** Numbers of one arrival. */
const NUMBERS = 3;

export function packOutlook({ lanes, exitFull, standingInside }: Outlook): PackedOutlook {
  return { lanes: lanes.map(packLane), exitFull, standingInside };
}

export function unpackOutlook({ lanes, exitFull, standingInside }: PackedOutlook): Outlook {
  return { lanes: lanes.map(unpackLane), exitFull, standingInside };
}

/** Who comes behind the horizon is looked at by no decision. */
export function withinHorizon(outlook: Outlook, horizonSeconds: number): Outlook {
  return {
    ...outlook,
    lanes: outlook.lanes.map((lane) => ({
      ...lane,
      arrivals: lane.arrivals.filter(({ earliestSeconds }) => earliestSeconds <= horizonSeconds),
    })),
  };
}

function packLane(lane: LaneOutlook): PackedLane {
  const { unseenVehPerSecond, sightSeconds, heldSeconds, headwaySeconds, findsNoGap, delayWeight } = lane;
  return [
    [unseenVehPerSecond, sightSeconds, heldSeconds, headwaySeconds, findsNoGap ? 1 : 0, delayWeight],
    lane.streamShares,
    lane.headIsNot,
    lane.arrivals.flatMap(({ earliestSeconds, vehicles, urgency }) => [earliestSeconds, vehicles, urgency]),
  ];
}

function unpackLane([figures, streamShares, headIsNot, arrivals]: PackedLane): LaneOutlook {
  const [unseen, sight, held, headway, noGap, delayWeight] = figures;
  return {
    arrivals: Array.from({ length: arrivals.length / NUMBERS }, (_, place) => arrivalAt(arrivals, place)),
    unseenVehPerSecond: defined(unseen, "unseen"),
    sightSeconds: defined(sight, "sight"),
    streamShares,
    headIsNot,
    findsNoGap: noGap === 1,
    heldSeconds: defined(held, "held"),
    headwaySeconds: defined(headway, "headway"),
    delayWeight: defined(delayWeight, "weight"),
  };
}

function arrivalAt(numbers: readonly number[], place: number): Arrival {
  const [earliestSeconds, vehicles, urgency] = numbers.slice(NUMBERS * place, NUMBERS * (place + 1));
  return {
    earliestSeconds: defined(earliestSeconds, "seconds"),
    vehicles: defined(vehicles, "vehicles"),
    urgency: defined(urgency, "urgency"),
  };
}
