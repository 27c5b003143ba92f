import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDimension, settingsAt, valueAt } from "../../sim/tune/space.ts";
import { declarationOf, PARAMETER_PATHS } from "../../src/engine/parameters/declarations.ts";
import { readSetting, settingText } from "../../src/engine/parameters/settings.ts";

describe("a dimension", () => {
  it("is a parameter's whole range, or a part of it", () => {
    expect(readDimension("optimize.horizonSeconds")).toEqual({
      path: "optimize.horizonSeconds",
      from: 20,
      to: 90,
    });
    expect(readDimension("strategic.gainLeastRatio=0..0.1")).toEqual({
      path: "strategic.gainLeastRatio",
      from: 0,
      to: 0.1,
    });
  });

  it.each([
    ["optimize.horizon", /--param optimize\.horizon: .*near it are optimize\.horizonSeconds/],
    ["optimize.horizonSeconds=40", /allowed is path or path=from\.\.to/],
    ["optimize.horizonSeconds=30..40..50", /allowed is path or path=from\.\.to/],
    ["optimize.horizonSeconds=10..40", /found 10; allowed is a number from 20 to 90/],
    ["optimize.horizonSeconds=60..40", /60 is not below 40/],
    ["optimize.horizonSeconds=40..40", /40 is not below 40/],
    ["optimize.horizonSeconds=..40", /found ""/],
  ])("%s is refused", (text, told) => {
    expect(() => readDimension(text)).toThrow(told);
  });

  it("gives values that may be set, in steps that somebody would set", () => {
    expect(valueAt({ path: "optimize.stopCostSeconds", from: 0, to: 20 }, 1 / 3)).toBe(6.7);
    expect(valueAt({ path: "forecast.steadyIntervals", from: 1, to: 24 }, 0.5)).toBe(13);
    fc.assert(
      fc.property(
        fc.constantFrom(...PARAMETER_PATHS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (path, part) => {
          const value = valueAt(readDimension(path), part);
          expect(readSetting(settingText({ path, value }))).toEqual({ path, value });
        },
      ),
    );
  });

  it("leaves out of a point what is at its default", () => {
    const dimensions = ["optimize.horizonSeconds=40..60", "optimize.stopCostSeconds"].map(readDimension);
    expect(declarationOf("optimize.horizonSeconds").default).toBe(50);
    expect(settingsAt(dimensions, [0.5, 0.5])).toEqual([{ path: "optimize.stopCostSeconds", value: 10 }]);
  });
});
