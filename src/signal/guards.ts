import type { OverlapTiming } from "../model/extra-timing.ts";
import { intergreenKey } from "../model/extra-timing.ts";
import { type Head, type HeadsDraft, headOf, type LeastTimes, timingOfPhase } from "./heads.ts";

/**
 * What may begin and what may end, whoever asks: sequence, coordination, priority, preemption and commands all pass here. The
 * table of rules stands in `src/safety/DESIGN.md`.
 */

/** Least red of an overlap before it is green again (NTCIP unit red revert). */
export const OVERLAP_RED_REVERT_MS = 2_000;

/** Whether `other` shows right of way to anybody, vehicles or pedestrians, or still clears it. */
export function isActive({ interval, walk }: Head): boolean {
  return interval !== "red" || walk !== "off";
}

/**
 * Whether `phase` may begin now: it has been red for its red revert, and whatever conflicts with it has ended and cleared,
 * overlaps and flashing arrows included. `beside` names conflicting phases that it runs beside because one of the two yields.
 */
export function mayBegin(
  draft: HeadsDraft,
  phase: number,
  beside: (other: number) => boolean = neverBeside,
): boolean {
  const { table, at } = draft;
  const head = headOf(draft, phase);
  if (isActive(head)) return false;
  if (head.redAt > 0 && at - head.redAt < timingOfPhase(draft, phase).actuation.redRevertMs) return false;
  for (const other of table.conflicts[phase] ?? []) {
    if (!hasCleared(draft, other, phase, beside(other))) return false;
  }
  return table.extras.overlaps.every((overlap, index) => followerLets(draft, overlap, index, phase));
}

/** Whether a green that yields may get full right of way: all that conflicts with it has cleared, or yields. */
export function mayGain(draft: HeadsDraft, phase: number, beside: (other: number) => boolean): boolean {
  for (const other of draft.table.conflicts[phase] ?? []) {
    if (!hasCleared(draft, other, phase, beside(other))) return false;
  }
  return true;
}

const neverBeside = (): boolean => false;

/** Whether `ended` leaves the way free for `phase`, which conflicts with it. */
function hasCleared(draft: HeadsDraft, ended: number, phase: number, beside: boolean): boolean {
  const { table, at } = draft;
  const head = headOf(draft, ended);
  const { yellowMs, redClearMs } = timingOfPhase(draft, ended);
  if (beside && head.interval === "green") {
    // Who gave up full right of way has to clear like at the end of a green.
    return (
      !head.yields || head.yieldsSince === head.greenAt || at - head.yieldsSince >= yellowMs + redClearMs
    );
  }
  if (isActive(head)) return false;
  // Where walk was cleared without a green, no yellow and red clearance stands for the buffer.
  if (head.walkSince > 0 && at - head.walkSince < timingOfPhase(draft, ended).actuation.bufferMs)
    return false;
  const intergreenMs = table.extras.intergreens.get(intergreenKey(ended, phase)) ?? yellowMs + redClearMs;
  return head.greenEndedAt === 0 || at - head.greenEndedAt >= intergreenMs;
}

/** Whether an overlap or a flashing arrow leaves the way free for `phase`. */
function followerLets(draft: HeadsDraft, overlap: OverlapTiming, index: number, phase: number): boolean {
  const follower = draft.followers[index];
  if (follower === undefined) return true;
  const cleared = follower.interval === "red";
  if (overlap.kind === "normal") return cleared || !overlap.conflicts.includes(phase);
  if (phase === overlap.left) {
    // The flashing arrow is the left's own head: it has a red revert too.
    const { redRevertMs } = timingOfPhase(draft, phase).actuation;
    return cleared && (follower.since === 0 || draft.at - follower.since >= redRevertMs);
  }
  // Also its opposing phase, which drives the arrow, waits until it has cleared.
  return cleared || draft.table.conflicts[overlap.left]?.has(phase) !== true;
}

