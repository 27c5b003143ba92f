import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/model/fault.ts";
import { readScenario } from "../../sim/whatif/scenario-file.ts";

/** What is said of a text, a line a fault; none where it holds. */
function told(text: string): readonly string[] {
  const read = readScenario("x.yaml", text);
  return read.ok ? [] : read.error.map(describeFault);
}

const HEAD = "version: 1\nnetwork: corridor\n";

describe("a scenario file", () => {
  it("is read from YAML, times of day as texts", () => {
    const read = readScenario(
      "x.yaml",
      `${HEAD}from: 07:00\nforSeconds: 1800\ncontrols: [fixed, adaptive]\nset:\n  tactical.horizonSeconds: 90\nreplications: { reps: auto, precision: 5% }\n`,
    );
    expect(read.ok && read.value.scenario).toEqual({
      version: 1,
      network: "corridor",
      from: "07:00",
      forSeconds: 1800,
      controls: ["fixed", "adaptive"],
      set: { "tactical.horizonSeconds": 90 },
      replications: { reps: "auto", precision: "5%" },
    });
  });

  it("is the same from JSON", () => {
    const yaml = readScenario("x.yaml", `${HEAD}events: ["link:t=down@1"]\n`);
    const json = readScenario("x.json", '{"version": 1, "network": "corridor", "events": ["link:t=down@1"]}');
    expect(json.ok && json.value.scenario).toEqual(yaml.ok && yaml.value.scenario);
    expect(yaml.ok).toBe(true);
  });

  it.each([
    ["an unknown property", "speed: 3", "x.yaml:3#/speed: found 3, allowed: no such property [SCHEMA]"],
    [
      "a control",
      "controls:\n  - fixed\n  - clever",
      'x.yaml:5#/controls/1: found "clever", allowed: "fixed" or ',
    ],
    ["a number", "demand:\n  scale: 0", "x.yaml:4#/demand/scale: found 0, allowed: be > 0 [SCHEMA]"],
    [
      "offsets in fractions",
      "variants:\n  - name: later\n    control: fixed\n    offsets: { garden: 1.5 }",
      "x.yaml:6#/variants/0/offsets/garden: found 1.5, allowed: be integer [SCHEMA]",
    ],
    ["a time", "from: 7:00", 'x.yaml:3#/from: found "7:00", allowed: match pattern'],
    ["a measure", "measures: [speed]", 'x.yaml:3#/measures/0: found "speed", allowed: "delaySeconds" or '],
    [
      "seeds beside reps",
      "replications:\n  reps: 3\n  seeds: 1-3",
      'x.yaml:5#/replications/seeds: found "1-3", allowed: seeds alone, or seed and reps [SCENARIO]',
    ],
    [
      "a precision of a fixed number",
      "replications:\n  reps: 3\n  precision: 5%",
      'x.yaml:5#/replications/precision: found "5%", allowed: only beside reps: auto [SCENARIO]',
    ],
    [
      "a variant that is called as a control",
      "variants:\n  - name: adaptive\n    control: adaptive",
      'x.yaml:4#/variants/0/name: found "adaptive", allowed: a name of its own',
    ],
    ["SUMO without a .sumocfg", "plant: sumo", 'x.yaml:3#/plant: found "sumo", allowed: builtin'],
    [
      "a profile out of order",
      'demand:\n  profile:\n    - { at: "08:00", factor: 1 }\n    - { at: "07:00", factor: 2 }',
      'x.yaml:6#/demand/profile/1/at: found "07:00", allowed: a time after 08:00 [SCENARIO]',
    ],
  ])("%s is told with file, line, place, value and what is allowed", (_name, lines, message) => {
    expect(told(HEAD)).toEqual([]);
    expect(told(`${HEAD}${lines}\n`)).toEqual([expect.stringContaining(message)]);
  });

  it("tells several faults at once, and a missing property at what lacks it", () => {
    const faults = told("version: 2\ncontrols: []\n");
    expect(faults).toHaveLength(3);
    expect(faults.join("\n")).toContain("x.yaml:1#/version: found 2, allowed: 1");
    expect(faults.join("\n")).toContain("network");
  });

  it.each([
    ["a text that is no YAML", `${HEAD}controls: [fixed`, "x.yaml:3"],
    ["a key that stands twice", `${HEAD}network: single`, "x.yaml:3"],
    ["a second document", `${HEAD}---\nversion: 1`, "x.yaml:3"],
    ["a tag that nobody knows", `${HEAD}from: !time 07:00`, "x.yaml:3"],
  ])("%s is told with its line", (_name, text, place) => {
    const [first = ""] = told(text);
    expect(first).toContain(`${place}: found `);
    expect(first).toContain("allowed: YAML or JSON");
  });

  it("that is empty is no scenario", () => {
    expect(told("")).toEqual([expect.stringContaining("x.yaml:1: found null, allowed: be object")]);
  });
});
