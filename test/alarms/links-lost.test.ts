import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/alarms/alarm.ts";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import { alarmsAt, NO_ALARMS } from "../../src/alarms/alarms.ts";
import { instantMs } from "../../src/units.ts";

const at = (seconds: number) => instantMs(seconds * 1000);

const told = (type: Condition["type"], intersection: string | null): Condition => ({
  type,
  intersection,
  part: null,
  raised: true,
  text: type,
});

describe("many links that are lost", () => {
  it("silence what is told of their own intersections, and of no other", () => {
    const conditions = [
      told("linksLost", null),
      told("linkLost", "x"),
      told("leftToPlan", "x"),
      told("leftToPlan", "y"),
    ];
    const { alarms } = alarmsAt(alarmsAt(NO_ALARMS, conditions, at(0)).alarms, [], at(5));
    const { active, suppressed } = alarmList(alarms);
    expect(active.map(({ id }) => id)).toEqual(["linksLost:network", "leftToPlan:y"]);
    expect(suppressed.map(({ id, suppressedBy }) => [id, suppressedBy])).toEqual([
      ["leftToPlan:x", "linkLost:x"],
      ["linkLost:x", "linksLost:network"],
    ]);
  });
});
