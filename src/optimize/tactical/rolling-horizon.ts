import { after, type InstantMs, secondsToMs } from "../../units.ts";
import { type BoxVerdict, boxRules } from "./box.ts";
import { TACTICAL_DEFAULTS, type TacticalParameters } from "./parameters.ts";
import { planDepartures } from "./plan-departures.ts";
import type { StreetNow, TacticalDecision, TacticalPolicy } from "./policy.ts";
import { type Problem, problemOf } from "./problem.ts";
import { search, type SearchResult } from "./search.ts";
import { SearchSpace } from "./search-space.ts";

/** A planned change is told no sooner than this: until then the next decision has come. */
const AHEAD_MIN_SECONDS = 2;

/**
 * The adaptive level's policy (reference `control-algorithms.md` §2): searches stage sequences over the horizon and changes now if and
 * only if the best plan that does is cheaper than the best that does not. Its memory is the time for which a stage has been
 * prolonged to clear the junction, seconds.
 */
export function rollingHorizon(parameters: TacticalParameters = TACTICAL_DEFAULTS): TacticalPolicy {
  const space = new SearchSpace();
  return (junction, street, outlook, memory) => {
    const clearingSeconds = memory[0] ?? 0;
    const box = boxRules(junction, street, outlook, clearingSeconds);
    const problem = problemOf(junction, street, outlook, box.allowed, parameters, space);
    const found = search(problem, space);
    const chosen = choose(street, found, box);
    const follows = chosen === found.segments[1]?.stage && (found.segments[1]?.leaveAt ?? 1) <= 0;
    const holds = chosen === street.stage && (found.segments[1]?.leaveAt ?? 1) > 0;
    const segments = follows || holds ? found.segments : [];
    // A change that has been decided is done before anything else is told; what is to end a hold is.
    const next = holds ? found.segments[1] : undefined;
    const stages = [
      { stage: chosen, startAt: street.at },
      ...(next === undefined ? [] : [{ stage: next.stage, startAt: later(street.at, next.leaveAt) }]),
    ];
    const planned = segments.length > 0 ? planDepartures(problem, segments) : null;
    const binding = bindingOf(box, found, (other, without) => {
      const again = search({ ...problem, ...other }, space);
      return choose(street, again, { ...box, ...without }) !== chosen;
    });
    return {
      stages,
      departures: planned?.departures ?? null,
      record: {
        candidates: candidatesOf(street, found),
        binding,
        expansions: found.expansions,
        ...(planned === null ? {} : { expected: planned.expected }),
      },
      memory: box.clearing ? [clearingSeconds + 1] : [],
    };
  };
}

function later(at: InstantMs, seconds: number): InstantMs {
  return after(at, secondsToMs(Math.max(AHEAD_MIN_SECONDS, Math.ceil(seconds))));
}

function choose(street: StreetNow, { switchCosts, holdCost }: SearchResult, box: BoxVerdict): number {
  let best = street.stage;
  let cost = box.mustLeave ? Number.POSITIVE_INFINITY : holdCost;
  for (const [stage, switchCost] of switchCosts.entries()) {
    if (switchCost < cost) {
      best = stage;
      cost = switchCost;
    }
  }
  return best;
}

function candidatesOf(
  street: StreetNow,
  { holdCost, switchCosts }: SearchResult,
): TacticalDecision["record"]["candidates"] {
  return [{ stage: street.stage, cost: holdCost }, ...switchCosts.map((cost, stage) => ({ stage, cost }))]
    .filter(({ cost }) => Number.isFinite(cost))
    .toSorted((left, right) => left.cost - right.cost);
}

/**
 * What another choice would be made without. `binds` searches again as if a rule were not there: seldom, since it is asked only where one
 * forbids something.
 */
function bindingOf(
  box: BoxVerdict,
  { holdCost }: SearchResult,
  binds: (other: Partial<Problem>, without: Partial<BoxVerdict>) => boolean,
): string | null {
  if (box.mustLeave || box.clearing) {
    const without = { allowed: box.allowed.map(() => true), mustLeave: false };
    if (binds({ allowed: without.allowed }, without)) {
      return box.mustLeave
        ? "a vehicle is stuck inside the junction"
        : "vehicles inside the junction have to leave first";
    }
  }
  const mayNotStay = !Number.isFinite(holdCost);
  return mayNotStay && binds({ holdMaxSeconds: Number.POSITIVE_INFINITY }, {}) ? "maximum green" : null;
}