/**
 * Whether these greens may end together now: each has had its minimum green, walk and flashing don't walk are over, and no turn
 * that looks at a circular green is shown yellow while the traffic that it yielded to keeps its green (reference §2.4).
 */
export function mayEnd(draft: HeadsDraft, phases: readonly number[], least: LeastTimes | null): boolean {
  return phases.every((phase) => {
    const head = headOf(draft, phase);
    const { greenMinMs } = timingOfPhase(draft, phase);
    // Even a preemption lets a green show for a step: no head goes from red to yellow.
    const neededMs =
      least === null ? greenMinMs : Math.max(draft.table.stepMs, Math.min(greenMinMs, least.greenMs));
    return (
      head.interval === "green" &&
      head.walk === "off" &&
      draft.at - head.greenAt >= neededMs &&
      !isTrap(draft, phase, phases)
    );
  });
}

/**
 * What a circular green's turn yields to ends with it, and begins anew afterwards: no plan that the rules accept asks for this,
 * but free operation, forced stages and preemption may (reference §2.4).
 */
export function withOpposing(draft: HeadsDraft, ending: readonly number[]): readonly number[] {
  const opposing = ending.flatMap((phase) => {
    if (!timingOfPhase(draft, phase).actuation.circular || !headOf(draft, phase).yields) return [];
    return [...(draft.table.conflicts[phase] ?? [])].filter((other) => {
      const { interval, yields } = headOf(draft, other);
      return interval === "green" && !yields;
    });
  });
  return [...new Set([...ending, ...opposing])];
}

function isTrap(draft: HeadsDraft, phase: number, ending: readonly number[]): boolean {
  if (!timingOfPhase(draft, phase).actuation.circular || !headOf(draft, phase).yields) return false;
  for (const other of draft.table.conflicts[phase] ?? []) {
    const { interval, yields } = headOf(draft, other);
    if (interval === "green" && !yields && !ending.includes(other)) return true;
  }
  return false;
}

/** Whether an overlap may turn green: its parent is, and what it crosses has cleared. */
export function overlapMayBegin(
  draft: HeadsDraft,
  overlap: Extract<OverlapTiming, { readonly kind: "normal" }>,
  index: number,
): boolean {
  const { table } = draft;
  const follower = draft.followers[index];
  if (follower === undefined || follower.interval !== "red") return false;
  if (follower.since > 0 && draft.at - follower.since < OVERLAP_RED_REVERT_MS) return false;
  return (
    overlap.conflicts.every((phase) => !isActive(headOf(draft, phase))) &&
    table.extras.overlaps.every(
      (other, place) =>
        other.kind === "normal" ||
        draft.followers[place]?.interval === "red" ||
        !overlap.conflicts.includes(other.left),
    )
  );
}

/** Whether the flashing yellow arrow of a left may begin: its opposing phase is green, all else that it crosses has cleared. */
export function arrowMayBegin(
  draft: HeadsDraft,
  overlap: Extract<OverlapTiming, { readonly kind: "flashingYellowArrow" }>,
  index: number,
): boolean {
  const { table, at } = draft;
  const follower = draft.followers[index];
  const left = headOf(draft, overlap.left);
  const opposing = headOf(draft, overlap.opposing);
  if (follower === undefined || follower.interval !== "red" || left.interval !== "red") return false;
  if (opposing.interval !== "green" || at - opposing.greenAt < overlap.delayMs) return false;
  const { redRevertMs } = timingOfPhase(draft, overlap.left).actuation;
  const redAt = Math.max(left.redAt, follower.since);
  if (redAt > 0 && at - redAt < redRevertMs) return false;
  for (const other of table.conflicts[overlap.left] ?? []) {
    if (other !== overlap.opposing && !hasCleared(draft, other, overlap.left, false)) return false;
  }
  return table.extras.overlaps.every(
    (other, place) =>
      other.kind !== "normal" ||
      draft.followers[place]?.interval === "red" ||
      !other.conflicts.includes(overlap.left),
  );
}
