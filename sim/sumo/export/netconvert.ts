import { spawnSync } from "node:child_process";
import { PhasewiseError } from "../../../src/errors.ts";
import { findNetconvert } from "../sumo-process.ts";

/**
 * Makes SUMO's network from the plain XML that a configuration of `netconvert` in that folder names; gives what it says.
 * Throws SUMO_MISSING, and SUMO_FAILED where it makes none.
 */
export function runNetconvert(folder: string, config: string): string {
  const { error, status, stdout, stderr } = spawnSync(findNetconvert(), ["--configuration-file", config], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status === 0) return stderr.trim();
  const reason = error?.message ?? `exit code ${status}`;
  throw new PhasewiseError(
    "SUMO_FAILED",
    `netconvert ended badly (${reason}): ${`${stdout ?? ""}${stderr ?? ""}`.trim()}`,
  );
}
