import { existsSync } from "node:fs";
import { appendFile, open, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { type EventRecord, readEventFile } from "../../src/adapters/event-file.ts";
import { eventFiles, LOG_WINDOW, openEventLog } from "../../src/adapters/event-log.ts";
import type { WritableFile } from "../../src/adapters/durable-file.ts";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import type { EventLog } from "../../src/ports/event-log.ts";
import { LOG_LOST_CODE, type LogFrame } from "../../src/protocol/frames.ts";
import { handTimer } from "./hand-timer.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Events that are told apart by their instant. */
const events = (from: number, count: number): LogFrame["events"] =>
  Array.from({ length: count }, (_, index) => [from + index, 1, 2]);

/** A log in a folder, on a disk that can be full or slow. */
async function openIn(folder: string, change: { continues?: boolean; fileBytesMax?: number } = {}) {
  const told: string[] = [];
  const hand = handTimer();
  const disk = { full: false, bytesLeft: 0, syncs: 0 };
  const openFile = async (path: string): Promise<WritableFile> => {
    const file = await open(path, "w");
    return {
      write: (async (buffer: Buffer, offset: number, length: number, position: number) => {
        if (!disk.full) return await file.write(buffer, offset, length, position);
        // A full disk takes what fits before it says so.
        if (disk.bytesLeft > 0) {
          const fits = Math.min(length, disk.bytesLeft);
          disk.bytesLeft -= fits;
          return await file.write(buffer, offset, fits, position);
        }
        throw new Error("ENOSPC: no space left on device");
      }) as WritableFile["write"],
      datasync: async () => {
        disk.syncs += 1;
        await file.datasync();
      },
      truncate: async (length) => await file.truncate(length),
      close: async () => await file.close(),
    };
  };
  const log = await openEventLog({
    folder,
    continues: true,
    failed: ({ message }) => told.push(message),
    recovered: () => told.push("recovered"),
    timer: hand.timer,
    openFile,
    ...change,
  });
  return { log, told, disk, ...hand };
}

/** Waits for what the disk does; ends with the test's own limit where it never happens. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

const storedOf =
  (log: EventLog, intersection: string, count: number): (() => boolean) =>
  () =>
    log.progress(intersection).stored === count;

async function recordsIn(folder: string): Promise<readonly EventRecord[]> {
  const records: EventRecord[] = [];
  for (const path of await eventFiles(folder)) await readEventFile(path, (record) => records.push(record));
  return records;
}

/** Numbers and instants of everything that the files hold of an intersection. */
async function eventsIn(
  folder: string,
  intersection: string,
): Promise<readonly (readonly [number, number])[]> {
  return (await recordsIn(folder))
    .filter(({ of }) => of === intersection)
    .flatMap(({ first, events: some }) => some.map(([at], index): [number, number] => [first + index, at]));
}

const inOrder = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, n): [number, number] => [n, n]);

describe.each([
  ["on disk", async () => (await openIn(await temporaryFolder())).log],
  ["that forgets", () => Promise.resolve(forgetfulEventLog())],
])("an event log %s", (_name, opened) => {
  it("takes each event once, and none without those before it", async () => {
    const log = await opened();
    expect(log.progress("t")).toEqual({ received: 0, stored: 0 });
    expect(log.append("t", 0, events(0, 3))).toBeUndefined();
    expect(log.append("t", 1, events(1, 4))).toBeUndefined();
    expect(log.append("t", 0, events(0, 2))).toBeUndefined();
    expect(log.progress("t").received).toBe(5);
    expect(log.append("t", 6, events(6, 1))).toEqual({
      code: "STALE_BASE",
      detail: "log events from 6 on, 5 comes next",
    });
    expect(log.append("u", 0, events(0, 1)), "another one's numbers are its own").toBeUndefined();
    await until(() => log.progress("t").stored === 5 && log.progress("u").stored === 1);
    await log.close();
  });

  it("takes a gap where the controller says that it has lost what is missing", async () => {
    const log = await opened();
    log.append("t", 0, events(0, 1));
    expect(log.append("t", 9, [[8, LOG_LOST_CODE, 9], ...events(9, 1)])).toBeUndefined();
    expect(log.progress("t").received).toBe(11);
    await until(storedOf(log, "t", 11));
    await log.close();
  });
});

