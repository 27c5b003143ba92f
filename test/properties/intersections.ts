import * as fc from "fast-check";
import { CYCLE_MAX_MS, CYCLE_MIN_MS, longestRedMs, timingOfOrder } from "../../sim/prove/generate/timings.ts";
import type { Intersection, Phase, Stage } from "../../src/model/intersection.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import { msToSeconds } from "../../src/units.ts";

/**
 * Random intersections that are valid by construction, and timings for them. Everything is a function of small choices that
 * fast-check draws and shrinks: fewer phases, shorter times, no pedestrians, no conflicts.
 */

const PHASES_MAX = 6;
const STAGES_MAX = 8;
const GREEN_EXTRA_STEPS_MAX = 8;

const tenths = (least: number, most: number) =>
  fc.integer({ min: Math.round(least * 10), max: Math.round(most * 10) }).map((tenth) => tenth / 10);

const phaseChoice = fc.record({
  greenMinSeconds: tenths(1, 10),
  yellowSeconds: tenths(3, 5),
  redClearSeconds: tenths(0, 3),
  walkers: fc.option(fc.record({ walkSeconds: tenths(4, 7), clearSeconds: tenths(1, 8) })),
});

/** Order in which phases try to join a stage; with a foe inside, one joins only where it may yield. */
const stageChoice = fc.record({
  order: fc.array(fc.nat(PHASES_MAX - 1), { maxLength: PHASES_MAX }),
  yields: fc.array(fc.boolean(), { minLength: PHASES_MAX, maxLength: PHASES_MAX }),
});

const timingChoice = fc.record({
  sequence: fc.array(fc.nat(STAGES_MAX - 1), { maxLength: 3 }),
  turn: fc.nat(STAGES_MAX - 1),
  reversed: fc.boolean(),
  extraSteps: fc.array(fc.nat(GREEN_EXTRA_STEPS_MAX), { minLength: 4, maxLength: 4 }),
  offset: fc.nat(999),
});

type PhaseChoice = typeof phaseChoice extends fc.Arbitrary<infer T> ? T : never;
type StageChoice = typeof stageChoice extends fc.Arbitrary<infer T> ? T : never;
/** What a timing is made of, whatever intersection and step it is made for. */
export type TimingChoice = typeof timingChoice extends fc.Arbitrary<infer T> ? T : never;

export const timingChoices: fc.Arbitrary<TimingChoice> = timingChoice;

const intersectionChoice = fc.record({
  phases: fc.array(phaseChoice, { minLength: 1, maxLength: PHASES_MAX }),
  foes: fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
  stages: fc.array(stageChoice, { minLength: 1, maxLength: 4 }),
  local: timingChoice,
  waitExtraSeconds: fc.nat(120),
  splitStepSeconds: tenths(1, 120),
  lengthenRatio: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
  shortenRatio: fc.double({ min: 0, max: 0.3, noNaN: true }),
});
type IntersectionChoice = typeof intersectionChoice extends fc.Arbitrary<infer T> ? T : never;

/** Their local plans fit every step up to a second: what is long enough for clearances rounded up is so for others. */
export const intersections: fc.Arbitrary<Intersection> = intersectionChoice.map((choice) =>
  intersectionOf(choice, 1_000),
);

/** Their local plans are in tenths of a second and just long enough for those: on a coarser plant they are too short. */
export const fineIntersections: fc.Arbitrary<Intersection> = intersectionChoice.map((choice) =>
  intersectionOf(choice, 100),
);

