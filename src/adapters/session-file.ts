import { chmod, rm, stat } from "node:fs/promises";
import Type from "typebox";
import { isFileMissing, messageOf, PhasewiseError } from "../errors.ts";
import { shapeOf } from "../model/fault.ts";
import type { SessionMemory } from "../ports/sessions.ts";
import { createKeeper, readOrSetAside, setAside, type SettingAsideTold, writeKept } from "./kept-file.ts";

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const FILE = shapeOf(
  Type.Object(
    {
      version: Type.Literal(1),
      sessions: Type.Array(
        Type.Object(
          {
            digest: Type.String({ pattern: "^[0-9a-f]{64}$" }),
            number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
            name: Type.String({ minLength: 1, maxLength: 100 }),
            address: Type.String({ maxLength: 100 }),
            startedAt: Instant,
            seenAt: Instant,
            endsAt: Instant,
          },
          strict,
        ),
      ),
    },
    strict,
  ),
);

/** Whoever may write there could sign in as anybody. */
const WRITABLE_BY_OTHERS = 0o022;
const OWNER_ONLY = 0o600;

/**
 * Who is signed in, in a file of its owner's alone that is always whole. One that is not ours, or that others could write to, is moved to `PATH.damaged`, which is
 * told: then nobody is signed in. Where it cannot be written it is removed, so that nobody who has signed out meanwhile comes back with it.
 *
 * @throws PhasewiseError STORE_FAILED where it cannot be read or moved
 */
export async function openSessionFile(path: string, told: SettingAsideTold): Promise<SessionMemory> {
  const isOurs = await isOwnersAlone(path, told);
  const found = isOurs ? await readOrSetAside(path, FILE, told.setAside) : undefined;
  const inTurn = createKeeper(told);
  return {
    kept: found?.sessions ?? [],
    keep: async (sessions) =>
      await inTurn(async () => {
        try {
          await writeKept(path, { version: 1, sessions });
        } catch (cause) {
          await rm(path, { force: true });
          throw cause;
        }
      }),
  };
}

/** Whether there is a file that nobody else could have written; after this, nobody else can read it either. */
async function isOwnersAlone(path: string, told: SettingAsideTold): Promise<boolean> {
  try {
    const { mode } = await stat(path);
    if ((mode & WRITABLE_BY_OTHERS) === 0) {
      await chmod(path, OWNER_ONLY);
      return true;
    }
    const found = (mode & 0o777).toString(8).padStart(4, "0");
    await setAside(path, `${path}: found mode ${found}, allowed: 0600, for its owner alone`, told.setAside);
    return false;
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    if (isFileMissing(cause)) return false;
    const why = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `cannot read ${path}: ${why}`, { cause });
  }
}
