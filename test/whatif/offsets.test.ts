import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlContext, ControlName } from "../../sim/whatif/controls.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import {
  offsetOf,
  offsetText,
  type OffsetShift,
  readOffsets,
  withOffsets,
} from "../../sim/whatif/offsets.ts";
import { runOnce } from "../../sim/whatif/run.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { wallClock } from "../../src/cli/wall-clock.ts";
import type { Network } from "../../src/model/files.ts";

const corridor = await openRunnable("corridor", "07:00");
const { network } = corridor;

/** Offsets of an intersection's plans, by plan. */
function offsetsAt({ intersections }: Network, id: string): Readonly<Record<string, number>> {
  const plans = intersections.find((one) => one.id === id)?.plans ?? [];
  return Object.fromEntries(plans.map((plan) => [plan.id, plan.offsetSeconds]));
}

/** The same network with an intersection that its schedule lets run free. */
function withFree(free: string): Network {
  return {
    ...network,
    intersections: network.intersections.map((one) =>
      one.id === free ? { ...one, schedule: [{ from: "00:00", plan: "free" }] } : one,
    ),
  };
}

/** When green begins at Garden, westbound (phase 6), in a run of so many seconds from 07:00; before the first bus moves it. */
async function beginsAtGarden(
  control: ControlName,
  offsets: readonly OffsetShift[],
): Promise<readonly number[]> {
  const context: ControlContext = {
    runnable: { ...corridor, running: network },
    adaptiveMode: "adaptive",
    forSeconds: 200,
    offsets,
  };
  const run = await runOnce({
    runnable: corridor,
    setup: await setupOf(control, context),
    events: [],
    observe: "loops",
    seed: 1,
    forSeconds: 200,
    tripFile: undefined,
    recordStreet: true,
    clock: wallClock,
    stopped: new AbortController().signal,
  });
  const shown = run.street?.phases.find((one) => one.intersection === "garden" && one.phase === "6");
  // What is green from the first instant on began before it.
  return (shown?.greens ?? []).map(([from]) => from).filter((from) => from > 0);
}

const LATER: OffsetShift = { intersection: "garden", laterSeconds: 12 };

describe("an offset that is tried", () => {
  it.each(["fixed", "running"] as const)(
    "moves the green of the coordinated phase under %s by just so many seconds",
    async (control) => {
      // Garden's plan of the morning: a cycle of 105 s, 68 s after midnight, first the stage of the phases 2 and 6. 07:00 is 240 such
      // cycles after midnight, so that their green begins at 68 s and at 173 s.
      expect(await beginsAtGarden(control, [])).toEqual([68, 173]);
      expect(await beginsAtGarden(control, [LATER])).toEqual([80, 185]);
      expect(await beginsAtGarden(control, [{ ...LATER, laterSeconds: -12 }])).toEqual([56, 161]);
    },
  );

  it("moves all plans of its intersection round the cycle, and nobody else's", () => {
    expect(offsetsAt(network, "garden")).toEqual({ night: 83, morning: 68, midday: 83, evening: 60 });
    const moved = withOffsets(network, [LATER]);
    // 83 + 12 = 95, 5 s into the next cycle of 90 s.
    expect(offsetsAt(moved, "garden")).toEqual({ night: 5, morning: 80, midday: 5, evening: 72 });
    for (const { id } of network.intersections) {
      if (id !== "garden") expect(offsetsAt(moved, id)).toEqual(offsetsAt(network, id));
    }
  });

  it("leaves a network that is valid, whatever is tried, and comes back by as much", () => {
    const shifts = fc.uniqueArray(
      fc.record({
        intersection: fc.constantFrom(...network.intersections.map(({ id }) => id)),
        laterSeconds: fc.integer({ min: -89, max: 89 }).filter((seconds) => seconds !== 0),
      }),
      { selector: ({ intersection }) => intersection, minLength: 1 },
    );
    fc.assert(
      fc.property(shifts, (tried) => {
        expect(readOffsets(tried.map(offsetText), network)).toEqual(tried);
        const moved = withOffsets(network, tried);
        expect(moved).not.toEqual(network);
        const back = tried.map((one) => ({ ...one, laterSeconds: -one.laterSeconds }));
        expect(withOffsets(moved, back)).toEqual(network);
        for (const { plans } of moved.intersections) {
          for (const { offsetSeconds, cycleSeconds } of plans) {
            expect(offsetSeconds).toBeGreaterThanOrEqual(0);
            expect(offsetSeconds).toBeLessThan(cycleSeconds);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["garden", "allowed is intersection=seconds, whole seconds later than its plans"],
    ["garden=1.5", "allowed is intersection=seconds, whole seconds"],
    ["garden=", "allowed is intersection=seconds"],
    ["gardn=5", /^no intersection gardn; allowed is ash, bridge, chapel, .*library$/],
    ["garden=0", "allowed is -89 to 89 without 0, less than the cycle of its plan night, 90 s"],
    ["garden=90", "allowed is -89 to 89 without 0"],
    ["garden=-90", "allowed is -89 to 89 without 0"],
    [
      "elm=5",
      /^elm runs free at all times, without a cycle; allowed is ash, bridge, chapel, dock, foundry, /,
    ],
  ])("%s is refused with what is allowed", (text, allowed) => {
    const read = offsetOf(text, withFree("elm"));
    expect(read.ok ? "taken" : read.error).toEqual(
      typeof allowed === "string" ? expect.stringContaining(allowed) : expect.stringMatching(allowed),
    );
  });

  it("is taken up to a second less than the cycle, both ways, and once", () => {
    expect(readOffsets(["garden=89", "harbor=-89"], network)).toEqual([
      { intersection: "garden", laterSeconds: 89 },
      { intersection: "harbor", laterSeconds: -89 },
    ]);
    expect(() => readOffsets(["garden=1", "garden=2"], network)).toThrow(
      "--offset garden=2: garden is given twice; allowed is each intersection once",
    );
  });
});
