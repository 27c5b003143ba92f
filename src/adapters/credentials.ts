import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Type } from "typebox";
import { isFileMissing, messageOf, PhasewiseError } from "../errors.ts";
import { describeFault, shapeOf } from "../model/fault.ts";
import { ID_PATTERN } from "../model/id.ts";

const CredentialsShape = shapeOf(
  Type.Record(Type.String({ pattern: ID_PATTERN }), Type.String({ minLength: 16, maxLength: 200 })),
);

const SECRET_BYTES = 24;

/**
 * The secret of every id, from the file; made and added to it where it has none yet. The file is readable for its owner only.
 * Throws `DATA_INVALID` on a file that is not of this form, `STORE_FAILED` on one that cannot be read or written.
 */
export async function loadCredentials(
  path: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map(Object.entries(await readSecrets(path)));
  const missing = ids.filter((id) => !known.has(id));
  for (const id of missing) known.set(id, randomBytes(SECRET_BYTES).toString("base64url"));
  if (missing.length > 0) {
    await writeSecrets(path, known);
  }
  return known;
}

async function writeSecrets(path: string, secrets: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(Object.fromEntries(secrets), null, 2)}\n`, { mode: 0o600 });
    // The mode above is only for a file that was not there.
    await chmod(path, 0o600);
  } catch (cause) {
    throw new PhasewiseError("STORE_FAILED", `cannot write the credentials ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function readSecrets(path: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (isFileMissing(cause)) return {};
    throw new PhasewiseError("STORE_FAILED", `cannot read the credentials ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Without the parser's error: it quotes the text, which is secret.
    throw new PhasewiseError("DATA_INVALID", `${path}: not JSON; delete it to have new credentials made`);
  }
  const checked = CredentialsShape.check(path, document);
  if (checked.ok) return checked.value;
  // What was found may be a secret: only the place and what is allowed are told.
  const faults = checked.error.map((fault) => describeFault({ ...fault, found: "something else" }));
  throw new PhasewiseError("DATA_INVALID", faults.join("\n"));
}
