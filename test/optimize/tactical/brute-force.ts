import type { TacticalParameters } from "../../../src/optimize/tactical/parameters.ts";

/** One green of a plan for two streets with one lane each; the first begins now. */
export type Green = { readonly stage: number; readonly greenAt: number; readonly leaveAt: number };

const HOLDS_SECONDS = [1, 2, 3, 4, 6, 8, 11, 15, 20, 26, 34];
const GREENS_SECONDS = [5, 8, 12, 17, 24, 34];
const INTERGREEN_SECONDS = 4;
const HEADWAY_SECONDS = 2;

/** Every plan of the search's grid that begins with `greens`, the last of which is to end at its `leaveAt` for the other stage. */
function plansFrom(greens: readonly Green[], horizonSeconds: number): readonly (readonly Green[])[] {
  const last = greens.at(-1) ?? { stage: 0, leaveAt: 0 };
  const greenAt = last.leaveAt + INTERGREEN_SECONDS;
  if (greenAt >= horizonSeconds) return [];
  const stage = last.stage === 0 ? 1 : 0;
  return [
    [...greens, { stage, greenAt, leaveAt: horizonSeconds }],
    ...GREENS_SECONDS.filter((green) => greenAt + green < horizonSeconds).flatMap((green) =>
      plansFrom([...greens, { stage, greenAt, leaveAt: greenAt + green }], horizonSeconds),
    ),
  ];
}

/** What the plan costs a street with vehicles at the given times; model of `control-algorithms.md` §2, a vehicle after the other. */
function streetCost(
  times: readonly number[],
  stage: number,
  plan: readonly Green[],
  parameters: TacticalParameters,
): number {
  const { startLostSeconds, yellowUsedSeconds, stopCostSeconds, horizonSeconds } = parameters;
  const waiting = [...times];
  let cost = 0;
  let freeAt = 0;
  for (const [place, green] of plan.entries()) {
    if (green.stage !== stage) continue;
    if (place > 0) freeAt = Math.max(freeAt, green.greenAt + startLostSeconds);
    for (let due = waiting[0]; due !== undefined; due = waiting[0]) {
      const at = Math.max(due, freeAt);
      if (at > green.leaveAt) break;
      const delay = at - due;
      cost += delay + stopCostSeconds * Math.min(1, Math.max(0, (delay - 1.5) / 2));
      freeAt = at + HEADWAY_SECONDS;
      waiting.shift();
    }
    const [due] = waiting;
    if (due === undefined || place === plan.length - 1) continue;
    const inYellow = Math.max(due, freeAt);
    if (inYellow > green.leaveAt + yellowUsedSeconds) continue;
    cost += inYellow - due;
    waiting.shift();
  }
  for (const [ahead, due] of waiting.entries()) {
    if (due > horizonSeconds) continue;
    cost += horizonSeconds - due + parameters.terminalSeconds + 0.5 * HEADWAY_SECONDS * ahead;
  }
  return cost;
}

/** What a plan costs both streets; the last green ends at the horizon. */
export function planCost(
  streets: readonly (readonly number[])[],
  plan: readonly Green[],
  parameters: TacticalParameters,
): number {
  return streets.reduce((sum, times, stage) => sum + streetCost(times, stage, plan, parameters), 0);
}

function held(leaveAt: number): Green {
  return { stage: 0, greenAt: 0, leaveAt };
}

/** The cheapest cost of all plans of the grid, stage 0 being green now. */
export function bruteForce(streets: readonly (readonly number[])[], parameters: TacticalParameters): number {
  const { horizonSeconds } = parameters;
  const holds = HOLDS_SECONDS.filter((hold) => hold < horizonSeconds);
  const plans = [
    [held(horizonSeconds)],
    ...[0, ...holds].flatMap((hold) => plansFrom([held(hold)], horizonSeconds)),
  ];
  return Math.min(...plans.map((plan) => planCost(streets, plan, parameters)));
}
