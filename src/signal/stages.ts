import { defined } from "../assert.ts";
import { RED_EXTENSION_MAX_SECONDS } from "../model/stage-schedule.ts";
import type { TimingTable } from "../model/timing.ts";
import { after, type InstantMs, secondsToMs } from "../units.ts";
import { mayBegin, mayEnd, mayGain, withOpposing } from "./guards.ts";
import { beginPhase, changeRightOfWay, type EndReason, endPhase, type HeadsDraft, headOf } from "./heads.ts";

/** Where a stage-based controller stands. */
export type StagesState = {
  /** Stage whose green runs, or ran before the present intergreen. */
  readonly stage: number;
  /** Stage that the present intergreen leads to; equal to `stage` while it is green. */
  readonly nextStage: number;
  readonly changing: boolean;
  /** Begin of green of `nextStage`, or when it is due during an intergreen. */
  readonly greenStartsAt: InstantMs;
  /** Since when the present green is shown; later than its begin only where the machine started in its middle. */
  readonly shownSince: InstantMs;
};

export type StageEnvironment = {
  /** The stage to go to now and why the present one ends; `null`: stay. */
  readonly nextStage: (stage: number) => { readonly stage: number; readonly reason: EndReason } | null;
  readonly walkCalled: (phase: number) => boolean;
  /** Red extension that is asked for; `null` for none. */
  readonly redUntil: InstantMs | null;
};

export type StagesDraft = HeadsDraft & { stages: StagesState };

export function stageWithGreen(
  stage: number,
  greenStartsAt: InstantMs,
  shownSince = greenStartsAt,
): StagesState {
  return { stage, nextStage: stage, changing: false, greenStartsAt, shownSince };
}

/** One round: a stage that may end does, the next one begins when everything of the change has cleared. */
export function runStages(draft: StagesDraft, environment: StageEnvironment): void {
  if (draft.stages.changing) beginStage(draft, environment);
  else endStage(draft, environment);
}

function stageOf(table: TimingTable, stage: number) {
  return defined(table.stages[stage], "stage");
}

function endStage(draft: StagesDraft, environment: StageEnvironment): void {
  const { table, at } = draft;
  const { stage } = draft.stages;
  const wanted = environment.nextStage(stage);
  if (wanted === null) return;
  const from = stageOf(table, stage);
  const to = stageOf(table, wanted.stage);
  // A stage that follows itself begins anew without a change of lamps, once its phases are green.
  const ending = withOpposing(
    draft,
    from.phases.filter((phase) => !to.phases.includes(phase)),
  );
  if (!mayEnd(draft, ending, null)) return;
  // The stage must have been shown whole for one step, a green that walk led included.
  if (!from.phases.every((phase) => isShown(draft, phase)) || at - draft.stages.shownSince < table.stepMs)
    return;
  for (const phase of ending) endPhase(draft, phase, wanted.reason);
  for (const phase of from.phases) {
    if (to.phases.includes(phase) && !ending.includes(phase)) {
      // Through a change a phase keeps the weaker right of way until its foes have cleared.
      changeRightOfWay(draft, phase, from.permissive.has(phase) || to.permissive.has(phase));
    }
  }
  const intergreenMs = defined(table.intergreenMs[stage]?.[wanted.stage], "intergreen");
  draft.stages = {
    stage,
    nextStage: wanted.stage,
    changing: true,
    greenStartsAt: after(at, intergreenMs),
    shownSince: after(at, intergreenMs),
  };
}

function isShown(draft: StagesDraft, phase: number): boolean {
  const { interval, greenAt } = headOf(draft, phase);
  return interval === "green" && greenAt < draft.at;
}

function beginStage(draft: StagesDraft, environment: StageEnvironment): void {
  const { table, at } = draft;
  const { nextStage, greenStartsAt } = draft.stages;
  // However often it is asked for, an extension ends: others wait for this green.
  const extendedMs = Math.min(
    Math.max(0, (environment.redUntil ?? 0) - greenStartsAt),
    secondsToMs(RED_EXTENSION_MAX_SECONDS),
  );
  if (at < greenStartsAt + extendedMs) return;
  const to = stageOf(table, nextStage);
  const beside = (phase: number) => (other: number) =>
    to.phases.includes(other) && (to.permissive.has(phase) || to.permissive.has(other));
  const beginning = to.phases.filter((phase) => headOf(draft, phase).interval !== "green");
  // Red revert, or a clearance beyond the intergreen, may keep one of them: then the whole stage waits.
  if (!beginning.every((phase) => mayBegin(draft, phase, beside(phase)))) return;
  const gaining = to.phases.filter((phase) => headOf(draft, phase).yields && !to.permissive.has(phase));
  if (!gaining.every((phase) => beginning.includes(phase) || mayGain(draft, phase, beside(phase)))) return;
  for (const phase of beginning) {
    beginPhase(draft, phase, environment.walkCalled(phase), to.permissive.has(phase));
  }
  for (const phase of to.phases) {
    if (!beginning.includes(phase)) changeRightOfWay(draft, phase, to.permissive.has(phase));
  }
  draft.stages = { ...stageWithGreen(nextStage, at) };
}
