import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PhasewiseError } from "../errors.ts";

/**
 * Writes files by name into a folder that is made for them or is empty. Throws OPTION_INVALID for one with something in it,
 * STORE_FAILED where it cannot be written.
 */
export async function writeNewFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const found = await readdir(folder);
    if (found.length > 0) {
      throw new PhasewiseError(
        "OPTION_INVALID",
        `${folder} holds ${found[0]}; allowed is a new or an empty folder`,
      );
    }
    for (const [name, text] of files) await writeFile(join(folder, name), text);
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `${folder} cannot be written: ${reason}`, { cause });
  }
}
