import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advanceTime,
  LIVE,
  periodAround,
  type TimeCommand,
  type TimeEvent,
  type TimeSource,
  whyNotCommand,
} from "../../src/console/data/conductor.ts";

function after(...events: readonly TimeEvent[]) {
  let source: TimeSource = LIVE;
  const commands: TimeCommand[] = [];
  for (const event of events) {
    const step = advanceTime(source, event);
    source = step.source;
    commands.push(...step.commands);
  }
  return { source, commands };
}

const REPLAY = { kind: "replay", at: 500, playing: false } as const;
const OPENED = { kind: "opened", period: { from: 100, to: 900 }, playing: false, speed: 1 } as const;
const FRAME = { kind: "frame", at: 500 } as const;

describe("commands", () => {
  it("there are none from a replay, from the moment it is asked for until the present is back", () => {
    const way = [REPLAY, OPENED, FRAME, { kind: "live" }] as const;
    for (let steps = 1; steps <= way.length; steps += 1) {
      expect(whyNotCommand(after(...way.slice(0, steps)).source, null)).toMatch(/^This is a replay: /);
    }
    const refused = after(REPLAY, { kind: "refused", reason: "nothing is stored" });
    expect(whyNotCommand(refused.source, null)).toMatch(/^This is a replay: /);
    expect(whyNotCommand(after(...way, { kind: "returned" }).source, null)).toBe(null);
  });

  it("there are none on data that may not be the street's any more", () => {
    expect(whyNotCommand(LIVE, "no data for 3 s")).toMatch(/^What is shown is not the street now: /);
    expect(whyNotCommand(LIVE, null)).toBe(null);
  });
});

