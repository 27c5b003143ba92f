#!/usr/bin/env node
import { cac } from "cac";
import { PhasewiseError } from "../errors.ts";
import { HOST_DEFAULT, PORT_DEFAULT } from "./engine-host.ts";
import { FROM_DEFAULT, NETWORK_ARGUMENT_HELP } from "./networks.ts";
import type { RawOptions } from "./options.ts";
import { SPEED_DEFAULT, start } from "./start.ts";

const cli = cac("phasewise");

cli
  .command(
    "start [network]",
    `Engine, simulated field and console in one process. Networks: ${NETWORK_ARGUMENT_HELP}`,
  )
  .option("--speed <factor>", "Simulated seconds per second, or max", { default: SPEED_DEFAULT })
  .option(
    "--for <seconds>",
    "Simulated seconds to run; default: until stopped, a .sumocfg for its configured time",
  )
  .option("--from <time>", `Local time of day at which a built-in network starts (default: ${FROM_DEFAULT})`)
  .option("--control <variant>", "adaptive, or fixed: the configured plans and no engine decisions", {
    default: "adaptive",
  })
  .option("--seed <n>", "Seed of the traffic", { default: 1 })
  .option("--interval <minutes>", "Strategic interval, 1 to 15 (default: 5)")
  .option("--headless", "No console")
  .option("--link <kind>", "websocket, or memory: the same frames and checks in process", {
    default: "websocket",
  })
  .option("--host <address>", `Address to listen on (default: ${HOST_DEFAULT})`)
  .option(
    "--port <n>",
    `Port of console and controller link (default: ${PORT_DEFAULT}; headless: any free one)`,
  )
  .option(
    "--journal <file>",
    "Where inputs and effects are written; off for none (default: .phasewise/runs/…)",
  )
  .option(
    "--credentials <file>",
    "Secrets of the controllers (default: .phasewise/credentials/<network>.json)",
  )
  .option("--json", "Print one summary object as the last line")
  .example("phasewise start corridor --speed 20")
  .example("phasewise start path/to/scenario.sumocfg --headless --speed max --json")
  .action(
    async (network: string | undefined, options: RawOptions) => await start(network ?? "corridor", options),
  );

cli.help();
cli.version("0.1.0");

await run();

async function run(): Promise<void> {
  try {
    cli.parse(process.argv, { run: false });
    if (cli.matchedCommand === undefined && cli.options["help"] !== true && cli.options["version"] !== true) {
      const given = cli.args[0];
      if (given !== undefined) {
        const known = cli.commands.map(({ name }) => name).join(", ");
        throw new PhasewiseError("OPTION_INVALID", `${given} is no command of phasewise; there are ${known}`);
      }
      cli.outputHelp();
    }
    await cli.runMatchedCommand();
  } catch (cause) {
    process.exitCode = exitCodeOf(cause);
    console.error(messageOf(cause));
  }
}

/** What a user did wrong is told in a sentence; what we did wrong with its stack. */
function messageOf(cause: unknown): string {
  if (cause instanceof PhasewiseError) return cause.message;
  if (cause instanceof Error && cause.name === "CACError") return `${cause.message}; see phasewise --help`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function exitCodeOf(cause: unknown): number {
  if (cause instanceof PhasewiseError) return cause.exitCode;
  return cause instanceof Error && cause.name === "CACError" ? 2 : 3;
}
