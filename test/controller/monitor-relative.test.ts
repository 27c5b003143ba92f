import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CABINET_LIMITS,
  conflictMonitor,
  type Monitor,
  type MonitorState,
  STRICT_LIMITS,
} from "../../sim/controller/monitor/monitor.ts";
import { absoluteState, relativeState } from "../../sim/controller/monitor/relative.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { LEGAL, outputsOf, type Part, small, stateAfter } from "./watching.ts";

const CAP_MS = 3_600_000;

const configured: Intersection = {
  ...small,
  phases: small.phases.map((phase) =>
    phase.pedestrian === undefined
      ? phase
      : { ...phase, pedestrian: { ...phase.pedestrian, leadSeconds: 3, bufferSeconds: 4 } },
  ),
  intergreens: [["C", "A", 7]],
  overlaps: [
    { id: "R", kind: "normal", included: ["B"], minus: ["A"], yellowSeconds: 3, redClearSeconds: 1 },
  ],
  startUp: { flashSeconds: 5, allRedSeconds: 6, phases: ["A"], flashYellow: ["A"] },
};
const strict = conflictMonitor(configured, { stepMs: 100, limits: STRICT_LIMITS });
const patient = conflictMonitor(configured, { stepMs: 100, limits: CABINET_LIMITS });

/** Anything at all: the monitor has to be told of what is wrong. */
const anyPart: fc.Arbitrary<Part> = fc.tuple(
  fc.integer({ min: 1, max: 90 }).map((tenths) => tenths / 10),
  fc.stringMatching(/^(?:[Ggyr]{2}[Gyr]|[Gyr]rr|r[Ggyr][Gyr]|[fx]xx|rrr|-rr)$/),
  fc.stringMatching(/^[WFDD]--$/),
  fc.constantFrom("G", "y", "r", "x"),
  fc.constantFrom("", "!"),
);

type Said = { readonly trips: readonly string[]; readonly atLimit: readonly string[] };

/** What the monitor says of the parts, the instants counted from `begin`. */
function follow(monitor: Monitor, from: MonitorState, begin: number, parts: readonly Part[]): Said {
  let state = from;
  let at = begin;
  const trips: string[] = [];
  const atLimit: string[] = [];
  for (const part of [...parts, LEGAL.redC]) {
    const step = monitor.observe(state, at, outputsOf(part));
    state = step.state;
    trips.push(...step.trips.map((trip) => `${trip.at - begin} ${trip.rule}`));
    atLimit.push(...step.atLimit);
    at += Math.round(part[0] * 1000);
  }
  return { trips, atLimit };
}

describe("a relative state", () => {
  it("is the same at whatever instant things were seen", () => {
    const cycle = Object.values(LEGAL);
    const once = stateAfter(strict, cycle);
    const twice = stateAfter(strict, [...cycle, ...cycle]);
    const thrice = stateAfter(strict, [...cycle, ...cycle, ...cycle]);
    const text = relativeState(strict, twice.state, twice.at, CAP_MS);
    expect(relativeState(strict, thrice.state, thrice.at, CAP_MS)).toBe(text);
    expect(relativeState(strict, once.state, once.at + 100, CAP_MS)).not.toBe(text);
  });

  it("forgets what no rule asks for any more: a green older than its minimum, a walk that is long over", () => {
    const { state, at } = stateAfter(strict, [LEGAL.redC, LEGAL.side]);
    const later = relativeState(strict, state, at + 10_000, CAP_MS);
    expect(relativeState(strict, state, at + 20_000, CAP_MS)).toBe(later);
    expect(relativeState(strict, state, at - 1_000, CAP_MS)).not.toBe(later);
  });

  it("is capped", () => {
    const { state, at } = stateAfter(strict, [LEGAL.redC, LEGAL.side]);
    expect(relativeState(strict, state, at, 100)).toBe(relativeState(strict, state, at + 5_000, 100));
  });

  it.each([
    ["strict", strict],
    ["a cabinet's", patient],
  ])("says all that the monitor will say from then on: %s limits", (_, monitor) => {
    let trips = 0;
    fc.assert(
      fc.property(
        fc.array(anyPart, { minLength: 1, maxLength: 12 }),
        fc.array(anyPart, { maxLength: 8 }),
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        (before, after, shiftMs) => {
          const seen = stateAfter(monitor, before);
          const { at } = seen;
          // What is overdue by then is told by then, and no more.
          const { state } = monitor.observe(seen.state, at, seen.state.outputs);
          const text = relativeState(monitor, state, at, CAP_MS);
          const moved = absoluteState(monitor, text, at + shiftMs);
          expect(relativeState(monitor, moved, at + shiftMs, CAP_MS)).toBe(text);
          const said = follow(monitor, state, at, after);
          trips += said.trips.length;
          expect(follow(monitor, moved, at + shiftMs, after)).toEqual(said);
        },
      ),
      { numRuns: 500 },
    );
    expect(trips).toBeGreaterThan(500);
  });
});
