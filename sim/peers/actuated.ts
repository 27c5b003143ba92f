import type { Network } from "../../src/model/files.ts";
import type { Intersection, Phase, Recall } from "../../src/model/intersection.ts";
import { FREE_OPERATION } from "../../src/model/schedule.ts";

export type ActuatedParameters = {
  /** Passage time of a phase that one loop extends. */
  readonly passageSeconds: number;
  /** Of one that several extend: lanes beside each other, an advance loop before the stop line. */
  readonly passageSeveralSeconds: number;
  /** No green lasts longer while somebody waits, unless service needs it; a lower configured maximum stays. */
  readonly greenMaxSeconds: number;
};

export const ACTUATED: ActuatedParameters = {
  // Half as long again as the 2 s between vehicles that leave a queue.
  passageSeconds: 3,
  // Each loop starts the passage time anew, so gaps of several are rare. The least that practice uses; DESIGN.md has what others did.
  passageSeveralSeconds: 2,
  // Below the greens of a plan of 90 s: whoever waits is not kept longer than there. DESIGN.md has what others did.
  greenMaxSeconds: 35,
};

/**
 * The network under free, fully actuated operation by its controllers' own loops: no cycle, greens that end by gap or maximum, stages
 * or phases that nobody calls left out. Push buttons and walk recalls stay as configured. On a stage-based controller a turn that
 * yields in one stage and has the next for itself is served by the first alone: free operation goes on to a stage for a phase that is
 * red, never for one that yields.
 */
export function actuatedNetwork(network: Network, parameters: ActuatedParameters = ACTUATED): Network {
  return {
    ...network,
    intersections: network.intersections.map((intersection) =>
      actuatedIntersection(intersection, parameters),
    ),
  };
}

function actuatedIntersection(intersection: Intersection, parameters: ActuatedParameters): Intersection {
  const main = intersection.plans[0]?.stages[0]?.stage;
  const rests = new Set(intersection.stages.find(({ id }) => id === main)?.phases);
  return {
    ...intersection,
    phases: intersection.phases.map((phase) =>
      actuatedPhase(phase, loopsOf(intersection, phase), rests.has(phase.id), parameters),
    ),
    schedule: [{ from: "00:00", plan: FREE_OPERATION }],
  };
}

/** How a phase is seen. */
type Loops = {
  readonly lanes: number;
  /** Every lane has a loop at its stop line, so that nobody who stands there is forgotten. */
  readonly complete: boolean;
  /** Those that call and extend it. */
  readonly loops: number;
};

function loopsOf({ movements, detectors }: Intersection, { id }: Phase): Loops {
  const lanes = new Set(movements.filter(({ phase }) => phase === id).flatMap(({ fromLanes }) => fromLanes));
  const own = detectors.filter(
    ({ role, lane, serves }) => role !== "entry" && [lane, ...serves].some((one) => lanes.has(one)),
  );
  const stopLine = own
    .filter(({ role }) => role === "stopLine")
    .flatMap(({ lane, serves }) => [lane, ...serves]);
  return {
    lanes: lanes.size,
    complete: [...lanes].every((lane) => stopLine.includes(lane)),
    loops: own.length,
  };
}

function actuatedPhase(phase: Phase, loops: Loops, rests: boolean, parameters: ActuatedParameters): Phase {
  const passageSeconds = loops.loops > 1 ? parameters.passageSeveralSeconds : parameters.passageSeconds;
  const { pedestrian, gapReduction } = phase;
  const walkSeconds = pedestrian === undefined ? 0 : pedestrian.walkSeconds + pedestrian.clearSeconds;
  const longest = Math.min(phase.greenMaxSeconds, parameters.greenMaxSeconds);
  return {
    ...phase,
    greenMaxSeconds: Math.max(longest, phase.greenMinSeconds, walkSeconds),
    passageSeconds,
    recall: recallOf(loops, rests),
    ...(gapReduction === undefined
      ? {}
      : {
          gapReduction: {
            ...gapReduction,
            gapMinSeconds: Math.min(gapReduction.gapMinSeconds, passageSeconds),
          },
        }),
  };
}

/**
 * Without a loop at every stop line somebody could stand unseen: the phase is served in each round. The main street's greens come back
 * when nobody waits anywhere; everybody else comes by call.
 */
function recallOf({ lanes, complete }: Loops, rests: boolean): Recall {
  if (lanes > 0 && !complete) return "minimum";
  return rests ? "soft" : "none";
}
