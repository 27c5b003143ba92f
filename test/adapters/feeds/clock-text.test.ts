import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockText, parseClock } from "../../../src/adapters/feeds/clock-text.ts";

const at = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts);

describe("the time of a log", () => {
  it.each([
    ["2024-05-13 15:00:00.1", at(2024, 4, 13, 15, 0, 0, 100), "YYYY-MM-DD HH:MM:SS.f"],
    ["2024-05-13T15:00:00", at(2024, 4, 13, 15), "YYYY-MM-DD HH:MM:SS"],
    ["2022-06-05 00:00:02.2000000", at(2022, 5, 5, 0, 0, 2, 200), "YYYY-MM-DD HH:MM:SS.fffffff"],
    ["4/17/2023 19:00:03.0", at(2023, 3, 17, 19, 0, 3), "M/D/YYYY H:MM:SS.f"],
    ["4/17/2023 8:00:0.2", at(2023, 3, 17, 8, 0, 0, 200), "M/D/YYYY H:MM:SS.f"],
    ["4/17/2023 8:00:0.20", at(2023, 3, 17, 8, 0, 0, 200), "M/D/YYYY H:MM:SS.ff"],
    ["06-23-2024 22:47:07.3", at(2024, 5, 23, 22, 47, 7, 300), "M-D-YYYY H:MM:SS.f"],
    ["7-22-2024 13:34:8.6", at(2024, 6, 22, 13, 34, 8, 600), "M-D-YYYY H:MM:SS.f"],
    ["2-29-2024 0:00:00.0", at(2024, 1, 29), "M-D-YYYY H:MM:SS.f"],
  ])("is read from %s", (text, localMs, format) => {
    expect(parseClock(text)).toEqual({ localMs, format, cut: false });
  });

  it("is cut to a millisecond, and says so", () => {
    const localMs = at(2022, 5, 5, 0, 0, 2, 199);
    expect(parseClock("2022-06-05 00:00:02.1999999")).toMatchObject({ localMs, cut: true });
    expect(parseClock("2022-06-05 00:00:02.1990000")).toMatchObject({ localMs, cut: false });
  });

  it.each([
    "",
    "TimeStamp",
    "2024-05-13",
    "2024-05-13 15:00",
    "2024-05-13 15:00:00.",
    "2024-05-13 24:00:00.0",
    "2024-05-13 15:60:00.0",
    "2024-05-13 15:00:60.0",
    "2024-04-31 15:00:00.0",
    "2023-02-29 15:00:00.0",
    "2024-13-01 15:00:00.0",
    "2024-00-01 15:00:00.0",
    "13/4/2023 8:00:00.0",
    "4-17/2023 8:00:00.0",
    "4/17/23 8:00:00.0",
    "1970-01-01 00:00:00.0",
    "2100-01-01 00:00:00.0",
    " 2024-05-13 15:00:00.0",
    "2024-05-13 15:00:00.0Z",
  ])("is not read from %j", (text) => {
    expect(parseClock(text)).toBeUndefined();
  });

  it("is read back from what is written", () => {
    const instants = fc.integer({ min: at(1990, 0, 1), max: at(2100, 0, 1) - 1 });
    fc.assert(
      fc.property(instants, (localMs) => {
        expect(parseClock(clockText(localMs, 3))?.localMs).toBe(localMs);
      }),
    );
    expect(clockText(at(2024, 4, 1), 1)).toBe("2024-05-01 00:00:00.0");
  });
});
