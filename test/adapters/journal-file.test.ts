import { existsSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createJournalFile, noJournal } from "../../src/adapters/journal-file.ts";
import { PhasewiseError } from "../../src/errors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const DEVICE_THAT_IS_FULL = "/dev/full";

/** A journal and what it said of its end. */
function open(path: string, lengthMax = 10_000_000) {
  const failures: string[] = [];
  const journal = createJournalFile({ path, lengthMax, failed: ({ message }) => failures.push(message) });
  return { journal, failures };
}

describe("a journal file", () => {
  it("holds every line, in order, in a folder that is made for it, for its owner only", async () => {
    const path = join(await temporaryFolder(), "runs", "today", "journal.ndjson");
    const { journal, failures } = open(path);
    // More than is collected before it is written.
    const lines = Array.from({ length: 5000 }, (_, n) => JSON.stringify({ n, text: "ü".repeat(100) }));
    for (const line of lines) journal.append(line);
    journal.close();
    journal.close();
    journal.append("after the end");
    expect(await readFile(path, "utf8")).toBe(`${lines.join("\n")}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(failures).toEqual([]);
  });

  it("says once when it is full, keeps what it has, and takes no more", async () => {
    const path = join(await temporaryFolder(), "journal.ndjson");
    const { journal, failures } = open(path, 20);
    for (const line of ["123456789", "123456789", "x", "y", "z"]) journal.append(line);
    journal.close();
    // Twenty characters are two lines with their ends; the third one fills it and is the last.
    expect(await readFile(path, "utf8")).toBe("123456789\n123456789\nx\n");
    expect(failures).toEqual(["the journal has reached 20 characters"]);
  });

  it("names the path where none can be made", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    const path = join(folder, "file", "journal.ndjson");
    const opening = (): unknown => open(path);
    expect(opening).toThrow(PhasewiseError);
    expect(opening).toThrow(`cannot write the journal ${path}`);
  });

  it.skipIf(!existsSync(DEVICE_THAT_IS_FULL))("says once when the disk is full, and goes on without", () => {
    const { journal, failures } = open(DEVICE_THAT_IS_FULL);
    for (let n = 0; n < 3; n += 1) journal.append("x".repeat(300_000));
    journal.close();
    expect(failures).toEqual([expect.stringContaining("ENOSPC")]);
  });

  it("says what is wrong also when it is the last line that does not fit", () => {
    if (!existsSync(DEVICE_THAT_IS_FULL)) return;
    const { journal, failures } = open(DEVICE_THAT_IS_FULL);
    journal.append("short");
    expect(failures).toEqual([]);
    journal.close();
    expect(failures).toEqual([expect.stringContaining("ENOSPC")]);
  });
});

it("no journal keeps nothing", () => {
  expect(noJournal.append("a")).toBeUndefined();
  expect(noJournal.close()).toBeUndefined();
});
