import { defined } from "../assert.ts";
import { EVENT_CODE as EVENT } from "../model/event-code.ts";
import type { OverlapTiming } from "../model/extra-timing.ts";
import { arrowMayBegin, overlapMayBegin } from "./guards.ts";
import { type Follower, type HeadsDraft, headOf, tell, timingOfPhase } from "./heads.ts";

/**
 * Moves overlaps and flashing yellow arrows on with the phases that drive them. `coming` are the phases that are committed to
 * begin next: between two of its parents an overlap stays green.
 */
export function advanceFollowers(draft: HeadsDraft, coming: (phase: number) => boolean): void {
  draft.table.extras.overlaps.forEach((overlap, index) => {
    const next =
      overlap.kind === "normal"
        ? overlapNext(draft, overlap, index, coming)
        : arrowNext(draft, overlap, index);
    if (next === null) return;
    // Red and clearance begin where the interval before them ended; `since` of red counts from the end of yellow.
    const before = defined(draft.followers[index], "follower");
    const since = next === "red" && before.interval === "redClear" ? before.since : draft.at;
    draft.followers[index] = { interval: next, since };
    tellFollower(draft, overlap, index, before.interval, next);
  });
}

type Interval = Follower["interval"];

function overlapNext(
  draft: HeadsDraft,
  overlap: Extract<OverlapTiming, { readonly kind: "normal" }>,
  index: number,
  coming: (phase: number) => boolean,
): Interval | null {
  const { interval, since } = defined(draft.followers[index], "follower");
  const isGreen = (phase: number): boolean => headOf(draft, phase).interval === "green";
  const parentGreen = overlap.included.some(isGreen);
  const minusActive = overlap.minus.some((phase) => headOf(draft, phase).interval !== "red" || coming(phase));
  if (interval === "red") {
    return parentGreen && !minusActive && overlapMayBegin(draft, overlap, index) ? "green" : null;
  }
  if (interval === "green") {
    const stays = parentGreen || overlap.included.some(coming);
    return stays && !minusActive ? null : endOf(draft, since);
  }
  return clearingNext(draft, interval, since, overlap.yellowMs, overlap.redClearMs);
}

function arrowNext(
  draft: HeadsDraft,
  overlap: Extract<OverlapTiming, { readonly kind: "flashingYellowArrow" }>,
  index: number,
): Interval | null {
  const { interval, since } = defined(draft.followers[index], "follower");
  if (interval === "red") return arrowMayBegin(draft, overlap, index) ? "green" : null;
  if (interval === "green") {
    return headOf(draft, overlap.opposing).interval === "green" ? null : endOf(draft, since);
  }
  const { yellowMs, redClearMs } = timingOfPhase(draft, overlap.left);
  return clearingNext(draft, interval, since, yellowMs, redClearMs);
}

/** A green that began in this very instant was never shown: it is taken back, or the head would go from red to yellow. */
function endOf({ at }: HeadsDraft, since: number): "yellow" | "red" {
  return since === at ? "red" : "yellow";
}

function clearingNext(
  { at }: HeadsDraft,
  interval: "yellow" | "redClear",
  since: number,
  yellowMs: number,
  redClearMs: number,
): Interval | null {
  if (interval === "yellow") {
    if (at - since < yellowMs) return null;
    return redClearMs > 0 ? "redClear" : "red";
  }
  return at - since < redClearMs ? null : "red";
}

const ARROW_EVENTS: Readonly<Partial<Record<Interval, number>>> = {
  green: EVENT.beginPermissive,
  yellow: EVENT.endPermissive,
};
const OVERLAP_EVENTS: Readonly<Record<Interval, number>> = {
  green: EVENT.overlapGreen,
  yellow: EVENT.overlapYellow,
  redClear: EVENT.overlapRedClear,
  red: EVENT.overlapOff,
};

function tellFollower(
  draft: HeadsDraft,
  overlap: OverlapTiming,
  index: number,
  before: Interval,
  interval: Interval,
): void {
  if (overlap.kind === "flashingYellowArrow") {
    const code = ARROW_EVENTS[interval];
    if (code !== undefined) tell(draft, code, overlap.left);
    return;
  }
  const own = (code: number): void => {
    draft.events.push([draft.at, code, index + 1]);
  };
  // The end of yellow is told as 64 also where nothing clears.
  if (before === "yellow" && interval === "red") own(EVENT.overlapRedClear);
  own(OVERLAP_EVENTS[interval]);
}
