import { defined } from "../assert.ts";
import { after, CONTROLLER_TICK_MS, ceilToStep, type InstantMs, instantMs, SECOND_MS } from "../units.ts";
import { actuationDueAt, callOf } from "./calls.ts";
import { cycleEndAt, slotEndAt } from "./coordination.ts";
import { coordinationDue, latestStarts, maximumGreenMs, waitMaxMs, walkAgainAt } from "./environment.ts";
import { headOf, timingOfPhase } from "./heads.ts";
import { priorityDue } from "./priority.ts";
import type { SignalDraft } from "./state.ts";

/**
 * The next instant at which something may change without an input. Early is harmless, late would be a mistake: a test holds
 * that looking at every step gives the same as looking at these instants alone.
 */
export function dueAt(draft: SignalDraft): InstantMs {
  const { at } = draft;
  let due = Number.POSITIVE_INFINITY;
  const consider = (instant: number): void => {
    if (instant > at && instant < due) due = instant;
  };
  for (let phase = 0; phase < draft.heads.length; phase += 1) considerPhase(draft, phase, consider);
  draft.followers.forEach(({ interval }, index) => {
    // Overlaps and arrows are few and move seldom: while they do, every tick is looked at.
    const moves = interval === "yellow" || interval === "redClear" || isAwaited(draft, index);
    if (moves) consider(at + CONTROLLER_TICK_MS);
  });
  considerUnit(draft, consider);
  considerSequence(draft, consider);
  // An offset or a lease may name any millisecond; the controller looks at the next of its ticks.
  return instantMs(ceilToStep(Math.min(due, at + 10 * SECOND_MS), CONTROLLER_TICK_MS));
}

/** Whether a red overlap or arrow has a green parent and waits for the guards. */
function isAwaited(draft: SignalDraft, index: number): boolean {
  const overlap = defined(draft.table.extras.overlaps[index], "overlap");
  if (draft.followers[index]?.interval !== "red") return false;
  const parents = overlap.kind === "normal" ? overlap.included : [overlap.opposing];
  return parents.some((phase) => headOf(draft, phase).interval === "green");
}

type Consider = (instant: number) => void;

function considerPhase(draft: SignalDraft, phase: number, consider: Consider): void {
  const { interval, since, greenAt, walk, walkSince } = headOf(draft, phase);
  const timing = timingOfPhase(draft, phase);
  if (interval === "lead") consider(since + timing.actuation.leadMs);
  if (interval === "yellow") consider(since + timing.yellowMs);
  if (interval === "redClear") consider(since + timing.redClearMs);
  if (walk === "walk") consider(walkSince + timing.walkMs);
  if (walk === "clear") consider(walkSince + timing.pedestrianClearMs);
  if (interval === "green") {
    if (walk === "off") consider(walkAgainAt(draft, phase, walkSince));
    consider(greenAt + CONTROLLER_TICK_MS);
    consider(greenAt + timing.greenMinMs);
    consider(actuationDueAt(draft, phase, maximumGreenMs(draft, phase)));
    for (const instant of coordinationDue(draft, phase)) consider(instant);
  } else {
    for (const instant of latestStarts(draft, phase)) consider(instant);
  }
  const { vehicleAt, pedestrianAt } = callOf(draft, phase);
  if (vehicleAt !== null) consider(vehicleAt + waitMaxMs(draft));
  if (pedestrianAt !== null) consider(pedestrianAt + waitMaxMs(draft));
}

function considerUnit(draft: SignalDraft, consider: Consider): void {
  const { unit, table, at } = draft;
  draft.preempts.forEach(({ onAt, ignored }, index) => {
    if (onAt === null || ignored) return;
    const { delayMs, presenceMaxMs } = defined(table.extras.preempts[index], "preempt");
    consider(after(onAt, delayMs));
    consider(after(onAt, presenceMaxMs));
  });
  // Whoever has authority over the sequence waits for the guards: looked at in every tick, which may lie between the plant's steps.
  if (unit.kind !== "normal" && unit.kind !== "tripped" && unit.kind !== "flash") {
    consider(at + CONTROLLER_TICK_MS);
  }
  for (const instant of priorityDue(draft)) consider(instant);
}

function considerSequence(draft: SignalDraft, consider: Consider): void {
  const { table, at, cycle, stages } = draft;
  if (draft.unit.kind !== "normal") return;
  // In free operation the schedule is asked at every whole second.
  if (cycle === null) consider(at + SECOND_MS - (at % SECOND_MS));
  else if (table.rings.length > 0) consider(cycleEndAt(cycle));
  if (table.rings.length > 0) {
    // Committed and waiting for the guards: overlaps, intergreens, red revert.
    if (draft.rings.rings.some(({ active, next }) => active < 0 && next >= 0))
      consider(at + CONTROLLER_TICK_MS);
    return;
  }
  consider(stages.greenStartsAt);
  consider(stages.shownSince + table.stepMs);
  if (stages.changing && at >= stages.greenStartsAt) consider(at + CONTROLLER_TICK_MS);
  if (cycle !== null && !stages.changing) consider(slotEndAt(table, cycle, stages.greenStartsAt));
}
