import type { CAC } from "cac";
import { FROM_DEFAULT } from "./networks.ts";
import type { RawOptions } from "./options.ts";
import {
  BUDGET_DEFAULT,
  CONFIRM_SEEDS_DEFAULT,
  OBJECTIVES,
  TUNE_SEEDS_DEFAULT,
  tuneCommand,
} from "./tune.ts";

/** What `phasewise tune` takes. */
export function tuneCommandOf(program: CAC): void {
  program
    .command(
      "tune [scenario]",
      "Look for parameters of the engine that beat the defaults: screening and search on training seeds, the winner confirmed on fresh ones; proposes, and changes nothing",
    )
    .option("--list", "All parameters: unit, default, range, effect, and the test that shows it")
    .option(
      "--param <path[=from..to]>",
      "A parameter to look at, over its whole range or a part of it; may be repeated",
    )
    .option(
      "--objective <measure>",
      `What is to be less: ${OBJECTIVES.join(", ")} (default: ${OBJECTIVES[0]})`,
    )
    .option("--budget <runs>", `Runs in all, at most (default: ${BUDGET_DEFAULT})`)
    .option("--seeds <list>", `Training seeds, as 1-5 or 1,2,7 (default: ${TUNE_SEEDS_DEFAULT})`)
    .option("--confirm-seeds <list>", `Fresh seeds for the winner (default: ${CONFIRM_SEEDS_DEFAULT})`)
    .option("--mode <level>", "adaptive, or plan: of adaptive the strategic level alone (default: adaptive)")
    .option("--observe <what>", "loops, or zone: vehicles within 200 m of the stop line too (default: loops)")
    .option(
      "--profile <timing>",
      "Clearances and least greens of a .sumocfg: street, resco, shipped (default: street)",
    )
    .option("--for <seconds>", "Simulated seconds a run (default: as configured; a network has an hour)")
    .option(
      "--from <time>",
      `Local time of day at which a built-in network starts (default: ${FROM_DEFAULT})`,
    )
    .option("--jobs <n>", "Cores to use (default: all, at most 8); the results are the same")
    .option("--json [file]", "The report as JSON, as the last line or in the file")
    .example("phasewise tune --list")
    .example(
      "phasewise tune corridor --param optimize.stopCostSeconds --param optimize.horizonSeconds=30..80 --for 1800 --budget 60",
    )
    .action(
      async (scenario: string | undefined, options: RawOptions) => await tuneCommand(scenario, options),
    );
}
