import type { Envelope, Intersection, Movement, Phase, Stage } from "../../src/model/intersection.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { LaneDemand } from "../../src/optimize/capacity.ts";
import type { RetimeNode } from "../../src/optimize/retime.ts";
import { detectedT } from "../estimate/shared-lane.ts";

const PHASE: Omit<Phase, "id"> = {
  greenMinSeconds: 5,
  greenMaxSeconds: 90,
  yellowSeconds: 4,
  redClearSeconds: 2,
};

const ENVELOPE: Envelope = {
  cycleMinSeconds: 30,
  cycleMaxSeconds: 120,
  splitStepSeconds: 12,
  cycleChangeMinSeconds: 600,
  waitMaxSeconds: 240,
  planValidMaxSeconds: 1800,
  transitionLengthenRatio: 0.2,
  transitionShortenRatio: 0.17,
};

type Description = {
  readonly phases: Readonly<Record<string, Partial<Phase>>>;
  readonly stages: readonly Stage[];
  readonly conflicts: readonly (readonly [string, string])[];
  readonly envelope?: Partial<Envelope>;
};

/** An intersection of which only the timing matters: every phase has one through movement out of a lane of its own. */
export function signals({ phases, stages, conflicts, envelope }: Description): Intersection {
  const ids = Object.keys(phases);
  const movements = ids.map(
    (id): Movement => ({
      id: `M${id}`,
      turn: "through",
      fromLink: `in${id}`,
      fromLanes: [`in${id}.0`],
      toLink: `out${id}`,
      phase: id,
      saturationFlowVehPerHour: 1800,
    }),
  );
  const { rings: _, ...rest } = detectedT();
  return {
    ...rest,
    structure: "stages",
    phases: ids.map((id) => ({ ...PHASE, id, ...phases[id] })),
    movements,
    stages: [...stages],
    conflicts: conflicts.map(([left, right]) => [left, right]),
    detectors: [],
    envelope: { ...ENVELOPE, ...envelope },
  };
}

/** The textbook's crossing: two stages of one phase each, 4 s of yellow and 2 s of red clearance. */
export function twoStages(
  phases: Readonly<Record<"A" | "B", Partial<Phase>>> = { A: {}, B: {} },
): TimingTable {
  const crossing = signals({
    phases,
    stages: [
      { id: "a", phases: ["A"], permissive: [] },
      { id: "b", phases: ["B"], permissive: [] },
    ],
    conflicts: [["A", "B"]],
  });
  return timingTable(crossing, 1000);
}

/** A lane all of whose vehicles have the one phase. */
export function lane(phase: number, flowVehPerHour: number, saturationFlowVehPerHour = 1800): LaneDemand {
  return { flowVehPerHour, streams: [{ phase, share: 1, saturationFlowVehPerHour }] };
}

type Designed = "nextCycleSeconds";

/** A node of a group; designed for its expected demand, with a cycle that begins at midnight, unless told otherwise. */
export function retimeNode(
  node: Omit<RetimeNode, Designed> & Partial<Pick<RetimeNode, Designed>>,
): RetimeNode {
  return { nextCycleSeconds: 0, ...node };
}
