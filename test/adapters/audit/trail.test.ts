import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFile, open, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forgetfulTrail, openAuditTrail } from "../../../src/adapters/audit/trail.ts";
import type { WritableFile } from "../../../src/adapters/durable-file.ts";
import { readTrail, readTrailFile } from "../../../src/adapters/audit/trail-file.ts";
import type { AuditEntry } from "../../../src/ports/audit.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { entry } from "./entries.ts";

type Change = {
  readonly fileBytesMax?: number;
  readonly waitingMax?: number;
  readonly openFile?: (path: string) => Promise<WritableFile>;
};

function trailIn(folder: string, change: Change = {}) {
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const recovered = new EventTarget();
  const recovery = once(recovered, "recovered");
  const opened = openAuditTrail({
    folder,
    now: () => 5000,
    failed: ({ message }) => told.push(message),
    recovered: () => {
      told.push("recovered");
      recovered.dispatchEvent(new Event("recovered"));
    },
    timer: (_ms, run) => {
      waiting.push(run);
      return () => undefined;
    },
    ...change,
  });
  return { opened, told, recovery, retry: () => waiting.splice(0).forEach((run) => run()) };
}

/** A trail with so many entries, in files of two entries or so; closed. */
async function written(count: number, fileBytesMax = 600): Promise<string> {
  const folder = await temporaryFolder();
  const trail = await trailIn(folder, { fileBytesMax }).opened;
  for (let number = 1; number <= count; number += 1) {
    trail.append(entry({ reason: `reason ${number}` }));
    expect(await trail.stored()).toEqual({ ok: true, value: undefined });
  }
  await trail.close();
  return folder;
}

const FIRST = "audit-000001.log";

async function reasonsOf(folder: string): Promise<readonly (string | null)[]> {
  const reasons: (string | null)[] = [];
  await readTrail(folder, (_number, _hash, one) => {
    if (one !== undefined) reasons.push(one.reason);
  });
  return reasons;
}

describe("the audit trail", () => {
  it("is lines of canonical JSON, each behind the SHA-256 of the hash before it and itself", async () => {
    const folder = await written(1);
    const header = `{"auditTrail":1,"file":1,"next":1,"previous":"${"0".repeat(64)}"}`;
    const line =
      '{"action":"mode.change","after":"plan","at":1000,"before":"local","correlation":null,"number":1,' +
      '"reason":"reason 1","recordedAt":5000,"result":"done","subject":null,"where":"main-oak","who":"ann"}';
    const first = createHash("sha256")
      .update(`${"0".repeat(64)}${header}`)
      .digest("hex");
    const second = createHash("sha256").update(`${first}${line}`).digest("hex");
    const text = `${first} ${header}\n${second} ${line}\n`;
    expect(await readFile(join(folder, FIRST), "utf8")).toBe(text);
    expect(JSON.parse(await readFile(join(folder, "audit.head"), "utf8"))).toEqual({
      file: 1,
      bytes: text.length,
      next: 2,
      hash: second,
    });
  });

  it("goes on over files and processes as one chain", async () => {
    const folder = await written(5);
    const trail = await trailIn(folder, { fileBytesMax: 600 }).opened;
    expect(trail.append(entry({ reason: "reason 6" }))?.number).toBe(6);
    await trail.close();
    expect((await readdir(folder)).toSorted()).toEqual([
      "audit-000001.log",
      "audit-000002.log",
      "audit-000003.log",
      "audit.head",
    ]);
    expect(await reasonsOf(folder)).toEqual([1, 2, 3, 4, 5, 6].map((number) => `reason ${number}`));
    expect(await readTrail(folder)).toMatchObject({
      entries: 6,
      tornBytes: 0,
      beyondHead: 0,
      head: "agrees",
      fault: undefined,
    });
  });

  it("of one file alone believes what its header goes on from", async () => {
    const folder = await written(5);
    const report = await readTrailFile(join(folder, "audit-000002.log"));
    expect(report).toMatchObject({ firstNumber: 3, entries: 2, head: "notAsked", fault: undefined });
  });

  it("that nobody keeps counts its entries and has them stored at once", async () => {
    const trail = forgetfulTrail(() => 7);
    expect([trail.append(entry())?.number, trail.append(entry())]).toMatchObject([
      1,
      { number: 2, recordedAt: 7 },
    ]);
    expect(await trail.stored()).toEqual({ ok: true, value: undefined });
  });

  it("that is not there is told", async () => {
    const folder = await temporaryFolder();
    await expect(readTrail(folder)).rejects.toThrow("no audit trail is there");
    await expect(readTrail(join(folder, "none"))).rejects.toMatchObject({
      code: "DATA_MISSING",
      exitCode: 2,
    });
  });
});

/** Where each line of a file begins. */
function beginnings(bytes: Buffer): readonly number[] {
  return [0, ...[...bytes.keys()].filter((place) => bytes[place] === 0x0a).map((place) => place + 1)];
}

