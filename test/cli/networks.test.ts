import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNetwork, openRunnable } from "../../src/cli/networks.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/units.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-"));
  await writeFile(join(folder, "network.json"), `{"version": 1`);
});

afterAll(async () => await rm(folder, { recursive: true }));

describe("the network argument", () => {
  it("of a built-in name is ready to run, at seven in the morning or when it is asked for", async () => {
    const { network, startsAt, midnightAt, durationSeconds, notes } = await openRunnable("single", undefined);
    expect([network.id, startsAt - midnightAt]).toEqual(["single", 7 * HOUR_MS]);
    expect([durationSeconds, notes]).toEqual([undefined, []]);
    const night = await openRunnable("single", "23:45");
    expect(night.startsAt - night.midnightAt).toBe(23 * HOUR_MS + 45 * MINUTE_MS);
    // Monday 2026-01-05 in the network's own time zone.
    const local = new Intl.DateTimeFormat("en-CA", { timeZone: network.timeZone, dateStyle: "short" });
    expect(local.format(midnightAt)).toBe("2026-01-05");
  });

  it("gives the same plant for the same seed", async () => {
    const { createPlant } = await openRunnable("single", undefined);
    const plants = await Promise.all([createPlant({ seed: 3 }), createPlant({ seed: 3 })]);
    const steps = await Promise.all(
      plants.map(async (plant) => await plant.step([], { wantVehicles: true })),
    );
    expect(steps[0]).toEqual(steps[1]);
  });

  it("has the timing of its files whatever it is compared with: a profile is for SUMO scenarios", async () => {
    await expect(openRunnable("single", undefined, { profile: "shipped" })).resolves.toMatchObject({
      notes: [],
    });
    await expect(openRunnable("single", undefined, { profile: "resco" })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
    await expect(openRunnable("single", undefined, { profile: "street" })).rejects.toThrow(
      "profile street: single says itself how its signals are timed; leave the option out",
    );
  });

  it.each([
    [
      "corridr",
      undefined,
      "OPTION_INVALID",
      /network "corridr" is unknown; allowed: single, corridor, or a folder/,
    ],
    ["single", "7 o'clock", "OPTION_INVALID", /--from 7 o'clock: a time of day such as 07:00 is allowed/],
    ["single", "24:00", "OPTION_INVALID", /--from 24:00/],
    ["single", "7:60", "OPTION_INVALID", /--from 7:60/],
    ["nowhere/x.sumocfg", undefined, "DATA_MISSING", /nowhere\/x\.sumocfg: no such file/],
  ])("%s with --from %s is refused: %s", async (reference, from, code, message) => {
    const opening = openRunnable(reference, from);
    await expect(opening).rejects.toMatchObject({ code });
    await expect(opening).rejects.toThrow(message);
  });

  it("of a folder with faults tells them, with file and place", async () => {
    const opening = openNetwork(folder);
    await expect(opening).rejects.toMatchObject({ code: "DATA_INVALID", exitCode: 2 });
    await expect(opening).rejects.toThrow(/^network\.json: found the end of the file at line 1, column 14/);
  });
});
