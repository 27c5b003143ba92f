import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { localTiming } from "../../src/model/schedule.ts";
import { coordinated, DAY, plan } from "./coordinated.ts";
import { MIDNIGHT } from "./crossings.ts";
import { detector, eventsOf, runStreet, tenth, type Timed } from "./street.ts";

function cycles(correction: "dwell" | "addOnly" | "shortway", from: number, to: number) {
  const table = coordinated({}, { correction });
  const starts: number[] = [];
  const splits: (readonly number[])[] = [];
  // The plan of the first cycle has no offset; the next ones lag by 20 s.
  const later = plan(20, "later");
  let state = runStreet(table, { plan: DAY, from, to: from + 0.1 }).state;
  for (let at = from; at < to; at += 5) {
    state = runStreet(table, { state, from: at, to: at + 5, nextPlan: () => later }).state;
    const startAt = tenth((state.cycle?.startAt ?? 0) - MIDNIGHT);
    if (starts.at(-1) === startAt) continue;
    starts.push(startAt);
    splits.push((state.cycle?.splitsMs ?? []).map((splitMs) => splitMs / 1000));
  }
  return { starts, splits, coordination: state.cycle?.coordination };
}

describe("offset", () => {
  // 20 s are missing, of which a cycle takes 15 s: 15 s and 5 s.
  it.each<readonly ["dwell" | "addOnly" | "shortway", string, readonly (readonly number[])[]]>([
    [
      "dwell",
      "the coordinated stage alone is longer, by 20 % of the cycle at most",
      [
        [45, 12, 20, 13],
        [35, 12, 20, 13],
      ],
    ],
    [
      "addOnly",
      "every split is longer, in its share",
      [
        [36, 14.4, 24, 15.6],
        [32.1, 12.8, 21.3, 13.8],
      ],
    ],
    [
      "shortway",
      "longer here, as 20 s are fewer than 55 s",
      [
        [36, 14.4, 24, 15.6],
        [32.1, 12.8, 21.3, 13.8],
      ],
    ],
  ])("%s: %s", (correction, _, corrected) => {
    const planned = [30, 12, 20, 13];
    expect(cycles(correction, 0, 330)).toEqual({
      starts: [0, 75, 165, 245, 320],
      splits: [planned, ...corrected, planned, planned],
      coordination: "inStep",
    });
  });

  it("force-offs move with the splits of a lengthened cycle", () => {
    // The cycle from 75 s has 36 s, 14.4 s, 24 s, 15.6 s: yield at 75 + 31, end of 4 at 75 + 36 + 14.4 + 24 − 5.
    const inputs: Timed[] = [[80, detector(3, true)]];
    const street = runStreet(coordinated(), {
      plan: DAY,
      to: 150,
      inputs,
      nextPlan: () => plan(20, "later"),
    });
    expect(eventsOf(street, 2, 7)).toEqual([[106, 7]]);
    expect(eventsOf(street, 4, 7)).toEqual([[144.4, 7]]);
  });

  it("endGreen: the offset of a local plan refers to the end of the coordinated green", () => {
    const table = coordinated({}, { reference: "endGreen" });
    const local = defined(table.intersection.plans[0], "plan");
    // The green of 25 s begins 25 s before the offset: 40 − 25, and 10 − 25 + 75.
    expect(localTiming(table, { ...local, offsetSeconds: 40 }).offsetMs).toBe(15_000);
    expect(localTiming(table, { ...local, offsetSeconds: 10 }).offsetMs).toBe(60_000);
    expect(localTiming(coordinated(), { ...local, offsetSeconds: 40 }).offsetMs).toBe(40_000);
  });
});
