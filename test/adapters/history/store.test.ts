import { cp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { open } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assert } from "../../../src/assert.ts";
import type { WritableFile } from "../../../src/adapters/durable-file.ts";
import { HistoryDatabase } from "../../../src/adapters/history/database.ts";
import type { History } from "../../../src/adapters/history/store.ts";
import type { StoreRows, StoreTable } from "../../../src/ports/store.ts";
import { DAY_MS } from "../../../src/units.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openIn } from "./open-history.ts";
import { events, someRows } from "./rows.ts";

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };

async function rowsOf(history: History, table: StoreTable): Promise<readonly object[]> {
  const read = await history.read(table, ALL);
  assert(read.ok, read.ok ? "" : read.error);
  return read.value;
}

async function numbersOf(history: History, intersection: string): Promise<readonly number[]> {
  const read = await history.read("events", { ...ALL, intersection });
  assert(read.ok, read.ok ? "" : read.error);
  return read.value.map(({ number }) => number);
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

/** Waits for what the disk does; ends with the test's own limit where it never happens. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

const event = (at: number, intersection: string, number: number, code: number, parameter: number) => {
  return { at, intersection, number, code, parameter };
};

const runAt = (at: number) => ({ at, intersection: "", run: String(at), content: "{}" });

/** What stands on the disk in this moment, as a killed process leaves it. */
async function killed(folder: string): Promise<string> {
  const copy = await temporaryFolder();
  await cp(folder, copy, { recursive: true });
  return copy;
}

function fullDisk() {
  const disk = { full: false };
  const openFile = async (path: string): Promise<WritableFile> => {
    const file = await open(path, "w");
    return {
      write: (async (buffer: Buffer, offset: number, length: number, position: number) => {
        if (!disk.full) return await file.write(buffer, offset, length, position);
        throw new Error("ENOSPC: no space left on device");
      }) as WritableFile["write"],
      datasync: async () => await file.datasync(),
      truncate: async (length) => await file.truncate(length),
      close: async () => await file.close(),
    };
  };
  return { disk, openFile };
}

describe("a history", () => {
  it("gives rows back by instant, and events in columns", async () => {
    const { history } = await openIn(await temporaryFolder());
    history.append({
      table: "events",
      rows: [event(1000, "b", 0, 1, 2), event(1100, "a", 0, 82, 7), event(1000, "a", 1, 8, 2)],
    });
    await history.flushed();
    expect(await history.read("events", { from: 1000, to: 1100 })).toEqual({
      ok: true,
      value: [event(1000, "b", 0, 1, 2), event(1000, "a", 1, 8, 2)],
    });
    expect(await history.events({ from: 0, to: 2000 })).toEqual({
      ok: true,
      value: {
        intersections: ["a", "b"],
        at: new Float64Array([1000, 1000, 1100]),
        intersection: new Uint16Array([0, 1, 0]),
        code: new Uint16Array([8, 1, 82]),
        parameter: new Uint16Array([2, 2, 7]),
      },
    });
    const some = await history.events({ from: 0, to: 2000, intersection: "a", codes: [82, 81] });
    expect(some).toMatchObject({ ok: true, value: { intersections: ["a"], at: new Float64Array([1100]) } });
    expect(await history.events({ from: 0, to: 2000, codes: [] })).toMatchObject({
      ok: true,
      value: { at: new Float64Array() },
    });
  });

  it("keeps every row of every table as it was, whatever it holds, also when it is opened again", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someRows, { minLength: 20, maxLength: 60, size: "max" }),
        async (appended) => {
          const folder = await temporaryFolder();
          const expected = new Map<StoreTable, object[]>();
          for (const { table, rows } of appended)
            expected.set(table, [...(expected.get(table) ?? []), ...rows]);
          const first = await openIn(folder, { keptDays: 100_000 });
          for (const rows of appended) first.history.append(rows);
          await first.history.close();
          expect(first.told).toEqual([]);
          const { history } = await openIn(folder, { keptDays: 100_000 });
          for (const [table, rows] of expected) {
            // By instant; rows of one instant as they came.
            const sorted = rows.toSorted((left, right) => instantOf(left) - instantOf(right));
            expect(await rowsOf(history, table)).toEqual(sorted);
          }
          await history.close();
        },
      ),
      { numRuns: 2 },
    );
  });

  it("begins anew where nothing of the run before is to stay", async () => {
    const folder = await temporaryFolder();
    const first = await openIn(folder);
    first.history.append(events("a", 0, 3));
    await first.history.close();
    const { history } = await openIn(folder, { continues: false });
    expect(await rowsOf(history, "events")).toEqual([]);
    expect(history.nextEvent).toEqual(new Map());
  });

  it("tells pages as JSON and as CSV, one after the other", async () => {
    const { history } = await openIn(await temporaryFolder());
    const plan = { at: 5, intersection: "a", id: "p1", kind: "plan", status: "pushed", content: null };
    const rest = { entry: 1, priority: "event", reason: 'the "new" one, now', answer: null };
    history.append({
      table: "plans",
      rows: [1, 2, 3].map((n) => ({ ...plan, text: `state ${n}`, ...rest })),
    });
    await history.flushed();
    const first = await history.page("plans", { ...ALL, format: "json", limit: 2 });
    assert(first.ok && first.value.cursor !== null, "a page and more");
    expect(JSON.parse(first.value.text)).toMatchObject([
      { text: "state 1", content: null },
      { text: "state 2" },
    ]);
    const { cursor } = first.value;
    expect(await history.page("plans", { ...ALL, format: "csv", limit: 2, cursor })).toEqual({
      ok: true,
      value: {
        text:
          "at_ms,intersection,id,kind,status,text,content,entry,priority,reason,answer\r\n" +
          '5,a,p1,plan,pushed,state 3,,1,event,"the ""new"" one, now",\r\n',
        cursor: null,
      },
    });
    expect(await history.page("plans", { ...ALL, format: "csv", limit: 2, cursor: "1; DROP" })).toEqual({
      ok: false,
      error: 'cursor "1; DROP": allowed is what the page before told',
    });
  });

  it("refuses a question that asks for too much, or that takes too long", async () => {
    const { history } = await openIn(await temporaryFolder());
    history.append(events("a", 0, 100_001));
    await history.flushed();
    expect(await history.read("events", ALL)).toEqual({
      ok: false,
      error:
        "more than 100000 rows of events in this window: ask for a shorter time, one intersection, or pages",
    });
    expect(await numbersOf(history, "b")).toEqual([]);
    // A clock whose deadlines have passed as soon as they are set.
    const late = await openIn(await temporaryFolder(), { deadlineMs: 1 }, (delayMs, run) => {
      if (delayMs === 1) run();
      return () => undefined;
    });
    late.history.append(events("a", 0, 1));
    await late.history.flushed();
    expect(await late.history.read("events", ALL)).toEqual({
      ok: false,
      error: "not answered within 1 ms: ask for a shorter time or one intersection",
    });
  });

  it("keeps rows for so many days back from the newest", async () => {
    const { history } = await openIn(await temporaryFolder(), { keptDays: 2 });
    history.append({ table: "runs", rows: [runAt(0), runAt(DAY_MS), runAt(2 * DAY_MS)] });
    await history.flushed();
    expect(await rowsOf(history, "runs")).toHaveLength(3);
    history.append({ table: "runs", rows: [runAt(3 * DAY_MS)] });
    await history.flushed();
    expect(await rowsOf(history, "runs")).toEqual([runAt(DAY_MS), runAt(2 * DAY_MS), runAt(3 * DAY_MS)]);
  });

  it("keeps what a simulated day saw beside entries of the audit trail, which may have the wall's date", async () => {
    const { history } = await openIn(await temporaryFolder(), { keptDays: 2 });
    const start = { intersection: "", number: 1, who: "engine", action: "engine.start", content: "{}" };
    history.append({ table: "runs", rows: [runAt(0)] });
    history.append({ table: "audit", rows: [{ ...start, at: 300 * DAY_MS }] });
    await history.flushed();
    history.append({ table: "runs", rows: [runAt(DAY_MS)] });
    await history.flushed();
    expect(await rowsOf(history, "runs")).toEqual([runAt(0), runAt(DAY_MS)]);
    expect(await rowsOf(history, "audit")).toHaveLength(1);
  });

  it("does not open what a newer phasewise has written", async () => {
    const folder = await temporaryFolder();
    const database = await HistoryDatabase.open(join(folder, "history.duckdb"));
    await database.run("UPDATE about SET value = '7' WHERE name = 'version'");
    database.close();
    await expect(openIn(folder)).rejects.toMatchObject({ code: "DATA_INVALID", exitCode: 2 });
    await expect(openIn(folder)).rejects.toThrow(
      /history\.duckdb: history of version 7, this phasewise knows versions up to 1; use the newer phasewise/,
    );
  });

  it("says what is wrong with a file that is no database", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "history.duckdb"), "no database at all".repeat(1000));
    await expect(openIn(folder)).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});