describe("tampering", () => {
  it("with any byte of any file is found, and where: the line that it is in", async () => {
    const folder = await written(4);
    for (const name of ["audit-000001.log", "audit-000002.log"]) {
      const path = join(folder, name);
      const whole = await readFile(path);
      const begins = beginnings(whole);
      for (let place = 0; place < whole.length; place += 13) {
        const changed = Buffer.from(whole);
        changed[place] = (changed[place] ?? 0) ^ 0x01;
        await writeFile(path, changed);
        const { fault } = await readTrail(folder);
        expect(fault, `${name}, byte ${place}`).toMatchObject({
          file: path,
          byteOffset: begins.findLast((begin) => begin <= place),
        });
      }
      await writeFile(path, whole);
    }
    expect((await readTrail(folder)).fault).toBeUndefined();
  });

  it("by lines in another order, left out, or put in is found at the first of them, with the entry's number", async () => {
    const folder = await written(4, 100_000);
    const path = join(folder, FIRST);
    const [header = "", one = "", two = "", three = "", four = ""] = (await readFile(path, "utf8")).split(
      "\n",
    );
    const forged = `${"a".repeat(64)} ${two.slice(65)}`;
    for (const [what, lines, number] of [
      ["two and three changed places", [header, one, three, two, four], 2],
      ["two left out", [header, one, three, four], 2],
      ["two twice", [header, one, two, two, three, four], 3],
      ["one put in", [header, one, forged, two, three, four], 2],
    ] as const) {
      await writeFile(path, `${lines.join("\n")}\n`);
      const { fault, entries } = await readTrail(folder);
      const kept = lines.slice(0, number);
      expect(fault, what).toMatchObject({ number, byteOffset: `${kept.join("\n")}\n`.length });
      expect(entries, what).toBe(number - 1);
      expect(fault?.expected, what).toMatch(/^the hash [0-9a-f]{64}, or another content$/);
    }
  });

  it("by an end that was cut off is found, wherever it was cut", async () => {
    const folder = await written(3, 100_000);
    const path = join(folder, FIRST);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 17) {
      await writeFile(path, whole);
      await truncate(path, length);
      const { fault } = await readTrail(folder);
      expect(fault?.expected, `cut at ${length}`).toContain(
        "entries up to number 3, which audit.head says were stored",
      );
    }
  });

  it("by an end that was cut off with the head is not found, and that is said", async () => {
    const folder = await written(3, 100_000);
    const path = join(folder, FIRST);
    const lines = (await readFile(path, "utf8")).split("\n");
    await writeFile(path, `${lines.slice(0, 3).join("\n")}\n`);
    await rm(join(folder, "audit.head"));
    expect(await readTrail(folder)).toMatchObject({ entries: 2, head: "absent", fault: undefined });
  });

  it("by another trail of the same length is found by the head", async () => {
    const [one, other] = [await written(3, 100_000), await written(3, 100_000)];
    const foreign = await trailIn(await temporaryFolder()).opened;
    await foreign.close();
    const path = join(other, FIRST);
    const trail = await trailIn(await temporaryFolder()).opened;
    await trail.close();
    const third = await temporaryFolder();
    const writer = await trailIn(third).opened;
    for (const reason of ["reason 1", "reason 2", "another"]) writer.append(entry({ reason }));
    await writer.close();
    await writeFile(path, await readFile(join(third, FIRST)));
    expect((await readTrail(one)).fault).toBeUndefined();
    const { fault } = await readTrail(other);
    expect(fault).toMatchObject({ number: 3 });
    expect(fault?.expected).toContain("which audit.head says was stored");
  });

  it("by a file that is gone or renamed is found", async () => {
    const folder = await written(6);
    await rename(join(folder, "audit-000002.log"), join(folder, "away"));
    expect((await readTrail(folder)).fault).toMatchObject({
      file: join(folder, "audit-000002.log"),
      found: "no such file, audit-000003.log comes next",
      number: 3,
    });
    await rename(join(folder, "audit-000003.log"), join(folder, "audit-000002.log"));
    expect((await readTrail(folder)).fault).toMatchObject({
      found: "file 3",
      expected: "file 2",
      byteOffset: 0,
    });
  });

  it("keeps the next run from writing on, with the place and the remedy", async () => {
    const folder = await written(3, 100_000);
    const path = join(folder, FIRST);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("reason 2", "reason X"));
    await expect(trailIn(folder).opened).rejects.toThrow(
      /does not hold at byte \d+, entry 2: .*move .* away/,
    );
  });
});

