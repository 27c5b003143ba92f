import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import Type from "typebox";
import { PhasewiseError } from "../errors.ts";
import { IdSchema } from "../model/id.ts";
import { shapeOf } from "../model/fault.ts";
import type { AlarmMemory } from "../ports/alarm-desk.ts";
import { err, ok, type Result } from "../result.ts";
import { replaceFile, syncFolder } from "./durable-file.ts";

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Said = { by: Type.String(), at: Instant };
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const FILE = shapeOf(
  Type.Object(
    {
      version: Type.Literal(1),
      alarms: Type.Array(
        Type.Object(
          {
            type: Type.String(),
            intersection: orNull(IdSchema),
            part: orNull(Type.String()),
            text: Type.String(),
            acknowledged: orNull(Type.Object(Said, strict)),
            shelved: orNull(Type.Object({ ...Said, reason: Type.String(), until: Instant }, strict)),
            outOfService: orNull(Type.Object({ ...Said, reason: Type.String() }, strict)),
          },
          strict,
        ),
      ),
    },
    strict,
  ),
);

/**
 * What operators said of alarms, in a file of its own that is always whole: written beside it, synchronised, and put in its place.
 *
 * @throws PhasewiseError DATA_INVALID where the file is not ours, STORE_FAILED where it cannot be read
 */
export async function openAlarmFile(
  path: string,
  told: { readonly failed: (message: string) => void; readonly recovered: () => void },
): Promise<AlarmMemory> {
  const kept = await read(path);
  let failing = false;
  /** One after the other, so that an older state never takes the place of a newer one. */
  let writing: Promise<unknown> = Promise.resolve();
  const keep = async (alarms: AlarmMemory["kept"]): Promise<Result<void, string>> => {
    try {
      await write(path, `${JSON.stringify({ version: 1, alarms })}\n`);
    } catch (cause) {
      const message = messageOf(cause);
      if (!failing) told.failed(message);
      failing = true;
      return err(message);
    }
    if (failing) told.recovered();
    failing = false;
    return ok(undefined);
  };
  return {
    kept,
    keep: async (alarms) => {
      const done = writing.then(async () => await keep(alarms));
      writing = done;
      return await done;
    },
  };
}

async function read(path: string): Promise<AlarmMemory["kept"]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw new PhasewiseError("STORE_FAILED", `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
  const found = FILE.check(path, jsonOf(text));
  // Instants are instants, and a type that there is no more is dropped by whoever takes them.
  if (found.ok) return found.value.alarms as AlarmMemory["kept"];
  const [fault] = found.error;
  const place =
    fault === undefined ? "" : `${fault.pointer}: found ${fault.found}, allowed: ${fault.allowed}`;
  throw new PhasewiseError("DATA_INVALID", `${path}#${place}; move the file away to go on without it`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function write(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await replaceFile(path, text);
  await syncFolder(folder);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
