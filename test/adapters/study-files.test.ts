import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStudyFiles } from "../../src/adapters/study-files.ts";
import type { KeptStudy } from "../../src/ports/studies.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const DONE: KeptStudy = {
  id: "study-a-1",
  request: { name: "peak", begin: { kind: "now" }, controls: ["fixed", "adaptive"], seeds: 2, seconds: 900 },
  who: "ann",
  state: "done",
  askedAt: 1_000,
  startedAt: 1_000,
  endedAt: 9_000,
  streetAt: 77_000,
  reason: null,
  result: {
    arms: [
      {
        name: "fixed",
        control: "fixed",
        base: null,
        pace: "at its own times",
        events: [],
        settings: [],
        offsets: ["garden=12"],
        seeds: [1, 2],
        means: { delaySeconds: 30.5, busDelaySeconds: null },
      },
    ],
    measures: [{ name: "delaySeconds", text: "mean delay", unit: "s", better: "less" }],
    comparisons: [
      {
        base: "fixed",
        variant: "adaptive",
        measure: "delaySeconds",
        baseMean: 30.5,
        differenceMean: -4,
        differencePercent: -13.1,
        ci95: [-5, -3],
        pairs: 2,
        pHolm: null,
        verdict: "better",
        sentence: "adaptive has less delay",
      },
    ],
    selfCheck: null,
    failed: [{ arm: "fixed", seed: 7 }],
    unsafe: false,
  },
  folder: ".phasewise/runs/single-abc",
};
const QUEUED: KeptStudy = {
  ...DONE,
  id: "study-b-2",
  state: "queued",
  askedAt: 2_000,
  startedAt: null,
  endedAt: null,
  result: null,
  folder: null,
};

async function opened(folder: string) {
  const told: string[] = [];
  const memory = await openStudyFiles(folder, {
    failed: (message) => told.push(message),
    recovered: () => told.push("recovered"),
    setAside: (message) => told.push(message),
  });
  return { memory, told };
}

describe("the files of what-if studies", () => {
  it("give back what was kept, oldest first, and not what was forgotten; only the owner may read them", async () => {
    const folder = join(await temporaryFolder(), "studies");
    const { memory, told } = await opened(folder);
    expect(memory.kept).toEqual([]);
    memory.keep(QUEUED);
    memory.keep({ ...DONE, state: "running", result: null, endedAt: null, folder: null });
    memory.keep(DONE);
    memory.keep({ ...QUEUED, id: "study-c-3", askedAt: 3_000 });
    memory.forget("study-c-3");
    await memory.close();
    expect((await opened(folder)).memory.kept).toEqual([DONE, QUEUED]);
    expect((await stat(join(folder, "study-a-1.json"))).mode & 0o777).toBe(0o600);
    expect(told).toEqual([]);
  });

  it.each([
    ["not JSON", 'found "not JSON"'],
    [JSON.stringify({ version: 2, study: DONE }), "#/version: found 2, allowed: 1"],
    [JSON.stringify({ version: 1, study: { ...DONE, result: { unsafe: "no" } } }), "#/study/result"],
    [JSON.stringify({ version: 1, study: { ...DONE, id: "../people" } }), "#/study/id"],
  ])("that are not ours are moved away and told, and cost their study alone: %s", async (text, place) => {
    const folder = await temporaryFolder();
    const first = await opened(folder);
    first.memory.keep(DONE);
    await first.memory.close();
    await writeFile(join(folder, "study-b-2.json"), text);
    const { memory, told } = await opened(folder);
    expect(memory.kept).toEqual([DONE]);
    expect(told).toEqual([expect.stringContaining(place)]);
    expect(told[0]).toContain("study-b-2.json.damaged, and nothing of it is used");
    expect(await readFile(join(folder, "study-b-2.json.damaged"), "utf8")).toBe(text);
    expect((await opened(folder)).told, "told once").toEqual([]);
  });

  it("bring to the disk later what they could not, and tell both once", async () => {
    const folder = await temporaryFolder();
    const { memory, told } = await opened(folder);
    await mkdir(join(folder, "study-a-1.json.new"));
    memory.keep(DONE);
    memory.keep(DONE);
    await memory.close();
    expect(await readdir(folder)).toEqual(["study-a-1.json.new"]);
    await rm(join(folder, "study-a-1.json.new"), { recursive: true });
    memory.keep(QUEUED);
    await memory.close();
    expect(told).toEqual([expect.stringContaining("EISDIR"), "recovered"]);
    expect((await opened(folder)).memory.kept).toEqual([DONE, QUEUED]);
  });
});
