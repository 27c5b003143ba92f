import { unreachable } from "../../../src/assert.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import { after, type InstantMs, instantMs, SECOND_MS } from "../../../src/units.ts";
import type { Call, TimedHostile } from "./stream.ts";
import type { Random } from "../random.ts";

/** What comes from the street: vehicles on loops, push buttons, check-in and check-out, and preemption inputs. */

export type CallKind = "vehicle" | "pedestrian" | "priority" | "preempt";

/** What there is to call from at an intersection. */
export type CallSources = {
  readonly intersection: string;
  readonly detectors: readonly string[];
  readonly walkers: readonly string[];
  readonly links: readonly string[];
  readonly preempts: readonly string[];
};

export function callSources({ intersection }: TimingTable): CallSources {
  return {
    intersection: intersection.id,
    detectors: intersection.detectors.map(({ id }) => id),
    walkers: intersection.phases.flatMap(({ id, pedestrian }) => (pedestrian === undefined ? [] : [id])),
    links: [...new Set(intersection.movements.map(({ fromLink }) => fromLink))],
    preempts: (intersection.preempts ?? []).map(({ id }) => id),
  };
}

/**
 * What somebody does from `at` on: it begins and ends in order when `ordinary`; otherwise loops chatter and stick, and
 * what has come in may never go out. Empty where the intersection has nothing of the kind, or it is taken.
 *
 * @param number counts the calls, for the names of vehicles
 */
export function drawCalls(
  random: Random,
  sources: CallSources,
  at: InstantMs,
  kind: CallKind,
  ordinary: boolean,
  number: number,
): readonly TimedHostile[] {
  switch (kind) {
    case "vehicle":
      return drawVehicle(random, sources, at, ordinary);
    case "pedestrian":
      return sources.walkers.length === 0
        ? []
        : timed(at, {
            kind: "pedestrian",
            call: { intersection: sources.intersection, phase: random.pick(sources.walkers), at },
          });
    case "priority":
      return drawPriority(random, sources, at, ordinary, number);
    case "preempt":
      return drawPreempt(random, sources, at, ordinary);
    default:
      return unreachable(kind);
  }
}

function timed(at: InstantMs, hostile: Call): readonly TimedHostile[] {
  return [{ at, hostile }];
}

/** After whole tenths of a second. */
function tenthsAfter(random: Random, at: InstantMs, leastMs: number, mostMs: number): InstantMs {
  return after(at, random.integer(leastMs / 100, mostMs / 100) * 100);
}

function drawVehicle(
  random: Random,
  { intersection, detectors }: CallSources,
  at: InstantMs,
  ordinary: boolean,
): readonly TimedHostile[] {
  const detector = random.pick(detectors);
  const change = (when: InstantMs, on: boolean): TimedHostile => ({
    at: when,
    hostile: { kind: "detector", actuation: { intersection, detector, at: when, on } },
  });
  if (!ordinary && random.chance(0.2)) {
    return Array.from({ length: random.integer(2, 20) }, (_, index) =>
      change(after(at, index * 100), index % 2 === 0),
    );
  }
  // Without its begin or its end.
  if (!ordinary && random.chance(0.05)) return [change(at, random.chance(0.5))];
  const leavesAt = random.weighted([
    [6, tenthsAfter(random, at, 200, 2_000)],
    [3, tenthsAfter(random, at, 2_000, 30_000)],
    [ordinary ? 0 : 1, tenthsAfter(random, at, 60_000, 600_000)],
  ]);
  return [change(at, true), change(leavesAt, false)];
}

function drawPriority(
  random: Random,
  { intersection, links }: CallSources,
  at: InstantMs,
  ordinary: boolean,
  number: number,
): readonly TimedHostile[] {
  const kind = random.chance(0.6) ? "bus" : "emergency";
  const link = random.pick(links);
  // An old vehicle again, now and then.
  const vehicle = `${kind}-${ordinary || random.chance(0.7) ? number : random.integer(0, number)}`;
  const change = (when: InstantMs, checkedIn: boolean): TimedHostile => ({
    at: when,
    hostile: { kind: "priority", call: { intersection, kind, link, vehicle, at: when, checkedIn } },
  });
  if (!ordinary && random.chance(0.25)) return [change(at, random.chance(0.7))];
  return [change(at, true), change(tenthsAfter(random, at, 3_000, 60_000), false)];
}

function drawPreempt(
  random: Random,
  { preempts }: CallSources,
  at: InstantMs,
  ordinary: boolean,
): readonly TimedHostile[] {
  if (preempts.length === 0) return [];
  const preempt = random.pick(preempts);
  const change = (when: InstantMs, on: boolean): TimedHostile => ({
    at: when,
    hostile: { kind: "preempt", preempt, on },
  });
  if (!ordinary && random.chance(0.4)) {
    // A storm of calls that come and go.
    const spacingMs = random.pick([100, 500, SECOND_MS, 7_000]);
    return Array.from({ length: 2 * random.integer(1, 6) }, (_, index) =>
      change(instantMs(at + index * spacingMs), index % 2 === 0),
    );
  }
  const mostMs = ordinary || random.chance(0.8) ? 60_000 : 900_000;
  return [change(at, true), change(tenthsAfter(random, at, 1_000, mostMs), false)];
}
