import { describe, expect, it } from "vitest";
import { readSettings, type Setting } from "../../../src/engine/parameters/settings.ts";
import { BEGIN, runLoop, startLoop } from "../closed-loop.ts";

/** Everything that the engine does in ten minutes of traffic that comes and goes. */
function effects(settings: readonly Setting[] | undefined): string {
  const loop = startLoop({
    mode: "adaptive",
    ...(settings === undefined ? {} : { settings }),
    flowVehPerHour: (lane, at) => 150 + 500 * Math.abs(Math.sin((at - BEGIN) / 97_000 + lane.length)),
  });
  return JSON.stringify(runLoop(loop, 600).effects);
}

describe("settings", () => {
  const usual = effects(undefined);

  it("that are none change nothing", () => {
    expect(effects([])).toBe(usual);
    expect(effects(readSettings("optimize.horizonSeconds=50"))).toBe(usual);
  });

  it.each([
    "optimize.terminalSeconds=60",
    "strategic.splitStepRatio=0.2",
    "estimate.urgencySeconds=30",
    "forecast.capacityQuantile=0.5",
  ])("reach what the engine does: %s", (text) => {
    expect(effects(readSettings(text))).not.toBe(usual);
  });
});
