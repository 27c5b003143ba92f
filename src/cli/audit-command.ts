import type { CAC } from "cac";
import { audit } from "./audit.ts";
import type { RawOptions } from "./options.ts";

/** `phasewise audit`. */
export function auditCommandOf(program: CAC): void {
  program
    .command(
      "audit <action> <place>",
      "verify: follow the hash chain of an audit trail and say where it ceases to hold; show: list its entries. Place: a run's folder, a trail's folder, or one file",
    )
    .option(
      "--anchor <number:hash>",
      "verify: an entry that is known to be in the trail, as verify printed it",
    )
    .option("--intersection <id>", "show: of this intersection alone")
    .option("--who <name>", "show: by this person, controller or engine alone")
    .option(
      "--from <instant>",
      "show: from this instant of the run's clock on, as 2026-01-05T07:00:00Z or in ms",
    )
    .option("--to <instant>", "show: before this instant")
    .option("--json [file]", "The result as JSON, as the last line or in the file")
    .example("phasewise audit verify .phasewise/runs/corridor-seed1")
    .example("phasewise audit show .phasewise/runs/corridor-seed1 --who ann")
    .action(
      async (action: string, place: string, options: RawOptions) => await audit(action, place, options),
    );
}
