/**
 * The conflict monitor: watches lamps, and only lamps. It imports nothing of the engine's or the controller's rules, so
 * that one mistake cannot hide in both. Every figure is computed here again from the configuration.
 */
import type { Intersection } from "../../../src/model/intersection.ts";
import { headTrips } from "./head.ts";
import { isGreen, milliseconds, type Head, type Trip } from "./watch.ts";

export type MonitorState = {
  readonly heads: readonly Head[];
  readonly first: boolean;
};

export type Monitor = {
  readonly observe: (state: MonitorState, at: number, lamps: string, walk: string) => MonitorStep;
  readonly start: () => MonitorState;
};

export type MonitorStep = { readonly state: MonitorState; readonly trips: readonly Trip[] };

/** A monitor for one intersection; it expects lamps that are sampled at every change, from the begin of their greens. */
export function conflictMonitor(intersection: Intersection): Monitor {
  const { phases } = intersection;
  const conflicting = conflictPairs(intersection);
  const start = (): MonitorState => ({
    first: true,
    heads: phases.map(() => ({
      lamp: "r",
      since: 0,
      protectedSince: 0,
      protectedEndedAt: 0,
      greenEndedAt: 0,
      walk: "D",
      walkSince: 0,
    })),
  });

  const observe = (state: MonitorState, at: number, lamps: string, walk: string): MonitorStep => {
    const trips: Trip[] = [];
    if (lamps.length !== phases.length || walk.length !== phases.length) {
      const detail = `${lamps.length} lamps and ${walk.length} walk signals for ${phases.length} phases`;
      trips.push({ rule: "DARK", at, detail });
    }
    const heads = state.heads.map((head, index) => {
      const next = follow(head, at, lamps[index] ?? "", walk[index] ?? "");
      const phase = phases[index];
      if (phase !== undefined) trips.push(...headTrips(phase, head, next, at, state.first));
      return next;
    });
    for (const [left, right] of conflicting) {
      const found = conflictOf(intersection, heads, left, right, at, state.first);
      if (found !== undefined) trips.push({ ...found, at });
    }
    return { state: { heads, first: false }, trips };
  };
  return { observe, start };
}

function conflictPairs({ phases, conflicts }: Intersection): readonly (readonly [number, number])[] {
  const position = new Map(phases.map(({ id }, index) => [id, index]));
  return conflicts.map(([left, right]) => [position.get(left) ?? -1, position.get(right) ?? -1]);
}

function follow(head: Head, at: number, lamp: string, walk: string): Head {
  const sameColour = isGreen(head.lamp) === isGreen(lamp) && (isGreen(lamp) || head.lamp === lamp);
  return {
    lamp,
    since: sameColour ? head.since : at,
    protectedSince: lamp === "G" && head.lamp !== "G" ? at : head.protectedSince,
    protectedEndedAt: head.lamp === "G" && lamp !== "G" ? at : head.protectedEndedAt,
    greenEndedAt: isGreen(head.lamp) && !isGreen(lamp) ? at : head.greenEndedAt,
    walk,
    walkSince: head.walk === walk ? head.walkSince : at,
  };
}

/** A conflict, or full right of way before the other one's has been given up for yellow and red clearance. */
function conflictOf(
  { phases }: Intersection,
  heads: readonly Head[],
  left: number,
  right: number,
  at: number,
  first: boolean,
): Pick<Trip, "rule" | "detail"> | undefined {
  const a = heads[left];
  const b = heads[right];
  const nameA = phases[left];
  const nameB = phases[right];
  if (a === undefined || b === undefined || nameA === undefined || nameB === undefined) return undefined;
  if (a.lamp === "G" && b.lamp === "G") {
    return { rule: "CONFLICT", detail: `phases ${nameA.id} and ${nameB.id} green together` };
  }
  for (const [going, cleared, name, clearing] of [
    [a, b, nameA.id, nameB],
    [b, a, nameB.id, nameA],
  ] as const) {
    if (first || going.lamp !== "G" || going.protectedSince !== at) continue;
    // Who still has a green that yields gave up the full one, if any, when it turned to that.
    const endedAt = isGreen(cleared.lamp) ? cleared.protectedEndedAt : cleared.greenEndedAt;
    if (endedAt === 0) continue;
    const clearanceMs = milliseconds(clearing.yellowSeconds + clearing.redClearSeconds);
    const passedMs = at - endedAt;
    if (passedMs < clearanceMs) {
      const detail = `phase ${name} green ${passedMs} ms after ${clearing.id}, clearance is ${clearanceMs} ms`;
      return { rule: "SHORT_CLEARANCE", detail };
    }
  }
  return undefined;
}
