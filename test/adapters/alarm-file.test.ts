import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openAlarmFile } from "../../src/adapters/alarm-file.ts";
import type { KeptAlarm } from "../../src/alarms/kept-alarms.ts";
import { instantMs } from "../../src/units.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const said: KeptAlarm = {
  type: "linkLost",
  intersection: "main-oak",
  part: null,
  text: "No link to the controller",
  acknowledged: { by: "ann", at: instantMs(1_000) },
  shelved: { by: "ann", reason: "works", at: instantMs(2_000), until: instantMs(90_000) },
  outOfService: null,
};

async function opened(path: string) {
  const told: string[] = [];
  const memory = await openAlarmFile(path, {
    failed: (message) => told.push(message),
    recovered: () => told.push("recovered"),
  });
  return { memory, told };
}

describe("the file of what operators said of alarms", () => {
  it("is empty where there is none, and gives back what was kept last", async () => {
    const path = join(await temporaryFolder(), "run", "alarms.json");
    const { memory, told } = await opened(path);
    expect(memory.kept).toEqual([]);
    const both = [memory.keep([said]), memory.keep([said, { ...said, intersection: "elm" }])];
    expect(await Promise.all(both)).toEqual([
      { ok: true, value: undefined },
      { ok: true, value: undefined },
    ]);
    expect((await opened(path)).memory.kept).toEqual([said, { ...said, intersection: "elm" }]);
    expect(told).toEqual([]);
  });

  it("tells once that it cannot be written, and that it can again", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "alarms.json");
    const { memory, told } = await opened(path);
    await mkdir(`${path}.new`);
    expect((await memory.keep([said])).ok).toBe(false);
    expect((await memory.keep([said])).ok).toBe(false);
    await rm(`${path}.new`, { recursive: true });
    expect((await memory.keep([said])).ok).toBe(true);
    expect(told).toEqual([expect.stringContaining("EISDIR"), "recovered"]);
  });

  it.each([
    ['{"version":1,"alarms":[{"type":"linkLost"}]}', /alarms\/0/],
    ['{"version":2,"alarms":[]}', /version/],
    ["not JSON", /move the file away/],
  ])("that is not ours is refused and left alone: %s", async (text, place) => {
    const path = join(await temporaryFolder(), "alarms.json");
    await writeFile(path, text);
    await expect(opened(path)).rejects.toMatchObject({
      code: "DATA_INVALID",
      message: expect.stringMatching(place),
    });
    expect(await readFile(path, "utf8")).toBe(text);
  });
});
