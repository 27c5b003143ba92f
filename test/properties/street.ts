import * as fc from "fast-check";
import { conflictMonitor, type MonitorState, STRICT_LIMITS } from "../../sim/controller/monitor/monitor.ts";
import type { Trip } from "../../sim/controller/monitor/watch.ts";
import {
  advanceController,
  type ControllerState,
  receivePlan,
  startController,
} from "../../sim/controller/controller.ts";
import { QUIET_STREET } from "../../sim/controller/street-inputs.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { after, HOUR_MS, type InstantMs, MINUTE_MS } from "../../src/units.ts";
import { planFrame } from "../controller/frames.ts";
import { MIDNIGHT } from "../signal/crossings.ts";
import { type TimingChoice, timingChoices, timingFor } from "./intersections.ts";

/** A plan on its way to the controller. */
export type Sending = {
  /** Since the plan before. */
  readonly afterMs: number;
  readonly choice: TimingChoice;
  /** Moved from one split to the next, so that some plans are refused and others are short of room. */
  readonly moved: { readonly slot: number; readonly ms: number; readonly whole: boolean };
  /** Added to the offset. */
  readonly offsetMs: number;
  readonly effectiveInMs: number;
  readonly leaseMs: number;
};

const sending: fc.Arbitrary<Sending> = fc.record({
  afterMs: fc.integer({ min: 0, max: 2 * MINUTE_MS }),
  choice: timingChoices,
  moved: fc.record({
    slot: fc.nat(12),
    ms: fc.oneof(
      fc.constant(0),
      fc.nat(80).map((tenths) => tenths * 100),
    ),
    whole: fc.oneof(
      { weight: 3, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
  }),
  // Also where it is no whole step of the clock.
  offsetMs: fc.nat(900),
  effectiveInMs: fc.oneof(fc.constant(0), fc.nat(3 * MINUTE_MS)),
  leaseMs: fc.integer({ min: 1, max: 6 * MINUTE_MS }),
});

/** Length of a run by the plant's step: short enough to be shrunk, long enough for some cycles. */
const DURATION_MS: Readonly<Record<number, number>> = {
  100: 6 * MINUTE_MS,
  500: 15 * MINUTE_MS,
  1_000: 30 * MINUTE_MS,
};

export const streetRuns = (intersections: fc.Arbitrary<Intersection>, stepMs: number) =>
  fc.record({
    intersection: intersections,
    stepMs: fc.constant(stepMs),
    startSteps: fc.nat((20 * HOUR_MS) / stepMs),
    sendings: fc.array(sending, { minLength: 3, maxLength: 30 }),
  });
export type StreetRun = ReturnType<typeof streetRuns> extends fc.Arbitrary<infer T> ? T : never;

/** What a run showed on the street. */
export type StreetRecord = {
  readonly trips: readonly Trip[];
  readonly greens: number;
  readonly walks: number;
  readonly accepted: number;
  readonly refused: number;
  /** Changes from one plan to another. */
  readonly changes: number;
  /** Greens of every phase that lost its right of way and stayed green. */
  readonly downgrades: number;
  /** Reds, each with whether the plan changed in it. */
  readonly reds: readonly { readonly phase: string; readonly ms: number; readonly changed: boolean }[];
  /** Longest cycle of a plan that ran. */
  readonly cycleMaxMs: number;
};

/**
 * A controller configured as `run.intersection`, given plans, step by step, watched by a monitor that is configured as
 * `watchedAs`: otherwise than the controller only where a fault is planted.
 */
export function driveStreet(run: StreetRun, watchedAs: Intersection = run.intersection): StreetRecord {
  const { intersection, stepMs, startSteps, sendings } = run;
  const startsAt = after(MIDNIGHT, startSteps * stepMs);
  const endsAt = after(startsAt, DURATION_MS[stepMs] ?? 0);
  const monitor = conflictMonitor(watchedAs, { stepMs, limits: STRICT_LIMITS });
  const counts = { greens: 0, walks: 0, accepted: 0, refused: 0, changes: 0, downgrades: 0, cycleMaxMs: 0 };
  const trips: Trip[] = [];
  const reds: StreetRecord["reds"][number][] = [];
  const redSince: InstantMs[] = intersection.phases.map(() => startsAt);
  const changedSince: boolean[] = intersection.phases.map(() => false);
  let watched: MonitorState = monitor.start();
  let state = startController({ intersection, stepMs, midnightAt: MIDNIGHT, at: startsAt });
  let sent = 0;
  let nextAt = after(startsAt, sendings[0]?.afterMs ?? 0);
  for (let at = startsAt; at < endsAt; at = after(at, stepMs)) {
    const before = state;
    state = advanceController(state, at, QUIET_STREET).state;
    const step = monitor.observe(watched, at, state.shown);
    watched = step.state;
    trips.push(...step.trips);
    counts.cycleMaxMs = Math.max(counts.cycleMaxMs, state.signal.plan.timing?.cycleMs ?? 0);
    if (state.signal.plan.id !== before.signal.plan.id) {
      counts.changes += 1;
      changedSince.fill(true);
    }
    for (const [phase, { id }] of intersection.phases.entries()) {
      const [was, is] = [before.shown.lamps[phase] ?? "", state.shown.lamps[phase] ?? ""];
      if (was === "G" && is === "g") counts.downgrades += 1;
      if (before.shown.walk[phase] !== "W" && state.shown.walk[phase] === "W") counts.walks += 1;
      if (/[Gg]/.test(was) && !/[Gg]/.test(is)) {
        redSince[phase] = at;
        changedSince[phase] = state.signal.plan.id !== before.signal.plan.id;
      }
      if (/[Gg]/.test(is) && !/[Gg]/.test(was)) {
        counts.greens += 1;
        reds.push({ phase: id, ms: at - (redSince[phase] ?? at), changed: changedSince[phase] === true });
      }
    }
    for (; sent < sendings.length && nextAt <= at; sent += 1) {
      const own = sendings[sent];
      if (own === undefined) break;
      const answer = send(state, own, sent);
      state = answer.state;
      counts[answer.accepted ? "accepted" : "refused"] += 1;
      nextAt = after(nextAt, sendings[sent + 1]?.afterMs ?? 0);
    }
  }
  // Who is still red has waited as well.
  for (const [phase, { id }] of intersection.phases.entries()) {
    if (/[Gg]/.test(state.shown.lamps[phase] ?? "")) continue;
    reds.push({ phase: id, ms: endsAt - (redSince[phase] ?? endsAt), changed: changedSince[phase] === true });
  }
  return { ...counts, trips, reds };
}

function send(
  state: ControllerState,
  { choice, moved, offsetMs, effectiveInMs, leaseMs }: Sending,
  number: number,
): { readonly state: ControllerState; readonly accepted: boolean } {
  const { at, table } = state;
  const timing = timingFor(table, choice);
  const count = timing.stages.length;
  const movedMs = moved.whole ? Math.floor(moved.ms / table.stepMs) * table.stepMs : moved.ms;
  const stages = timing.stages.map((own, slot) => {
    const taken = slot === moved.slot % count ? -movedMs : 0;
    const given = slot === (moved.slot + 1) % count ? movedMs : 0;
    return { ...own, splitMs: own.splitMs + taken + given };
  });
  const plan = {
    ...timing,
    offsetMs: (timing.offsetMs + offsetMs) % timing.cycleMs,
    stages,
    id: `p${number}`,
    intersection: table.intersection.id,
    basedOnAt: at,
    effectiveAt: after(at, effectiveInMs),
    validUntil: after(at, leaseMs),
    reason: "generated",
  };
  const answered = receivePlan(state, planFrame(plan));
  const [ack] = answered.frames;
  return { state: answered.state, accepted: ack?.type === "ack" && ack.result === "accepted" };
}
