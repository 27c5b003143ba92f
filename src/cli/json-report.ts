import { writeFile } from "node:fs/promises";
import { messageOf, PhasewiseError } from "../errors.ts";
import type { RawOptions } from "./options.ts";

/** What `--json [FILE]` asks for: the object as the last line of standard output, or in a file. */
export async function writeJson(options: RawOptions, report: object): Promise<void> {
  const { json } = options;
  if (json === undefined || json === false) return;
  if (typeof json !== "string") {
    console.log(JSON.stringify(report));
    return;
  }
  try {
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `--json ${json} cannot be written: ${reason}`, { cause });
  }
}

/** Whether standard output belongs to the JSON alone. */
export function printsJson({ json }: RawOptions): boolean {
  return json === true;
}