describe("an event log on disk", () => {
  it("holds every event in order, and goes on where it was after a restart, in another file", async () => {
    const folder = await temporaryFolder();
    const first = await openIn(folder);
    first.log.append("t", 0, events(0, 3));
    await first.log.close();
    const second = await openIn(folder);
    expect(second.log.progress("t")).toEqual({ received: 3, stored: 3 });
    second.log.append("t", 0, events(0, 5));
    await second.log.close();
    expect(await eventsIn(folder, "t")).toEqual(inOrder(5));
    expect(await eventFiles(folder)).toHaveLength(2);
    expect([...first.told, ...second.told]).toEqual([]);
  });

  it("says that events are stored only when they are on the disk, all controllers' at once", async () => {
    const { log, disk } = await openIn(await temporaryFolder());
    for (let index = 0; index < 200; index += 1) log.append(`c${index}`, 0, events(0, 10));
    expect(log.progress("c0")).toEqual({ received: 10, stored: 0 });
    await until(storedOf(log, "c199", 10));
    expect(disk.syncs).toBeLessThanOrEqual(2);
    await log.close();
  });

  it("begins anew for a simulation, whose controllers begin anew too", async () => {
    const folder = await temporaryFolder();
    const first = await openIn(folder);
    first.log.append("t", 0, events(0, 3));
    await first.log.close();
    const second = await openIn(folder, { continues: false });
    expect(second.log.progress("t").received).toBe(0);
    expect(await eventFiles(folder), "nothing is lost before there is something new").toHaveLength(1);
    second.log.append("t", 0, events(0, 2));
    await second.log.close();
    expect(await eventsIn(folder, "t")).toEqual(inOrder(2));
    expect(await eventFiles(folder)).toHaveLength(1);
  });

  it("begins another file when one is long enough", async () => {
    const folder = await temporaryFolder();
    const { log } = await openIn(folder, { fileBytesMax: 2000 });
    for (let part = 0; part < 20; part += 1) {
      log.append("t", 50 * part, events(50 * part, 50));
      await until(storedOf(log, "t", 50 * part + 50));
    }
    await log.close();
    expect((await eventFiles(folder)).length).toBeGreaterThan(4);
    expect(await eventsIn(folder, "t")).toEqual(inOrder(1000));
    const again = await openIn(folder);
    expect(again.log.progress("t").stored).toBe(1000);
    await again.log.close();
  });

  it("takes no more of one controller than may wait, and all of the others'", async () => {
    const { log, disk } = await openIn(await temporaryFolder());
    disk.full = true;
    for (let part = 0; part < 4; part += 1) {
      expect(log.append("t", 1000 * part, events(0, 1000))).toBeUndefined();
    }
    expect(log.append("t", LOG_WINDOW, events(0, 1))).toMatchObject({ code: "FLOOD" });
    expect(log.progress("t").received).toBe(LOG_WINDOW);
    expect(log.append("u", 0, events(0, 1))).toBeUndefined();
    await log.close();
  });

  it("that cannot be used says so", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await expect(openIn(join(folder, "file"))).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

describe("a full disk", () => {
  it.each([0, 1, 40, 60])(
    "that still takes %i bytes is told once; nothing is called stored, and later everything is, once",
    async (bytesLeft) => {
      const folder = await temporaryFolder();
      const { log, told, disk, pass } = await openIn(folder);
      log.append("t", 0, events(0, 2));
      await until(storedOf(log, "t", 2));
      Object.assign(disk, { full: true, bytesLeft });
      log.append("t", 2, events(2, 3));
      await until(() => told.length > 0);
      expect(told).toEqual(["ENOSPC: no space left on device"]);
      for (let second = 0; second < 10; second += 1) {
        log.append("t", 5 + second, events(5 + second, 1));
        pass(1000);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      expect(told, "told once").toHaveLength(1);
      expect(log.progress("t")).toEqual({ received: 15, stored: 2 });
      disk.full = false;
      await until(() => {
        pass(1000);
        return log.progress("t").stored === 15;
      });
      expect(told).toEqual(["ENOSPC: no space left on device", "recovered"]);
      await log.close();
      expect(await eventsIn(folder, "t")).toEqual(inOrder(15));
    },
  );

  it("from the first event on does not keep it from starting, nor from ending", async () => {
    const folder = await temporaryFolder();
    const { log, disk, told } = await openIn(folder);
    disk.full = true;
    log.append("t", 0, events(0, 2));
    await until(() => told.length > 0);
    await log.close();
    const again = await openIn(folder);
    expect(again.log.progress("t").stored).toBe(0);
    again.log.append("t", 0, events(0, 2));
    await again.log.close();
    expect(await eventsIn(folder, "t")).toEqual(inOrder(2));
  });

  it.skipIf(!existsSync("/dev/full"))("is what the file system says it is", async () => {
    const told: string[] = [];
    const log = await openEventLog({
      folder: await temporaryFolder(),
      continues: true,
      failed: ({ message }) => told.push(message),
      recovered: () => undefined,
      timer: handTimer().timer,
      openFile: async () => await open("/dev/full", "w"),
    });
    log.append("t", 0, events(0, 1));
    await until(() => told.length > 0);
    expect(told[0]).toContain("ENOSPC");
    await log.close();
  });
});

/** A file with a header and three records, and what it holds up to each of its bytes. */
async function written() {
  const folder = await temporaryFolder();
  const { log } = await openIn(folder);
  for (const [first, count] of [
    [0, 2],
    [2, 1],
    [3, 4],
  ] as const) {
    log.append("t", first, events(first, count));
    await until(storedOf(log, "t", first + count));
  }
  await log.close();
  const [path] = await eventFiles(folder);
  return { folder, path: defined(path, "the file"), bytes: await readFile(defined(path, "the file")) };
}

describe("a killed engine", () => {
  it("at any byte leaves whole records; the torn one is cut off, and the controller's next try is stored", async () => {
    const { folder, path, bytes } = await written();
    const ends = [...bytes.keys()].filter((index) => bytes[index] === 0x0a).map((index) => index + 1);
    expect(ends).toHaveLength(4);
    for (let length = 0; length <= bytes.length; length += 1) {
      for (const other of await eventFiles(folder)) await truncate(other, 0);
      await writeFile(path, bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      const stored = [0, 0, 2, 3, 7][whole] ?? Number.NaN;
      const { log } = await openIn(folder);
      expect(log.progress("t"), `cut at ${length}`).toEqual({ received: stored, stored });
      log.append("t", 0, events(0, 9));
      await log.close();
      expect(await eventsIn(folder, "t"), `cut at ${length}`).toEqual(inOrder(9));
    }
  });

  it("may leave anything behind the last whole record", async () => {
    const { folder, path, bytes } = await written();
    let torn = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.nat(60).map((n) => new Uint8Array(n)),
          fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(`${text}\n`)),
        ),
        async (rest) => {
          for (const other of await eventFiles(folder)) await truncate(other, 0);
          await writeFile(path, bytes);
          await appendFile(path, rest);
          if (rest.length > 0) torn += 1;
          const { log } = await openIn(folder);
          expect(log.progress("t").stored).toBe(7);
          await log.close();
          expect((await readFile(path)).length, "cut off").toBe(bytes.length);
        },
      ),
      { numRuns: 60 },
    );
    expect(torn).toBeGreaterThan(20);
  });

  it("does not explain a damaged record in the middle: that is said, and nothing is thrown away", async () => {
    const { folder, path, bytes } = await written();
    const middle = Buffer.from(bytes);
    const place = bytes.indexOf(0x0a) + 20;
    middle[place] = (middle[place] ?? 0) ^ 1;
    await writeFile(path, middle);
    const opening = openIn(folder);
    await expect(opening).rejects.toMatchObject({ code: "DATA_INVALID" });
    await expect(opening).rejects.toThrow(`${path}: damaged at byte ${bytes.indexOf(0x0a) + 1}`);
    expect(await readFile(path)).toEqual(middle);
  });
});
