import type { Network } from "../../src/model/files.ts";
import type { Intersection, Phase } from "../../src/model/intersection.ts";

/** The features of the issue that a generated intersection can have; each has to occur. */
export const FEATURES = {
  "eight-phase dual ring": ({ rings, phases }) => phases.length === 8 && sizesOf(rings) === "22|22",
  "four phases": ({ rings }) => sizesOf(rings) === "11|11",
  "T-junction": ({ movements, rings }) =>
    rings !== undefined && new Set(movements.map(({ fromLink }) => fromLink)).size === 3,
  "ring with an empty group": ({ rings = [] }) =>
    rings.some((ring) => ring.some((group) => group.length === 0)),
  "3 rings": ({ rings }) => rings?.length === 3,
  "4 rings": ({ rings }) => rings?.length === 4,
  "1 barrier group": ({ rings }) => rings?.[0]?.length === 1,
  "3 barrier groups": ({ rings }) => rings?.[0]?.length === 3,
  "4 barrier groups": ({ rings }) => rings?.[0]?.length === 4,
  "16 phases": ({ phases, rings }) => rings !== undefined && phases.length === 16,
  "leading left": ({ rings = [], movements }) =>
    rings.some((ring) => ring.some((cell) => lefts(movements, cell, 0))),
  "lagging left": ({ rings = [], movements }) =>
    rings.some((ring) => ring.some((cell) => cell.length > 1 && lefts(movements, cell, cell.length - 1))),
  "plan with another order than the rings": (own) =>
    own.plans.some(({ stages }) =>
      ringsReversed(
        own,
        stages.map(({ stage }) => stage),
      ),
    ),
  "maximum 2": anyPhase(({ greenMax2Seconds }) => greenMax2Seconds !== undefined),
  "passage time": anyPhase(({ passageSeconds }) => passageSeconds !== undefined),
  "gap reduction": anyPhase(({ gapReduction }) => gapReduction !== undefined),
  "red revert": anyPhase(({ redRevertSeconds }) => redRevertSeconds !== undefined),
  "no recall": anyPhase(({ recall }) => recall === "none"),
  "minimum recall": anyPhase(({ recall }) => recall === "minimum"),
  "maximum recall": anyPhase(({ recall }) => recall === "maximum"),
  "soft recall": anyPhase(({ recall }) => recall === "soft"),
  "dual entry": anyPhase(({ dualEntry }) => dualEntry === true),
  "simultaneous gap on": anyPhase(({ simultaneousGap }) => simultaneousGap === true),
  "simultaneous gap off": anyPhase(({ simultaneousGap }) => simultaneousGap === false),
  "conditional service": anyPhase(({ conditionalService }) => conditionalService === true),
  "no red clearance": anyPhase(({ redClearSeconds }) => redClearSeconds === 0),
  "pedestrian recall": anyPhase(({ pedestrian }) => pedestrian?.recall === true),
  "push button": anyPhase(({ pedestrian }) => pedestrian?.recall === false),
  "rest in walk": anyPhase(({ pedestrian }) => pedestrian?.restInWalk === true),
  "leading pedestrian interval": anyPhase(({ pedestrian }) => pedestrian?.leadSeconds !== undefined),
  "pedestrian buffer beyond 3 s": anyPhase(({ pedestrian }) => (pedestrian?.bufferSeconds ?? 0) > 3),
  "exclusive pedestrian phase": ({ rings, phases, conflicts }) =>
    rings !== undefined &&
    phases.some(({ id, dualEntry, pedestrian }) => {
      const foes = conflicts.filter((pair) => pair.includes(id)).length;
      return pedestrian !== undefined && dualEntry === undefined && foes === phases.length - 1;
    }),
  "normal overlap": ({ overlaps = [] }) => overlaps.some(({ kind }) => kind === "normal"),
  "overlap with minus phases": ({ overlaps = [] }) =>
    overlaps.some((overlap) => overlap.kind === "normal" && overlap.minus.length > 0),
  "flashing yellow arrow": ({ overlaps = [] }) => overlaps.some(({ kind }) => kind === "flashingYellowArrow"),
  "railway preempt": ({ preempts = [] }) => preempts.some(({ track }) => track !== undefined),
  "several emergency preempts": ({ preempts = [] }) =>
    preempts.filter(({ kind }) => kind === "emergency").length > 1,
  priority: ({ priorities = [] }) => priorities.some(({ extensionMaxSeconds }) => extensionMaxSeconds > 0),
  "start-up": ({ startUp }) => startUp !== undefined,
  "yellow-red flash": ({ startUp }) => (startUp?.flashYellow.length ?? 0) > 0,
  "fixed force-off": ({ coordination }) => coordination?.forceOff === "fixed",
  "floating force-off": ({ coordination }) => coordination?.forceOff === "floating",
  "transition by dwell": ({ coordination }) => coordination?.correction === "dwell",
  "transition add-only": ({ coordination }) => coordination?.correction === "addOnly",
  "transition shortway": ({ coordination }) => coordination?.correction === "shortway",
  "reference begin of green": ({ coordination }) => coordination?.reference === "beginGreen",
  "reference end of green": ({ coordination }) => coordination?.reference === "endGreen",
  "maximum 1 in coordination": ({ coordination }) => coordination?.maximum === "maximum1",
  "maximum 2 in coordination": ({ coordination }) => coordination?.maximum === "maximum2",
  "maximum inhibited": ({ coordination }) => coordination?.maximum === "inhibit",
  "red rest": ({ redRest }) => redRest === true,
  "free operation by schedule": ({ schedule }) => schedule.some(({ plan }) => plan === "free"),
  "four plans": ({ plans }) => plans.length === 4,
  "two stages": ({ structure, stages }) => structure === "stages" && stages.length === 2,
  "six stages": ({ structure, stages }) => structure === "stages" && stages.length === 6,
  "twelve phases in stages": ({ structure, phases }) => structure === "stages" && phases.length === 12,
  "intergreen matrix": ({ intergreens = [] }) => intergreens.length > 0,
  "turn that yields": ({ stages }) => stages.some(({ permissive }) => permissive.length > 0),
  "circular display": anyPhase(({ permissiveDisplay }) => permissiveDisplay === "circular"),
  "arrow display": anyPhase(({ permissiveDisplay }) => permissiveDisplay === "arrow"),
  "pedestrians in stages": (own) =>
    own.structure === "stages" && own.phases.some(({ pedestrian }) => pedestrian !== undefined),
} satisfies Record<string, (intersection: Intersection) => boolean>;

function anyPhase(has: (phase: Phase) => boolean): (intersection: Intersection) => boolean {
  return ({ phases }) => phases.some(has);
}

function sizesOf(rings: Intersection["rings"]): string | undefined {
  return rings?.map((ring) => ring.map((cell) => cell.length).join("")).join("|");
}

function lefts(movements: Intersection["movements"], cell: readonly string[], position: number): boolean {
  return movements.some(({ phase, turn }) => turn === "left" && phase === cell[position] && cell.length > 1);
}

/** Whether the phases of some cell of two come the other way round. */
function ringsReversed({ rings = [], stages }: Intersection, order: readonly string[]): boolean {
  const phasesAt = (slot: number): readonly string[] =>
    stages.find(({ id }) => id === order[slot % order.length])?.phases ?? [];
  return rings.some((ring) =>
    ring.some(([first, second, third]) =>
      first === undefined || second === undefined || third !== undefined || ring.length < 2
        ? false
        : order.some((_, slot) => phasesAt(slot).includes(second) && phasesAt(slot + 1).includes(first)),
    ),
  );
}

export function intersectionOf(network: Network): Intersection {
  const [own] = network.intersections;
  if (own === undefined) throw new Error("a generated network has an intersection");
  return own;
}
