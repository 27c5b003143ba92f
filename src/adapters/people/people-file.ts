import { chmodSync, readFileSync, statSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, PhasewiseError } from "../../errors.ts";
import { describeFault } from "../../model/fault.ts";
import type { Timer } from "../../ports/timer.ts";
import { parseJson } from "../json-fault.ts";
import { jsonText } from "../json-text.ts";
import { lockRun } from "../run-lock.ts";
import { NOBODY, PEOPLE_RECORD, type PeopleRecord } from "./people-record.ts";

const OWNER_ONLY = 0o600;
/** Wall time between two tries while another process writes, and how many. */
const RETRY_MS = 25;
const TRIES = 80;

/** What stands in the file, and which state of it that is: it changes when another process has written. */
export type PeopleSeen = { readonly record: PeopleRecord; readonly state: string };

/**
 * The file, or nobody where there is none. `before` is given back while the file is as it was then. Throws `DATA_INVALID` on a file that is not of
 * its form, `STORE_FAILED` on one that cannot be read.
 */
export function readPeople(path: string, before?: PeopleSeen): PeopleSeen {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { record: NOBODY, state: "none" };
    const state = `${found.ino}:${found.size}:${found.mtimeMs}`;
    if (before?.state === state) return before;
    if ((found.mode & 0o077) !== 0) chmodSync(path, OWNER_ONLY);
    return { record: checked(path, readFileSync(path, "utf8")), state };
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    throw new PhasewiseError("STORE_FAILED", `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function checked(path: string, text: string): PeopleRecord {
  const parsed = parseJson(path, text);
  // Neither what was found there: it may be a hash.
  if (!parsed.ok) {
    const fault = describeFault({ ...parsed.error, found: "no JSON" });
    throw new PhasewiseError("DATA_INVALID", fault);
  }
  const shaped = PEOPLE_RECORD.check(path, parsed.value);
  if (shaped.ok) return shaped.value;
  const faults = shaped.error.map((fault) => describeFault({ ...fault, found: "something else" }));
  throw new PhasewiseError("DATA_INVALID", faults.join("\n"));
}

/**
 * Reads, changes and writes the file while nobody else does, whole or not at all. Throws what `change` throws, `RUN_IN_USE` where another process does not
 * finish, `STORE_FAILED` where it cannot be written.
 */
export async function changePeople<T>(
  path: string,
  timer: Timer,
  change: (record: PeopleRecord) => { readonly record: PeopleRecord; readonly answer: T },
): Promise<T> {
  const release = await lockedPatiently(`${path}.lock`, timer);
  try {
    const { record: before } = readPeople(path);
    const { record, answer } = change(before);
    if (record !== before) await write(path, record);
    return answer;
  } finally {
    await release();
  }
}

async function write(path: string, record: PeopleRecord): Promise<void> {
  const draft = `${path}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(draft, "w", OWNER_ONLY);
    try {
      await file.writeFile(jsonText(record));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    throw new PhasewiseError("STORE_FAILED", `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

async function lockedPatiently(path: string, timer: Timer): Promise<() => Promise<void>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await lockRun(path, "it is changing accounts; try again");
    } catch (cause) {
      const busy = cause instanceof PhasewiseError && cause.code === "RUN_IN_USE";
      if (!busy || tries >= TRIES) throw cause;
      await new Promise<void>((resolve) => timer(RETRY_MS, resolve));
    }
  }
}
