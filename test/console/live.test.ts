import { describe, expect, it } from "vitest";
import { ageText, networkClock, secondsText, signedSeconds } from "../../src/console/data/clock.ts";
import { decodeLive } from "../../src/console/data/decode.ts";
import { addressOf, HOME, placeOf } from "../../src/console/data/address.ts";
import { filterLog, LOG_TOPICS, mergeLog } from "../../src/console/data/log.ts";
import {
  countLinks,
  cyclePosition,
  isInterruption,
  isRunByEngine,
  isStateOld,
  lampOf,
  needsSomebody,
  siteMode,
  walkOf,
} from "../../src/console/data/site.ts";
import type { IntersectionLive, LogEntry } from "../../src/protocol/live.ts";

const entry = (id: number, at: number, rest: Partial<LogEntry> = {}): LogEntry => ({
  id,
  at,
  intersection: "ash",
  topic: "plan",
  priority: "event",
  text: "pushed",
  reason: null,
  plan: null,
  status: null,
  answer: null,
  ...rest,
});

const live = (rest: Partial<IntersectionLive> = {}): IntersectionLive => ({
  id: "ash",
  linked: true,
  mode: "adaptive",
  stateAt: 10_000,
  operation: "normal",
  source: "plan",
  plan: "p1",
  stage: "A",
  coordination: "inStep",
  cycleStartAt: 4_000,
  lamps: "Ggyr",
  walk: "WFD-",
  ...rest,
});

describe("log", () => {
  it("puts an answer in place of the entry that asked, and the newest first", () => {
    const before = mergeLog([], [entry(1, 100), entry(2, 200)]);
    const after = mergeLog(before, [entry(1, 100, { status: "applied" }), entry(3, 200)]);
    expect(after.map(({ id, status }) => [id, status])).toEqual([
      [3, null],
      [2, null],
      [1, "applied"],
    ]);
  });

  it("keeps no more than its limit, and drops the oldest", () => {
    expect(mergeLog([entry(1, 100), entry(2, 200)], [entry(3, 300)], 2).map(({ id }) => id)).toEqual([3, 2]);
  });

  it("is filtered by topic and by intersection", () => {
    const entries = [entry(1, 1), entry(2, 2, { topic: "link" }), entry(3, 3, { intersection: null })];
    const topics = new Set(LOG_TOPICS);
    expect(filterLog(entries, { topics, intersection: "ash" }).map(({ id }) => id)).toEqual([1, 2]);
    expect(
      filterLog(entries, { topics: new Set(["plan"] as const), intersection: null }).map(({ id }) => id),
    ).toEqual([1, 3]);
  });
});

describe("messages", () => {
  it("are known by their kind and outline", () => {
    expect(decodeLive('{"seq":1,"kind":"log","entries":[]}')).toEqual({ seq: 1, kind: "log", entries: [] });
    expect(decodeLive('{"seq":2,"kind":"detail","at":1,"intersections":[]}')?.kind).toBe("detail");
    expect(decodeLive('{"seq":3,"kind":"decisions","intersections":[]}')?.kind).toBe("decisions");
    expect(decodeLive('{"seq":4,"kind":"delta","at":1,"intersections":[],"counters":[]}')?.kind).toBe(
      "delta",
    );
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"seq":1,"kind":"weather"}',
    '{"seq":1,"kind":"log"}',
    '{"kind":"log","entries":[]}',
    '{"seq":1,"kind":"frame","vehicles":[]}',
  ])("are refused where they are something else: %s", (text) => {
    expect(decodeLive(text)).toBeNull();
  });
});

describe("permanent links", () => {
  it("come back as they were, whatever the id", () => {
    const place = { view: "time-space", intersection: "a%2Fb.1", at: 1_767_571_200_000 } as const;
    expect(placeOf(addressOf(place))).toEqual(place);
    expect(addressOf({ view: "intersection", intersection: "ash", at: null })).toBe("#/intersection/ash");
  });

  it.each(["", "#", "#/", "#/other", "#/network?at=noon"])("that name nothing lead home: %s", (address) => {
    expect(placeOf(address)).toEqual(HOME);
  });

  it.each(["#/intersection/", "#/intersection/%E0%A4%A", "#/intersection"])(
    "may name a view alone: %s",
    (address) => {
      expect(placeOf(address)).toEqual({ view: "intersection", intersection: null, at: null });
    },
  );
});