describe("a line that a killed process left unfinished", () => {
  it("is no tampering: it is cut off, that is told in the trail, and the chain goes on", async () => {
    const folder = await written(2, 100_000);
    const path = join(folder, FIRST);
    const whole = await readFile(path, "utf8");
    await appendFile(path, `${"b".repeat(64)} {"acti`);
    expect(await readTrail(folder)).toMatchObject({ entries: 2, tornBytes: 71, fault: undefined });
    const trail = await trailIn(folder).opened;
    trail.append(entry({ reason: "after" }));
    await trail.close();
    const healed: AuditEntry[] = [];
    await readTrail(folder, (_number, _hash, one) => {
      if (one !== undefined) healed.push(one);
    });
    expect(healed.slice(2)).toMatchObject([
      {
        action: "audit.heal",
        who: "engine",
        subject: FIRST,
        before: { bytes: whole.length + 71 },
        after: { bytes: whole.length },
      },
      { reason: "after" },
    ]);
    expect(await readTrail(folder)).toMatchObject({ tornBytes: 0, fault: undefined, entries: 4 });
  });

  it("as the header of a file is taken away with it", async () => {
    const folder = await written(2, 100_000);
    await writeFile(join(folder, "audit-000002.log"), "0123");
    const trail = await trailIn(folder).opened;
    trail.append(entry({ reason: "after" }));
    await trail.close();
    expect(await reasonsOf(folder)).toEqual(["reason 1", "reason 2", "after"]);
    expect(await readdir(folder)).not.toContain("audit-000002.log");
  });

  it("may have lines before it that were stored and that the head does not know yet", async () => {
    const folder = await written(3, 100_000);
    const path = join(folder, "audit.head");
    const head = JSON.parse(await readFile(path, "utf8"));
    const lines = (await readFile(join(folder, FIRST), "utf8")).split("\n");
    await writeFile(path, JSON.stringify({ ...head, next: 3, hash: lines[2]?.slice(0, 64) }));
    expect(await readTrail(folder)).toMatchObject({ entries: 3, beyondHead: 1, fault: undefined });
  });
});

/** Files that can be written on until the disk is full. */
function fillableDisk() {
  const disk = { full: false };
  const openFile = async (path: string): Promise<WritableFile> => {
    const made = await open(path, "a");
    await made.close();
    const file = await open(path, "r+");
    return {
      write: (async (...given: Parameters<WritableFile["write"]>) => {
        if (disk.full) throw new Error("ENOSPC");
        return await file.write(...given);
      }) as WritableFile["write"],
      datasync: async () => await file.datasync(),
      truncate: async (length) => await file.truncate(length),
      close: async () => await file.close(),
    };
  };
  return { disk, openFile };
}

describe("a full disk", () => {
  it("loses nothing that was stored, confirms nothing that is not, and is told once with its end", async () => {
    const folder = await temporaryFolder();
    const { disk, openFile } = fillableDisk();
    const { opened, told, retry } = trailIn(folder, { openFile });
    const trail = await opened;
    trail.append(entry({ reason: "before" }));
    expect(await trail.stored()).toEqual({ ok: true, value: undefined });
    disk.full = true;
    trail.append(entry({ reason: "while" }));
    expect(await trail.stored()).toEqual({ ok: false, error: "ENOSPC" });
    expect((await readTrail(folder)).entries).toBe(1);
    trail.append(entry({ reason: "also" }));
    expect(await trail.stored(), "known to fail").toEqual({ ok: false, error: "ENOSPC" });
    disk.full = false;
    retry();
    await trail.close();
    expect(told).toEqual(["ENOSPC", "recovered"]);
    expect(await reasonsOf(folder)).toEqual(["before", "while", "also"]);
    expect(await trail.stored()).toEqual({ ok: true, value: undefined });
  });

  it("lets no more wait than it may, refuses meanwhile, and says afterwards how many it could not take", async () => {
    const folder = await temporaryFolder();
    const { disk, openFile } = fillableDisk();
    const { opened, told, recovery, retry } = trailIn(folder, { openFile, waitingMax: 3 });
    const trail = await opened;
    disk.full = true;
    trail.append(entry({ reason: "one" }));
    expect((await trail.stored()).ok).toBe(false);
    expect(trail.refusing(), "there is room yet").toBeUndefined();
    expect([trail.append(entry({ reason: "two" })), trail.append(entry({ reason: "three" }))]).toMatchObject([
      { number: 2 },
      { number: 3 },
    ]);
    expect(trail.refusing()).toBe("3 entries wait and no more are taken: ENOSPC");
    expect([trail.append(entry({ reason: "four" })), trail.append(entry({ reason: "five" }))]).toEqual([
      undefined,
      undefined,
    ]);
    expect(told).toEqual(["ENOSPC", "3 entries wait and no more are taken: ENOSPC"]);
    disk.full = false;
    retry();
    await recovery;
    expect(await trail.stored()).toEqual({ ok: true, value: undefined });
    expect(trail.refusing()).toBeUndefined();
    trail.append(entry({ reason: "six" }));
    await trail.close();
    const entries: (AuditEntry & { readonly number: number })[] = [];
    await readTrail(folder, (_number, _hash, one) => {
      if (one !== undefined) entries.push(one);
    });
    expect(entries).toMatchObject([
      { number: 1, reason: "one" },
      { number: 2, reason: "two" },
      { number: 3, reason: "three" },
      { number: 4, action: "audit.untaken", after: { entries: 2, from: 5000, to: 5000 }, result: "lost" },
      { number: 5, reason: "six" },
    ]);
    expect(told.at(-1)).toBe("recovered");
    expect((await readTrail(folder)).fault).toBeUndefined();
  });
});
