import { describe, expect, it } from "vitest";
import { instantOf } from "../../src/cli/explain-time.ts";
import { after, HOUR_MS, instantMs } from "../../src/units.ts";

/** Monday 2026-01-05 in Denver, seven hours behind UTC; the run begins at seven. */
const midnightAt = instantMs(Date.UTC(2026, 0, 5, 7));
const clock = { midnightAt, startsAt: after(midnightAt, 7 * HOUR_MS), timeZone: "America/Denver" };
const at = (hour: number, minute = 0, second = 0, day = 5) =>
  Date.UTC(2026, 0, day, hour + 7, minute, second);

describe("the time that is asked about", () => {
  it("is the street's, an ISO time, or seconds into the run", () => {
    expect(instantOf("08:14", clock)).toBe(at(8, 14));
    expect(instantOf("8:14:30", clock)).toBe(at(8, 14, 30));
    expect(instantOf("450", clock)).toBe(at(7, 7, 30));
    expect(instantOf("0.5", clock)).toBe(at(7) + 500);
    expect(instantOf("2026-01-05T08:14:30", clock)).toBe(at(8, 14, 30));
    expect(instantOf("2026-01-06T00:05", clock)).toBe(at(0, 5, 0, 6));
    expect(instantOf("2026-01-05T15:14:30Z", clock)).toBe(at(8, 14, 30));
    expect(instantOf("2026-01-05T10:14:30-05:00", clock)).toBe(at(8, 14, 30));
  });

  it("is of the next day where the run had not begun by then", () => {
    expect(instantOf("00:30", clock)).toBe(at(0, 30, 0, 6));
  });

  it("is refused in other forms", () => {
    for (const text of ["25:00", "-5", "noon", "2026-13-40T08:00", "2026-01-05", "08:60", ""]) {
      expect(() => instantOf(text, clock)).toThrow(/allowed is a local time of the run's day/);
    }
  });
});
