import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { exportScenario } from "../../src/cli/export.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { netconvertMissing } from "../sumo/sumo-available.ts";

const reason = netconvertMissing === undefined ? "" : ` (skipped: ${netconvertMissing})`;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("phasewise export", () => {
  it.each([
    [
      "x.sumocfg",
      {},
      /x\.sumocfg: is a SUMO scenario already; allowed is a built-in name or a network folder/,
    ],
    ["single", { seed: -1 }, /--seed -1: allowed is a whole number from 0/],
    ["single", { for: 0 }, /--for 0: allowed is a whole number from 1 to 86400/],
    ["single", { from: "25:00" }, /--from 25:00: a time of day such as 07:00 is allowed/],
  ])("refuses %s with %o", async (network, options, message) => {
    await expect(exportScenario(network, "never-made", options)).rejects.toThrow(message);
  });

  it("is an environment that fails without netconvert, and writes nothing", async () => {
    const folder = await temporaryFolder();
    vi.stubEnv("PATH", "");
    vi.stubEnv("SUMO_HOME", "");
    await expect(exportScenario("single", join(folder, "out"), { for: 60 })).rejects.toMatchObject({
      code: "SUMO_MISSING",
      exitCode: 3,
      message: expect.stringContaining("netconvert was found neither in $SUMO_HOME/bin nor on the PATH"),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(netconvertMissing !== undefined)(
    `writes what SUMO runs and says what is missing in it${reason}`,
    async () => {
      const folder = join(await temporaryFolder(), "out");
      const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
      await exportScenario("single", folder, { for: 60, seed: 2 });
      const said = log.mock.calls.map((call) => String(call[0])).join("\n");
      expect(said).toContain("not exported: flows of pedestrians: 4");
      expect(said).toMatch(/8 links as 12 edges, 1 signals, \d+ vehicles in 60 s with seed 2\./);
      expect(said).toContain(`run it with sumo -c ${join(folder, "single.sumocfg")}`);
      expect((await readdir(folder)).map((name) => name.replace("single.", ""))).toEqual([
        "add.xml",
        "con.xml",
        "edg.xml",
        "net.xml",
        "netccfg",
        "nod.xml",
        "rou.xml",
        "sumocfg",
        "tll.xml",
      ]);
    },
  );

  it.skipIf(netconvertMissing !== undefined)(`never writes where something is${reason}`, async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "mine.txt"), "");
    await expect(exportScenario("single", folder, { for: 60 })).rejects.toThrow(
      /holds mine\.txt; allowed is a new or an empty folder/,
    );
  });
});
