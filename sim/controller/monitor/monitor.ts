/**
 * The conflict monitor: watches lamps, and only lamps. It imports nothing of the engine's or the controller's rules, so
 * that one mistake cannot hide in both. Every figure is computed here again from the configuration.
 */
import type { Intersection } from "../../../src/model/intersection.ts";

export type MonitorRule =
  | "CONFLICT"
  | "SHORT_YELLOW"
  | "SHORT_CLEARANCE"
  | "SHORT_GREEN"
  | "NO_YELLOW"
  | "SHORT_WALK";

export type Trip = {
  readonly rule: MonitorRule;
  readonly at: number;
  readonly detail: string;
};

/** What the monitor remembers of one phase. */
type Head = {
  readonly lamp: string;
  /** When the head last changed between green, yellow and red. */
  readonly since: number;
  /** End of the last green, for the clearance of phases that conflict. */
  readonly greenEndedAt: number;
  readonly walk: string;
  readonly walkSince: number;
};

export type MonitorState = {
  readonly heads: readonly Head[];
  readonly first: boolean;
};

export type Monitor = {
  readonly observe: (state: MonitorState, at: number, lamps: string, walk: string) => MonitorStep;
  readonly start: () => MonitorState;
};

export type MonitorStep = { readonly state: MonitorState; readonly trips: readonly Trip[] };

const isGreen = (lamp: string): boolean => lamp === "G" || lamp === "g";

/** A monitor for one intersection; it expects lamps that are sampled at every change. */
export function conflictMonitor(intersection: Intersection): Monitor {
  const { phases } = intersection;
  const conflicting = conflictPairs(intersection);
  const start = (): MonitorState => ({
    first: true,
    heads: phases.map(() => ({ lamp: "r", since: 0, greenEndedAt: 0, walk: "D", walkSince: 0 })),
  });

  const observe = (state: MonitorState, at: number, lamps: string, walk: string): MonitorStep => {
    const trips: Trip[] = [];
    const heads = state.heads.map((head, index) => {
      const next = follow(head, at, lamps[index] ?? "", walk[index] ?? "");
      const phase = phases[index];
      if (phase !== undefined && !state.first) trips.push(...headTrips(phase, head, next, at));
      return next;
    });
    for (const [left, right] of conflicting) {
      const detail = conflictDetail(intersection, heads, left, right, at, state.first);
      if (detail !== undefined) trips.push({ ...detail, at });
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
    greenEndedAt: isGreen(head.lamp) && !isGreen(lamp) ? at : head.greenEndedAt,
    walk,
    walkSince: head.walk === walk ? head.walkSince : at,
  };
}

function headTrips(
  phase: Intersection["phases"][number],
  before: Head,
  now: Head,
  at: number,
): readonly Trip[] {
  const trips: Trip[] = [];
  const lasted = at - before.since;
  const trip = (rule: MonitorRule, detail: string) =>
    trips.push({ rule, at, detail: `phase ${phase.id}: ${detail}` });
  if (isGreen(before.lamp) && !isGreen(now.lamp)) {
    if (now.lamp !== "y") trip("NO_YELLOW", `green turned to ${now.lamp}`);
    if (before.since > 0 && lasted < phase.greenMinSeconds * 1000)
      trip("SHORT_GREEN", `${lasted} ms of green`);
    const { pedestrian } = phase;
    const pedestrianMs = ((pedestrian?.walkSeconds ?? 0) + (pedestrian?.clearSeconds ?? 0)) * 1000;
    if (before.since > 0 && lasted < pedestrianMs)
      trip("SHORT_WALK", `${lasted} ms, pedestrians need ${pedestrianMs} ms`);
  }
  if (before.lamp === "y" && now.lamp !== "y") {
    if (isGreen(now.lamp)) trip("NO_YELLOW", "green straight from yellow");
    if (lasted < phase.yellowSeconds * 1000) trip("SHORT_YELLOW", `${lasted} ms of yellow`);
  }
  const walkLasted = at - before.walkSince;
  if (before.walk === "W" && now.walk !== "W" && before.walkSince > 0) {
    const walkMs = (phase.pedestrian?.walkSeconds ?? 0) * 1000;
    if (walkLasted < walkMs || now.walk !== "F")
      trip("SHORT_WALK", `${walkLasted} ms of walk, then ${now.walk}`);
  }
  if (before.walk === "F" && now.walk !== "F" && before.walkSince > 0) {
    const clearMs = (phase.pedestrian?.clearSeconds ?? 0) * 1000;
    if (walkLasted < clearMs) trip("SHORT_WALK", `${walkLasted} ms of flashing don't walk`);
  }
  return trips;
}

/** A conflict, or a green before the other one's yellow and red clearance have passed. */
function conflictDetail(
  { phases }: Intersection,
  heads: readonly Head[],
  left: number,
  right: number,
  at: number,
  first: boolean,
): { readonly rule: MonitorRule; readonly detail: string } | undefined {
  const a = heads[left];
  const b = heads[right];
  const nameA = phases[left];
  const nameB = phases[right];
  if (a === undefined || b === undefined || nameA === undefined || nameB === undefined) return undefined;
  const yields = a.lamp === "g" || b.lamp === "g";
  if (isGreen(a.lamp) && isGreen(b.lamp)) {
    return yields
      ? undefined
      : { rule: "CONFLICT", detail: `phases ${nameA.id} and ${nameB.id} green together` };
  }
  for (const [going, cleared, name, clearing] of [
    [a, b, nameA.id, nameB],
    [b, a, nameB.id, nameA],
  ] as const) {
    if (first || going.lamp !== "G" || going.since !== at || cleared.greenEndedAt === 0) continue;
    const clearanceMs = (clearing.yellowSeconds + clearing.redClearSeconds) * 1000;
    const passedMs = at - cleared.greenEndedAt;
    if (passedMs < clearanceMs) {
      const detail = `phase ${name} green ${passedMs} ms after ${clearing.id}, clearance is ${clearanceMs} ms`;
      return { rule: "SHORT_CLEARANCE", detail };
    }
  }
  return undefined;
}
