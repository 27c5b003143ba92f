import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { PhasewiseError } from "../errors.ts";

/**
 * The lines of a journal, without a last one that a killed engine has cut off; `cutOff` is told of that.
 *
 * @throws PhasewiseError DATA_MISSING for a file that cannot be read
 */
export async function* journalLines(file: string, cutOff: () => void): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  let pending: string | undefined;
  try {
    // One line behind, so that the last one is known as the last.
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (pending !== undefined) yield pending;
      pending = line;
    }
  } catch (cause) {
    if (cause instanceof Error && !(cause instanceof PhasewiseError) && "code" in cause) {
      throw new PhasewiseError("DATA_MISSING", `${file} cannot be read: ${cause.message}`, { cause });
    }
    throw cause;
  } finally {
    input.destroy();
  }
  if (pending === undefined) return;
  if (isWhole(pending)) yield pending;
  else cutOff();
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