describe("the conductor of time", () => {
  it("opens a replay that stands at an instant, and shows it with its first frame", () => {
    const { source, commands } = after(REPLAY, OPENED, FRAME);
    expect(commands).toEqual([{ kind: "open", at: 500, playing: false, speed: 1 }]);
    expect(source).toMatchObject({ kind: "replay", phase: "showing", at: 500, playing: false });
  });

  it("plays, stands still and goes at another speed where it is open", () => {
    const { source, commands } = after(
      REPLAY,
      OPENED,
      FRAME,
      { kind: "play" },
      { kind: "speed", speed: 20 },
      { kind: "play" },
      { kind: "pause" },
    );
    expect(commands.slice(1)).toEqual([
      { kind: "ask", request: { kind: "play" } },
      { kind: "ask", request: { kind: "speed", speed: 20 } },
      { kind: "ask", request: { kind: "pause" } },
    ]);
    expect(source).toMatchObject({ playing: false, speed: 20 });
  });

  it("tells what was changed while it was being opened as soon as it is open", () => {
    const changed = after(REPLAY, { kind: "play" }, { kind: "speed", speed: 5 });
    expect(changed.commands.length, "nobody is there to be told").toBe(1);
    expect(advanceTime(changed.source, OPENED).commands).toEqual([
      { kind: "ask", request: { kind: "play" } },
      { kind: "ask", request: { kind: "speed", speed: 5 } },
    ]);
  });

  it("asks for an instant within what is open, and opens another period for one that is not", () => {
    const near = after(REPLAY, OPENED, FRAME, { kind: "seek", at: 900 });
    expect(near.commands.at(-1)).toEqual({ kind: "ask", request: { kind: "seek", at: 900 } });
    expect(near.source).toMatchObject({ phase: "opening", at: 900 });
    const far = after(REPLAY, OPENED, FRAME, { kind: "seek", at: 901 });
    expect(far.commands.at(-1)).toEqual({ kind: "open", at: 901, playing: false, speed: 1 });
  });

  it("stands at the end, and opens what was stored since when it is to play on", () => {
    const over = after(REPLAY, OPENED, { kind: "frame", at: 900 }, { kind: "over" });
    expect(over.source).toMatchObject({ phase: "over", at: 900, playing: false });
    expect(advanceTime(over.source, { kind: "play" }).commands).toEqual([
      { kind: "open", at: 900, playing: true, speed: 1 },
    ]);
  });

  it("says why nothing is shown", () => {
    const { source } = after(REPLAY, { kind: "refused", reason: "no history is kept" });
    expect(source).toMatchObject({ kind: "replay", phase: "refused", reason: "no history is kept", at: 500 });
    expect(advanceTime(source, REPLAY).source).toMatchObject({ phase: "opening", reason: null });
  });

  it("is live again only when the present has come", () => {
    const returning = after(REPLAY, OPENED, FRAME, { kind: "live" }, { kind: "live" });
    expect(returning.commands.slice(1)).toEqual([{ kind: "live" }]);
    expect(returning.source).toMatchObject({ kind: "replay", phase: "returning" });
    const late = advanceTime(returning.source, { kind: "frame", at: 501 }).source;
    expect(late, "a late frame of the past").toMatchObject({ phase: "returning", at: 500 });
    expect(advanceTime(late, { kind: "returned" }).source).toEqual(LIVE);
    expect(advanceTime(late, { kind: "seek", at: 300 }).commands).toEqual([
      { kind: "open", at: 300, playing: false, speed: 1 },
    ]);
  });

  it("is moved out of the present by nothing but a replay, and by nothing of the server's", () => {
    const others: readonly TimeEvent[] = [
      { kind: "live" },
      { kind: "play" },
      { kind: "seek", at: 5 },
      OPENED,
      FRAME,
      { kind: "over" },
      { kind: "refused", reason: "?" },
      { kind: "returned" },
    ];
    for (const event of others) expect(after(event), event.kind).toEqual({ source: LIVE, commands: [] });
  });

  it("never says live of a picture of the past, whatever comes in whatever order", () => {
    const event = fc.constantFrom<TimeEvent>(
      REPLAY,
      { kind: "live" },
      { kind: "play" },
      { kind: "pause" },
      { kind: "seek", at: 300 },
      { kind: "seek", at: 2000 },
      OPENED,
      FRAME,
      { kind: "over" },
      { kind: "refused", reason: "?" },
      { kind: "returned" },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let source: TimeSource = LIVE;
        for (const one of events) {
          const before: TimeSource = source;
          const step = advanceTime(before, one);
          source = step.source;
          if (source.kind === "live" && before.kind === "replay") {
            expect([before.phase, one.kind]).toEqual(["returning", "returned"]);
          }
          // Requests go to a playback that is open, and to no other.
          const asked = step.commands.some(({ kind }) => kind === "ask");
          if (asked) expect(source).toMatchObject({ kind: "replay", period: { from: 100, to: 900 } });
        }
      }),
    );
  });
});

describe("the period that is opened around an instant", () => {
  const HOUR = 3_600_000;
  const tell = (at: number): string => `${at / HOUR} h`;

  it("is all that is stored, of at most a day, half of it before the instant", () => {
    expect(periodAround(5 * HOUR, { from: HOUR, to: 7 * HOUR }, tell)).toEqual({
      ok: true,
      at: 5 * HOUR,
      period: { from: HOUR, to: 7 * HOUR },
    });
    expect(periodAround(50 * HOUR, { from: 0, to: 100 * HOUR }, tell)).toMatchObject({
      period: { from: 38 * HOUR, to: 62 * HOUR },
    });
  });

  it("ends where a street is a moment further than what is stored, and says what is stored beyond", () => {
    const stored = { from: HOUR, to: 2 * HOUR };
    expect(periodAround(2 * HOUR + 60_000, stored, tell)).toMatchObject({ ok: true, at: 2 * HOUR });
    const reason = "Nothing is stored of 3 h. Stored is 1 h to 2 h.";
    expect(periodAround(3 * HOUR, stored, tell)).toEqual({ ok: false, reason });
    expect(periodAround(0, stored, tell)).toMatchObject({ ok: false });
    expect(periodAround(HOUR, { from: HOUR, to: HOUR }, tell)).toMatchObject({ ok: false });
  });
});
