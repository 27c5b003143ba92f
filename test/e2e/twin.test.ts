import { expect, it } from "vitest";
import { temporaryFolder } from "../adapters/temporary-folder.ts";
import { jsonOf, phasewise } from "./phasewise.ts";

it("looks ahead from what a running engine knows of its street, under its own plan and others", async () => {
  const folder = await temporaryFolder();
  const engine = phasewise(folder, ["start", "single", "--port", "0", "--speed", "100"]);
  const [, address = ""] = await engine.said(/^Phasewise console: (http:\S+)\/sign-in#/);
  const asks = ["people", "token", "twin", "--may", "view", "--json"];
  const token = phasewise(folder, asks);
  expect(await token.ended()).toEqual({ code: 0, signal: null });
  const environment = { ...process.env, PHASEWISE_TOKEN: String(jsonOf(token)["token"]) };
  await engine.said(/^\d\d:\d\d {2}\d+ vehicles running, \d+ arrived/);

  const asked = ["whatif", "single", "--from-live", address, "--seeds", "1-2", "--for", "120", "--json"];
  const stranger = phasewise(folder, asked);
  expect(await stranger.ended()).toEqual({ code: 3, signal: null });
  expect(stranger.stderr.join("\n")).toContain("a token is needed: make one with `phasewise people token");
  const look = phasewise(folder, asked, environment);
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

  const elsewhere = phasewise(folder, ["whatif", "corridor", "--from-live", address], environment);
  expect(await elsewhere.ended()).toEqual({ code: 2, signal: null });
  expect(elsewhere.stderr.join("\n")).toContain("snapshot#/network: found single, allowed: corridor");

  engine.kill("SIGINT");
  expect(await engine.ended()).toEqual({ code: 0, signal: null });
  const late = phasewise(folder, asked, environment);
  expect(await late.ended()).toEqual({ code: 3, signal: null });
  expect(late.stderr.join("\n")).toContain("nobody answers; is the engine running?");
}, 120_000);
