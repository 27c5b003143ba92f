import { describe, expect, it } from "vitest";
import { scheduleAnswered } from "../../src/engine/schedules.ts";
import type { EngineState } from "../../src/engine/state.ts";
import { second } from "../signal/crossings.ts";

const AT = second(3_600);
const ACK = { kind: "ack", at: AT, intersection: "x", schedule: "s1" } as const;

/** As much of an engine as the answer to a schedule touches. */
const engine = (accepted: number, refused: number) =>
  ({ nextLogId: 7, counts: { schedulesAccepted: accepted, schedulesRefused: refused } }) as EngineState;

describe("the answer to a stage schedule", () => {
  it("is counted, and told to nobody, when it was accepted", () => {
    const step = scheduleAnswered(engine(2, 1), { ...ACK, result: "accepted", effectiveAt: AT });
    expect(step).toEqual({ state: engine(3, 1), effects: [] });
  });

  it("is counted, and told to operators with the reason, when it was refused", () => {
    const step = scheduleAnswered(engine(2, 1), {
      ...ACK,
      result: "refused",
      code: "STALE_BASE",
      detail: "too old",
    });
    expect(step.state).toEqual({ ...engine(2, 2), nextLogId: 8 });
    expect(step.effects).toEqual([
      {
        kind: "log",
        entry: {
          id: 7,
          at: AT,
          intersection: "x",
          topic: "plan",
          priority: "P3",
          text: "The controller refused a stage schedule (s1)",
          reason: null,
          plan: null,
          status: "refused",
          answer: "STALE_BASE: too old",
        },
      },
    ]);
  });
});
