import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { TrafficSnapshot } from "../../src/model/snapshot.ts";
import { msToSeconds } from "../../src/units.ts";

type Running = TrafficSnapshot["intersections"][number]["running"];

/** What the plan that runs now is called in the network that keeps it. */
export const RUNNING_PLAN = "running";

/**
 * The network with the timing that its intersections run now as their only plan, all day: what comes of it if nobody changes anything.
 * @throws PhasewiseError `DATA_INVALID` for stages that an intersection has not, or one that the snapshot is without.
 */
export function runningPlans(network: Network, snapshot: TrafficSnapshot): Network {
  const runs = new Map(snapshot.intersections.map(({ id, running }) => [id, running]));
  return {
    ...network,
    intersections: network.intersections.map((intersection) => {
      const running = runs.get(intersection.id);
      if (running === undefined) throw wrong("intersections", "nothing", `intersection ${intersection.id}`);
      checkStages(intersection, running);
      return {
        ...intersection,
        // The engine refers offsets to the begin of green, whatever the configuration does.
        ...(intersection.coordination === undefined
          ? {}
          : { coordination: { ...intersection.coordination, reference: "beginGreen" as const } }),
        plans: [
          {
            id: RUNNING_PLAN,
            cycleSeconds: msToSeconds(running.cycleMs),
            offsetSeconds: msToSeconds(running.offsetMs),
            stages: running.stages.map(({ stage, splitMs }) => ({
              stage,
              splitSeconds: msToSeconds(splitMs),
            })),
          },
        ],
        schedule: [{ from: "00:00", plan: RUNNING_PLAN }],
      };
    }),
  };
}

function checkStages({ id, stages }: Intersection, running: Running): void {
  const known = new Set(stages.map((stage) => stage.id));
  for (const { stage } of running.stages) {
    if (!known.has(stage))
      throw wrong(`intersections/${id}/running`, stage, `stages of ${id}: ${[...known].join(", ")}`);
  }
}

function wrong(place: string, found: string, allowed: string): PhasewiseError {
  return new PhasewiseError("DATA_INVALID", `snapshot#/${place}: found ${found}, allowed: ${allowed}`);
}
