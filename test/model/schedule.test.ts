import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { scheduledOperation, scheduledPlan } from "../../src/model/schedule.ts";
import { after, HOUR_MS, instantMs, MINUTE_MS } from "../../src/units.ts";
import { fullNetwork } from "./full-network.ts";

// From 06:00 the plan "day", from 22:00 free.
const crossing = defined(fullNetwork().intersections[0], "the crossing");
const day = defined(crossing.plans[0], "day");
const midnightAt = instantMs(Date.UTC(2026, 0, 5));

describe("scheduledOperation", () => {
  it.each([
    ["06:00", 6 * HOUR_MS, { kind: "plan", plan: day }],
    ["21:59", 22 * HOUR_MS - MINUTE_MS, { kind: "plan", plan: day }],
    ["22:00", 22 * HOUR_MS, { kind: "free" }],
    ["05:59 of the next day", 30 * HOUR_MS - MINUTE_MS, { kind: "free" }],
    ["06:00 of the next day", 30 * HOUR_MS, { kind: "plan", plan: day }],
    ["an hour before the first midnight", -HOUR_MS, { kind: "free" }],
  ])("at %s", (_, durationMs, operation) => {
    expect(scheduledOperation(crossing, midnightAt, after(midnightAt, durationMs))).toEqual(operation);
  });
});

describe("scheduledPlan", () => {
  it("is the first plan where the schedule says free", () => {
    expect(scheduledPlan(crossing, midnightAt, midnightAt)).toBe(day);
    const second = { ...day, id: "noon" };
    const both = {
      ...crossing,
      plans: [day, second],
      schedule: [
        { from: "06:00", plan: "noon" },
        { from: "22:00", plan: "free" },
      ],
    };
    expect(scheduledPlan(both, midnightAt, after(midnightAt, 7 * HOUR_MS))).toBe(second);
    expect(scheduledPlan(both, midnightAt, after(midnightAt, 23 * HOUR_MS))).toBe(day);
  });
});
