import { defined } from "../assert.ts";
import type { DecisionInput } from "./decision-input.ts";
import type { TimingProblem } from "./timing-problem.ts";

const FLOW_MAX_VEH_PER_HOUR = 2000;
/** A forecast that is off by less says nothing. */
const STEP_MIN_VEH_PER_HOUR = 12;
const STEP_RATIO = 0.05;

/**
 * The demand of the stop-line lanes that a group's timings were chosen by, those of `intersection` first. Traffic between the intersections,
 * which offsets are chosen by, is that of the last half hour and stays as it was.
 */
export function timingInputs(
  problem: TimingProblem,
  intersection: string,
): readonly DecisionInput<TimingProblem>[] {
  const places = [...problem.nodes.keys()];
  const isOwn = (place: number): boolean => problem.nodes[place]?.id === intersection;
  return [...places.filter(isOwn), ...places.filter((place) => !isOwn(place))].flatMap((place) =>
    laneFlows(problem, place),
  );
}

function laneFlows(problem: TimingProblem, place: number): readonly DecisionInput<TimingProblem>[] {
  const node = defined(problem.nodes[place], "node");
  return node.lanes.map((lane, index) => ({
    path: `demand.${node.id}.${node.laneIds[index] ?? index}`,
    title: `demand of lane ${node.laneIds[index] ?? index} of ${node.id}`,
    unit: "veh/h",
    value: lane.flowVehPerHour,
    min: 0,
    max: FLOW_MAX_VEH_PER_HOUR,
    step: Math.max(STEP_MIN_VEH_PER_HOUR, STEP_RATIO * lane.flowVehPerHour),
    with: (flowVehPerHour) => {
      // What a timing must have room for stays as far above the mean.
      const above = (lane.highFlowVehPerHour ?? lane.flowVehPerHour) - lane.flowVehPerHour;
      const changed = { ...lane, flowVehPerHour, highFlowVehPerHour: flowVehPerHour + above };
      const nodes = problem.nodes.with(place, { ...node, lanes: node.lanes.with(index, changed) });
      return { ...problem, nodes };
    },
  }));
}
