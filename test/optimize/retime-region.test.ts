import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import { timingTable } from "../../src/model/timing.ts";
import { type RetimeNode, retimeGroup } from "../../src/optimize/retime.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";
import { twoStages } from "./crossing.ts";
import { crossing, link, pair, timing } from "./retime-nodes.ts";

const NOW = instantMs(Date.UTC(2026, 0, 5, 7));

/** Offsets of two signals 10 s apart, which are 20 s apart now, when they are re-timed. */
function offsets(changes: Partial<RetimeNode>): readonly number[] {
  return retimeGroup(pair([5, 25], changes), [link(0, 1)], NOW).map(({ timing: own }) => own.offsetMs / 1000);
}

describe("a region", () => {
  it("has the cycle of its most demanding intersection; who is quiet runs half of it", () => {
    const nodes = [
      crossing(timing(58, 36), [100, 100], { id: "quiet" }),
      crossing(timing(58, 36), [1000, 500], { id: "busy" }),
    ];
    const [quiet = 0, busy = 0] = retimeGroup(nodes, [], NOW).map(({ timing: { cycleMs } }) => cycleMs);
    expect(busy).toBeGreaterThan(90_000);
    expect(quiet).toBe(busy / 2);
  });

  it("gives who runs half of its cycle an offset within that half, wherever his next cycle is due", () => {
    const dueSeconds = Array.from({ length: 26 }, (_, index) => index * 5);
    const quiet = dueSeconds.map((nextCycleSeconds) => {
      const nodes = [
        crossing(timing(58, 36), [100, 100], { id: "quiet", nextCycleSeconds }),
        crossing(timing(58, 36), [1000, 500], { id: "busy" }),
      ];
      return defined(retimeGroup(nodes, [], NOW)[0], "choice").timing;
    });
    expect(quiet.filter(({ offsetMs, cycleMs }) => offsetMs >= cycleMs)).toEqual([]);
    // His next cycle is due then, so there is nothing to correct.
    expect(quiet.map(({ offsetMs, cycleMs }) => (offsetMs / 1000) % (cycleMs / 1000))).toEqual(
      quiet.map(({ cycleMs }, index) => defined(dueSeconds[index], "due") % (cycleMs / 1000)),
    );
  });

  it("has one cycle where half of it serves not everybody", () => {
    const pedestrian = {
      crosswalkMeters: 20,
      walkSeconds: 10,
      clearSeconds: 18,
      bufferSeconds: 3,
      crosses: "x",
    };
    // Two crossings of 28 s and two clearances of 6 s: 68 s at least.
    const walked = twoStages({ A: { pedestrian }, B: { pedestrian } });
    const nodes = [
      crossing(timing(70, 35), [100, 100], { id: "quiet", table: walked }),
      crossing(timing(70, 45), [1000, 500], { id: "busy" }),
    ];
    const [quiet = 0, busy = 0] = retimeGroup(nodes, [], NOW).map(({ timing: { cycleMs } }) => cycleMs);
    expect(busy).toBeGreaterThan(90_000);
    expect(quiet).toBe(busy);
  });

  it("leaves behind who may not change his cycle now, and lets him join when he may", () => {
    const cycles = (frozen: boolean, busy: CycleTiming, cycleChangedAt: InstantMs | null) =>
      retimeGroup(
        [
          crossing(busy, [1000, 500], { id: "busy", cycleChangedAt }),
          crossing(timing(58, 36), [600, 300], { id: "moving", frozen }),
        ],
        [],
        NOW,
      ).map(({ timing: { cycleMs } }) => cycleMs);
    const [longer = 0, behind] = cycles(true, timing(58, 36), null);
    expect(longer).toBeGreaterThan(90_000);
    expect(behind).toBe(58_000);
    expect(cycles(false, timing(longer / 1000, 60), NOW)).toEqual([longer, longer]);
  });

  it("moves an offset only where that pays for its transition within its life", () => {
    // A controller that may lengthen a cycle by 1 % and not shorten it is out of step for most of an hour.
    const slow = twoStages();
    const envelope = {
      ...slow.intersection.envelope,
      transitionLengthenRatio: 0.01,
      transitionShortenRatio: 0,
    };
    const table = timingTable({ ...slow.intersection, envelope }, 1000);
    expect(offsets({ table })).toEqual([5, 25]);
    expect(offsets({})).not.toEqual([5, 25]);
  });
});
