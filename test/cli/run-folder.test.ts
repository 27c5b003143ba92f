import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configurationDigest, openRunFolder, type RunFolder } from "../../src/cli/run-folder.ts";
import type { Run } from "../../sim/whatif/run.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

const configuration = { network: "single", arms: ["fixed"], seeds: [1, 2] };

async function opened(path: string, change: object = {}): Promise<RunFolder> {
  return await openRunFolder({ path, configuration: { ...configuration, ...change }, mustExist: false });
}

/** Of a run only that it comes back as it went is asked here. */
const runOf = (seed: number): Run =>
  ({ measures: { seed, delaySeconds: 0.1 + 0.2 }, detectors: [], notices: [] }) as unknown as Run;

const kept = (seed: number) => ({ arm: "fixed demand=*1.3@60", seed, run: runOf(seed), wallMs: 5 });

describe("a run folder", () => {
  it("has what was kept in it when it is opened again, to the last digit", async () => {
    const path = join(await temporaryFolder(), "a/b");
    const first = await opened(path);
    expect(first.finished).toEqual([]);
    expect(first.keep(kept(1))).toEqual(kept(1));
    first.keep(kept(2));
    await first.release();
    const second = await opened(path);
    expect(second.finished).toEqual([kept(1), kept(2)]);
    expect(second.spoilt).toEqual([]);
    await second.release();
  });

  it("is for one process at a time, and for one configuration", async () => {
    const path = await temporaryFolder();
    const first = await opened(path);
    await expect(opened(path)).rejects.toMatchObject({ code: "RUN_IN_USE" });
    await first.release();
    await expect(opened(path, { seeds: [1] })).rejects.toThrow(
      `${path}: holds another comparison, different in seeds; allowed is the same one, or another folder (--out)`,
    );
    await expect(opened(path)).resolves.toMatchObject({ path });
  });

  it("must be there to be gone on from", async () => {
    const path = await temporaryFolder();
    await expect(openRunFolder({ path, configuration, mustExist: true })).rejects.toThrow(
      `--resume ${path}: has no configuration.json; allowed is a run folder, which --out makes`,
    );
  });

  it("runs again what does not hold: changed, cut off, or of somebody else; a draft is nothing", async () => {
    const path = await temporaryFolder();
    const first = await opened(path);
    for (const seed of [1, 2, 3, 4]) first.keep(kept(seed));
    await first.release();
    const files = await readdir(join(path, "runs"));
    const [changed = "", cut = "", foreign = ""] = files.toSorted();
    const text = async (name: string): Promise<string> => await readFile(join(path, "runs", name), "utf8");
    const write = async (name: string, content: string): Promise<void> =>
      await writeFile(join(path, "runs", name), content);
    await write(changed, (await text(changed)).replace("0.30000000000000004", "0.2"));
    await write(cut, (await text(cut)).slice(0, -9));
    await write(foreign, "null");
    await write("late.json.77.part", "{");
    const second = await opened(path);
    expect(second.spoilt).toEqual([changed, cut, foreign]);
    expect(second.finished).toEqual([kept(4)]);
    await second.release();
  });

  it("says in its manifest what every file holds, drafts and the lock left out", async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, "runs"));
    await writeFile(join(path, "runs/late.json.77.part"), "{");
    const folder = await opened(path);
    folder.write("runs.csv", "abc");
    folder.seal({ seeds: [1] });
    await folder.release();
    const manifest: unknown = JSON.parse(await readFile(join(path, "manifest.json"), "utf8"));
    expect(manifest).toEqual({
      seeds: [1],
      files: {
        "configuration.json": expect.stringMatching(/^[0-9a-f]{64}$/),
        // SHA-256 of "abc": FIPS 180-4, example B.1.
        "runs.csv": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      },
    });
  });

  it("is called by a digest that does not ask in which order things stand", () => {
    expect(configurationDigest({ a: 1, b: [2] })).toBe(configurationDigest({ b: [2], a: 1 }));
    expect(configurationDigest({ a: 1 })).not.toBe(configurationDigest({ a: 2 }));
  });
});
