import { expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

it("looks ahead from what a running engine knows of its street, under its own plan and others", async () => {
  const folder = await temporaryFolder();
  const engine = phasewise(folder, ["start", "single", "--port", "0", "--speed", "100"]);
  const [, address = ""] = await engine.said(/^Phasewise console: (http:\S+)$/);
  await engine.said(/^\d\d:\d\d {2}\d+ vehicles running, \d+ arrived/);

  const asked = ["whatif", "single", "--from-live", address, "--seeds", "1-2", "--for", "120", "--json"];
  const look = phasewise(folder, asked);
  expect(await look.ended()).toEqual({ code: 0, signal: null });
  const report = jsonOf(look);
  expect(report).toMatchObject({
    scenario: "single",
    plant: "builtin",
    controls: { running: { runs: [{ seed: 1 }, { seed: 2 }] }, webster: {}, adaptive: {} },
    failed: [],
  });
  expect(report["comparisons"]).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ base: "running", variant: "adaptive", measure: "delaySeconds", pairs: 2 }),
    ]),
  );

  const elsewhere = phasewise(folder, ["whatif", "corridor", "--from-live", address]);
  expect(await elsewhere.ended()).toEqual({ code: 2, signal: null });
  expect(elsewhere.stderr.join("\n")).toContain("snapshot#/network: found single, allowed: corridor");

  engine.kill("SIGINT");
  expect(await engine.ended()).toEqual({ code: 0, signal: null });
  const late = phasewise(folder, asked);
  expect(await late.ended()).toEqual({ code: 3, signal: null });
  expect(late.stderr.join("\n")).toContain("nobody answers; is the engine running?");
}, 120_000);
