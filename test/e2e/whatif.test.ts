import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { findSumo } from "../../sim/sumo/sumo-process.ts";
import { scenarioFile, scenariosMissing } from "../sumo/shared-scenarios.ts";
import { sumoMissing } from "../sumo/sumo-available.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

const SHORT = ["whatif", "single", "--control", "fixed,adaptive", "--mode", "plan", "--seeds", "1-2"];

describe("phasewise whatif", () => {
  it("runs both controls with both seeds and compares them, the same on one core and on two", async () => {
    const folder = await temporaryFolder();
    const one = phasewise(folder, [...SHORT, "--for", "300", "--jobs", "1", "--json"]);
    const two = phasewise(folder, [...SHORT, "--for", "300", "--jobs", "2", "--json"]);
    expect(await one.ended()).toEqual({ code: 0, signal: null });
    expect(await two.ended()).toEqual({ code: 0, signal: null });

    const report = jsonOf(one);
    expect(report).toMatchObject({
      scenario: "single",
      plant: "builtin",
      profile: "shipped",
      observe: "loops",
      controls: {
        fixed: {
          runs: [
            { seed: 1, plansApplied: 0, safetyViolations: 0, monitorTrips: 0, decisions: 0 },
            { seed: 2, plansApplied: 0, safetyViolations: 0, monitorTrips: 0, decisions: 0 },
          ],
        },
        adaptive: { runs: [{ seed: 1 }, { seed: 2 }], mean: {}, median: {} },
      },
      comparisons: expect.arrayContaining(
        ["delaySeconds", "timeLossSeconds", "waitingSeconds"].map((measure) =>
          expect.objectContaining({ base: "fixed", variant: "adaptive", measure, pairs: 2 }),
        ),
      ),
    });
    expect(two.stdout, "nothing depends on the number of cores").toEqual(one.stdout);
    expect(one.stdout, "the report alone").toHaveLength(1);
    const told = one.stderr.filter((line) => /^\d of 4: (fixed|adaptive), seed [12]: mean delay /.test(line));
    expect(told).toHaveLength(4);
  });

  it("prints a table beside a report in a file, and says what was observed", async () => {
    const folder = await temporaryFolder();
    const run = phasewise(folder, [...SHORT, "--for", "60", "--json", "report.json"]);
    expect(await run.ended()).toEqual({ code: 0, signal: null });
    expect(run.stdout.filter((line) => /^(fixed|adaptive) {2}/.test(line))).toHaveLength(2);
    expect(run.stdout.filter((line) => line.startsWith("observed (loops): "))).toHaveLength(1);
    const written: unknown = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    expect(written).toMatchObject({ controls: { fixed: { runs: [{ scheduled: expect.any(Number) }, {}] } } });
  });

  it("stops when it is told to, without a report", async () => {
    const folder = await temporaryFolder();
    const run = phasewise(folder, [...SHORT, "--for", "1000000", "--json"]);
    // Wherever the workers are then: at their first run, or before it.
    await run.said(/^jobs: [12], runs: 4$/);
    run.kill("SIGINT");
    expect(await run.ended()).toEqual({ code: 130, signal: null });
    expect(run.stdout).toEqual([]);
    expect(run.stderr.at(-1)).toBe("Stopped before the last run: no report.");
  });

  it.each([
    [["--seeds", "5-1"], /^--seeds "5-1": allowed is seeds such as 1-5 or 1,2,7/],
    [["--control", "fixed,clever"], /^--control "fixed,clever": allowed is fixed, .*adaptive/],
    [["--keep", "trips"], /^--keep trips: the built-in model writes no trip files/],
    [["--profile", "street"], /^profile street: single says itself/],
  ])("says what is allowed instead of %j", async (options, message) => {
    const run = phasewise(await temporaryFolder(), ["whatif", "single", ...options]);
    expect(await run.ended()).toEqual({ code: 2, signal: null });
    expect(run.stderr.join("\n")).toMatch(message);
  });
});

describe("whatif on SUMO", () => {
  const missing = scenariosMissing ?? sumoMissing;
  const title = "keeps the other runs when SUMO dies in one";
  it.skipIf(missing !== undefined)(
    missing === undefined ? title : `${title} (skipped: ${missing})`,
    async () => {
      const folder = await temporaryFolder();
      await writeFile(
        join(folder, "sumo"),
        `#!/bin/sh\ncase "$*" in *"--seed 2 "*) echo "an assertion failed" >&2; exit 134;; esac\nexec "${findSumo()}" "$@"\n`,
      );
      await chmod(join(folder, "sumo"), 0o755);
      const path = { SUMO_HOME: "", PATH: `${folder}:${process.env["PATH"]}` };
      const scenario = scenarioFile("cologne1", "sumocfg");
      const some = ["whatif", scenario, "--control", "fixed", "--for", "60", "--json", "--seeds"];

      const run = phasewise(folder, [...some, "1-3"], path);
      expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 1, signal: null });
      const report = jsonOf(run);
      expect(report).toMatchObject({ controls: { fixed: { runs: [{ seed: 1 }, { seed: 3 }] } } });
      expect(report["failed"]).toEqual([
        { control: "fixed", seed: 2, message: expect.stringContaining("an assertion failed") },
      ]);
      expect(run.stderr.at(-1)).toBe("1 of 3 runs failed and are left out: fixed, seed 2.");

      const none = phasewise(folder, [...some, "2"], path);
      expect(await none.ended()).toEqual({ code: 3, signal: null });
      expect([none.stdout, none.stderr.at(-1)]).toEqual([[], expect.stringContaining("an assertion failed")]);
    },
  );
});
