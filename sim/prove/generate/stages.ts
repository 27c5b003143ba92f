import { defined } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import type { Intersection, Phase, Stage, Turn } from "../../../src/model/intersection.ts";
import { drawPhase } from "./phase.ts";
import { type PlanlessIntersection, withPlans } from "./plans.ts";
import { drawSpecialOperation } from "./special.ts";
import { drawGround, outLinkOf, type Stream } from "./ground.ts";
import { type Random, toTenth } from "../random.ts";

/** A phase before its times: the stages it runs in and what it lets go. */
type Draft = {
  readonly id: string;
  readonly leg: number;
  readonly turn: Turn | "pedestrian";
  readonly walks: boolean;
  readonly stages: ReadonlySet<number>;
};

/** A stage-based intersection with its streets, or `undefined` when this draw has no cycle within the schema. */
export function generateStages(random: Random): Network | undefined {
  const legCount = random.integer(3, 4);
  const stageCount = random.integer(2, 6);
  const drafts = drawDrafts(random, legCount, stageCount, random.integer(stageCount, 12));
  const yields = drawYields(random, drafts, stageCount);
  const speeds = Array.from({ length: legCount }, () => random.integer(80, 180) / 10);
  const ground = drawGround(random, legCount, speeds, drafts.flatMap(streamOf));
  const phases = drafts.map((draft) =>
    drawPhase(random, {
      id: draft.id,
      speedMetersPerSecond: draft.turn === "pedestrian" ? 0 : defined(speeds[draft.leg], "speed"),
      crosses: draft.walks ? outLinkOf(draft.leg) : null,
      exclusive: draft.turn === "pedestrian",
      ring: null,
    }),
  );
  const conflicts = drawConflicts(random, drafts, yields);
  const skeleton = {
    structure: "stages" as const,
    movements: ground.movements,
    phases,
    stages: Array.from({ length: stageCount }, (_, stage) => stageOf(stage, drafts, yields)),
    conflicts,
    detectors: ground.detectors,
  };
  const intergreens = drawIntergreens(random, phases, conflicts);
  const planless = {
    ...skeleton,
    ...drawSpecialOperation(random, skeleton),
    ...(intergreens.length > 0 ? { intergreens } : {}),
  };
  const intersection = withPlans(random, withDisplays(random, planless, yields));
  return intersection && { ...ground.network, intersections: [intersection] };
}

function drawDrafts(random: Random, legCount: number, stageCount: number, phaseCount: number): Draft[] {
  return Array.from({ length: phaseCount }, (_, index): Draft => {
    // The first phases give every stage one of its own.
    const home = index < stageCount ? index : random.integer(0, stageCount - 1);
    const stages = new Set([home]);
    if (index >= stageCount && random.chance(0.8)) stages.add(random.integer(0, stageCount - 1));
    const turn = random.weighted<Draft["turn"]>([
      [5, "through"],
      [3, "left"],
      [2, "right"],
      // Somebody drives.
      [index === 0 ? 0 : 2, "pedestrian"],
    ]);
    return {
      id: `P${index}`,
      leg: random.integer(0, legCount - 1),
      turn,
      walks: turn === "pedestrian" || (turn === "through" && random.chance(0.35)),
      stages,
    };
  });
}

function streamOf({ id, leg, turn }: Draft): readonly Stream[] {
  return turn === "pedestrian" ? [] : [{ phase: id, leg, turns: [turn] }];
}

/** A phase that yields in a stage, and to whom. */
type Yield = { readonly phase: string; readonly stage: number; readonly foes: readonly string[] };

/** In some stages one turn yields to others of the stage; where it is green in another stage, it does not meet them. */
function drawYields(random: Random, drafts: readonly Draft[], stageCount: number): readonly Yield[] {
  return Array.from({ length: stageCount }, (_, stage) => stage).flatMap((stage): Yield[] => {
    const members = drafts.filter(({ stages }) => stages.has(stage));
    const turns = members.filter(({ turn, walks }) => (turn === "left" || turn === "right") && !walks);
    if (turns.length === 0 || !random.chance(0.8)) return [];
    const turn = random.pick(turns);
    const foes = members.filter(
      (foe) => foe !== turn && [...turn.stages].every((other) => other === stage || !foe.stages.has(other)),
    );
    if (foes.length === 0) return [];
    const chosen = random.shuffled(foes).slice(0, random.integer(1, foes.length));
    return [{ phase: turn.id, stage, foes: chosen.map(({ id }) => id) }];
  });
}

function stageOf(stage: number, drafts: readonly Draft[], yields: readonly Yield[]): Stage {
  return {
    id: `S${stage}`,
    phases: drafts.flatMap(({ id, stages }) => (stages.has(stage) ? [id] : [])),
    permissive: yields.flatMap((own) => (own.stage === stage ? [own.phase] : [])),
  };
}

/** Those who yield, and most pairs that share no stage. */
function drawConflicts(
  random: Random,
  drafts: readonly Draft[],
  yields: readonly Yield[],
): Intersection["conflicts"] {
  return drafts.flatMap((left, index) =>
    drafts.slice(index + 1).flatMap((right): [string, string][] => {
      const yielding = yields.some(
        ({ phase, foes }) =>
          (phase === left.id && foes.includes(right.id)) || (phase === right.id && foes.includes(left.id)),
      );
      const apart = [...left.stages].every((stage) => !right.stages.has(stage));
      return yielding || (apart && random.chance(0.8)) ? [[left.id, right.id]] : [];
    }),
  );
}

/** For some ordered pairs of foes, longer than yellow and red clearance. */
function drawIntergreens(
  random: Random,
  phases: readonly Phase[],
  conflicts: Intersection["conflicts"],
): NonNullable<Intersection["intergreens"]> {
  const share = random.pick([0, 0.3, 0.8]);
  const changeOf = new Map(
    phases.map(({ id, yellowSeconds, redClearSeconds }) => [id, yellowSeconds + redClearSeconds]),
  );
  return conflicts
    .flatMap(([left, right]): [string, string][] => [
      [left, right],
      [right, left],
    ])
    .filter(() => random.chance(share))
    .map(([ends, begins]): [string, string, number] => [
      ends,
      begins,
      toTenth(defined(changeOf.get(ends), ends) + random.seconds(0.1, 5)),
    ]);
}

/**
 * What yielding turns look at. The circular green of the approach only where the stages, one after the other, end it
 * together with its foes; another order of the same stages may be a trap, which nobody may fall into.
 */
function withDisplays(
  random: Random,
  planless: PlanlessIntersection,
  yields: readonly Yield[],
): PlanlessIntersection {
  const yielding = new Set(yields.map(({ phase }) => phase));
  return {
    ...planless,
    phases: planless.phases.map((phase) => {
      if (!yielding.has(phase.id) || random.chance(0.1)) return phase;
      const circular = random.chance(0.9) && endsWithFoes(phase.id, planless, yields);
      return { ...phase, permissiveDisplay: circular ? "circular" : "arrow" };
    }),
  };
}

function endsWithFoes(turn: string, { stages }: PlanlessIntersection, yields: readonly Yield[]): boolean {
  return yields
    .filter(({ phase }) => phase === turn)
    .every(({ stage, foes }) => {
      const next = defined(stages[(stage + 1) % stages.length], "stage");
      return next.phases.includes(turn) || foes.every((foe) => !next.phases.includes(foe));
    });
}
