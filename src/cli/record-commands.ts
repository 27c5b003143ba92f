import type { CAC } from "cac";
import { explain } from "./explain.ts";
import { HISTORY_ACTIONS, history } from "./history.ts";
import type { RawOptions } from "./options.ts";
import { replay } from "./replay.ts";
import { SEEDS_DEFAULT } from "./whatif-request.ts";

/** The commands that look back on what a run has recorded. */
export function recordCommandsOf(program: CAC): void {
  replayCommand(program);
  explainCommand(program);
  historyCommand(program);
}

function replayCommand(program: CAC): void {
  program
    .command(
      "replay <journal>",
      "Give a journal's inputs to the engine again and compare its effects byte by byte",
    )
    .option(
      "--set <path=value>",
      "Show beside each recorded decision what the engine would decide with this parameter (all: phasewise tune --list); may be repeated",
    )
    .option(
      "--simulate",
      "With --set: also run both, the recorded parameters and these, on the built-in model with the demand estimated from the journal, pair by pair",
    )
    .option("--seeds <list>", `Seeds of --simulate, as 1-5 or 1,2,7 (default: ${SEEDS_DEFAULT})`)
    .option("--jobs <n>", "Cores of --simulate (default: all, at most 8); the results are the same")
    .option(
      "--out <folder>",
      "The run folder of --simulate (default: .phasewise/runs/<network>-recorded-<digest>)",
    )
    .option("--html <file>", "The report of --simulate as a page")
    .option("--json [file]", "The result as JSON")
    .example("phasewise replay journal.ndjson --set optimize.stopCostSeconds=6 --simulate --seeds 1-10")
    .action(async (journal: string, options: RawOptions) => await replay(journal, options));
}

function explainCommand(program: CAC): void {
  program
    .command(
      "explain <network>",
      "Why an intersection did what it did at an instant of the last run: the decision in force, made again from the journal",
    )
    .option("--intersection <id>", "Whose decision")
    .option(
      "--at <time>",
      "When: a local time of the run's day (08:14:30), an ISO time, or seconds into the run",
    )
    .option("--run <path>", "A journal, or a folder with one (default: the network's last run in .phasewise)")
    .option(
      "--level <level>",
      "tactical (the stage), strategic (the timing plan), or inForce: the one that decided there (default: inForce)",
    )
    .option(
      "--counterfactual <input=value>",
      "What would have been decided with another value of an input; may be repeated; --json lists all inputs",
    )
    .option("--json [file]", "The whole record as JSON, as the last line or in the file")
    .example("phasewise explain corridor --intersection garden --at 07:09:30")
    .example(
      "phasewise explain corridor --intersection garden --at 570 --counterfactual exit.garden_harbor.full=1",
    )
    .action(async (network: string, options: RawOptions) => await explain(network, options));
}

function historyCommand(program: CAC): void {
  program
    .command(
      "history <action> <run> [folder]",
      `${HISTORY_ACTIONS.join(" or ")}: what a run that is over remembers, or all of it as Parquet for other programs, by region and day in the Hive layout`,
    )
    .option("--from <day>", "export: first local day, such as 2026-01-05 (default: all)")
    .option("--to <day>", "export: last local day (default: all)")
    .option("--json [file]", "The report as JSON, as the last line or in the file")
    .example("phasewise history info .phasewise/runs/corridor-seed1")
    .example("phasewise history export .phasewise/runs/corridor-seed1 parquet --from 2026-01-05")
    .action(
      async (action: string, place: string, folder: string | undefined, options: RawOptions) =>
        await history(action, place, folder, options),
    );
}
