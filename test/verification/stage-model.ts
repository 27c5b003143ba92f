import { defined } from "../../src/assert.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import {
  hasCleared,
  type ModelPhase,
  modelPhases,
  type Shown,
  see,
  type Seen,
  shown,
  startGreen,
  startWalk,
  startYellow,
  ticks,
  tickLamps,
} from "./model-phase.ts";

/** A plan in ticks: its stages by number, in the order of service. */
export type ModelPlan = {
  readonly cycle: number;
  readonly offset: number;
  readonly stages: readonly number[];
  readonly splits: readonly number[];
};

/**
 * A stage-based fixed-time controller, the slow and obvious way: every 100 ms it counts every timer by one. Written from the
 * reference's §1.2, §2.1 to §2.3, §2.6, from the configuration and from the invariants in `src/signal/DESIGN.md`; it shares nothing
 * with `src/signal`. README.md says what is left out.
 */
export type StageModel = {
  readonly phases: readonly ModelPhase[];
  /** Phases of each stage. */
  readonly stages: readonly (readonly number[])[];
  /** The conflict matrix. */
  readonly conflict: (left: number, right: number) => boolean;
  readonly correction: "dwell" | "addOnly" | "shortway";
  readonly lengthenRatio: number;
  readonly shortenRatio: number;
  /** Ticks since local midnight. */
  clock: number;
  plan: ModelPlan;
  /** What this cycle gives each stage of the plan. */
  splits: readonly number[];
  /** Place of the present stage in the plan. */
  slot: number;
  /** Since the begin of its green, as the plan or the street had it. */
  stageTicks: number;
  /** Since its green has been shown. */
  shownTicks: number;
  /** The change to the next stage that is being made. */
  change: Change | null;
  /** The plan of the next cycle, once it has been asked for. */
  following: ModelPlan | null;
  readonly seen: Seen;
};

/** What a run has to meet, so that it has compared something. */
export const STAGE_SITUATIONS = [
  "stage ended",
  "green goes on through a change of stage",
  "minimum service prolongs a stage",
  "cycle in step",
  "cycle lengthened",
  "cycle shortened",
  "first stage dwells",
  "plan changed",
  "next plan begins with another stage",
  "red revert delays a stage",
  "buffer delays a stage",
  "cycle begins late",
  "walk again",
] as const;

function note({ seen }: StageModel, situation: (typeof STAGE_SITUATIONS)[number]): void {
  see(seen, situation);
}

type Change = {
  readonly stage: number;
  readonly slot: number;
  /** Until the next green is due. */
  dueIn: number;
};

/** The model in the middle of the plan. Its greens begin now, so that none is cut short. */
export function startStageModel(
  intersection: Intersection,
  plan: ModelPlan,
  clock: number,
  seen: Seen,
): StageModel {
  const indexOf = (id: string): number => intersection.phases.findIndex((phase) => phase.id === id);
  const { transitionLengthenRatio, transitionShortenRatio } = intersection.envelope;
  const position = modulo(clock - plan.offset, plan.cycle);
  let slot = 0;
  let begin = 0;
  while (begin + splitOf(plan.splits, slot) <= position) {
    begin += splitOf(plan.splits, slot);
    slot += 1;
  }
  const model: StageModel = {
    phases: modelPhases(intersection),
    stages: intersection.stages.map(({ phases }) => phases.map(indexOf)),
    conflict: (left, right) =>
      intersection.conflicts.some(([one, two]) => {
        const pair = [indexOf(one), indexOf(two)];
        return pair.includes(left) && pair.includes(right) && left !== right;
      }),
    correction: intersection.coordination?.correction ?? "shortway",
    lengthenRatio: transitionLengthenRatio,
    shortenRatio: transitionShortenRatio,
    clock,
    plan,
    splits: plan.splits,
    slot,
    stageTicks: position - begin,
    shownTicks: 0,
    change: null,
    following: null,
    seen,
  };
  for (const index of stageOf(model, stageAt(plan, slot))) startGreen(phaseOf(model, index));
  return model;
}

export function stageModelShows({ phases }: StageModel): Shown {
  return shown(phases);
}

/** The next instant; `wanted` is the plan that the controller would run next. */
export function tickStageModel(model: StageModel, wanted: ModelPlan): void {
  model.clock += 1;
  model.stageTicks += 1;
  model.shownTicks += 1;
  if (model.change !== null) model.change.dueIn -= 1;
  for (const phase of model.phases) tickLamps(phase);
  for (;;) {
    const acted = model.change === null ? endStage(model, wanted) : beginStage(model, model.change);
    if (!acted) break;
  }
  for (let index = 0; index < model.phases.length; index += 1) repeatWalk(model, index);
}

