import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
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
    const two = phasewise(folder, [...SHORT, "--for", "300", "--jobs", "2", "--out", "two", "--json"]);
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
    });
    const compared = [
      { base: "fixed", variant: "adaptive", measure: "delaySeconds", pairs: 2 },
      { base: "fixed", variant: "adaptive", measure: "timeLossSeconds", pairs: 2 },
      { base: "fixed", variant: "adaptive", measure: "waitingSeconds", pairs: 2 },
    ];
    expect(report["comparisons"]).toEqual(
      expect.arrayContaining(compared.map((each) => expect.objectContaining(each))),
    );
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

  it("tries offsets of plans against the same plans without, in a folder of their own that it goes on from", async () => {
    const folder = await temporaryFolder();
    const command = ["whatif", "corridor", "--control", "fixed,adaptive", "--mode", "plan"];
    const all = [...command, "--seeds", "1-2", "--for", "120", "--json", "report.json", "--out", "later"];
    const offsets = ["--offset", "garden=12", "--offset", "harbor=-5"];
    const run = phasewise(folder, [...all, ...offsets]);
    expect(await run.ended()).toEqual({ code: 0, signal: null });
    const note = run.stderr.filter((line) =>
      line.startsWith("note: offsets are tried with fixed; adaptive "),
    );
    expect(note).toHaveLength(1);
    const report: unknown = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    const pair = { base: "fixed", variant: "fixed offset garden=12 harbor=-5", pairs: 2 };
    expect(report).toMatchObject({ comparisons: expect.arrayContaining([expect.objectContaining(pair)]) });
    const page = await readFile(join(folder, "later", "report.html"), "utf8");
    expect(page).toContain("<td>garden=12; harbor=-5</td>");
    const configuration = await readFile(join(folder, "later", "configuration.json"), "utf8");
    expect(JSON.parse(configuration)).toMatchObject({
      arms: expect.arrayContaining([
        expect.objectContaining({
          offsets: [
            { intersection: "garden", laterSeconds: 12 },
            { intersection: "harbor", laterSeconds: -5 },
          ],
        }),
      ]),
    });

    const again = phasewise(folder, [...all, ...offsets]);
    expect(await again.ended()).toEqual({ code: 0, signal: null });
    expect(again.stderr).toContain("run folder: later, 6 runs finished before");
    const other = phasewise(folder, [...all, "--offset", "garden=13"]);
    expect(await other.ended()).toEqual({ code: 2, signal: null });
    expect(other.stderr.join()).toContain("later: holds another comparison, different in arms");
    const wrong = phasewise(folder, [...command, "--offset", "gardn=13"]);
    expect(await wrong.ended()).toEqual({ code: 2, signal: null });
    expect(wrong.stderr.join()).toContain("--offset gardn=13: no intersection gardn; allowed is ash, bridge");
  });

  it("stops when it is told to, without a report", async () => {
    const folder = await temporaryFolder();
    const run = phasewise(folder, [...SHORT, "--for", "1000000", "--json"]);
    // Wherever the workers are then: at their first run, or before it.
    await run.said(/^jobs: [12], runs: 4$/);
    run.kill("SIGINT");
    expect(await run.ended()).toEqual({ code: 130, signal: null });
    expect(run.stdout).toEqual([]);
    expect(run.stderr.at(-1)).toMatch(
      /^Stopped before the last run: no report[.] The same command goes on from .phasewise\/runs\/single-[0-9a-f]{12}[.]$/,
    );
  });

  it("goes on where it was killed, and comes to the same bytes as if it had not been, on however many cores", async () => {
    const folder = await temporaryFolder();
    const some = ["whatif", "single", "--control", "fixed,adaptive", "--mode", "plan", "--seeds", "1-2"];
    const all = [...some, "--for", "300"];
    const killed = phasewise(folder, [...all, "--jobs", "1"]);
    await killed.said(/^2 of 4: /);
    killed.kill("SIGKILL");
    await killed.ended();
    const [name = ""] = await readdir(join(folder, ".phasewise/runs"));
    const place = join(".phasewise/runs", name);
    expect(await readdir(join(folder, place))).not.toContain("runs.csv");
    const before = (await readdir(join(folder, place, "runs"))).filter((file) => file.endsWith(".json"));
    expect(before.length).toBeGreaterThanOrEqual(2);

    const stopped = phasewise(folder, [...all, "--jobs", "1", "--resume", place]);
    await stopped.said(new RegExp(`^run folder: ${place}, ${before.length} runs finished before$`));
    await stopped.said(/^\d of 4: /);
    stopped.kill("SIGINT");
    expect(await stopped.ended()).toEqual({ code: 130, signal: null });

    const last = phasewise(folder, [...all, "--jobs", "2", "--csv", "tables"]);
    const whole = phasewise(folder, [...all, "--jobs", "2", "--out", "whole"]);
    expect(await last.ended(), last.stderr.join("\n")).toEqual({ code: 0, signal: null });
    expect(await whole.ended(), whole.stderr.join("\n")).toEqual({ code: 0, signal: null });
    for (const table of ["runs.csv", "movements.csv", "modes.csv", "profile.csv"]) {
      const text = await readFile(join(folder, "whole", table), "utf8");
      expect(text.split("\n").length, table).toBeGreaterThan(4);
      expect(await readFile(join(folder, place, table), "utf8"), table).toBe(text);
      expect(await readFile(join(folder, "tables", table), "utf8"), table).toBe(text);
    }
    const manifest: unknown = JSON.parse(await readFile(join(folder, place, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      seeds: [1, 2],
      files: { "runs.csv": expect.stringMatching(/^[0-9a-f]{64}$/), "configuration.json": expect.anything() },
    });

    const other = phasewise(folder, [...some, "--for", "60", "--resume", place]);
    expect(await other.ended()).toEqual({ code: 2, signal: null });
    expect(other.stderr.at(-1)).toContain("holds another comparison, different in scenario; allowed is");
  });

  it("runs a scenario file, over which options go", async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, "small.yaml"),
      [
        "version: 1",
        "network: single",
        "forSeconds: 600",
        "demand: { scale: 1.2 }",
        "events: [demand=*1.5@60-120]",
        "controls: [fixed, adaptive]",
        "variants:",
        "  - { name: blind, control: adaptive, events: ['detector:main-oak/all=dead@0'] }",
        "measures: [delaySeconds]",
        "replications: { seeds: '1' }",
      ].join("\n"),
    );
    const run = phasewise(folder, ["whatif", "small.yaml", "--for", "120", "--mode", "plan", "--json"]);
    expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 0, signal: null });
    expect(jsonOf(run)).toMatchObject({
      controls: { fixed: { runs: [{ seed: 1 }] }, adaptive: {}, blind: {} },
      comparisons: [
        { base: "fixed", variant: "adaptive", measure: "delaySeconds" },
        { base: "adaptive", variant: "blind", measure: "delaySeconds" },
      ],
    });
    const [name = ""] = await readdir(join(folder, ".phasewise/runs"));
    expect(name).toMatch(/^small-[0-9a-f]{12}$/);
    const configuration: unknown = JSON.parse(
      await readFile(join(folder, ".phasewise/runs", name, "configuration.json"), "utf8"),
    );
    expect(configuration).toMatchObject({ scenario: { forSeconds: 120, demand: { scale: 1.2 } } });

    await writeFile(join(folder, "bad.yaml"), "version: 1\nnetwork: single\nevents:\n  - link:oak=down@1\n");
    for (const command of ["check", "whatif"]) {
      const bad = phasewise(folder, [command, "bad.yaml"]);
      expect(await bad.ended()).toEqual({ code: 2, signal: null });
      expect([...bad.stdout, ...bad.stderr].join("\n")).toContain(
        'bad.yaml:4#/events/0: found "link:oak=down@1", allowed: intersection "oak": allowed is main-oak [SCENARIO]',
      );
    }
  });

  it.each([
    [["--seeds", "5-1"], /^--seeds "5-1": allowed is seeds such as 1-5 or 1,2,7/],
    [["--control", "fixed,clever"], /^--control "fixed,clever": allowed is fixed, .*adaptive/],
    [["--reps", "often"], /^--reps often: allowed is a whole number from 1 to 1000, or auto/],
    [["--seeds", "1-3", "--reps", "3"], /^--seeds 1-3: names all seeds; allowed without/],
    [["--precision", "5%"], /^--precision 5%: allowed only with --reps auto/],
    [["--demand", "0"], /^--demand 0: allowed is a number from 0.01 to 10/],
    [["--resume", "nowhere"], /^--resume nowhere: has no configuration.json/],
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
