import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openHandoverFile } from "../../src/adapters/handover-file.ts";
import type { Handover } from "../../src/engine/handover.ts";
import { instantMs } from "../../src/units.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LEFT: Handover = {
  at: instantMs(5_000),
  configured: "adaptive",
  nodes: [
    {
      intersection: "main-oak",
      mode: "local",
      modeLease: { until: instantMs(9_000), standing: "plan", by: "ann", reason: "works" },
      control: { area: "a1", by: "ann", reason: "", since: instantMs(1_000), until: instantMs(8_000) },
    },
  ],
};

async function opened(path: string) {
  const told: string[] = [];
  const memory = await openHandoverFile(path, {
    failed: (message) => told.push(message),
    recovered: () => told.push("recovered"),
  });
  return { memory, told };
}

describe("the file of what operators set", () => {
  it("gives back what was kept last", async () => {
    const path = join(await temporaryFolder(), "run", "handover.json");
    const { memory, told } = await opened(path);
    expect(memory.kept).toBeUndefined();
    await Promise.all([memory.keep({ ...LEFT, nodes: [] }), memory.keep(LEFT)]);
    expect((await opened(path)).memory.kept).toEqual(LEFT);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(told).toEqual([]);
  });

  it.each([
    ['{"version":1', /found the end of the file/],
    [
      JSON.stringify({ version: 1, handover: { ...LEFT, configured: "on" } }),
      /#\/handover\/configured: found "on"/,
    ],
    [
      JSON.stringify({ version: 1, handover: { ...LEFT, nodes: [{ intersection: "t" }] } }),
      /#\/handover\/nodes\/0/,
    ],
  ])("is refused and left alone where it is not ours, for modes are not guessed: %s", async (text, place) => {
    const path = join(await temporaryFolder(), "handover.json");
    await writeFile(path, text);
    await expect(opened(path)).rejects.toMatchObject({
      code: "DATA_INVALID",
      message: expect.stringMatching(place),
    });
    expect(await readFile(path, "utf8")).toBe(text);
  });
});
