import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isFileMissing, messageOf, PhasewiseError } from "../errors.ts";
import { describeFault, type Shape } from "../model/fault.ts";
import { err, ok, type Result } from "../result.ts";
import { replaceFile, syncFolder } from "./durable-file.ts";
import { parseJson } from "./json-fault.ts";

/** Who is told, once each time, that something cannot be kept, and that it can again. */
export type KeepingTold = { readonly failed: (message: string) => void; readonly recovered: () => void };

/** The same, and who is told that a file was not ours and was moved away. */
export type SettingAsideTold = KeepingTold & { readonly setAside: (message: string) => void };

/** Does one write after the other, so that an older state never takes the place of a newer one. */
export type Keeper = (write: () => Promise<void>) => Promise<Result<void, string>>;

export function createKeeper({ failed, recovered }: KeepingTold): Keeper {
  let failing = false;
  let last: Promise<unknown> = Promise.resolve();
  const attempt = async (write: () => Promise<void>): Promise<Result<void, string>> => {
    try {
      await write();
    } catch (cause) {
      const message = messageOf(cause);
      if (!failing) failed(message);
      failing = true;
      return err(message);
    }
    if (failing) recovered();
    failing = false;
    return ok(undefined);
  };
  return async (write) => {
    const done = last.then(async () => await attempt(write));
    last = done;
    return await done;
  };
}

/** Puts a value in the file's place, readable for its owner only; whoever reads it finds it whole, or the one before. */
export async function writeKept(path: string, value: object): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await replaceFile(path, `${JSON.stringify(value)}\n`);
  await syncFolder(folder);
}

/**
 * What was kept; `undefined` where there is no file.
 *
 * @throws PhasewiseError DATA_INVALID where the file is not ours, STORE_FAILED where it cannot be read
 */
export async function readKept<T>(path: string, shape: Shape<T>): Promise<T | undefined> {
  const text = await textOf(path);
  if (text === undefined) return undefined;
  const found = parsed(path, text, shape);
  if (found.ok) return found.value;
  throw new PhasewiseError("DATA_INVALID", `${found.error}; move the file away to go on without it`);
}

/**
 * The same for what nobody has to be kept waiting for: a file that is not ours is moved to `PATH.damaged`, which is told, and nothing of it is used.
 *
 * @throws PhasewiseError STORE_FAILED where it cannot be read or moved
 */
export async function readOrSetAside<T>(
  path: string,
  shape: Shape<T>,
  tell: (message: string) => void,
): Promise<T | undefined> {
  const text = await textOf(path);
  if (text === undefined) return undefined;
  const found = parsed(path, text, shape);
  if (found.ok) return found.value;
  await setAside(path, found.error, tell);
  return undefined;
}

/** Moves a file to `PATH.damaged` and tells it with what is wrong. Throws STORE_FAILED where it cannot be moved. */
export async function setAside(path: string, wrong: string, tell: (message: string) => void): Promise<void> {
  const aside = `${path}.damaged`;
  try {
    await rename(path, aside);
  } catch (cause) {
    throw new PhasewiseError("STORE_FAILED", `cannot move ${path} away: ${messageOf(cause)}`, { cause });
  }
  tell(`${wrong}; moved to ${aside}, and nothing of it is used`);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (isFileMissing(cause)) return undefined;
    throw new PhasewiseError("STORE_FAILED", `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** The value, or what is wrong first, in a sentence. */
function parsed<T>(path: string, text: string, shape: Shape<T>): Result<T, string> {
  const json = parseJson(path, text);
  if (!json.ok) return err(describeFault(json.error));
  const checked = shape.check(path, json.value);
  if (checked.ok) return checked;
  const [first] = checked.error;
  return err(first === undefined ? path : describeFault(first));
}
