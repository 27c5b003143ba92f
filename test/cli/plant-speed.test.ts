import { afterEach, describe, expect, it, vi } from "vitest";
import { load } from "../../src/cli/load.ts";
import { netconvertMissing } from "../sumo/sumo-available.ts";

const reason = netconvertMissing === undefined ? "" : ` (skipped: ${netconvertMissing})`;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The report of `load single --plant-only`, and what was said beside it. */
async function measured(): Promise<{ readonly report: unknown; readonly said: string }> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await load("single", { plantOnly: true, seconds: 600, json: true });
  const report: unknown = JSON.parse(String(log.mock.calls.at(-1)?.[0]));
  return { report, said: error.mock.calls.map((call) => String(call[0])).join("\n") };
}

describe("load of a network of ours, the plant alone", () => {
  it.skipIf(netconvertMissing !== undefined)(
    `is timed beside SUMO on what it is exported to${reason}`,
    async () => {
      const { report } = await measured();
      expect(report).toMatchObject({
        network: "single",
        simulatedSeconds: 600,
        builtin: { updatesPerSecond: expect.any(Number) },
        sumo: { updatesPerSecond: expect.any(Number), vehicleSeconds: expect.any(Number) },
        ratio: expect.any(Number),
      });
    },
    120_000,
  );

  it("is timed alone without SUMO, which is said", async () => {
    vi.stubEnv("PATH", "");
    vi.stubEnv("SUMO_HOME", "");
    const { report, said } = await measured();
    expect(report).toMatchObject({ builtin: { updatesPerSecond: expect.any(Number) } });
    expect(report).not.toHaveProperty("sumo");
    expect(said).toContain("SUMO was found neither in $SUMO_HOME/bin nor on the PATH");
    expect(said).toContain("The built-in model is timed alone.");
  }, 120_000);
});
