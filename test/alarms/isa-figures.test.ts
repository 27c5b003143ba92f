import { describe, expect, it } from "vitest";
import type { AlarmTransition } from "../../src/alarms/alarm.ts";
import { isaFigures, isaTargets } from "../../src/alarms/isa-figures.ts";
import type { AlarmPriority, AlarmStateName } from "../../src/model/alarm.ts";
import { instantMs } from "../../src/units.ts";

const at = (seconds: number) => instantMs(seconds * 1000);
const HOUR = 3600;

function told(
  seconds: number,
  part: string,
  to: AlarmStateName = "activeUnacknowledged",
  priority: AlarmPriority = "P3",
): AlarmTransition {
  return {
    at: at(seconds),
    alarm: part,
    type: "detectorFailed",
    intersection: "x",
    part,
    priority,
    from: "normal",
    to,
    annunciated: to === "activeUnacknowledged",
    text: "",
    by: null,
    reason: null,
  };
}

const thrice = (name: string, last: number) => [told(0, name), told(30, name), told(last, name)];

const met = (transitions: readonly AlarmTransition[]) =>
  isaTargets(isaFigures(transitions, at(0), at(HOUR)))
    .filter((one) => !one.met)
    .map(({ figure }) => figure);

describe("the figures of an hour", () => {
  it("without alarms are nothing", () => {
    expect(isaFigures([], at(0), at(HOUR))).toEqual({
      durationMs: 3_600_000,
      annunciated: 0,
      perTenMinutes: 0,
      perTenMinutesPeak: 0,
      periodsAboveTenShare: 0,
      floods: 0,
      floodTimeShare: 0,
      stale: [],
      chattering: [],
      topTen: [],
      topTenShare: 0,
      priorities: { P1: 0, P2: 0, P3: 0 },
      suppressed: 0,
      shelved: 0,
    });
  });

  it("count what was heard, and apart what was silenced", () => {
    const heard = [told(0, "a", "activeUnacknowledged", "P1"), told(10, "b"), told(20, "b"), told(900, "c")];
    const silenced = [told(30, "d", "suppressed"), told(40, "e", "suppressed"), told(50, "b", "shelved")];
    const figures = isaFigures([...heard, ...silenced], at(0), at(HOUR));
    expect(figures).toMatchObject({
      annunciated: 4,
      perTenMinutes: 4 / 6,
      perTenMinutesPeak: 3,
      suppressed: 2,
      shelved: 1,
      topTen: [
        { alarm: "b", count: 2 },
        { alarm: "a", count: 1 },
        { alarm: "c", count: 1 },
      ],
      topTenShare: 1,
      priorities: { P1: 0.25, P2: 0, P3: 0.75 },
    });
  });

  it("leave out what lies outside", () => {
    const figures = isaFigures([told(-1, "a"), told(0, "b"), told(HOUR, "c")], at(0), at(HOUR));
    expect(figures.topTen).toEqual([{ alarm: "b", count: 1 }]);
  });

  it("see the peak wherever ten minutes begin, and a flood as operators had it", () => {
    // Eleven within 100 s around the end of the first ten minutes: six in the one, five in the other period.
    const burst = Array.from({ length: 11 }, (_, n) => told(540 + 10 * n, `d${n}`));
    const figures = isaFigures(burst, at(0), at(HOUR));
    expect(figures.perTenMinutesPeak).toBe(11);
    expect(figures.periodsAboveTenShare, "no whole period has more than ten").toBe(0);
    // From the eleventh at 640 s until four remain, as the seventh of 600 s leaves at 1200 s.
    expect(figures.floods).toBe(1);
    expect(figures.floodTimeShare).toBeCloseTo(560 / 3600, 9);
  });

  it("call chattering what is heard three times in a minute, not in one and a second", () => {
    const all = [...thrice("fast", 59), ...thrice("slow", 60)].toSorted((left, right) => left.at - right.at);
    expect(isaFigures(all, at(0), at(HOUR)).chattering).toEqual(["fast"]);
  });

  it("call stale what is active for more than a day, acknowledged, shelved or not", () => {
    const day = 24 * HOUR;
    const transitions = [
      told(0, "ended"),
      told(0, "stands"),
      told(0, "shelved"),
      told(10, "shelved", "shelved"),
      told(day, "ended", "normal"),
      told(day - 10, "young"),
    ];
    expect(isaFigures(transitions, at(0), at(day + 1)).stale).toEqual(["stands", "shelved"]);
    expect(isaFigures(transitions, at(0), at(day)).stale, "a day is not more than a day").toEqual([]);
  });
});

it("targets are those of the reference, and a flood misses four of them", () => {
  expect(met([])).toEqual([]);
  const flood = Array.from({ length: 300 }, (_, n) =>
    told(n, `d${n}`, "activeUnacknowledged", n < 15 ? "P1" : "P3"),
  );
  expect(met(flood)).toEqual([
    "perTenMinutes",
    "perTenMinutesPeak",
    "periodsAboveTenShare",
    "floodTimeShare",
  ]);
});
