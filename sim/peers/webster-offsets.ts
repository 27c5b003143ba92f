import { defined } from "../../src/assert.ts";
import type { Intersection, LocalPlan, Movement } from "../../src/model/intersection.ts";
import { localTiming } from "../../src/model/schedule.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { Coupling } from "../../src/optimize/couplings.ts";
import type { ProgressionLink } from "../../src/optimize/platoon.ts";
import { progressionOffsets } from "../../src/optimize/progression.ts";
import { intergreenSeconds, type StageOrder } from "../../src/optimize/splits.ts";
import { modulo, msToSeconds } from "../../src/units.ts";
import type { StreamFlow } from "./lane-flows.ts";

/** An intersection whose splits are decided, with what passes it. */
export type OffsetNode = {
  readonly intersection: Intersection;
  readonly table: TimingTable;
  readonly order: StageOrder;
  readonly streams: readonly StreamFlow[];
};

/**
 * Offsets for plans of one common cycle, in the order of the nodes and by the reference of each intersection: the search of
 * `src/optimize`, free to go anywhere from the offsets that the plans have.
 */
export function soughtOffsets(
  nodes: readonly OffsetNode[],
  plans: readonly LocalPlan[],
  couplings: readonly Coupling[],
): readonly number[] {
  const cycleSeconds = defined(plans[0], "a plan").cycleSeconds;
  const begins = plans.map((plan, index) =>
    msToSeconds(localTiming(defined(nodes[index], "node").table, plan).offsetMs),
  );
  const links = couplings.flatMap((coupling) => linkOf(coupling, nodes));
  const { offsetSeconds } = progressionOffsets(
    nodes.map(({ intersection, table, order }, index) => {
      const intergreens = intergreenSeconds(table, order);
      return {
        id: intersection.id,
        table,
        timings: [
          {
            order,
            greenSeconds: defined(plans[index], "plan").stages.map(
              ({ splitSeconds }, slot) => splitSeconds - defined(intergreens[slot], "intergreen"),
            ),
            ownQueue: 0,
            moveMaxSeconds: cycleSeconds,
          },
        ],
        offsetSeconds: defined(begins[index], "begin"),
      };
    }),
    links,
    cycleSeconds,
  );
  return plans.map((plan, index) => {
    const moved = defined(offsetSeconds[index], "offset") - defined(begins[index], "begin");
    return modulo(Math.round((plan.offsetSeconds + moved) * 10) / 10, cycleSeconds);
  });
}

function linkOf(coupling: Coupling, nodes: readonly OffsetNode[]): readonly ProgressionLink[] {
  const from = nodes.findIndex(({ intersection }) => intersection.id === coupling.fromIntersection);
  const to = nodes.findIndex(({ intersection }) => intersection.id === coupling.toIntersection);
  const [near, far] = [nodes[from], nodes[to]];
  if (near === undefined || far === undefined) return [];
  const departing = phaseFlows(near, ({ toLink }) => toLink === coupling.exitLink);
  const arriving = phaseFlows(far, ({ fromLink }) => fromLink === coupling.approachLink);
  if (departing.length === 0 || arriving.length === 0) return [];
  return [{ from, to, travelSeconds: coupling.travelSeconds, departing, arriving }];
}

/** What passes on the movements that belong, by phase; a stream has the saturation flow of its share of the lane. */
function phaseFlows(
  { table, streams }: OffsetNode,
  belongs: (movement: Movement) => boolean,
): ProgressionLink["departing"] {
  const flows = new Map<number, ProgressionLink["departing"][number]>();
  for (const { lane, movement, flowVehPerHour } of streams) {
    if (!belongs(movement) || flowVehPerHour <= 0) continue;
    const laneFlow = streams.reduce(
      (sum, other) => sum + (other.lane === lane ? other.flowVehPerHour : 0),
      0,
    );
    const phase = defined(table.phaseIndex.get(movement.phase), movement.phase);
    const before = flows.get(phase) ?? { phase, flowVehPerHour: 0, saturationVehPerHour: 0 };
    flows.set(phase, {
      phase,
      flowVehPerHour: before.flowVehPerHour + flowVehPerHour,
      saturationVehPerHour:
        before.saturationVehPerHour + (movement.saturationFlowVehPerHour * flowVehPerHour) / laneFlow,
    });
  }
  return [...flows.values()];
}