function instantOf(row: object): number {
  return "at" in row && typeof row.at === "number" ? row.at : Number.NaN;
}

async function journalOf(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((one) => one.startsWith("journal-"));
  return join(folder, name ?? "no journal");
}

describe("a history whose process was killed", () => {
  it("has what was flushed, each row once, loaded before or not", async () => {
    const folder = await temporaryFolder();
    const { history } = await openIn(folder);
    history.append(events("a", 0, 10));
    await history.flushed();
    const unloaded = await killed(folder);
    expect(await numbersOf(history, "a")).toEqual(upTo(10));
    history.append(events("a", 10, 10));
    await history.flushed();
    // The first ten are in the database and still in the journal, the others only in the journal.
    const half = await killed(folder);
    const first = await openIn(unloaded);
    expect(await numbersOf(first.history, "a")).toEqual(upTo(10));
    const second = await openIn(half);
    expect(await numbersOf(second.history, "a")).toEqual(upTo(20));
    expect(second.history.nextEvent).toEqual(new Map([["a", 20]]));
    expect([...first.told, ...second.told]).toEqual([]);
    // And goes on from there, again and again.
    second.history.append(events("a", 20, 5));
    await second.history.flushed();
    const third = await openIn(await killed(half));
    expect(await numbersOf(third.history, "a")).toEqual(upTo(25));
  });

  it("has whole lines wherever the last write was torn, and says nothing of it", async () => {
    const folder = await temporaryFolder();
    const { history } = await openIn(folder);
    for (let line = 0; line < 3; line += 1) history.append(events("a", line * 4, 4));
    await history.flushed();
    const text = await readFile(await journalOf(folder), "utf8");
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: text.length }), async (length) => {
        const copy = await killed(folder);
        await truncate(await journalOf(copy), length);
        const whole = Math.max(0, ends.filter((end) => end <= length).length - 1);
        const again = await openIn(copy);
        expect(await numbersOf(again.history, "a")).toEqual(upTo(whole * 4));
        expect(again.told).toEqual([]);
        await again.history.close();
      }),
      { numRuns: 8 },
    );
  });

  it("tells of damage in the middle, and has the rows behind it", async () => {
    const folder = await temporaryFolder();
    const { history } = await openIn(folder);
    for (let line = 0; line < 3; line += 1) history.append(events("a", line * 4, 4));
    await history.flushed();
    const copy = await killed(folder);
    const path = await journalOf(copy);
    const lines = (await readFile(path, "utf8")).split("\n");
    lines[2] = (lines[2] ?? "").replace("82", "83");
    await writeFile(path, lines.join("\n"));
    const again = await openIn(copy);
    expect(await numbersOf(again.history, "a")).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
    expect(again.told).toEqual([
      `${path}: damaged at byte ${`${lines[0]}\n${lines[1]}\n`.length}; the rows that stood there are lost`,
    ]);
  });
});

