import { defined } from "../assert.ts";
import { EVENT_CODE as EVENT } from "../model/event-code.ts";
import type { TimingTable } from "../model/timing.ts";
import type { InstantMs } from "../units.ts";

/** Interval of a phase. `lead`: pedestrians walk, vehicles still wait. */
export type Interval = "red" | "lead" | "green" | "yellow" | "redClear";

/** What one phase shows, and since when. An instant of 0 is one that never was. */
export type Head = {
  readonly interval: Interval;
  readonly since: InstantMs;
  /** Begin of the last or present green. */
  readonly greenAt: InstantMs;
  /** End of the last green. */
  readonly greenEndedAt: InstantMs;
  /** Begin of the last red, at the end of yellow. */
  readonly redAt: InstantMs;
  /** Whether the green yields to conflicting traffic, and since when it does or does not. */
  readonly yields: boolean;
  readonly yieldsSince: InstantMs;
  readonly walk: Walk;
  readonly walkSince: InstantMs;
};

export type Walk = "off" | "walk" | "clear";

/** A head that follows phases: a normal overlap, or the flashing yellow arrow of a left. */
export type Follower = {
  readonly interval: "red" | "green" | "yellow" | "redClear";
  readonly since: InstantMs;
};

/** Why a green ended, in the words of the high-resolution log. */
export type EndReason = "gapOut" | "maxOut" | "forceOff";

/** High-resolution event (Indiana enumerations): code and parameter. */
export type SignalEvent = readonly [at: InstantMs, code: number, parameter: number];

/** Least times of a green that is ended; a preemption has its own (reference §2.7). */
export type LeastTimes = { readonly greenMs: number; readonly walkMs: number; readonly clearMs: number };

/** The heads while an instant is worked out. Nothing outside this folder ever sees it change. */
export type HeadsDraft = {
  readonly table: TimingTable;
  readonly at: InstantMs;
  readonly heads: Head[];
  readonly followers: Follower[];
  readonly events: SignalEvent[];
};

const END_EVENT: Readonly<Record<EndReason, number>> = {
  gapOut: EVENT.gapOut,
  maxOut: EVENT.maxOut,
  forceOff: EVENT.forceOff,
};

export function headOf(draft: { readonly heads: readonly Head[] }, phase: number): Head {
  return defined(draft.heads[phase], "head");
}

export function timingOfPhase(draft: { readonly table: TimingTable }, phase: number) {
  return defined(draft.table.phases[phase], "phase");
}

/** An event of a phase. */
export function tell(draft: HeadsDraft, code: number, phase: number): void {
  draft.events.push([draft.at, code, timingOfPhase(draft, phase).number]);
}

export function change(draft: HeadsDraft, phase: number, changes: Partial<Head>): void {
  draft.heads[phase] = { ...headOf(draft, phase), ...changes };
}

/** Begins a phase: its green, or the walk that leads it. The caller has asked `mayBegin`. */
export function beginPhase(draft: HeadsDraft, phase: number, walk: boolean, yields: boolean): void {
  const { at } = draft;
  const { actuation, walkMs } = timingOfPhase(draft, phase);
  const walks = walk && walkMs > 0;
  const leads = walks && actuation.leadMs > 0;
  tell(draft, EVENT.phaseOn, phase);
  change(draft, phase, {
    interval: leads ? "lead" : "green",
    since: at,
    ...(leads ? {} : { greenAt: at }),
    yields,
    yieldsSince: at,
    ...(walks ? { walk: "walk" as const, walkSince: at } : {}),
  });
  if (walks) tell(draft, EVENT.beginWalk, phase);
  if (!leads) tell(draft, EVENT.beginGreen, phase);
}

/** Ends a green. The caller has asked `mayEnd`. */
export function endPhase(draft: HeadsDraft, phase: number, reason: EndReason): void {
  tell(draft, END_EVENT[reason], phase);
  tell(draft, EVENT.endGreen, phase);
  tell(draft, EVENT.beginYellow, phase);
  change(draft, phase, { interval: "yellow", since: draft.at, greenEndedAt: draft.at });
}

/** A second walk in a green that rests. The green then lasts until it is over. */
export function walkAgain(draft: HeadsDraft, phase: number): void {
  change(draft, phase, { walk: "walk", walkSince: draft.at });
  tell(draft, EVENT.beginWalk, phase);
}

/** A green begins or ceases to yield; its clearance towards whom it yields to counts from then. */
export function changeRightOfWay(draft: HeadsDraft, phase: number, yields: boolean): void {
  if (headOf(draft, phase).yields !== yields) change(draft, phase, { yields, yieldsSince: draft.at });
}

/**
 * Moves every timed interval on that has run out: yellow, red clearance, leading walk, walk, flashing don't walk. Walk rests
 * while `walkRests` says that nobody else waits.
 */
export function advanceTimers(
  draft: HeadsDraft,
  walkRests: (phase: number) => boolean,
  leastOf: (phase: number) => LeastTimes | null,
): void {
  for (let phase = 0; phase < draft.heads.length; phase += 1) {
    advanceVehicleHead(draft, phase);
    advanceWalk(draft, phase, walkRests, leastOf(phase));
  }
}

function advanceVehicleHead(draft: HeadsDraft, phase: number): void {
  const { at } = draft;
  const { interval, since } = headOf(draft, phase);
  if (interval === "red" || interval === "green") return;
  const timing = timingOfPhase(draft, phase);
  if (interval === "lead") {
    if (at - since < timing.actuation.leadMs) return;
    change(draft, phase, { interval: "green", since: at, greenAt: at, yieldsSince: at });
    tell(draft, EVENT.beginGreen, phase);
    return;
  }
  if (interval === "yellow") {
    if (at - since < timing.yellowMs) return;
    tell(draft, EVENT.endYellow, phase);
    const clears = timing.redClearMs > 0;
    // In the same tick also where nothing clears: half of those who read logs take 9 for the begin of red, the other half 10.
    tell(draft, EVENT.beginRedClear, phase);
    change(draft, phase, { interval: clears ? "redClear" : "red", since: at, redAt: at });
    if (!clears) tell(draft, EVENT.phaseInactive, phase);
    return;
  }
  if (at - since < timing.redClearMs) return;
  change(draft, phase, { interval: "red", since: at });
  tell(draft, EVENT.endRedClear, phase);
  tell(draft, EVENT.phaseInactive, phase);
}

function advanceWalk(
  draft: HeadsDraft,
  phase: number,
  walkRests: (phase: number) => boolean,
  least: LeastTimes | null,
): void {
  const { at } = draft;
  const { walk, walkSince, interval } = headOf(draft, phase);
  // Walk that leads lasts until its green has begun.
  if (walk === "off" || interval === "lead") return;
  const { walkMs, pedestrianClearMs, actuation } = timingOfPhase(draft, phase);
  if (walk === "walk") {
    const dueMs = least === null ? walkMs : Math.min(walkMs, least.walkMs);
    if (at - walkSince < dueMs) return;
    if (actuation.restInWalk && walkRests(phase)) return;
    change(draft, phase, { walk: "clear", walkSince: at });
    tell(draft, EVENT.beginPedestrianClear, phase);
    return;
  }
  const dueMs = least === null ? pedestrianClearMs : Math.min(pedestrianClearMs, least.clearMs);
  if (at - walkSince < dueMs) return;
  change(draft, phase, { walk: "off", walkSince: at });
  tell(draft, EVENT.beginDontWalk, phase);
}
