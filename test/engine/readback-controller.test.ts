import { describe, expect, it } from "vitest";
import {
  advanceController,
  type ControllerState,
  receiveCommand,
  receivePlan,
  startController,
} from "../../sim/controller/controller.ts";
import { stateFrame } from "../../sim/controller/state-frame.ts";
import { QUIET_STREET, type StreetReport } from "../../sim/controller/street-inputs.ts";
import { defined } from "../../src/assert.ts";
import { expectCycle, type Readback, readBack, type ReadbackStep } from "../../src/engine/readback.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { after, type InstantMs, instantMs, SECOND_MS } from "../../src/units.ts";
import { commandFrame, planFrame } from "../controller/frames.ts";
import { detectedT } from "../estimate/shared-lane.ts";
import { MIDNIGHT, PLAN, RING_PLAN, ringTable } from "./readback-plans.ts";

/** Frames of a controller that runs `plan` from its next cycle on, judged as the engine does. */
type Judging = {
  readonly intersection: Parameters<typeof startController>[0]["intersection"];
  readonly plan: TimingPlan;
  readonly seconds: number;
  readonly disturb?: (state: ControllerState, second: number) => ControllerState;
  readonly street?: (at: InstantMs, second: number) => StreetReport;
};

function judge({ intersection, plan, seconds, disturb, street }: Judging): readonly string[] {
  const begin = after(MIDNIGHT, 3_000_000);
  let state = startController({ intersection, stepMs: SECOND_MS, midnightAt: MIDNIGHT, at: begin });
  const sent = receivePlan(
    state,
    planFrame({
      ...plan,
      intersection: intersection.id,
      basedOnAt: begin,
      effectiveAt: begin,
      validUntil: after(begin, 900_000),
    }),
  );
  expect(sent.frames).toEqual([expect.objectContaining({ result: "accepted" })]);
  state = sent.state;
  let readback: Readback | null = null;
  let known = 0;
  const seen: string[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    const now = after(begin, second * SECOND_MS);
    if (disturb !== undefined) state = disturb(state, second);
    state = advanceController(state, now, street?.(now, second) ?? QUIET_STREET).state;
    const frame = stateFrame(state);
    const { table } = state;
    const judged = frame.plan === plan.id && frame.operation === "normal" && frame.intervention === "none";
    if (!judged) readback = null;
    else if (readback === null && known !== frame.cycleStartAt && now - frame.cycleStartAt <= SECOND_MS) {
      readback = expectCycle(table, plan, MIDNIGHT, instantMs(frame.cycleStartAt), frame.lamps);
    }
    known = frame.cycleStartAt;
    if (frame.intervention !== "none" && seen.at(-1) !== frame.intervention) seen.push(frame.intervention);
    if (readback === null) continue;
    const result: ReadbackStep = readBack(readback, table, {
      at: now,
      lamps: frame.lamps,
      calls: frame.calls,
    });
    readback = result.kind === "watching" ? result.readback : null;
    if (result.kind !== "watching") seen.push(result.kind === "applied" ? "applied" : result.detail);
  }
  return seen;
}

describe("a simulated controller", () => {
  it("of stages does what its plan owes, cycle after cycle, in step and in transition", () => {
    const intersection = detectedT();
    const stages = defined(intersection.plans[0], "plan").stages.map(({ stage, splitSeconds }) => ({
      stage,
      splitMs: splitSeconds * 1000,
    }));
    // Begun away from the offset's instant, so that the first cycles correct it.
    const seen = judge({ intersection, plan: { ...PLAN, stages }, seconds: 600 });
    expect(seen.length).toBeGreaterThanOrEqual(8);
    expect(new Set(seen)).toEqual(new Set(["applied"]));
  });

  const { intersection } = ringTable();
  const ring = {
    ...intersection,
    plans: [
      {
        id: "day",
        cycleSeconds: 50,
        offsetSeconds: 10,
        stages: RING_PLAN.stages.map(({ stage, splitMs }) => ({ stage, splitSeconds: splitMs / 1000 })),
      },
    ],
  };

  it("of rings does too", () => {
    const seen = judge({ intersection: ring, plan: RING_PLAN, seconds: 600 });
    expect(seen.length).toBeGreaterThanOrEqual(9);
    expect(new Set(seen)).toEqual(new Set(["applied"]));
  });

  it("that is told to hold says so; the next whole cycle is judged again", () => {
    const seen = judge({
      intersection: ring,
      plan: RING_PLAN,
      seconds: 600,
      disturb: (state, second) => {
        if (second !== 300) return state;
        const command = {
          id: "c1",
          intersection: ring.id,
          effectiveAt: state.at,
          validUntil: after(state.at, 40_000),
          by: "operator",
          reason: "test",
          order: { kind: "hold" as const, phases: ["2"] },
        };
        const answered = receiveCommand(state, commandFrame(command));
        expect(answered.frames).toMatchObject([{ result: "accepted" }]);
        return answered.state;
      },
    });
    expect(new Set(seen)).toEqual(new Set(["applied", "command"]));
    expect(seen.lastIndexOf("applied")).toBeGreaterThan(seen.indexOf("command"));
  });

  it("that favours a bus says so to the end of that cycle", () => {
    const withBus = {
      ...ring,
      priorities: [
        {
          id: "bus",
          phases: ["4"],
          extensionMaxSeconds: 4,
          earlyMaxSeconds: 6,
          cooldownSeconds: 60,
          links: ["south"],
        },
      ],
    };
    const bus = (now: InstantMs, checkedIn: boolean): StreetReport => ({
      ...QUIET_STREET,
      priorityCalls: [
        { intersection: ring.id, kind: "bus", link: "south", vehicle: "b", at: now, checkedIn },
      ],
    });
    const seen = judge({
      intersection: withBus,
      plan: RING_PLAN,
      seconds: 600,
      street: (now, second) =>
        second % 170 === 0 ? bus(now, true) : second % 170 === 20 ? bus(now, false) : QUIET_STREET,
    });
    expect(new Set(seen)).toEqual(new Set(["applied", "priority"]));
    expect(seen.lastIndexOf("applied")).toBeGreaterThan(seen.indexOf("priority"));
  });
});