describe("a history on a full disk", () => {
  it("says so once, keeps what comes, and stores it when there is room again", async () => {
    const { disk, openFile } = fullDisk();
    const { history, told, pass, waiting } = await openIn(await temporaryFolder(), { openFile });
    history.append(events("a", 0, 5));
    await history.flushed();
    expect(await numbersOf(history, "a")).toEqual(upTo(5));
    disk.full = true;
    history.append(events("a", 5, 5));
    await until(() => told.length > 0);
    history.append(events("a", 10, 5));
    for (let tries = 0; tries < 3; tries += 1) {
      await until(() => waiting() > 0);
      pass(1_000);
    }
    // What was stored is still answered.
    expect(await numbersOf(history, "a")).toEqual(upTo(5));
    disk.full = false;
    const flushed = history.flushed();
    await until(() => waiting() > 0);
    pass(1_000);
    await flushed;
    expect(await numbersOf(history, "a")).toEqual(upTo(15));
    expect(told).toEqual([
      "the journal takes no rows, which wait in memory: ENOSPC: no space left on device",
      "the journal takes rows again",
    ]);
  });

  it("loses rows only when more wait than memory is given, and says how many", async () => {
    const { disk, openFile } = fullDisk();
    const { history, told, pass, waiting } = await openIn(await temporaryFolder(), {
      openFile,
      waitingMax: 600,
    });
    disk.full = true;
    history.append(events("a", 0, 10));
    await until(() => told.length > 0);
    history.append(events("a", 10, 40));
    history.append(events("a", 50, 40));
    disk.full = false;
    await until(() => waiting() > 0);
    pass(1_000);
    await history.flushed();
    expect(await numbersOf(history, "a")).toEqual(upTo(10));
    expect(told.slice(1)).toEqual([
      "rows are lost: 600 characters of rows wait for the disk already",
      "the journal takes rows again; 80 rows were lost",
    ]);
  });

  it("rejects who waits for rows that never came to the disk", async () => {
    const { disk, openFile } = fullDisk();
    const { history } = await openIn(await temporaryFolder(), { openFile });
    disk.full = true;
    history.append(events("a", 0, 1));
    const flushed = history.flushed();
    const rejected = expect(flushed).rejects.toMatchObject({ code: "STORE_FAILED" });
    await history.close();
    await rejected;
  });

  it("stops the journal when the database has taken nothing for too long", async () => {
    const { history, told } = await openIn(await temporaryFolder(), { fileBytesMax: 50, filesMax: 2 });
    for (let file = 0; file < 3; file += 1) {
      history.append(events("a", file, 1));
      if (file < 2) await history.flushed();
    }
    await until(() => told.length > 0);
    expect(told).toEqual([
      "the journal takes no rows, which wait in memory: 2 files of the journal wait for the database",
    ]);
  });
});

it("takes no row that its table cannot hold, and says which value", async () => {
  const { history, told } = await openIn(await temporaryFolder());
  const row = { at: 1, intersection: "a", movement: "m", madeAt: 1, intervalMs: 1, vehicles: Number.NaN };
  const rows: StoreRows = { table: "forecasts", rows: [{ ...row, low: 0, high: 1, counted: null }] };
  history.append(rows);
  await history.flushed();
  expect(told).toEqual(["rows are lost: forecasts.vehicles: found NaN, allowed: DOUBLE"]);
  expect(await rowsOf(history, "forecasts")).toEqual([]);
});
