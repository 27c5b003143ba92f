import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { PhasewiseError } from "../../src/errors.ts";
import { findNetconvert, findSumo } from "../../sim/sumo/sumo-process.ts";

/** Named, so that nobody takes it for a dependency of the package. */
const DEBIAN_INSTALLER = "apt-get";

/** Why tests that need SUMO are skipped; `undefined` where it is here, or could be installed just now. */
export const sumoMissing: string | undefined =
  missing(findSumo) === undefined ? undefined : (install() ?? missing(findSumo));

/** The same of those that also need its netconvert. */
export const netconvertMissing: string | undefined = sumoMissing ?? missing(findNetconvert);

function missing(find: () => string): string | undefined {
  try {
    find();
    return undefined;
  } catch (error) {
    if (error instanceof PhasewiseError) return error.message;
    throw error;
  }
}

function install(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return undefined;
  try {
    execFileSync(DEBIAN_INSTALLER, ["-o", "DPkg::Lock::Timeout=120", "install", "-y", "sumo"], {
      stdio: "pipe",
      timeout: 240_000,
    });
    return undefined;
  } catch (error) {
    return `SUMO is missing and could not be installed: ${error instanceof Error ? error.message.split("\n")[0] : "?"}`;
  }
}
