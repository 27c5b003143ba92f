import { describe, expect, it } from "vitest";
import {
  boundsOf,
  decidable,
  decideAgain,
  holderOf,
  rulesOf,
  withoutConstraint,
} from "../../src/explain/decidable.ts";
import { contentOf, recordOf } from "../../src/explain/record.ts";
import { arrivals, greenFor, lane, outlookOf } from "../optimize/tactical/junctions.ts";
import { crossingRecord } from "./two-streets.ts";

/** A platoon of 20 on the main street, a vehicle every two seconds. */
const PLATOON = lane({ arrivals: arrivals(...Array.from({ length: 20 }, (_, place) => 2 * place)) });
const NOBODY = lane();
const standing = (vehicles: number) =>
  lane({
    arrivals: Array.from({ length: vehicles }, () => ({ earliestSeconds: 0, vehicles: 1, urgency: 1.2 })),
  });

const chosen = (record: ReturnType<typeof crossingRecord>): string | undefined =>
  record.decided.stages[0]?.stage;
const choiceBounds = (record: ReturnType<typeof crossingRecord>): readonly string[] =>
  boundsOf(record)
    .filter(({ changes }) => changes === "choice")
    .map(({ rule }) => rule);

describe("what bound a decision", () => {
  it("is the maximum green where a platoon is cut by it, and not where nobody comes", () => {
    const cut = crossingRecord(outlookOf([PLATOON, standing(1)]), greenFor(60));
    expect(chosen(cut)).toBe("side");
    expect(choiceBounds(cut)).toContain("maximumGreen");
    expect(chosen(withoutConstraint(cut, "maximumGreen"))).toBe("main");

    const empty = crossingRecord(outlookOf([NOBODY, standing(1)]), greenFor(60));
    expect(chosen(empty)).toBe("side");
    expect(choiceBounds(empty)).not.toContain("maximumGreen");
  });

  it("is the minimum green while nothing can be chosen yet", () => {
    const held = crossingRecord(outlookOf([NOBODY, standing(6)]), greenFor(2));
    expect(held.decided).toEqual({ stages: [{ stage: "main", startAt: held.at }], candidates: [] });
    expect(rulesOf(held)).toEqual(["S3", "S22"]);
    expect(boundsOf(held).map(({ rule, changes }) => [rule, changes])).toEqual([["S22", "choice"]]);
    // Who stays anyway is not held by it.
    const stays = crossingRecord(outlookOf([PLATOON, NOBODY]), greenFor(2));
    expect(choiceBounds(stays)).toEqual([]);
  });

  it("is a full exit where the queue before it would have been served first", () => {
    const full = crossingRecord(
      outlookOf([standing(8), standing(2)], { exitFull: [true, false] }),
      greenFor(20),
    );
    expect(chosen(full)).toBe("side");
    expect(choiceBounds(full)).toContain("fullExit");
    expect(chosen(withoutConstraint(full, "fullExit"))).toBe("main");
  });

  it("is a vehicle that is stuck inside, and no rule where there is none", () => {
    const inside = [
      { vehicles: 0, seconds: 0 },
      { vehicles: 1, seconds: 12 },
    ];
    const stuck = crossingRecord(outlookOf([PLATOON, standing(1)], { standingInside: inside }), {
      ...greenFor(20),
      phaseSince: greenFor(20).phaseSince.map(() => greenFor(20).stageSince),
    });
    expect(chosen(stuck)).toBe("side");
    expect(choiceBounds(stuck)).toEqual(["boxBlocked"]);
    expect(boundsOf(crossingRecord(outlookOf([PLATOON, NOBODY]), greenFor(20)))).toEqual([]);
  });
});

describe("a record", () => {
  const record = crossingRecord(outlookOf([PLATOON, standing(3)]), greenFor(20));

  it("is decided again from its JSON, to the character", () => {
    const read = recordOf(contentOf(record));
    const whole = decidable(read, read);
    if (whole === undefined) throw new Error("a whole record");
    expect(contentOf(decideAgain(whole))).toBe(contentOf(record));
  });

  it("finds what it leaves out in the record that it names, and in no other", () => {
    const later = { ...record, id: "later", problem: { ...record.problem, junction: { in: "crossing" } } };
    expect(holderOf(later)).toBe("crossing");
    expect(decidable(later, record)?.problem).toEqual(record.problem);
    expect(decidable(later, { ...record, id: "another" })).toBeUndefined();
    expect(decidable(later, later)).toBeUndefined();
  });
});
