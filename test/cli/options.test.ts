import { describe, expect, it } from "vitest";
import {
  choiceOption,
  engineOptions,
  flagOption,
  HISTORY_DAYS_DEFAULT,
  historyOption,
  hostNamesOption,
  listOption,
  numberOption,
  seedsOption,
  textOption,
  textsOption,
  wholeNumbersOption,
} from "../../src/cli/options.ts";
import { PhasewiseError } from "../../src/errors.ts";

/** The message of what an option reader throws; it must be one for the user. */
function told(read: () => unknown): string {
  try {
    return `no fault: ${String(read())}`;
  } catch (error) {
    expect(error).toBeInstanceOf(PhasewiseError);
    expect(error).toMatchObject({ code: "OPTION_INVALID", exitCode: 2 });
    return String(error instanceof Error ? error.message : error);
  }
}

describe("the options of an engine", () => {
  it("may set parameters, the strategic interval in one way only", () => {
    const set = "optimize.horizonSeconds=40";
    expect(engineOptions({ set }).settings).toEqual([{ path: "optimize.horizonSeconds", value: 40 }]);
    expect(told(() => engineOptions({ set: [set, set] }))).toContain("set twice");
    expect(told(() => engineOptions({ set: "optimize.horizonSeconds=1" }))).toContain("from 20 to 90");
    const interval = { set: "strategic.intervalMinutes=2", interval: 3 };
    expect(told(() => engineOptions(interval))).toBe(
      "--interval 3: allowed is it, or --set strategic.intervalMinutes, which says the same",
    );
  });

  it("are those of the design where nothing is asked for", () => {
    expect(engineOptions({})).toEqual({ mode: "adaptive", intervalMs: 300_000, planValidMs: 900_000 });
  });

  it("begin in any mode, and in none that there is not", () => {
    expect(["local", "shadow", "advise", "plan"].map((mode) => engineOptions({ mode }).mode)).toEqual([
      "local",
      "shadow",
      "advise",
      "plan",
    ]);
    expect(told(() => engineOptions({ mode: "fast" }))).toBe(
      '--mode "fast": allowed is local, shadow, advise, plan, adaptive',
    );
  });

  it("take interval and lease in minutes, and only within their bounds", () => {
    expect(engineOptions({ control: "fixed", interval: 1, planValid: 120 })).toEqual({
      mode: "local",
      intervalMs: 60_000,
      planValidMs: 7_200_000,
    });
    expect(told(() => engineOptions({ interval: 16 }))).toBe(
      "--interval 16: allowed is a whole number from 1 to 15",
    );
    expect(told(() => engineOptions({ planValid: 0 }))).toBe(
      "--plan-valid 0: allowed is a whole number from 1 to 120",
    );
  });
});

it("the days of history are a whole number, or none", () => {
  expect([{}, { history: 2 }, { history: "off" }].map(historyOption)).toEqual([
    HISTORY_DAYS_DEFAULT,
    2,
    undefined,
  ]);
  expect(told(() => historyOption({ history: 0 }))).toBe(
    "--history 0: allowed is off, or a whole number of days from 1 to 3660",
  );
});

const seed = { min: 0, max: 9, integer: true };
const speed = { min: 0.5, max: 100, integer: false };

describe("an option that may be given more than once", () => {
  it("is none, one or several texts", () => {
    expect(textsOption({}, "event")).toEqual([]);
    expect(textsOption({ event: "a" }, "event")).toEqual(["a"]);
    expect(textsOption({ event: ["a", "b"] }, "event")).toEqual(["a", "b"]);
    expect(told(() => textsOption({ event: ["a", true] }, "event"))).toBe(
      "--event true: allowed is one text each time",
    );
  });
});

