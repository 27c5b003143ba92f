import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/model/fault.ts";
import { scenarioArms } from "../../sim/whatif/scenario-arms.ts";
import { readScenario } from "../../sim/whatif/scenario-file.ts";
import { servedCross } from "../traffic/small-networks.ts";

/** What a file says about a network with the junction J, or what of it does not fit. */
function read(lines: readonly string[]) {
  const text = ["version: 1", "network: single", ...lines].join("\n");
  const checked = readScenario("x.yaml", text);
  if (!checked.ok) throw new Error(checked.error.map(describeFault).join("\n"));
  return scenarioArms(checked.value, servedCross(500));
}

/** A variant with offsets. */
const variants = (control: string, offsets: string) =>
  read(["variants:", `  - { name: later, control: ${control}, offsets: { ${offsets} } }`]);

describe("what a scenario file does to the arms", () => {
  it("is read against the network", () => {
    const arms = read([
      "events: [emergency:left@60]",
      "set: { optimize.horizonSeconds: 40 }",
      "variants:",
      "  - { name: cut off, control: adaptive, events: ['link:J=down@5'], set: { optimize.horizonSeconds: 60 } }",
    ]);
    expect(arms).toEqual({
      ok: true,
      value: {
        events: [{ kind: "emergency", route: "left", fromSeconds: 60 }],
        settings: [{ path: "optimize.horizonSeconds", value: 40 }],
        variants: [
          {
            name: "cut off",
            control: "adaptive",
            events: [{ kind: "link", intersection: "J", fault: "down", fromSeconds: 5 }],
            settings: [{ path: "optimize.horizonSeconds", value: 60 }],
            offsets: [],
          },
        ],
      },
    });
  });

  it("has variants with offsets, of controls that run plans by them", () => {
    const later = variants("fixed", "J: 7");
    expect(later.ok && later.value.variants).toEqual([
      {
        name: "later",
        control: "fixed",
        events: [],
        settings: [],
        offsets: [{ intersection: "J", laterSeconds: 7 }],
      },
    ]);
    const refused = variants("adaptive", "K: 7, J: 0");
    expect(refused.ok ? [] : refused.error.map(describeFault)).toEqual([
      expect.stringMatching(
        /#\/variants\/0\/offsets: found .*allowed: nothing: adaptive runs no plans by their offsets, fixed and running do \[SCENARIO\]$/,
      ),
      expect.stringMatching(/#\/variants\/0\/offsets\/K: found 7, allowed: no intersection K; allowed is J /),
      expect.stringMatching(/#\/variants\/0\/offsets\/J: found 0, allowed: .*without 0/),
    ]);
  });

  it("is refused with all that does not fit, each with its line", () => {
    const arms = read([
      "events:",
      "  - link:J=down@5",
      "  - link:K=down@5",
      "set:",
      "  optimize.speed: 3",
      "variants:",
      "  - name: stuck",
      "    control: fixed",
      "    set: { optimize.horizonSeconds: 40 }",
      "    events: [road:J=blocked@1]",
    ]);
    const told = arms.ok ? [] : arms.error.map(describeFault);
    expect(told).toEqual([
      expect.stringMatching(
        /^x\.yaml:5#\/events\/1: found "link:K=down@5", allowed: .*allowed is J \[SCENARIO\]$/,
      ),
      expect.stringMatching(/^x\.yaml:7#\/set\/optimize\.speed: found 3, allowed: .*no parameter/),
      expect.stringMatching(
        /^x\.yaml:11#\/variants\/0\/set: found .*allowed: nothing: fixed has no parameters/,
      ),
      expect.stringMatching(/^x\.yaml:12#\/variants\/0\/events\/0: found "road:J=blocked@1"/),
    ]);
  });
});
