import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sumoVersion } from "../../sim/sumo/sumo-process.ts";
import { byCodeUnit } from "../units.ts";
import { VERSION } from "./version.ts";
import { sha256 } from "./run-folder.ts";

/** What ran: the same versions and the same inputs come to the same. */
export type Versions = {
  readonly phasewise: string;
  /** SHA-256 over the program's own files: the number above may stay while the code changes. */
  readonly code: string;
  readonly node: string;
  /** `null` where SUMO has no part in it. */
  readonly sumo: string | null;
};

/** Throws SUMO_MISSING where SUMO is needed and is not there. */
export function versionsOf(needsSumo: boolean): Versions {
  return {
    phasewise: VERSION,
    code: codeDigest(),
    node: process.versions.node,
    sumo: needsSumo ? sumoVersion() : null,
  };
}

/** Of everything that a run may load: `src` without the console, and `sim`, as sources or as what was compiled of them. */
function codeDigest(): string {
  const root = join(import.meta.dirname, "..", "..");
  const files = ["sim", "src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((name) => /\.[jt]s$/.test(name) && !name.startsWith(join("src", "console"))),
  );
  const texts = files.toSorted(byCodeUnit).map((name) => `${name} ${sha256(readFileSync(join(root, name)))}`);
  return sha256(texts.join("\n"));
}
