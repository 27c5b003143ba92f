import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLocalClock } from "../../../src/adapters/feeds/local-clock.ts";

const utc = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts);

describe("the clock of a time zone", () => {
  it("of UTC leaves times as they stand", () => {
    const at = utc(2024, 4, 13, 15);
    const clock = createLocalClock("UTC");
    expect(clock.instantsOf(at)).toEqual({ first: at, second: undefined, exists: true });
    expect(clock.localMsOf(clock.instantsOf(at).first)).toBe(at);
  });

  it("knows summer and winter", () => {
    const { instantsOf } = createLocalClock("America/Los_Angeles");
    expect(instantsOf(utc(2024, 4, 13, 15)).first).toBe(utc(2024, 4, 13, 22));
    expect(instantsOf(utc(2024, 0, 13, 15)).first).toBe(utc(2024, 0, 13, 23));
  });

  it("knows the hour that comes twice", () => {
    const { instantsOf } = createLocalClock("America/Denver");
    // 3 November 2024, 02:00 MDT is 01:00 MST.
    const half = utc(2024, 10, 3, 1, 30);
    expect(instantsOf(half)).toEqual({
      first: utc(2024, 10, 3, 7, 30),
      second: utc(2024, 10, 3, 8, 30),
      exists: true,
    });
    expect(instantsOf(utc(2024, 10, 3, 0, 59, 59, 999)).second).toBeUndefined();
    expect(instantsOf(utc(2024, 10, 3, 1)).second).toBeDefined();
    expect(instantsOf(utc(2024, 10, 3, 2)).second).toBeUndefined();
  });

  it("knows the hour that is left out", () => {
    const { instantsOf } = createLocalClock("Europe/Berlin");
    // 31 March 2024, 02:00 CET is 03:00 CEST.
    expect(instantsOf(utc(2024, 2, 31, 2, 30))).toEqual({
      first: utc(2024, 2, 31, 1, 30),
      second: undefined,
      exists: false,
    });
    expect(instantsOf(utc(2024, 2, 31, 1, 59, 59)).exists).toBe(true);
    expect(instantsOf(utc(2024, 2, 31, 3))).toMatchObject({ first: utc(2024, 2, 31, 1), exists: true });
  });

  it("comes back to every instant, in zones of every kind", () => {
    const zones = [
      "UTC",
      "America/Denver",
      "Europe/London",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "Pacific/Apia",
    ];
    const clocks = zones.map((zone) => createLocalClock(zone));
    const instants = fc.integer({ min: utc(1990, 0, 2), max: utc(2099, 11, 30) });
    fc.assert(
      fc.property(fc.constantFrom(...clocks), instants, (clock, at) => {
        const { first, second, exists } = clock.instantsOf(clock.localMsOf(clock.instantsOf(at).first));
        expect(exists).toBe(true);
        expect([first, second]).toContain(clock.instantsOf(at).first);
      }),
    );
  });

  it("is none of a zone that there is not", () => {
    expect(() => createLocalClock("Mars/Olympus")).toThrow(
      '--time-zone "Mars/Olympus": allowed is a name of the IANA list, such as America/Denver, or UTC',
    );
  });
});
