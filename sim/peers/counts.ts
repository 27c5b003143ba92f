import { defined } from "../../src/assert.ts";
import type { LaneOutlook, Outlook } from "../../src/model/outlook.ts";
import type { Junction, StreetNow, TacticalDecision } from "../../src/optimize/tactical/policy.ts";

/** Who counts on a lane: by the earliest time at the stop line, which is longer for the same place when one has to set off. */
export type Sight = {
  /** Of who moves, seconds. */
  readonly movingSeconds: number;
  /** Of who has stood, seconds. */
  readonly stoodSeconds: number;
};

/** Speed that places are turned into times with: 50 km/h, as on the maps of the comparison. */
const SPEED_METERS_PER_SECOND = 13.9;
/** Setting off; reference `control-algorithms.md` §2. */
const ACCELERATION_METERS_PER_SECOND_2 = 2;

/** Everybody within so many metres of the stop line, moving or standing. */
export function sightOf(meters: number): Sight {
  const rampMeters = SPEED_METERS_PER_SECOND ** 2 / (2 * ACCELERATION_METERS_PER_SECOND_2);
  const rampSeconds = Math.sqrt((2 * Math.min(meters, rampMeters)) / ACCELERATION_METERS_PER_SECOND_2);
  const cruiseSeconds = Math.max(0, meters - rampMeters) / SPEED_METERS_PER_SECOND;
  return { movingSeconds: meters / SPEED_METERS_PER_SECOND, stoodSeconds: rampSeconds + cruiseSeconds };
}

/**
 * Vehicles of a lane within sight. Who has stood is known by an urgency above 1, for a second of one who has not stopped yet counts
 * 1 (`model/outlook.ts`).
 */
export function vehiclesWithin({ arrivals }: LaneOutlook, { movingSeconds, stoodSeconds }: Sight): number {
  return arrivals.reduce(
    (sum, { earliestSeconds, vehicles, urgency }) =>
      sum + (earliestSeconds <= (urgency > 1 ? stoodSeconds : movingSeconds) ? vehicles : 0),
    0,
  );
}

/** What a peer sees of one stream: one movement out of one lane. */
export type StreamCount = {
  readonly phase: number;
  /** Of the lane's vehicles within sight, those that are expected to belong to the stream. */
  readonly vehicles: number;
  /** Of the lane's vehicles; between 0 and 1. */
  readonly share: number;
  readonly saturationFlowVehPerHour: number;
  readonly exitFull: boolean;
};

export function streamCounts(junction: Junction, outlook: Outlook, sight: Sight): readonly StreamCount[] {
  const { lanes, streams, exits } = junction.lanes;
  const { movements } = junction.timing.intersection;
  const within = outlook.lanes.map((lane) => vehiclesWithin(lane, sight));
  return streams.map(({ lane, movement, phase }, stream) => {
    const place = defined(lanes[lane], "lane").streams.indexOf(stream);
    const share = defined(defined(outlook.lanes[lane], "lane").streamShares[place], "share");
    return {
      phase,
      vehicles: defined(within[lane], "lane") * share,
      share,
      saturationFlowVehPerHour: defined(movements[movement], "movement").saturationFlowVehPerHour,
      exitFull: exits.some(
        (exit, index) => outlook.exitFull[index] === true && exit.streams.includes(stream),
      ),
    };
  });
}

/**
 * What a stream's green is worth where it yields, next to one that does not: Siegloch's formula with the gaps of `src/optimize` gives
 * 1440·e^(−600/3600·3.25) = 838 veh/h against 600 opposing veh/h, half of 1700. Without it a stage that lets a turn yield would always
 * be preferred to the one that gives the turn its own green.
 */
export const YIELDING_RATIO = 0.5;

/** What a stage gives a phase: 0 red, 1 green, between them for one that yields. */
export function greenRatio({ timing }: Junction, stage: number, phase: number): number {
  const { phases, permissive } = defined(timing.stages[stage], "stage");
  if (!phases.includes(phase)) return 0;
  return permissive.has(phase) ? YIELDING_RATIO : 1;
}

/** The stage that is worth most; the present one on ties, else the first. */
export function bestStage(worth: readonly number[], present: number): number {
  return worth.reduce(
    (best, one, stage) => (one > defined(worth[best], "worth") + TIE ? stage : best),
    present,
  );
}

/** Sums of shares are not exact. */
const TIE = 1e-9;

/** The stage to go to for the sake of `wanted`: itself, or where it may not follow the present one, the most worthy between the two. */
export function stageTowards(
  { mayFollow }: Junction,
  present: number,
  wanted: number,
  worth: readonly number[],
): number {
  const follows = (from: number, to: number): boolean => mayFollow[from]?.[to] === true;
  if (wanted === present || follows(present, wanted)) return wanted;
  const between = worth.flatMap((_, stage) =>
    stage !== present && follows(present, stage) && follows(stage, wanted) ? [stage] : [],
  );
  const valued = between.toSorted((a, b) => defined(worth[b], "worth") - defined(worth[a], "worth") || a - b);
  return valued[0] ?? present;
}

/** The decision for a stage from now on. Peers plan nothing further and tell their neighbours nothing. */
export function showNow(
  street: StreetNow,
  stage: number,
  worth: readonly number[],
  binding: string | null,
  memory: readonly number[],
): TacticalDecision {
  const candidates = worth.map((one, index) => ({ stage: index, cost: 0 - one }));
  return {
    stages: [{ stage, startAt: street.at }],
    departures: null,
    record: {
      candidates: candidates.toSorted((a, b) => a.cost - b.cost || a.stage - b.stage),
      binding,
      expansions: worth.length,
    },
    memory,
  };
}
