import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";

/** Demand at one stop-line lane, with what its streams need. */
export type LaneDemand = {
  /** The mean: delay is reckoned with it. */
  readonly flowVehPerHour: number;
  /** What greens and cycle must have room for, a high quantile where the demand is a forecast; the mean where none is given. */
  readonly highFlowVehPerHour?: number;
  readonly streams: readonly {
    readonly phase: number;
    /** Of the lane's vehicles; the shares of a lane add up to 1. */
    readonly share: number;
    readonly saturationFlowVehPerHour: number;
  }[];
};

/** What a lane can discharge in one stage. */
export type StageService = {
  /** Veh/h of green. */
  readonly rateVehPerHour: number;
  /** Vehicles a cycle that go whatever the green lasts: turning at its end, or until one without green blocks the lane. */
  readonly fixedVehPerCycle: number;
};

/** Gap accepted against the opposing stream, and the headway of those that follow in one gap; HCM for permissive lefts. */
const CRITICAL_GAP_SECONDS = 4.5;
const FOLLOW_UP_SECONDS = 2.5;
/** Permissive turners that wait inside the junction and go when the opposing stream gets yellow; HCM: up to 2. */
const SNEAKERS_VEH_PER_CYCLE = 1.5;
/** Vehicles of a shared lane that the sneakers let go in a cycle, at most. */
const SNEAKERS_LANE_MAX = 4;
/** What permissive turners get at least while their signal is green: drivers force gaps that the formula does not know. */
const PERMISSIVE_LEAST_VEH_PER_HOUR = 200;
/** A lane of which less than this share has green is blocked by its first vehicle without. */
const WHOLE_LANE_SHARE = 0.97;

/**
 * Service of every lane in every stage: `[lane][stage]`. `greenRatio` is the share of the cycle that each stage is green in the
 * plan at hand; opposing queues must clear before permissive turners find gaps.
 */
export function laneServices(
  table: TimingTable,
  lanes: readonly LaneDemand[],
  greenRatio: readonly number[],
): readonly (readonly StageService[])[] {
  return lanes.map((lane) =>
    table.stages.map((_, stage) =>
      laneService(table, lanes, lane, stage, defined(greenRatio[stage], "ratio")),
    ),
  );
}

const NO_SERVICE: StageService = { rateVehPerHour: 0, fixedVehPerCycle: 0 };

function laneService(
  table: TimingTable,
  lanes: readonly LaneDemand[],
  lane: LaneDemand,
  stage: number,
  greenRatio: number,
): StageService {
  const { phases, permissive } = defined(table.stages[stage], "stage");
  const going = lane.streams.filter(({ phase }) => phases.includes(phase));
  const share = going.reduce((sum, stream) => sum + stream.share, 0);
  if (going.length === 0 || share <= 0) return NO_SERVICE;
  let secondsPerVehicle = 0;
  let yieldingShare = 0;
  for (const stream of going) {
    const yields = permissive.has(stream.phase);
    const rate = yields
      ? permissiveRate(table, lanes, stream.phase, stage, greenRatio, stream.saturationFlowVehPerHour)
      : stream.saturationFlowVehPerHour;
    if (yields) yieldingShare += stream.share;
    secondsPerVehicle += (stream.share / share) * (3600 / rate);
  }
  // Each turner that clears at the end of green had the vehicles of the other streams before it.
  const sneakers =
    yieldingShare > 0 ? Math.min(SNEAKERS_LANE_MAX, (SNEAKERS_VEH_PER_CYCLE * share) / yieldingShare) : 0;
  if (share < WHOLE_LANE_SHARE) {
    // Vehicles of a share f go until the first one that may not: on average f / (1 − f) of them.
    return { rateVehPerHour: 0, fixedVehPerCycle: share / (1 - share) };
  }
  return { rateVehPerHour: 3600 / secondsPerVehicle, fixedVehPerCycle: sneakers };
}

/**
 * Turners through gaps of the opposing streams (Siegloch: 3600/t_f · e^(−q·(t_c − t_f/2)/3600)), in the part of the green that
 * remains when the opposing queue has cleared.
 */
function permissiveRate(
  table: TimingTable,
  lanes: readonly LaneDemand[],
  phase: number,
  stage: number,
  greenRatio: number,
  protectedRate: number,
): number {
  const { phases, permissive } = defined(table.stages[stage], "stage");
  const foes = new Set(
    phases.filter((other) => table.conflicts[phase]?.has(other) === true && !permissive.has(other)),
  );
  let opposingVehPerHour = 0;
  let opposingRatio = 0;
  for (const lane of lanes) {
    const share = lane.streams.reduce((sum, stream) => sum + (foes.has(stream.phase) ? stream.share : 0), 0);
    if (share === 0) continue;
    opposingVehPerHour += lane.flowVehPerHour * share;
    const saturation = defined(lane.streams[0], "stream").saturationFlowVehPerHour;
    opposingRatio = Math.max(opposingRatio, (lane.flowVehPerHour * share) / saturation);
  }
  const gapRate =
    (3600 / FOLLOW_UP_SECONDS) *
    Math.exp((-opposingVehPerHour / 3600) * (CRITICAL_GAP_SECONDS - FOLLOW_UP_SECONDS / 2));
  const rate = Math.min(protectedRate, gapRate) * clearRatio(opposingRatio, greenRatio);
  return Math.max(PERMISSIVE_LEAST_VEH_PER_HOUR, rate);
}

/**
 * Share of the green that is left when the opposing queue has cleared: of a green of λ of the cycle, a queue of the flow ratio y
 * takes y·(1 − λ)/(1 − y). One that never clears leaves nothing.
 */
function clearRatio(opposingRatio: number, greenRatio: number): number {
  if (opposingRatio >= 1) return 0;
  if (greenRatio <= 0) return 1;
  const taken = (opposingRatio * (1 - greenRatio)) / ((1 - opposingRatio) * greenRatio);
  return Math.min(1, Math.max(0, 1 - taken));
}

/** Vehicles an hour that a lane can discharge with these greens; seconds by stage. */
export function laneCapacity(
  services: readonly StageService[],
  effectiveGreenSeconds: readonly number[],
  cycleSeconds: number,
): number {
  let vehiclesPerCycle = 0;
  for (const [stage, { rateVehPerHour, fixedVehPerCycle }] of services.entries()) {
    const greenSeconds = defined(effectiveGreenSeconds[stage], "green");
    if (greenSeconds <= 0) continue;
    vehiclesPerCycle += (rateVehPerHour * greenSeconds) / 3600 + fixedVehPerCycle;
  }
  return (vehiclesPerCycle * 3600) / cycleSeconds;
}