/**
 * A pedestrian who calls during the green gets walk in it where walk and flashing don't walk fit before the end of the stage (§2.3);
 * after flashing don't walk the steady hand is shown for the buffer, and for a tick at least (docstrings of `walksAgain`,
 * `walkAgainAt`). That nothing comes during a change of stage, though the phase may go on, is the machine's choice.
 */
function repeatWalk(model: StageModel, index: number): void {
  const phase = phaseOf(model, index);
  if (!phase.walkCall || phase.lamp !== "G" || phase.walk !== "D") return;
  if (phase.handTicks < Math.max(1, phase.buffer) || model.change !== null) return;
  const { plan, slot, splits, stageTicks } = model;
  const next = stageAt(plan, (slot + 1) % plan.stages.length);
  const rest = splitOf(splits, slot) - intergreen(model, stageAt(plan, slot), next) - stageTicks;
  if (rest < phase.walkTime + phase.clearTime) return;
  note(model, "walk again");
  startWalk(phase);
}

function endStage(model: StageModel, wanted: ModelPlan): boolean {
  const { plan, slot } = model;
  const present = stageAt(plan, slot);
  const last = slot === plan.stages.length - 1;
  const nextOwn = stageAt(plan, last ? 0 : slot + 1);
  if (model.stageTicks < splitOf(model.splits, slot) - intergreen(model, present, nextOwn)) return false;
  if (model.shownTicks < 1) return false;
  // The plan is asked for once a cycle, when its last green is due to end, and kept while that green is prolonged (DESIGN.md).
  if (last && model.following === null) model.following = wanted;
  const stage = model.following === null ? nextOwn : stageAt(model.following, 0);
  const ending = endingPhases(model, present, stage);
  if (!ending.every((index) => hasMinimum(phaseOf(model, index)))) {
    note(model, "minimum service prolongs a stage");
    return false;
  }
  note(model, "stage ended");
  if (ending.length < stageOf(model, present).length) note(model, "green goes on through a change of stage");
  for (const index of ending) startYellow(phaseOf(model, index));
  model.change = { stage, slot: last ? 0 : slot + 1, dueIn: intergreen(model, present, stage) };
  if (model.following === null) return true;
  if (model.following !== plan) note(model, "plan changed");
  if (stage !== nextOwn) note(model, "next plan begins with another stage");
  model.plan = model.following;
  model.following = null;
  // The cycle is worked out while its first green is still to come (docstring of `CycleState.startAt`).
  model.splits = correctedSplits(model, model.clock + model.change.dueIn);
  return true;
}

/** §2.2: minimum green, walk and flashing don't walk. */
function hasMinimum({ greenTicks, greenMin, walk }: ModelPhase): boolean {
  return greenTicks >= greenMin && walk === "D";
}

/** The next stage begins when everything that ended has cleared, and what begins has been red for its red revert. */
function beginStage(model: StageModel, change: Change): boolean {
  if (change.dueIn > 0) return false;
  const beginning = stageOf(model, change.stage).filter((index) => phaseOf(model, index).lamp !== "G");
  for (const index of beginning) {
    const { lamp, redTicks, redRevert } = phaseOf(model, index);
    if (lamp !== "r") return false;
    if (redTicks < redRevert) {
      note(model, "red revert delays a stage");
      return false;
    }
    if (!model.phases.every((foe, other) => !model.conflict(index, other) || hasCleared(foe))) {
      note(model, "buffer delays a stage");
      return false;
    }
  }
  for (const index of beginning) startGreen(phaseOf(model, index));
  if (change.slot === 0 && change.dueIn < 0) {
    // A cycle begins with its first green: late, it is corrected from there.
    note(model, "cycle begins late");
    model.splits = correctedSplits(model, model.clock);
  }
  model.slot = change.slot;
  model.stageTicks = 0;
  model.shownTicks = 0;
  model.change = null;
  return true;
}

/** The longest yellow and red clearance of what ends. */
function intergreen(model: StageModel, from: number, to: number): number {
  let longest = 0;
  for (const index of endingPhases(model, from, to)) {
    const { yellow, redClear } = phaseOf(model, index);
    longest = Math.max(longest, yellow + redClear);
  }
  return longest;
}

function endingPhases(model: StageModel, from: number, to: number): readonly number[] {
  return stageOf(model, from).filter((index) => !stageOf(model, to).includes(index));
}

