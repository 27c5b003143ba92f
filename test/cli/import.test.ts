import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeAgreement, type Agreement } from "../../src/cli/agreement.ts";
import { importScenario } from "../../src/cli/import.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { smallNetText } from "../sumo/small-net.ts";

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-"));
  await writeFile(at("a.net.xml"), smallNetText());
  await writeFile(
    at("a.rou.xml"),
    '<routes><trip id="1" depart="3700" from="e" to="wx"/><person id="p" depart="3600"/></routes>',
  );
  await writeFile(
    at("a.sumocfg"),
    `<configuration><net-file value="a.net.xml"/><route-files value="a.rou.xml"/>
     <begin value="3600"/><end value="7200"/></configuration>`,
  );
});

afterAll(async () => await rm(folder, { recursive: true }));

async function said(run: () => Promise<void>): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await run();
    return log.mock.calls.map((call) => String(call[0])).join("\n");
  } finally {
    log.mockRestore();
  }
}

describe("phasewise import", () => {
  it("writes a folder that runs when and as long as the scenario does, and says what is missing in it", async () => {
    const text = await said(async () => await importScenario(at("a.sumocfg"), at("net"), {}));
    expect(text).toContain("not taken over: persons: 1");
    expect(text).toContain("a is valid: 1 intersections");
    expect(await readdir(at("net"))).toEqual(["J%201.json", "demand.json", "network.json"]);
    const { startsAt, midnightAt, durationSeconds, createPlant } = await openRunnable(at("net"), undefined);
    expect([startsAt - midnightAt, durationSeconds]).toEqual([3_600_000, 3600]);
    const plant = await createPlant({ seed: 1 });
    for (let step = 0; step < 101; step += 1) await plant.step([], { wantVehicles: false });
    expect((await plant.step([], { wantVehicles: true })).measures.vehiclesRunning).toBe(1);
  });

  it("in memory is the same network", async () => {
    const written = await openRunnable(at("net"), undefined);
    const inMemory = await openRunnable(at("a.sumocfg"), undefined, "shipped", "builtin");
    expect(inMemory.network).toEqual(written.network);
    expect(inMemory.notes).toContain("not taken over: persons: 1");
    expect([inMemory.startsAt, inMemory.durationSeconds]).toEqual([
      written.startsAt,
      written.durationSeconds,
    ]);
  });

  it.each([
    ["a.net.xml", "new", {}, /a\.net\.xml: allowed is a SUMO configuration/],
    ["a.sumocfg", "net", {}, /net holds J%201\.json; allowed is a new or an empty folder/],
    ["a.sumocfg", undefined, {}, /import needs a folder to write to, unless there is --agree/],
    ["a.sumocfg", "new", { profile: "fast" }, /--profile "fast": allowed is street, resco, shipped/],
    ["a.sumocfg", undefined, { agree: true, profile: "street" }, /allowed with --agree is shipped/],
  ])("refuses %s, %s with %o", async (scenario, name, options, message) => {
    const target = name === undefined ? undefined : at(name);
    await expect(importScenario(at(scenario), target, options)).rejects.toThrow(message);
  });

  it("runs no network of ours on SUMO", async () => {
    await expect(openRunnable("single", undefined, undefined, "sumo")).rejects.toThrow(
      "--plant sumo: single is no SUMO scenario; allowed with a .sumocfg",
    );
  });
});

describe("the agreement of plants", () => {
  it("is told with the worst links", () => {
    const run = { travelSeconds: 50, departDelaySeconds: 1, entered: 10, arrived: 9 };
    const agreement: Agreement = {
      seeds: [1],
      runs: [{ seed: 1, sumo: run, builtin: { ...run, travelSeconds: 55 } }],
      sumoTravelSeconds: 50,
      builtinTravelSeconds: 55,
      travelTimeRatio: 1.1,
      gehShare: 0.5,
      worstLinks: [{ link: "a", sumoVehPerHour: 100, builtinVehPerHour: 200, geh: 8.16 }],
    };
    expect(describeAgreement(agreement)).toContain("mean travel time: sumo 50.0 s, builtin 55.0 s: 10.0 %");
    expect(describeAgreement(agreement)).toContain("a: sumo 100, builtin 200, GEH 8.2");
  });
});
