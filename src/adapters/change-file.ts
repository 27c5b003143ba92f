import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import Type from "typebox";
import { CHANGE, type Change } from "../changes/change.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import { describeFault, shapeOf } from "../model/fault.ts";
import type { ChangeStore } from "../ports/change-desk.ts";
import type { Timer } from "../ports/timer.ts";
import { err, ok, type Result } from "../result.ts";
import { byCodeUnit } from "../units.ts";
import { checkedLine, checkedLines } from "./checked-lines.ts";
import type { OpenFile } from "./durable-file.ts";
import { DurableLines } from "./durable-lines.ts";

export type ChangeFileOptions = {
  /** Of this store alone; made where it is not there. */
  readonly folder: string;
  /** Told once when nothing can be stored; what is to be stored waits meanwhile. */
  readonly failed: (cause: Error) => void;
  /** Told when it can be again. */
  readonly recovered: () => void;
  readonly timer: Timer;
  /** How a file is written; the file system's own way unless a test has a disk of its own. */
  readonly openFile?: OpenFile;
};

/** Version of the files' lines. */
const VERSION = 1;
const HEADER = shapeOf(Type.Object({ changes: Type.Literal(VERSION) }, { additionalProperties: false }));
const FILE_NAME = /^changes-(\d{6,15})\.log$/;
/** Some thousands of changes: each is a few kilobytes as often as something is done with it. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Changes in a folder: `changes-N.log`, a new file with every run that writes, each line a change as it has become. A last line that a killed
 * process did not finish was told to nobody as stored, and is passed over. Throws `STORE_FAILED` where the folder cannot be used,
 * `DATA_INVALID` where something in it does not hold: what is in force is not guessed.
 */
export async function openChangeFiles(options: ChangeFileOptions): Promise<ChangeStore> {
  const { folder } = options;
  try {
    await mkdir(folder, { recursive: true });
    const numbers = await fileNumbers(folder);
    const known = new Map<string, Change>();
    for (const number of numbers) await readChanges(pathOf(folder, number), known);
    return new FolderChanges(options, numbers.at(-1) ?? 0, [...known.values()]);
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    const why = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `cannot use the changes ${folder}: ${why}`, { cause });
  }
}

async function fileNumbers(folder: string): Promise<readonly number[]> {
  const names = (await readdir(folder)).toSorted(byCodeUnit);
  const numbers = names.flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.toSorted((left, right) => left - right);
}

function pathOf(folder: string, number: number): string {
  return join(folder, `changes-${String(number).padStart(6, "0")}.log`);
}

/** Takes what a file says; later lines replace earlier ones of the same change, which stays at its place. */
async function readChanges(path: string, known: Map<string, Change>): Promise<void> {
  let line = 0;
  let tornLine: number | undefined;
  for await (const { value } of checkedLines(path)) {
    line += 1;
    if (tornLine !== undefined) throw damaged(`${path}:${tornLine}: found a line that is not whole`);
    if (value === undefined) {
      tornLine = line;
      continue;
    }
    if (line === 1) {
      if (!HEADER.accepts(value)) throw damaged(`${path}:1: found ${JSON.stringify(value).slice(0, 80)}`);
      continue;
    }
    const change = CHANGE.check(`${path}:${line}`, value);
    if (!change.ok) throw damaged(change.error.map(describeFault).join("\n"));
    known.set(change.value.id, change.value);
  }
}

function damaged(what: string): PhasewiseError {
  return new PhasewiseError(
    "DATA_INVALID",
    `${what}; allowed are changes as this version keeps them: move the file away to go on without it`,
  );
}

type Waiter = { readonly upTo: number; readonly tell: (result: Result<void, string>) => void };

class FolderChanges implements ChangeStore {
  readonly known: readonly Change[];
  readonly #lines: DurableLines;
  #waiting = "";
  /** Lines taken, and lines on the disk. */
  #taken = 0;
  #stored = 0;
  #failing: string | undefined;
  #waiters: Waiter[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    { folder, failed, recovered, timer, openFile }: ChangeFileOptions,
    newest: number,
    known: readonly Change[],
  ) {
    this.known = known;
    this.#lines = new DurableLines({
      folder,
      pathOf: (number) => pathOf(folder, number),
      newest,
      header: () => checkedLine({ changes: VERSION }),
      fileBytesMax: FILE_BYTES_MAX,
      begun: () => Promise.resolve(),
      failed: (cause) => {
        this.#failing = cause.message;
        this.#tell(() => true, err(cause.message));
        failed(cause);
      },
      recovered: () => {
        this.#failing = undefined;
        recovered();
      },
      timer,
      openFile,
    });
  }

  append(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#waiting += changes.map(checkedLine).join("");
    this.#taken += changes.length;
    this.#writing ??= this.#write();
  }

  async stored(): Promise<Result<void, string>> {
    if (this.#stored === this.#taken) return ok(undefined);
    if (this.#failing !== undefined) return err(this.#failing);
    return await new Promise((tell) => this.#waiters.push({ upTo: this.#taken, tell }));
  }

  async close(): Promise<void> {
    this.#lines.giveUp();
    await this.#writing;
    await this.#lines.close();
  }

  /** What comes while a batch is on its way is the next one. */
  async #write(): Promise<void> {
    while (this.#waiting !== "") {
      const [text, upTo] = [this.#waiting, this.#taken];
      this.#waiting = "";
      if ((await this.#lines.store(text)) === undefined) break;
      this.#stored = upTo;
      this.#tell((wanted) => wanted <= upTo, ok(undefined));
    }
    this.#writing = undefined;
  }

  #tell(isMeant: (upTo: number) => boolean, result: Result<void, string>): void {
    const told = this.#waiters.filter(({ upTo }) => isMeant(upTo));
    this.#waiters = this.#waiters.filter(({ upTo }) => !isMeant(upTo));
    for (const { tell } of told) tell(result);
  }
}

/** A store that keeps nothing, for runs of which nothing is to be left behind. */
export function forgetfulChanges(): ChangeStore {
  return {
    known: [],
    append: () => undefined,
    stored: () => Promise.resolve(ok(undefined)),
    close: () => Promise.resolve(),
  };
}
