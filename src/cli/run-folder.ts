import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Run } from "../../sim/whatif/run.ts";
import { canonicalJson } from "../adapters/digest.ts";
import { lockRun } from "../adapters/run-lock.ts";
import { isFileMissing, messageOf, PhasewiseError } from "../errors.ts";
import { byCodeUnit } from "../units.ts";

const CONFIGURATION_FILE = "configuration.json";
const RUNS_FOLDER = "runs";
const LOCK_FILE = "lock";
const MANIFEST_FILE = "manifest.json";

/** One finished replication, as it stands in the folder. */
export type KeptRun = {
  readonly arm: string;
  readonly seed: number;
  readonly run: Run;
  readonly wallMs: number;
};

/** A folder in which a comparison leaves everything, and from which it goes on where it was stopped. */
export type RunFolder = {
  readonly path: string;
  /** What was finished before, of the same configuration. */
  readonly finished: readonly KeptRun[];
  /** Files of runs that do not hold: they are run again. */
  readonly spoilt: readonly string[];
  /** Writes a replication at once, whole or not at all, and returns it as it will be read again. */
  readonly keep: (run: KeptRun) => KeptRun;
  readonly write: (name: string, text: string) => void;
  /** Writes the manifest: what is given, and the SHA-256 of every file that is there. */
  readonly seal: (about: object) => void;
  /** Gives the folder back to others. */
  readonly release: () => Promise<void>;
};

/** SHA-256 in lower-case hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** What two runs of a command must have in common for the second to go on from the first: all of the configuration. */
export function configurationDigest(configuration: object): string {
  return sha256(canonicalJson(configuration));
}

export type RunFolderOptions = {
  readonly path: string;
  /** Everything that decides what the runs come to. */
  readonly configuration: object;
  /** `--resume`: there must be something to go on from. */
  readonly mustExist: boolean;
};

/**
 * Takes a folder for this process alone. Throws OPTION_INVALID where it belongs to another comparison (or to none, and must), RUN_IN_USE
 * while another process runs there, STORE_FAILED where nothing can be written.
 */
export async function openRunFolder({
  path,
  configuration,
  mustExist,
}: RunFolderOptions): Promise<RunFolder> {
  const before = readBefore(path);
  if (before === undefined && mustExist) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--resume ${path}: has no ${CONFIGURATION_FILE}; allowed is a run folder, which --out makes`,
    );
  }
  const text = `${JSON.stringify(configuration, null, 2)}\n`;
  if (before !== undefined && before !== text) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `${path}: holds another comparison, different in ${differences(before, configuration).join(", ")}; allowed is the same one, or another folder (--out)`,
    );
  }
  const release = await lockRun(
    join(path, LOCK_FILE),
    "wait for its end, or choose another folder with --out",
  );
  try {
    return folderAt(path, text, before !== undefined, release);
  } catch (cause) {
    await release();
    throw cause;
  }
}

function folderAt(
  path: string,
  configuration: string,
  isKnown: boolean,
  release: () => Promise<void>,
): RunFolder {
  const write = (name: string, text: string): void => writeWhole(join(path, name), text);
  stored(path, () => mkdirSync(join(path, RUNS_FOLDER), { recursive: true }));
  const names = isKnown ? readdirSync(join(path, RUNS_FOLDER)).filter((name) => name.endsWith(".json")) : [];
  const read = names
    .toSorted(byCodeUnit)
    .map((name) => ({ name, run: readRun(join(path, RUNS_FOLDER, name)) }));
  write(CONFIGURATION_FILE, configuration);
  return {
    path,
    finished: read.flatMap(({ run }) => run ?? []),
    spoilt: read.filter(({ run }) => run === undefined).map(({ name }) => name),
    keep: (run) => {
      const content = JSON.stringify(run);
      write(join(RUNS_FOLDER, runFileName(run)), `${JSON.stringify({ sha256: sha256(content), content })}\n`);
      return parsedRun(content);
    },
    write,
    seal: (about) => write(MANIFEST_FILE, `${JSON.stringify({ ...about, files: digests(path) }, null, 2)}\n`),
    release,
  };
}

/** An arm's name has signs that no file should bear, and two may be alike without them. */
function runFileName({ arm, seed }: KeptRun): string {
  const plain = arm.replaceAll(/[^A-Za-z0-9_.%-]/g, "_").slice(0, 80);
  return `${plain}-${sha256(arm).slice(0, 8)}-seed${seed}.json`;
}

/** A replication that was written whole and has not been changed since; `undefined` for anything else. */
function readRun(file: string): KeptRun | undefined {
  try {
    const document: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (document === null || typeof document !== "object") return undefined;
    if (!("sha256" in document && "content" in document)) return undefined;
    const { content } = document;
    if (typeof content !== "string" || sha256(content) !== document.sha256) return undefined;
    return parsedRun(content);
  } catch {
    return undefined;
  }
}

/** The digest has said that it is what this program wrote, and the configuration's that it was this version of it. */
function parsedRun(content: string): KeptRun {
  return JSON.parse(content) as KeptRun;
}

function readBefore(path: string): string | undefined {
  try {
    return readFileSync(join(path, CONFIGURATION_FILE), "utf8");
  } catch (cause) {
    if (isFileMissing(cause)) return undefined;
    throw failed(path, cause);
  }
}

/** The properties in which two configurations differ, for a message. */
function differences(before: string, configuration: object): readonly string[] {
  let known: object = {};
  try {
    const parsed: unknown = JSON.parse(before);
    if (parsed !== null && typeof parsed === "object") known = parsed;
  } catch {
    return [`${CONFIGURATION_FILE}, which is no JSON`];
  }
  const [was, is] = [propertyTexts(known), propertyTexts(configuration)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
}

function propertyTexts(from: object): ReadonlyMap<string, string> {
  return new Map(Object.entries(from).map(([key, value]) => [key, canonicalJson(value)]));
}

/** Whoever reads the file finds all of it or what was there before, whenever this process dies. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.part`;
  stored(file, () => {
    writeFileSync(draft, text);
    renameSync(draft, file);
  });
}

function stored(what: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw failed(what, cause);
  }
}

function failed(what: string, cause: unknown): PhasewiseError {
  const reason = messageOf(cause);
  return new PhasewiseError("STORE_FAILED", `${what} cannot be written: ${reason}`, { cause });
}

/** By path with `/`, but for the manifest itself, the lock, and what a killed process left half written. */
function digests(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, name: relative(path, file).split(sep).join("/") }))
    .filter(({ name }) => name !== MANIFEST_FILE && !name.startsWith(LOCK_FILE) && !name.endsWith(".part"))
    .toSorted((left, right) => byCodeUnit(left.name, right.name));
  return Object.fromEntries(files.map(({ file, name }) => [name, sha256(readFileSync(file))]));
}
