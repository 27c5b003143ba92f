import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  declarationOf,
  PARAMETER_PATHS,
  type ParameterPath,
} from "../../../src/engine/parameters/declarations.ts";
import { editDistance, nearestNames } from "../../../src/engine/parameters/nearest-names.ts";
import {
  intervalMsOf,
  parametersOf,
  readSetting,
  readSettings,
  readSettingsTogether,
  settingText,
} from "../../../src/engine/parameters/settings.ts";
import { PhasewiseError } from "../../../src/errors.ts";

/** What a user is told of a mistake. */
function mistake(read: () => unknown): string {
  try {
    read();
  } catch (cause) {
    if (cause instanceof PhasewiseError && cause.code === "OPTION_INVALID") return cause.message;
    throw cause;
  }
  return "";
}

describe("every parameter", () => {
  it.each(PARAMETER_PATHS)("%s says what it is, and its default lies within its range", (path) => {
    const declared = declarationOf(path);
    expect(path).toMatch(/^[a-z]+\.[a-z][A-Za-z]+$/);
    expect(declared.min).toBeLessThanOrEqual(declared.default);
    expect(declared.default).toBeLessThanOrEqual(declared.max);
    expect(declared.min).toBeLessThan(declared.max);
    expect(declared.effect).toMatch(/^[A-Z].*\.$/);
    if (declared.kind === "whole") expect(Number.isInteger(declared.default)).toBe(true);
  });

  it.each(PARAMETER_PATHS)("%s names a test that is there and bears its name", (path) => {
    const { test } = declarationOf(path);
    expect(existsSync(test)).toBe(true);
    expect(readFileSync(test, "utf8")).toContain(`it("${path} `);
  });

  it("is none of those that keep traffic safe", () => {
    const forbidden =
      /min.*green|greenM|clear(?!Probability)|yellow(?!Used)|walk|waitMax|lease|valid|conflict/i;
    expect(PARAMETER_PATHS.filter((path) => forbidden.test(path))).toEqual([]);
    // S13 and the controllers let an offset move by a fifth of the cycle.
    expect(declarationOf("strategic.offsetStepRatio").max).toBe(0.2);
    expect(declarationOf("strategic.splitStepRatio").max).toBe(1);
  });
});

describe("the defaults", () => {
  it("are what the engine has always used", () => {
    expect(parametersOf([])).toEqual({
      optimize: {
        horizonSeconds: 50,
        startLostSeconds: 2.5,
        yellowUsedSeconds: 0.5,
        stopCostSeconds: 3,
        terminalSeconds: 15,
        expansionsMax: 400,
        meteringFromRatio: 0.3,
      },
      strategic: {
        intervalMinutes: 5,
        cycleBandShortestRatio: 0.87,
        cycleBandLongestRatio: 1,
        gainLeastRatio: 0.04,
        lifeSeconds: 1200,
        offsetStepRatio: 0.2,
        splitHysteresisRatio: 0.03,
        splitStepRatio: 1,
      },
      estimate: {
        urgencySeconds: 120,
        congestionWarnProbability: 0.45,
        congestionClearProbability: 0.2,
      },
      forecast: { capacityQuantile: 0.85, steadyIntervals: 6 },
    });
  });
});

describe("a setting", () => {
  it("changes its own parameter and no other", () => {
    const set = parametersOf([readSetting("optimize.horizonSeconds=40")]);
    expect(set.optimize.horizonSeconds).toBe(40);
    const usual = parametersOf([]);
    expect({ ...set, optimize: { ...set.optimize, horizonSeconds: 50 } }).toEqual(usual);
  });

  it("is read with any value of its range, and reaches its place", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PARAMETER_PATHS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (path, part) => {
          const { min, max, kind } = declarationOf(path);
          const within = min + part * (max - min);
          const value = kind === "whole" ? Math.round(within) : Number(within.toFixed(3));
          const setting = readSetting(`${path}=${value}`);
          expect(setting).toEqual({ path, value });
          expect(readSetting(settingText(setting))).toEqual(setting);
          const [group = "", name = ""] = path.split(".");
          expect(parametersOf([setting])).toHaveProperty([group, name], value);
        },
      ),
    );
  });

  it("may have several values where each is a variant", () => {
    expect(readSettings("strategic.lifeSeconds=600,2400").map(({ value }) => value)).toEqual([600, 2400]);
  });

  it("of the interval is told in milliseconds", () => {
    expect(intervalMsOf([readSetting("strategic.intervalMinutes=10")])).toBe(600_000);
    expect(intervalMsOf([])).toBeUndefined();
  });

  it.each([
    ["optimize.horizonSecond=40", /no parameter; near it are optimize\.horizonSeconds, /],
    ["horizonSeconds=40", /no parameter; near it are optimize\.horizonSeconds, /],
    ["greenMinSeconds=1", /no parameter/],
    ["constructor=1", /no parameter/],
    ["optimize.horizonSeconds=10", /found 10; allowed is a number from 20 to 90 \(s\)/],
    ["optimize.horizonSeconds=91", /found 91; allowed is a number from 20 to 90 \(s\)/],
    ["optimize.horizonSeconds=long", /found "long"; allowed is a number/],
    ["optimize.horizonSeconds=", /found ""; allowed is a number/],
    ["optimize.horizonSeconds=0x30", /found "0x30"; allowed is a number/],
    ["optimize.horizonSeconds= 40", /found " 40"; allowed is a number/],
    ["optimize.horizonSeconds=Infinity", /found "Infinity"; allowed is a number/],
    ["forecast.steadyIntervals=2.5", /found 2\.5; allowed is a whole number from 1 to 24/],
    ["optimize.horizonSeconds", /allowed is path=value/],
    ["optimize.horizonSeconds=40=50", /allowed is path=value/],
    ["optimize.horizonSeconds=40,40", /40 is given twice/],
  ])("%s is refused with what is allowed", (text, told) => {
    expect(mistake(() => readSettings(text))).toMatch(told);
    expect(mistake(() => readSettings(text))).toContain(text);
  });

  it("has one value, and one path only once, where settings hold together", () => {
    expect(mistake(() => readSetting("optimize.horizonSeconds=40,50"))).toContain("allowed is one value");
    const twice = ["optimize.horizonSeconds=40", "optimize.horizonSeconds=50"];
    expect(mistake(() => readSettingsTogether(twice))).toContain("set twice");
    expect(readSettingsTogether(["optimize.horizonSeconds=40", "strategic.lifeSeconds=600"])).toHaveLength(2);
  });
});

describe("the nearest names", () => {
  it("are found by letters that differ", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("same", "same")).toBe(0);
    const paths: readonly ParameterPath[] = PARAMETER_PATHS;
    expect(nearestNames("stopcost", paths)[0]).toBe("optimize.stopCostSeconds");
    expect(nearestNames("forecast.quantile", paths)).toContain("forecast.capacityQuantile");
  });
});