function intersectionOf(choice: IntersectionChoice, planStepMs: number): Intersection {
  const phases = choice.phases.map((own, index) => phaseOf(`P${index}`, own));
  const conflicts = conflictsOf(phases.length, choice.foes);
  const stages = stagesOf(phases.length, conflicts, choice.stages);
  const bare: Intersection = {
    version: 1,
    id: "x",
    name: "generated",
    node: "x",
    structure: "stages",
    movements: phases.map(({ id }) => ({
      id: `m-${id}`,
      turn: "through",
      fromLink: "in",
      fromLanes: ["in.0"],
      toLink: "out",
      phase: id,
      saturationFlowVehPerHour: 1800,
    })),
    phases,
    stages,
    conflicts: conflicts.map(([left, right]) => [`P${left}`, `P${right}`]),
    detectors: [],
    envelope: {
      cycleMinSeconds: msToSeconds(CYCLE_MIN_MS),
      cycleMaxSeconds: msToSeconds(CYCLE_MAX_MS),
      splitStepSeconds: choice.splitStepSeconds,
      cycleChangeMinSeconds: 0,
      waitMaxSeconds: 600,
      planValidMaxSeconds: 7200,
      transitionLengthenRatio: choice.lengthenRatio,
      transitionShortenRatio: choice.shortenRatio,
    },
    plans: [],
    schedule: [{ from: "00:00", plan: "local" }],
  };
  const table = timingTable(bare, planStepMs);
  const timing = timingFor(table, choice.local);
  const redMaxSeconds = Math.ceil(msToSeconds(longestRedMs(table, timing)));
  return {
    ...bare,
    envelope: { ...bare.envelope, waitMaxSeconds: Math.max(30, redMaxSeconds + choice.waitExtraSeconds) },
    plans: [
      {
        id: "local",
        cycleSeconds: msToSeconds(timing.cycleMs),
        offsetSeconds: msToSeconds(timing.offsetMs),
        stages: timing.stages.map(({ stage, splitMs }) => ({ stage, splitSeconds: msToSeconds(splitMs) })),
      },
    ],
  };
}

function phaseOf(id: string, choice: PhaseChoice): Phase {
  const { greenMinSeconds, yellowSeconds, redClearSeconds, walkers } = choice;
  return {
    id,
    greenMinSeconds,
    greenMaxSeconds: 60,
    yellowSeconds,
    redClearSeconds,
    ...(walkers === null
      ? {}
      : {
          pedestrian: {
            // Narrow enough for the shortest times: 4 m are 3.7 s at 1.07 m/s, and 6.4 s from behind the kerb at 0.91 m/s.
            crosswalkMeters: 4,
            ...walkers,
            bufferSeconds: 3,
            crosses: "in",
          },
        }),
  };
}

function conflictsOf(phaseCount: number, foes: readonly boolean[]): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let right = 1; right < phaseCount; right += 1) {
    for (let left = 0; left < right; left += 1) {
      if (foes[(right * (right - 1)) / 2 + left] === true) pairs.push([left, right]);
    }
  }
  return pairs;
}

/** The chosen stages, and one more for every phase that none of them has. */
function stagesOf(
  phaseCount: number,
  conflicts: readonly (readonly [number, number])[],
  choices: readonly StageChoice[],
): Stage[] {
  const areFoes = (left: number, right: number): boolean =>
    conflicts.some(([a, b]) => (a === left && b === right) || (a === right && b === left));
  const stages: Stage[] = [];
  const add = (order: readonly number[], yields: readonly boolean[]): void => {
    const phases: number[] = [];
    const permissive: number[] = [];
    for (const phase of order) {
      if (phase >= phaseCount || phases.includes(phase)) continue;
      const foes = phases.some((other) => !permissive.includes(other) && areFoes(other, phase));
      if (foes && yields[phase] !== true) continue;
      phases.push(phase);
      // Some yield without need, and others before their foe joins.
      if (yields[phase] === true) permissive.push(phase);
    }
    if (phases.length === 0) return;
    stages.push({
      id: `s${stages.length}`,
      phases: phases.map((phase) => `P${phase}`),
      permissive: permissive.map((phase) => `P${phase}`),
    });
  };
  for (const { order, yields } of choices) add(order, yields);
  for (let phase = 0; phase < phaseCount; phase += 1) {
    if (!stages.some(({ phases }) => phases.includes(`P${phase}`))) add([phase], []);
  }
  return stages;
}

/** A timing that serves every phase long enough, in whole steps of `table`: its stages in some order, some of them twice. */
export function timingFor(table: TimingTable, choice: TimingChoice): CycleTiming {
  const timing = chosenTiming(table, choice);
  if (timing.cycleMs <= CYCLE_MAX_MS) return timing;
  return chosenTiming(table, { ...choice, sequence: [], extraSteps: [] });
}

function chosenTiming(table: TimingTable, choice: TimingChoice): CycleTiming {
  const count = table.stages.length;
  const all = Array.from({ length: count }, (_, index) => (index + choice.turn) % count);
  if (choice.reversed) all.reverse();
  const order = [...choice.sequence.map((stage) => stage % count), ...all];
  return timingOfOrder(table, order, choice.extraSteps, choice.offset);
}
