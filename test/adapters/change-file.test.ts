import { appendFile, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forgetfulChanges, openChangeFiles } from "../../src/adapters/change-file.ts";
import { checkedLine } from "../../src/adapters/checked-lines.ts";
import { bookAt, changeOf } from "../changes/examples.ts";
import { handTimer } from "./hand-timer.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const [drafted, inForce] = [changeOf(bookAt("draft")), changeOf(bookAt("inForce"))];
const other = { ...drafted, id: "C2" };

async function open(folder: string, openFile?: Parameters<typeof openChangeFiles>[0]["openFile"]) {
  const told: string[] = [];
  const hand = handTimer();
  const store = await openChangeFiles({
    folder,
    failed: ({ message }) => told.push(message),
    recovered: () => told.push("recovered"),
    timer: hand.timer,
    ...(openFile === undefined ? {} : { openFile }),
  });
  return { store, told, hand };
}

/** A folder in which a run has kept changes. */
async function keptFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const { store } = await open(folder);
  store.append([drafted, other]);
  store.append([inForce]);
  expect(await store.stored()).toEqual({ ok: true, value: undefined });
  await store.close();
  return folder;
}

const fileOf = (folder: string): string => join(folder, "changes-000001.log");

describe("changes on the disk", () => {
  it("are there again as they were last, in the order in which they were drafted", async () => {
    const folder = await keptFolder();
    const { store } = await open(folder);
    expect(store.known).toEqual([inForce, other]);
    store.append([{ ...other, title: "as the second run has it" }]);
    await store.stored();
    await store.close();
    expect((await readdir(folder)).length, "a file a run").toBe(2);
    const third = await open(folder);
    expect(third.store.known).toEqual([inForce, { ...other, title: "as the second run has it" }]);
    await third.store.close();
  });

  it("are none in a folder that is new, and no file is made before something is kept", async () => {
    const folder = join(await temporaryFolder(), "new");
    const { store } = await open(folder);
    await store.close();
    expect([store.known, await readdir(folder)]).toEqual([[], []]);
    expect(forgetfulChanges().known).toEqual([]);
  });

  it("lose nothing but the line that a killed process did not finish", async () => {
    const folder = await keptFolder();
    const { length } = await readFile(fileOf(folder));
    await truncate(fileOf(folder), length - 9);
    const { store } = await open(folder);
    expect(store.known).toEqual([drafted, other]);
    store.append([inForce]);
    await store.stored();
    await store.close();
    expect((await open(folder)).store.known, "and go on after it").toEqual([inForce, other]);
  });

  it.each([
    ["a line that is not whole before others", "no checksum\n", /changes-000001\.log:5: found a line/],
    [
      "a parameter out of its range",
      checkedLine({ ...drafted, set: [{ path: "optimize.horizonSeconds", value: 4 }] }),
      /changes-000001\.log:5#\/set\/0/,
    ],
    ["a field that this version does not know", checkedLine({ ...drafted, more: 1 }), /:5#\/more/],
  ])("are refused with file and line for %s", async (_name, line, told) => {
    const folder = await keptFolder();
    await appendFile(fileOf(folder), `${line}${checkedLine(drafted)}`);
    await expect(open(folder)).rejects.toThrow(told);
    await expect(open(folder)).rejects.toThrow("move the file away to go on without it");
  });

  it("are refused of another version", async () => {
    const folder = await temporaryFolder();
    await writeFile(fileOf(folder), checkedLine({ changes: 2 }));
    await expect(open(folder)).rejects.toMatchObject({ code: "DATA_INVALID" });
  });

  it("wait while the disk is full, which is said, and are stored when it is not", async () => {
    const folder = await temporaryFolder();
    const { open: openFile } = await import("node:fs/promises");
    const disk = { full: true };
    const { store, told, hand } = await open(folder, async (path) => {
      if (disk.full) throw new Error("ENOSPC");
      return await openFile(path, "w");
    });
    store.append([drafted]);
    expect(await store.stored()).toEqual({ ok: false, error: "ENOSPC" });
    disk.full = false;
    const stored = store.stored();
    expect(await stored, "asked meanwhile").toEqual({ ok: false, error: "ENOSPC" });
    hand.pass(1_000);
    await expect.poll(async () => (await store.stored()).ok).toBe(true);
    expect(told).toEqual(["ENOSPC", "recovered"]);
    await store.close();
    expect((await open(folder)).store.known).toEqual([drafted]);
  });
});