/**
 * The splits of the cycle whose first green begins at `start`: §2.6, within the envelope's shares of a cycle. Where a share is less than
 * a tick, a cycle is not shortened, but lengthened by one (DESIGN.md). Shortway takes the direction that needs fewer cycles; where
 * both need as many, it lengthens.
 */
function correctedSplits(model: StageModel, start: number): readonly number[] {
  const { plan, correction, lengthenRatio, shortenRatio } = model;
  const late = modulo(start - plan.offset, plan.cycle);
  if (late === 0) {
    note(model, "cycle in step");
    return plan.splits;
  }
  const longer = Math.max(1, Math.floor(lengthenRatio * plan.cycle));
  if (correction === "shortway") {
    const splits = shorten(model, Math.min(late, Math.floor(shortenRatio * plan.cycle)));
    const gained = plan.cycle - sum(splits);
    if (gained > 0 && Math.ceil(late / gained) < Math.ceil((plan.cycle - late) / longer)) {
      note(model, "cycle shortened");
      return splits;
    }
  }
  note(model, correction === "dwell" ? "first stage dwells" : "cycle lengthened");
  return lengthen(plan, Math.min(plan.cycle - late, longer), correction);
}

/** Shares of the splits, the remainder to the longest; dwell rests in the coordinated stage. */
function lengthen(plan: ModelPlan, extra: number, correction: StageModel["correction"]): readonly number[] {
  const splits = [...plan.splits];
  if (correction === "dwell") {
    splits[0] = splitOf(splits, 0) + extra;
    return splits;
  }
  let rest = extra;
  plan.splits.forEach((split, slot) => {
    const share = Math.floor((extra * split) / plan.cycle);
    splits[slot] = split + share;
    rest -= share;
  });
  const longest = plan.splits.indexOf(Math.max(...plan.splits));
  splits[longest] = splitOf(splits, longest) + rest;
  return splits;
}

/** A tick at a time from the stage with the most room above every minimum service that it is part of. */
function shorten(model: StageModel, wanted: number): readonly number[] {
  const splits = [...model.plan.splits];
  for (let taken = 0; taken < wanted; taken += 1) {
    let most = 0;
    let from = -1;
    splits.forEach((_, slot) => {
      const room = roomOf(model, splits, slot);
      if (room > most) {
        most = room;
        from = slot;
      }
    });
    if (from < 0) break;
    splits[from] = splitOf(splits, from) - 1;
  }
  return splits;
}

/** By how much the stage could be shorter: each green that it is part of keeps its minimum service. */
function roomOf(model: StageModel, splits: readonly number[], slot: number): number {
  const { plan } = model;
  const count = plan.stages.length;
  const hasAt = (place: number, index: number): boolean =>
    stageOf(model, stageAt(plan, modulo(place, count))).includes(index);
  const next = stageAt(plan, (slot + 1) % count);
  let room = splitOf(splits, slot) - intergreen(model, stageAt(plan, slot), next) - 1;
  for (const index of stageOf(model, stageAt(plan, slot))) {
    if (plan.stages.every((_, place) => hasAt(place, index))) continue;
    let first = slot;
    while (hasAt(first - 1, index)) first -= 1;
    let last = slot;
    while (hasAt(last + 1, index)) last += 1;
    let green = 0;
    for (let place = first; place <= last; place += 1) green += splitOf(splits, modulo(place, count));
    green -= intergreen(model, stageAt(plan, modulo(last, count)), stageAt(plan, modulo(last + 1, count)));
    const { greenMin, walkTime, clearTime } = phaseOf(model, index);
    room = Math.min(room, green - Math.max(greenMin, walkTime + clearTime));
  }
  return room;
}

function phaseOf({ phases }: StageModel, index: number): ModelPhase {
  return defined(phases[index], "phase");
}

function stageOf({ stages }: StageModel, stage: number): readonly number[] {
  return defined(stages[stage], "stage");
}

function stageAt({ stages }: ModelPlan, slot: number): number {
  return defined(stages[slot], "stage of the plan");
}

function splitOf(splits: readonly number[], slot: number): number {
  return defined(splits[slot], "split");
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** The configured plans in ticks. */
export function modelPlans({ plans, stages }: Intersection): readonly ModelPlan[] {
  return plans.map((plan) => ({
    cycle: ticks(plan.cycleSeconds),
    offset: ticks(plan.offsetSeconds),
    stages: plan.stages.map(({ stage }) => stages.findIndex(({ id }) => id === stage)),
    splits: plan.stages.map(({ splitSeconds }) => ticks(splitSeconds)),
  }));
}
