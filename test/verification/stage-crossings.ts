import * as fc from "fast-check";
import { defined } from "../../src/assert.ts";
import type { Coordination, Intersection, Phase } from "../../src/model/intersection.ts";

/** Small stage-based intersections with what the stage model knows, and three plans each. */

const PHASES_MAX = 5;
const STAGES_MAX = 4;

const tenths = (least: number, most: number) =>
  fc.integer({ min: Math.round(least * 10), max: Math.round(most * 10) }).map((count) => count / 10);

const phaseChoice = fc.record({
  greenMinSeconds: tenths(1, 6),
  yellowSeconds: tenths(3, 4),
  redClearSeconds: tenths(0, 2),
  redRevertSeconds: tenths(2, 8),
  walkers: fc.option(
    fc.record({
      walkSeconds: tenths(4, 5),
      clearSeconds: tenths(1, 5),
      bufferSeconds: tenths(0, 6),
      recall: fc.boolean(),
    }),
  ),
});
type PhaseChoice = typeof phaseChoice extends fc.Arbitrary<infer T> ? T : never;

const planChoice = fc.record({
  stages: fc.array(fc.nat(STAGES_MAX - 1), { minLength: 1, maxLength: 4 }),
  /** Of each split, beyond what every phase of the stage needs; below 0 the phases' minimum prolongs it. */
  extraSeconds: fc.array(tenths(-2, 8), { minLength: 4, maxLength: 4 }),
  offset: fc.nat(999),
});
type PlanChoice = typeof planChoice extends fc.Arbitrary<infer T> ? T : never;

export const stageCrossings: fc.Arbitrary<Intersection> = fc
  .record({
    phases: fc.array(phaseChoice, { minLength: 1, maxLength: PHASES_MAX }),
    stages: fc.array(fc.array(fc.boolean(), { minLength: PHASES_MAX, maxLength: PHASES_MAX }), {
      minLength: 1,
      maxLength: STAGES_MAX,
    }),
    plans: fc.array(planChoice, { minLength: 3, maxLength: 3 }),
    correction: fc.constantFrom("shortway" as const, "addOnly" as const, "dwell" as const),
    // Binary fractions: whole ticks of a share are the same however it is multiplied.
    lengthenRatio: fc.integer({ min: 4, max: 32 }).map((share) => share / 64),
    shortenRatio: fc.integer({ min: 0, max: 19 }).map((share) => share / 64),
  })
  .map((choice) => {
    const phases = choice.phases.map((own, index) => phaseOf(`P${index}`, own));
    const stages = choice.stages.map((has, index) =>
      phases.filter((_, phase) => has[phase] === true || phase === index % phases.length).map(({ id }) => id),
    );
    return stageIntersection({
      ...choice,
      phases,
      stages,
      plans: choice.plans.map((own, index) => planOf(`plan${index}`, own, phases, stages)),
    });
  });

type StagePlan = {
  readonly id: string;
  readonly offsetSeconds: number;
  /** Stages by number, in the order of service, and how long each has. */
  readonly splits: readonly number[];
  readonly splitSeconds: readonly number[];
};

type StageCrossing = {
  readonly phases: readonly Phase[];
  readonly stages: readonly (readonly string[])[];
  readonly plans: readonly StagePlan[];
  readonly correction: Coordination["correction"];
  readonly lengthenRatio: number;
  readonly shortenRatio: number;
};

/** With everything else that a configuration has to have. Phases conflict that are in no stage together. */
export function stageIntersection(crossing: StageCrossing): Intersection {
  const { phases, stages, plans, correction } = crossing;
  const together = (left: string, right: string): boolean =>
    stages.some((stage) => stage.includes(left) && stage.includes(right));
  return {
    version: 1,
    id: "x",
    name: "generated",
    node: "x",
    structure: "stages",
    movements: [],
    phases: [...phases],
    stages: stages.map((own, index) => ({ id: `S${index}`, phases: [...own], permissive: [] })),
    conflicts: phases.flatMap((left, place) =>
      phases
        .slice(place + 1)
        .filter((right) => !together(left.id, right.id))
        .map((right): [string, string] => [left.id, right.id]),
    ),
    coordination: { forceOff: "fixed", correction, reference: "beginGreen", maximum: "inhibit" },
    detectors: [],
    envelope: {
      cycleMinSeconds: 1,
      cycleMaxSeconds: 300,
      splitStepSeconds: 10,
      cycleChangeMinSeconds: 0,
      waitMaxSeconds: 100_000,
      planValidMaxSeconds: 900,
      transitionLengthenRatio: crossing.lengthenRatio,
      transitionShortenRatio: crossing.shortenRatio,
    },
    plans: plans.map(({ id, offsetSeconds, splits, splitSeconds }) => ({
      id,
      cycleSeconds: sumOf(splitSeconds),
      offsetSeconds,
      stages: splits.map((stage, slot) => ({
        stage: `S${stage}`,
        splitSeconds: defined(splitSeconds[slot], "split"),
      })),
    })),
    schedule: [{ from: "00:00", plan: defined(plans[0], "plan").id }],
  };
}

function phaseOf(id: string, { walkers, ...choice }: PhaseChoice): Phase {
  return {
    id,
    ...choice,
    greenMaxSeconds: 60,
    ...(walkers === null ? {} : { pedestrian: { crosswalkMeters: 4, crosses: "in", ...walkers } }),
  };
}

function planOf(
  id: string,
  choice: PlanChoice,
  phases: readonly Phase[],
  stages: readonly (readonly string[])[],
): StagePlan {
  const order = choice.stages.map((stage) => stage % stages.length);
  const membersAt = (slot: number): readonly string[] =>
    defined(stages[defined(order[slot % order.length], "slot")], "stage");
  const splitSeconds = order.map((_, slot) => {
    const own = phases.filter((phase) => membersAt(slot).includes(phase.id));
    const ending = own.filter((phase) => !membersAt(slot + 1).includes(phase.id));
    const intergreenSeconds = Math.max(
      0,
      ...ending.map(({ yellowSeconds, redClearSeconds }) => yellowSeconds + redClearSeconds),
    );
    const serviceSeconds = Math.max(
      ...own.map(({ greenMinSeconds, pedestrian }) =>
        Math.max(
          greenMinSeconds,
          pedestrian === undefined ? 0 : pedestrian.walkSeconds + pedestrian.clearSeconds,
        ),
      ),
    );
    const wanted = intergreenSeconds + serviceSeconds + defined(choice.extraSeconds[slot], "extra");
    return tenth(Math.max(wanted, intergreenSeconds + 0.1));
  });
  return {
    id,
    offsetSeconds: tenth((sumOf(splitSeconds) * choice.offset) / 1000),
    splits: order,
    splitSeconds,
  };
}

function sumOf(seconds: readonly number[]): number {
  return tenth(seconds.reduce((total, one) => total + one, 0));
}

function tenth(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
