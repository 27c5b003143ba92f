import { join } from "node:path";
import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

it("a journal's demand is simulated under its own and under other parameters, pair by pair", async () => {
  const folder = await temporaryFolder();
  const journal = join(folder, "journal.ndjson");
  const begun = ["start", "single", "--headless", "--speed", "max", "--for", "630", "--journal", journal];
  const run = phasewise(folder, begun);
  expect(await run.ended(), run.stderr.join("\n")).toEqual({ code: 0, signal: null });

  const set = ["--set", "optimize.stopCostSeconds=20"];
  const simulate = ["replay", journal, ...set, "--simulate", "--seeds", "1-2", "--json"];
  const simulated = phasewise(folder, simulate);
  expect(await simulated.ended(), simulated.stderr.join("\n")).toEqual({ code: 0, signal: null });
  const { identical, simulation } = jsonOf(simulated);
  expect(identical).toBe(true);
  // Ten minutes of the ten and a half are whole intervals.
  expect(simulation).toMatchObject({
    seconds: 600,
    notes: expect.arrayContaining([
      expect.stringMatching(/^estimated: \d+ vehicles on 4 of 4 entries in 2 intervals/),
    ]),
    report: {
      controls: {
        recorded: { runs: [{ seed: 1 }, { seed: 2 }] },
        "optimize.stopCostSeconds=20": { runs: [{ seed: 1 }, { seed: 2 }] },
      },
      comparisons: expect.arrayContaining([
        expect.objectContaining({
          base: "recorded",
          measure: "delaySeconds",
          pairs: 2,
          ci95: [expect.any(Number), expect.any(Number)],
        }),
      ]),
    },
  });
  // As many come as have been counted: of a Poisson process, within three deviations.
  const { notes, report } = simulation as {
    readonly notes: readonly string[];
    readonly report: {
      readonly controls: { readonly recorded: { readonly mean: { readonly scheduled: number } } };
    };
  };
  const counted = Number(/^estimated: (\d+)/.exec(notes[0] ?? "")?.[1]);
  expect(Math.abs(report.controls.recorded.mean.scheduled - counted)).toBeLessThan(3 * Math.sqrt(counted));

  // The same again is all there already, and is told to be read as well.
  const again = phasewise(folder, simulate.slice(0, -1));
  expect(await again.ended(), again.stderr.join("\n")).toEqual({ code: 0, signal: null });
  expect(again.stderr.join("\n")).toContain("4 runs finished before");
  expect(again.stdout.join("\n")).toMatch(
    /optimize\.stopCostSeconds=20 against recorded, delay: .*95 % from .*: /,
  );
  const [name = ""] = await readdir(join(folder, ".phasewise/runs"));
  expect(name).toMatch(/^single-recorded-/);
  expect(await readFile(join(folder, ".phasewise/runs", name, "report.html"), "utf8")).toContain("recorded");

  const alone = phasewise(folder, ["replay", journal, "--simulate"]);
  expect(await alone.ended()).toEqual({ code: 2, signal: null });
  expect(alone.stderr.at(-1)).toContain(
    "--simulate: compares with other parameters; allowed with --set path=value",
  );
});