describe("an option", () => {
  it("that is absent is absent, false, or the first choice", () => {
    expect(numberOption({}, "seed", seed)).toBeUndefined();
    expect(textOption({}, "host")).toBeUndefined();
    expect(flagOption({}, "headless")).toBe(false);
    expect(choiceOption({}, "link", ["websocket", "memory"])).toBe("websocket");
  });

  it.each([0, 9, 5])("of a number takes %d within its bounds", (value) => {
    expect(numberOption({ seed: value }, "seed", seed)).toBe(value);
  });

  it.each([
    [-1, "seed", seed, "--seed -1: allowed is a whole number from 0 to 9"],
    [10, "seed", seed, "--seed 10: allowed is a whole number from 0 to 9"],
    [1.5, "seed", seed, "--seed 1.5: allowed is a whole number from 0 to 9"],
    ["many", "seed", seed, `--seed "many": allowed is a whole number from 0 to 9`],
    [true, "seed", seed, "--seed true: allowed is a whole number from 0 to 9"],
    [[1, 2], "seed", seed, "--seed [1,2]: allowed is a whole number from 0 to 9"],
    [Number.NaN, "seed", seed, "--seed null: allowed is a whole number from 0 to 9"],
    [0.4, "maxSpeed", speed, "--max-speed 0.4: allowed is a number from 0.5 to 100"],
  ])("of a number does not take %s", (value, name, bounds, message) => {
    expect(told(() => numberOption({ [name]: value }, name, bounds))).toBe(message);
  });

  it("of a choice takes nothing else", () => {
    expect(choiceOption({ link: "memory" }, "link", ["websocket", "memory"])).toBe("memory");
    expect(told(() => choiceOption({ link: "Memory" }, "link", ["websocket", "memory"]))).toBe(
      `--link "Memory": allowed is websocket, memory`,
    );
    expect(told(() => choiceOption({ link: ["memory", "memory"] }, "link", ["websocket", "memory"]))).toMatch(
      /^--link \["memory","memory"\]: /,
    );
  });

  it("of a text takes a name that looks like a number, and one value only", () => {
    expect(textOption({ host: "::1" }, "host")).toBe("::1");
    expect(textOption({ journal: 12 }, "journal")).toBe("12");
    expect(told(() => textOption({ host: true }, "host"))).toBe("--host true: allowed is one value");
    expect(told(() => textOption({ host: ["a", "b"] }, "host"))).toBe(
      `--host ["a","b"]: allowed is one value`,
    );
  });

  it("of host names takes none, one or many, each without a port", () => {
    expect(hostNamesOption({}, "allowHost")).toEqual([]);
    expect(hostNamesOption({ allowHost: "signals.city" }, "allowHost")).toEqual(["signals.city"]);
    expect(hostNamesOption({ allowHost: ["a", "b"] }, "allowHost")).toEqual(["a", "b"]);
    expect(told(() => hostNamesOption({ allowHost: ["a", "b:80"] }, "allowHost"))).toBe(
      `--allow-host "b:80": allowed is a host name without a port`,
    );
    expect(told(() => hostNamesOption({ allowHost: true }, "allowHost"))).toMatch(/^--allow-host true: /);
  });

  it("of a flag takes no value", () => {
    expect(flagOption({ headless: true }, "headless")).toBe(true);
    expect(flagOption({ headless: false }, "headless")).toBe(false);
    expect(told(() => flagOption({ headless: "yes" }, "headless"))).toBe(
      `--headless "yes": allowed is no value`,
    );
  });
});

const controlsOf = (control?: unknown) =>
  listOption(control === undefined ? {} : { control }, "control", ["fixed", "adaptive"], ["adaptive"]);

describe("a list of choices", () => {
  it("is in the order that the user gives", () => {
    expect(controlsOf("fixed")).toEqual(["fixed"]);
    expect(controlsOf("adaptive,fixed")).toEqual(["adaptive", "fixed"]);
    expect(controlsOf()).toEqual(["adaptive"]);
  });

  it.each(["clever", "fixed,fixed", "fixed,", "", "fixed adaptive"])("is not %j", (control) => {
    expect(told(() => controlsOf(control))).toBe(
      `--control ${JSON.stringify(control)}: allowed is fixed, adaptive, with commas between them and each once`,
    );
  });
});

const seedsOf = (seeds?: unknown) => seedsOption(seeds === undefined ? {} : { seeds }, "seeds", "1-5");

describe("seeds", () => {
  it.each([
    [undefined, [1, 2, 3, 4, 5]],
    ["1-3", [1, 2, 3]],
    ["7,1,2", [1, 2, 7]],
    ["1-2,9", [1, 2, 9]],
    ["4-4", [4]],
    ["0", [0]],
    ["2147483647", [2_147_483_647]],
    // The command line reads a single one as a number.
    [3, [3]],
  ])("of %j are %j", (seeds, expected) => {
    expect(seedsOf(seeds)).toEqual(expected);
  });

  it.each(["5-1", "1,1", "1-3,2", "", "1-", "-1", "1.5", "x", "1,,2", "2147483648", "0-1000", "1-2-3"])(
    "are not %j",
    (seeds) => {
      expect(told(() => seedsOf(seeds))).toBe(
        `--seeds ${JSON.stringify(seeds)}: allowed is seeds such as 1-5 or 1,2,7: from 0 to 2147483647, each once, at most 1000`,
      );
    },
  );
});

function horizonsOf(horizons: unknown): readonly number[] {
  return wholeNumbersOption({ horizons }, "horizons", { min: 1, max: 288 }, [1]);
}

describe("whole numbers", () => {
  it("come in rising order, the usual ones where the option is absent", () => {
    expect(horizonsOf("12,1,3")).toEqual([1, 3, 12]);
    // The command line reads a single one as a number.
    expect(horizonsOf(288)).toEqual([288]);
    expect(horizonsOf(undefined)).toEqual([1]);
  });

  it.each(["0", "289", "1,1", "1.5", "1,", "", "1-3", "six", "1e1", true])("are not %j", (value) => {
    expect(told(() => horizonsOf(value))).toMatch(
      typeof value === "string"
        ? /^--horizons ".*": allowed is whole numbers from 1 to 288, with commas between them and each once$/
        : /^--horizons true: allowed is one value$/,
    );
  });
});