describe("an intersection's state", () => {
  it("is run by the engine, locally, by nobody we hear, or not known yet", () => {
    expect(siteMode(live())).toBe("plan");
    expect(siteMode(live({ source: "schedule" })), "decided each second").toBe("schedule");
    expect((["schedule", "plan", "local", "preempt", "unknown"] as const).map(isRunByEngine)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(siteMode(live({ source: "local" }))).toBe("local");
    expect(siteMode(live({ linked: false }))).toBe("unlinked");
    expect(siteMode(live({ source: null }))).toBe("unknown");
    expect(siteMode(undefined)).toBe("unknown");
  });

  it("is told by what interrupts its plan, if anything does", () => {
    const operations = ["normal", "startUp", "preempt", "flash", "tripped"] as const;
    const modes = operations.map((operation) => siteMode(live({ operation })));
    expect(modes).toEqual(["plan", "startUp", "preempt", "flash", "tripped"]);
    expect(modes.filter(isInterruption)).toEqual(["startUp", "preempt", "flash", "tripped"]);
    expect(modes.filter(needsSomebody)).toEqual(["flash", "tripped"]);
    expect(siteMode(live({ operation: "flash", linked: false })), "what was last heard is over").toBe(
      "unlinked",
    );
    expect(needsSomebody("unlinked")).toBe(true);
  });

  it("is old three seconds after it was last told, later only where the plant steps more coarsely", () => {
    expect(isStateOld(live(), 13_000, 1_000)).toBe(false);
    expect(isStateOld(live(), 13_001, 1_000)).toBe(true);
    expect(isStateOld(live(), 13_001, 5_000)).toBe(false);
    expect(isStateOld(live({ stateAt: null }), 10_000, 1_000)).toBe(true);
  });

  it("tells lamps by letter; what has no letter is unknown, not red", () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((phase) => lampOf("Ggyrxf", phase))).toEqual([
      "green",
      "permissive",
      "yellow",
      "red",
      "flashingRed",
      "flashingYellow",
      "unknown",
    ]);
    expect([0, 1, 2, 3].map((phase) => walkOf("WFD-", phase))).toEqual([
      "walk",
      "flashing",
      "dontWalk",
      "none",
    ]);
  });

  it("counts links; who is unlinked or interrupted runs nothing else", () => {
    const intersections = [
      live(),
      live({ linked: false }),
      live({ source: "local" }),
      live({ source: null }),
      live({ source: "schedule" }),
      live({ operation: "preempt", source: "schedule" }),
      live({ operation: "flash", source: "local" }),
    ];
    expect(countLinks({ intersections })).toEqual({
      total: 7,
      linked: 6,
      adaptive: 1,
      plan: 1,
      local: 1,
      interrupted: 2,
    });
  });

  it("has a position in its cycle, and says by how much a transition overruns it", () => {
    expect(cyclePosition(live(), 30_000, 90_000)).toEqual({ elapsedMs: 26_000, overMs: 0 });
    expect(cyclePosition(live(), 98_000, 90_000)).toEqual({ elapsedMs: 94_000, overMs: 4_000 });
    expect(cyclePosition(live({ cycleStartAt: null }), 30_000, 90_000)).toBeNull();
  });
});

describe("times", () => {
  it("are those of the network, 24 h, with seconds and the offset", () => {
    const clock = networkClock("America/Denver");
    const at = Date.UTC(2026, 0, 5, 7, 4, 9);
    expect(`${clock.weekday(at)} ${clock.time(at)} ${clock.offset(at)}`).toBe("Mon 00:04:09 UTC−07:00");
    expect(clock.minute(at)).toBe("00:04");
    expect(networkClock("UTC").offset(at)).toBe("UTC+00:00");
  });

  it("are short as ages and signed as differences", () => {
    expect([400, 59_400, 61_000, 7_300_000].map(ageText)).toEqual(["0 s", "59 s", "1 min", "2 h"]);
    expect([4_000, -3_000, 0, 1_500, -40].map(signedSeconds)).toEqual(["+4", "−3", "±0", "+1.5", "±0"]);
    expect(secondsText(34_500)).toBe("34.5");
  });
});
