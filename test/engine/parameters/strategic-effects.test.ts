import { describe, expect, it } from "vitest";
import { parametersOf, readSetting, type Setting } from "../../../src/engine/parameters/settings.ts";
import type { ProgressionLink } from "../../../src/optimize/platoon.ts";
import { type RetimeNode, retimeGroup } from "../../../src/optimize/retime.ts";
import { instantMs } from "../../../src/units.ts";
import { crossing, link, pair, timing } from "../../optimize/retime-nodes.ts";
import { runLoop, startLoop } from "../closed-loop.ts";

const NOW = instantMs(Date.UTC(2026, 0, 5, 7));

/** The cycle changed lately, and stays for now. */
const HELD = { cycleChangedAt: NOW };

/** Cycle, offset and first split of each, seconds, when they are re-timed. */
function retimed(setting: string, nodes: readonly RetimeNode[], links: readonly ProgressionLink[] = []) {
  const { strategic } = parametersOf([readSetting(setting)]);
  return retimeGroup(nodes, links, NOW, strategic).map(({ timing: { cycleMs, offsetMs, stages } }) => ({
    cycleSeconds: cycleMs / 1000,
    offsetSeconds: offsetMs / 1000,
    splitSeconds: (stages[0]?.splitMs ?? Number.NaN) / 1000,
  }));
}

const one = (setting: string, node: RetimeNode) => retimed(setting, [node])[0];
/** Two signals 10 s apart, of which the second is 20 s behind the first. */
const secondOffset = (setting: string) =>
  retimed(setting, pair([5, 25], HELD), [link(0, 1)])[1]?.offsetSeconds;

const everyMinutes = (minutes: number): readonly Setting[] => [
  readSetting(`strategic.intervalMinutes=${minutes}`),
];

describe("what re-timing does with", () => {
  it("strategic.intervalMinutes is that it comes so often", () => {
    const loops = [1, 2].map((minutes) => runLoop(startLoop({ settings: everyMinutes(minutes) }), 241));
    expect(loops.map(({ tables }) => tables.configuration.intervalMs)).toEqual([60_000, 120_000]);
    expect(loops.map(({ tables }) => tables.slotsPerDay)).toEqual([1440, 720]);
    const [often = 0, seldom = 0] = loops.map(({ state }) => state.counts.forecasts);
    // Four intervals ended, or two.
    expect(seldom).toBeGreaterThan(0);
    expect(often).toBe(2 * seldom);
  });

  it("strategic.cycleBandShortestRatio is that a cycle which is a little short is lengthened, or left", () => {
    const node = crossing(timing(58, 36), [800, 400]);
    expect(one("strategic.cycleBandShortestRatio=0.5", node)?.cycleSeconds).toBe(58);
    expect(one("strategic.cycleBandShortestRatio=1", node)?.cycleSeconds).toBe(70);
  });

  it("strategic.cycleBandLongestRatio is that a cycle which is rather long is kept, or not", () => {
    const node = crossing(timing(70, 42), [600, 300]);
    expect(one("strategic.cycleBandLongestRatio=2", node)?.cycleSeconds).toBe(70);
    expect(one("strategic.cycleBandLongestRatio=1", node)?.cycleSeconds).toBe(53);
  });

  it("strategic.gainLeastRatio is that an offset moves for a small gain, or does not", () => {
    expect(secondOffset("strategic.gainLeastRatio=0")).toBe(15);
    expect(secondOffset("strategic.gainLeastRatio=0.3")).toBe(25);
  });

  it("strategic.lifeSeconds is that a transition pays in two hours, and not in two minutes", () => {
    expect(secondOffset("strategic.lifeSeconds=7200")).toBe(15);
    expect(secondOffset("strategic.lifeSeconds=120")).toBe(25);
  });

  it("strategic.offsetStepRatio is that an offset moves by no more at once, less a second", () => {
    // Of 58 s a fifth is 11 whole seconds, a tenth 5.
    expect(secondOffset("strategic.offsetStepRatio=0.2")).toBe(25 - 10);
    expect(secondOffset("strategic.offsetStepRatio=0.1")).toBe(25 - 4);
  });

  it("strategic.splitHysteresisRatio is that splits move for a small gain, or do not", () => {
    const node = crossing(timing(58, 36), [500, 400], HELD);
    expect(one("strategic.splitHysteresisRatio=0", node)?.splitSeconds).toBe(31);
    expect(one("strategic.splitHysteresisRatio=0.3", node)?.splitSeconds).toBe(36);
  });

  it("strategic.splitStepRatio is how much of the step of 12 s splits move by", () => {
    const node = crossing(timing(58, 36), [150, 750], HELD);
    expect(one("strategic.splitStepRatio=1", node)?.splitSeconds).toBe(24);
    expect(one("strategic.splitStepRatio=0.5", node)?.splitSeconds).toBe(30);
  });
});
