import { COORDINATION_STATE, EVENT_CODE as EVENT, PATTERN } from "../model/event-code.ts";
import type { TimingTable } from "../model/timing.ts";
import { LOG_LOST_CODE } from "../protocol/frames.ts";
import type { IntersectionLive } from "../protocol/live.ts";
import { startLights } from "./lights.ts";
import type { LoggedEvent } from "./logged-event.ts";

/** What an intersection's log tells of it, without what the operators' log tells. */
export type IntersectionPlayed = Pick<
  IntersectionLive,
  "stateAt" | "operation" | "source" | "stage" | "coordination" | "cycleStartAt" | "lamps" | "walk"
> & {
  /** Of a local plan, or `free`; null for a plan that was lent, which the log does not name. */
  readonly plan: string | null;
  /** Since when the plan runs; null where that is not known. */
  readonly planSince: number | null;
};

/** One intersection's log, played. */
export type IntersectionPlayer = {
  /** Takes the next events of the log. */
  readonly take: (events: Iterable<LoggedEvent>) => void;
  /** What was at `at`, which never goes back, after all events up to and including it. */
  readonly playedAt: (at: number) => IntersectionPlayed;
};

type Coordinated = {
  source: IntersectionLive["source"];
  plan: string | null;
  planSince: number | null;
  coordination: IntersectionLive["coordination"];
  cycleStartAt: number | null;
};

const NOTHING: Coordinated = {
  source: null,
  plan: null,
  planSince: null,
  coordination: null,
  cycleStartAt: null,
};

/** Taken events are let go of when so many have been played. */
const PLAYED_KEPT = 1_000;

/** `fromBegin`: the first event that is taken is the first one of the log. */
export function startIntersection(table: TimingTable, fromBegin: boolean): IntersectionPlayer {
  const lights = startLights(table, fromBegin);
  const running: Coordinated = { ...NOTHING };
  let events: LoggedEvent[] = [];
  let next = 0;

  const playUpTo = (at: number): void => {
    for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
      lights.take(event);
      takeRunning(running, table, event);
      next += 1;
      if (events[next]?.at !== event.at) lights.settle(event.at);
    }
    if (next < PLAYED_KEPT) return;
    events = events.slice(next);
    next = 0;
  };

  function* coming(): Iterable<LoggedEvent> {
    for (let index = next; index < events.length; index += 1) {
      const event = events[index];
      if (event !== undefined) yield event;
    }
  }

  return {
    take: (more) => {
      for (const event of more) events.push(event);
    },
    playedAt: (at) => {
      playUpTo(at);
      const shown = lights.shownAt(at, coming());
      return { ...shown, ...running, stateAt: shown.lamps === "" ? null : at };
    },
  };
}

function takeRunning(running: Coordinated, table: TimingTable, { at, code, parameter }: LoggedEvent): void {
  if (code === LOG_LOST_CODE) Object.assign(running, NOTHING);
  else if (code === EVENT.pattern) Object.assign(running, patternOf(table, parameter), { planSince: at });
  else if (code !== EVENT.coordinationState) return;
  else if (parameter === COORDINATION_STATE.localZero) running.cycleStartAt = at;
  else {
    running.coordination = COORDINATION.get(parameter) ?? null;
    // Free operation has no cycle.
    if (parameter === COORDINATION_STATE.free) running.cycleStartAt = null;
  }
}

const COORDINATION: ReadonlyMap<number, IntersectionLive["coordination"]> = new Map([
  [COORDINATION_STATE.inStep, "inStep"],
  [COORDINATION_STATE.adding, "transition"],
  [COORDINATION_STATE.subtracting, "transition"],
  [COORDINATION_STATE.dwelling, "transition"],
]);

function patternOf({ intersection }: TimingTable, pattern: number): Pick<Coordinated, "source" | "plan"> {
  if (pattern === PATTERN.free) return { source: "free", plan: "free" };
  if (pattern === PATTERN.leased) return { source: "plan", plan: null };
  const local = intersection.plans[pattern - 1];
  return local === undefined ? { source: null, plan: null } : { source: "local", plan: local.id };
}
