import { describe, expect, expectTypeOf, it } from "vitest";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import { gateSchedule, type SafeCommand, type SafePlan, type SafeSchedule } from "../../src/safety/gate.ts";
import { nemaCrossing, tableOf } from "../signal/crossings.ts";
import { NOW } from "./plans.ts";
import { schedule, scheduleContext } from "./schedules.ts";

/** Stands for the field port. */
function send(safe: SafeSchedule): string {
  return safe.id;
}

describe("a safe schedule", () => {
  // These lines fail in `tsc` when a schedule can be sent without the gate.
  it("is made by the gate and by nothing else", () => {
    expectTypeOf<StageSchedule>().not.toExtend<SafeSchedule>();
    expectTypeOf<SafePlan>().not.toExtend<SafeSchedule>();
    expectTypeOf<SafeCommand>().not.toExtend<SafeSchedule>();
    // @ts-expect-error a schedule that did not pass the gate is not accepted by the field
    send(schedule());
    const verdict = gateSchedule(schedule(), scheduleContext(tableOf(nemaCrossing())), NOW);
    expect(verdict.ok && send(verdict.value)).toBe("s1");
  });
});
