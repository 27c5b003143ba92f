import { describe, expect, it } from "vitest";
import type { RunnableNetwork, RunPeriod } from "../../sim/field/scenario.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { demandPeriods } from "../../sim/whatif/demand-periods.ts";
import { defined } from "../../src/assert.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { describeFault } from "../../src/model/fault.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { after, HOUR_MS, instantMs, MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";

/** Runs from the given time of day; the demand of a period says which one it was asked for. */
function runnableFrom(sinceMidnightMs: number): RunnableNetwork {
  const midnightAt = instantMs(0);
  return {
    network: smallNetwork(),
    midnightAt,
    startsAt: after(midnightAt, sinceMidnightMs),
    durationSeconds: undefined,
    notes: [],
    trueDemand: ({ fromSeconds, untilSeconds }: RunPeriod) =>
      Promise.resolve(
        new Map([
          [
            "t",
            new Map([
              ["from", fromSeconds],
              ["until", untilSeconds],
            ]),
          ],
        ]),
      ),
    createPlant: () => Promise.reject(new Error("no plant here")),
  };
}

async function periods(
  sinceMidnightMs: number,
  runSeconds: number,
): Promise<readonly (readonly unknown[])[]> {
  const found = await demandPeriods("webster", runnableFrom(sinceMidnightMs), runSeconds);
  return found.map(({ from, vehPerHour }) => [from, ...(vehPerHour.get("t")?.values() ?? [])]);
}

describe("periods of demand", () => {
  it("are one for an hour and for less", async () => {
    expect(await periods(7 * HOUR_MS, 3600)).toEqual([["07:00", 0, 3600]]);
    expect(await periods(7 * HOUR_MS + MINUTE_MS / 2, 600)).toEqual([["07:00", 0, 600]]);
  });

  it("are equal, and in the order of the day past midnight", async () => {
    expect(await periods(23 * HOUR_MS, 9000)).toEqual([
      ["00:40", 6000, 9000],
      ["23:00", 0, 3000],
      ["23:50", 3000, 6000],
    ]);
  });

  it("are those of the first of several days", async () => {
    const day = await periods(7 * HOUR_MS, 50 * 3600);
    expect(day).toHaveLength(24);
    expect([day[0], day[7]]).toEqual([
      ["00:00", 17 * 3600, 18 * 3600],
      ["07:00", 0, 3600],
    ]);
  });

  it("cannot be had where nobody knows what will come", async () => {
    const { trueDemand: _, ...silent } = runnableFrom(0);
    await expect(demandPeriods("webster", silent, 3600)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("--control webster: nobody knows what will come in"),
    });
  });
});

describe("the control webster", () => {
  it.each(["single", "corridor"])(
    "runs %s by itself under plans that the model finds without fault",
    async (name) => {
      const runnable = await openRunnable(name, "07:00");
      const { mode, policy, network } = await setupOf("webster", {
        runnable,
        adaptiveMode: "adaptive",
        forSeconds: 7200,
      });
      expect([mode, policy]).toEqual(["local", undefined]);
      const timed = defined(network, "a network timed anew");
      for (const { schedule } of timed.intersections) {
        expect(schedule).toEqual([
          { from: "07:00", plan: "webster-0700" },
          { from: "08:00", plan: "webster-0800" },
        ]);
      }
      const checked = validateNetwork(filesOfNetwork(timed));
      expect(checked.ok ? [] : checked.error.map(describeFault)).toEqual([]);
    },
  );
});
