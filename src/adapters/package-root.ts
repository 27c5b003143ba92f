import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PhasewiseError } from "../errors.ts";

/**
 * The folder of this package: the nearest one above this module with a `package.json`, whether it runs from its sources or
 * from what was compiled of them.
 */
export function packageRoot(): string {
  const start = path.dirname(fileURLToPath(import.meta.url));
  let folder = start;
  while (!existsSync(path.join(folder, "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) {
      throw new PhasewiseError("DATA_MISSING", `no package.json in ${start} or any folder above it`);
    }
    folder = parent;
  }
  return folder;
}
