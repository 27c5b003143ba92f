#!/usr/bin/env node
import { type CAC, cac, type Command } from "cac";
import { EVENT_FORMS, EVENTS_TEXT } from "../../sim/scenario/event-text.ts";
import { LOG_FORMATS } from "../adapters/feeds/log-file.ts";
import { PhasewiseError } from "../errors.ts";
import { ROLES } from "../model/role.ts";
import { MODEL_NAMES, OPTIONAL_MODEL_NAMES } from "../forecast/registry.ts";
import { alarmsCommandOf } from "./alarms.ts";
import { auditCommandOf } from "./audit-command.ts";
import { arrivals } from "./arrivals.ts";
import { backtest, HORIZON_MAX, HORIZONS_DEFAULT, SEED_DEFAULT } from "./backtest.ts";
import { check } from "./check.ts";
import { HOST_DEFAULT, PORT_DEFAULT } from "./engine-host.ts";
import { exportScenario, EXPORT_SECONDS_DEFAULT } from "./export.ts";
import { evaluateCommandOf } from "./evaluate.ts";
import { field } from "./field.ts";
import { BINS, ingest, TIME_ZONE_DEFAULT } from "./ingest.ts";
import { EVENTS_DEFAULT } from "./history-load.ts";
import { importScenario } from "./import.ts";
import { INTERSECTIONS_DEFAULT, load, SECONDS_DEFAULT } from "./load.ts";
import { FROM_DEFAULT, NETWORK_ARGUMENT_HELP } from "./networks.ts";
import { measuresCommandOf } from "./measures-command.ts";
import { PLANT_SECONDS_DEFAULT } from "./plant-speed.ts";
import { HISTORY_DAYS_DEFAULT, type RawOptions, SPEED_DEFAULT } from "./options.ts";
import { peopleCommandOf } from "./people-command.ts";
import { prove, STEPS_DEFAULT } from "./prove.ts";
import { recordCommandsOf } from "./record-commands.ts";
import { serve } from "./serve.ts";
import { start } from "./start.ts";
import { tuneCommandOf } from "./tune-command.ts";
import { VERSION } from "./version.ts";
import { whatifCommand } from "./whatif-command.ts";
import { SEEDS_DEFAULT } from "./whatif-request.ts";

const NETWORK_DEFAULT = "corridor";
const CREDENTIALS_HELP = "Secrets of the controllers (default: .phasewise/credentials/<network>.json)";

const cli = commands(cac("phasewise"));
await run();

function commands(program: CAC): CAC {
  engineOptionsOf(
    fieldOptionsOf(
      program.command(
        "start [network]",
        `Engine, simulated field and console in one process. Networks: ${NETWORK_ARGUMENT_HELP}`,
      ),
    ),
  )
    .option("--headless", "No console")
    .option(
      "--link <kind>",
      "websocket, or memory: the same frames and checks in process (default: websocket)",
    )
    .option(
      "--event <event>",
      `Something that happens; may be repeated: ${EVENT_FORMS.join("; ")} (${EVENTS_TEXT})`,
    )
    .option("--json [file]", "One summary object as the last line, or in the file")
    .example("phasewise start corridor --speed 20")
    .example("phasewise start path/to/scenario.sumocfg --headless --speed max --json")
    .action(async (network: string | undefined, options: RawOptions) => {
      await start(network ?? NETWORK_DEFAULT, options);
    });
  engineOptionsOf(
    program.command("serve [network]", "Engine and console alone; controllers connect over the network"),
  )
    .example("phasewise serve corridor --port 8080")
    .action(async (network: string | undefined, options: RawOptions) => {
      await serve(network ?? NETWORK_DEFAULT, options);
    });
  fieldCommand(program);
  program
    .command(
      "check <network>",
      "Validate a network or a scenario file: all faults at once, with file, place, what is allowed and why",
    )
    .option("--json [file]", "The result as JSON")
    .example("phasewise check intersections/corridor")
    .example("phasewise check intersections/scenarios/busy-morning.yaml")
    .action(async (network: string, options: RawOptions) => await check(network, options));
  recordCommandsOf(program);
  importCommand(program);
  exportCommand(program);
  proveCommand(program);
  whatifCommand(program);
  tuneCommandOf(program);
  arrivalsCommand(program);
  loadCommand(program);
  backtestCommand(program);
  ingestCommand(program);
  measuresCommandOf(program);
  alarmsCommandOf(program);
  auditCommandOf(program);
  peopleCommandOf(program);
  evaluateCommandOf(program);
  program.help();
  program.version(VERSION);
  return program;
}

function fieldCommand(program: CAC): void {
  fieldOptionsOf(
    program.command(
      "field [network]",
      "Simulated controllers and their plant, connecting to a running engine",
    ),
  )
    .option("--credentials <file>", CREDENTIALS_HELP)
    .option(
      "--ca <file>",
      "Certificates, as PEM, by which the engine is known on wss (default: the system's)",
    )
    .option("--engine <url>", `Where the engine listens (default: ws://${HOST_DEFAULT}:${PORT_DEFAULT})`)
    .option("--json [file]", "One summary object as the last line, or in the file")
    .example("phasewise field corridor --engine ws://127.0.0.1:8080 --speed 20")
    .action(async (network: string | undefined, options: RawOptions) => {
      await field(network ?? NETWORK_DEFAULT, options);
    });
}

function importCommand(program: CAC): void {
  program
    .command(
      "import <sumocfg> [folder]",
      "Turn a SUMO network, its signal programs and its routes into a network folder for the built-in traffic model; what cannot be taken over is listed",
    )
    .option("--profile <timing>", "Clearances and least greens: shipped, street or resco (default: shipped)")
    .option(
      "--agree",
      "Run it on SUMO and on the built-in model under its own fixed-time programs, and compare travel times and flows by link",
    )
    .option("--seeds <list>", `Seeds for --agree (default: ${SEEDS_DEFAULT})`)
    .option("--json [file]", "The result as JSON, as the last line or in the file")
    .example("phasewise import path/to/scenario.sumocfg --agree")
    .example("phasewise import path/to/scenario.sumocfg my-network && phasewise check my-network")
    .action(
      async (scenario: string, folder: string | undefined, options: RawOptions) =>
        await importScenario(scenario, folder, options),
    );
}

function exportCommand(program: CAC): void {
  program
    .command(
      "export <network> <folder>",
      "Write a network as a SUMO scenario: streets, the local plans as fixed-time programs, and the traffic that a run draws; needs SUMO's netconvert; what cannot be said there is listed",
    )
    .option("--seed <n>", "Seed of the traffic (default: 1)")
    .option(
      "--from <time>",
      `Local time of day at which it begins, and whose plans it has (default: ${FROM_DEFAULT})`,
    )
    .option(
      "--for <seconds>",
      `Simulated seconds (default: ${EXPORT_SECONDS_DEFAULT}; with trips their period)`,
    )
    .option("--json [file]", "The result as JSON, as the last line or in the file")
    .example("phasewise export corridor sumo-corridor && sumo -c sumo-corridor/corridor.sumocfg")
    .example("phasewise export corridor evening --from 16:30 --for 7200 --seed 3")
    .action(
      async (network: string, folder: string, options: RawOptions) =>
        await exportScenario(network, folder, options),
    );
}

function proveCommand(program: CAC): void {
  program
    .command("prove", "Look for anything unsafe that a controller can be brought to do")
    .option("--exhaustive", "Every state of the machine, for a four-phase and the eight-phase configuration")
    .option("--steps <n>", `Steps of 100 ms over generated intersections (default: ${STEPS_DEFAULT})`)
    .option("--seed <n>", "First seed; each intersection has the next one (default: 1)")
    .option("--plant-fault <rule>", "Break one rule on purpose: the run must find it")
    .option("--jobs <n>", "Cores to use (default: all, at most 8)")
    .option("--json [file]", "The result as JSON")
    .example("phasewise prove --exhaustive")
    .example("phasewise prove --steps 50000000 --seed 1 --json")
    .example("phasewise prove --plant-fault S20")
    .action(async (options: RawOptions) => await prove(options));
}

function arrivalsCommand(program: CAC): void {
  program
    .command(
      "arrivals <network>",
      "Run a scenario under the adaptive control and score how well the vehicles of the next 5 to 120 s are predicted",
    )
    .option("--mode <level>", "adaptive, or plan: of adaptive the strategic level alone (default: adaptive)")
    .option(
      "--profile <timing>",
      "Clearances and least greens of a .sumocfg: shipped, street or resco (default: shipped)",
    )
    .option("--seed <n>", "Seed of the traffic (default: 1)")
    .option("--for <seconds>", "Simulated seconds (default: as configured; a network has an hour)")
    .option(
      "--from <time>",
      `Local time of day at which a built-in network starts (default: ${FROM_DEFAULT})`,
    )
    .option("--json [file]", "The report as JSON, as the last line or in the file")
    .example("phasewise arrivals corridor --json")
    .example("phasewise arrivals path/to/scenario.sumocfg --profile street")
    .action(async (network: string, options: RawOptions) => await arrivals(network, options));
}

function loadCommand(program: CAC): void {
  program
    .command(
      "load [network]",
      "Many controllers against one engine on a generated network: latency, throughput, memory; or the traffic model alone: how fast it is",
    )
    .option("--in-process", "Drive the engine directly, without links, on a generated grid")
    .option(
      "--plant-only",
      "The built-in traffic model under fixed-time signals alone: on a network, beside SUMO itself where it is installed (a network of ours is exported); without one on grids of growing size",
    )
    .option(
      "--history [folder]",
      "The history alone: events a second, and an engine's steps with it and without; in a folder that is kept, or in one of its own",
    )
    .option("--events <n>", `Events that are appended with --history (default: ${EVENTS_DEFAULT})`)
    .option("--intersections <n>", `At least so many, in a grid (default: ${INTERSECTIONS_DEFAULT})`)
    .option(
      "--seconds <n>",
      `Simulated seconds that are measured (default: ${SECONDS_DEFAULT}; of the plant what the scenario has, or ${PLANT_SECONDS_DEFAULT})`,
    )
    .option("--observe <what>", "loops, or zone: vehicles within 200 m of the stop line too (default: loops)")
    .option("--seed <n>", "Seed of the traffic (default: 1)")
    .option("--json [file]", "The result as JSON, as the last line or in the file")
    .example("phasewise load --in-process --intersections 3000")
    .example("phasewise load corridor --plant-only")
    .example("phasewise load path/to/scenario.sumocfg --plant-only")
    .action(async (network: string | undefined, options: RawOptions) => await load(network, options));
}

function backtestCommand(program: CAC): void {
  program
    .command(
      "backtest <train> [test]",
      "Try forecasters on CSV files of counts (PeMS, or Oregon 15-minute counts); without a second file the last third of the days is forecast",
    )
    .option(
      "--model <names>",
      `Some of ${MODEL_NAMES.join(", ")} (default: all of these); or ${OPTIONAL_MODEL_NAMES.join(", ")}, which is trained for minutes by optional packages`,
    )
    .option("--seed <n>", `Seed of ${OPTIONAL_MODEL_NAMES.join(", ")} (default: ${SEED_DEFAULT})`)
    .option(
      "--protocol <name>",
      "pems: fitted once, the first 12 test intervals not scored, days in a row as in the file; rolling: each test day is an origin, missing days stay a gap (default: pems with a second file, rolling without)",
    )
    .option(
      "--horizons <steps>",
      `Intervals ahead that are scored too, each with intervals of its own, such as 1,3,6,12 (at most ${HORIZON_MAX}; default: ${HORIZONS_DEFAULT.join(",")})`,
    )
    .option("--html <file>", "A page with plots that needs nothing else")
    .option("--json [file]", "The report as JSON, as the last line or in the file")
    .example("phasewise backtest train.csv test.csv --horizons 1,3,6,12 --html report.html")
    .example("phasewise backtest counts.csv --model ar1,profile-rls --json")
    .example("phasewise backtest train.csv test.csv --model profile-ar,profile-rls,lstm --seed 2")
    .action(
      async (train: string, test: string | undefined, options: RawOptions) =>
        await backtest(train, test, options),
    );
}

function ingestCommand(program: CAC): void {
  program
    .command(
      "ingest <...files>",
      "Read high-resolution logs of controllers (CSV, MaxTime XML, Econolite .dat and .datZ), and tell what was repaired and rejected",
    )
    .option("--counts <file>", "Write on-events (82) by detector and bin, as CSV")
    .option("--bin <length>", `Length of a bin: ${BINS.join(", ")} (default: ${BINS[0]})`)
    .option("--events <file>", "Write all events in order, without duplicates, as one CSV")
    .option(
      "--time-zone <name>",
      `Zone of the controllers' clocks, such as America/Denver (default: ${TIME_ZONE_DEFAULT}, which leaves times as they stand)`,
    )
    .option("--from-format <format>", `auto (by the content), ${LOG_FORMATS.join(", ")} (default: auto)`)
    .option("--device <id>", "Controller of files that name none (default: from the file's name)")
    .option("--json [file]", "The report as JSON, as the last line or in the file")
    .example("phasewise ingest controller.csv --counts counts.csv --bin 15m --time-zone America/Los_Angeles")
    .example("phasewise ingest logs/*.datZ --events events.csv --json report.json")
    .action(async (files: readonly string[], options: RawOptions) => await ingest(files, options));
}

function fieldOptionsOf(command: Command): Command {
  return command
    .option("--speed <factor>", `Simulated seconds per second, or max (default: ${SPEED_DEFAULT})`)
    .option(
      "--for <seconds>",
      "Simulated seconds to run (default: until stopped; a .sumocfg its configured time)",
    )
    .option(
      "--from <time>",
      `Local time of day at which a built-in network starts (default: ${FROM_DEFAULT})`,
    )
    .option("--observe <what>", "loops, or zone: vehicles within 200 m of the stop line too (default: loops)")
    .option(
      "--profile <timing>",
      "Clearances and least greens of a .sumocfg: shipped, street or resco (default: shipped)",
    )
    .option("--seed <n>", "Seed of the traffic (default: 1)");
}

function engineOptionsOf(command: Command): Command {
  return command
    .option(
      "--control <variant>",
      "adaptive, or fixed: the configured plans, no decisions (default: adaptive)",
    )
    .option(
      "--mode <mode>",
      "How far the engine goes at first: local (not at all), shadow (decides, sends nothing, is scored), advise (timing plans wait for an operator), plan (timing plans alone), adaptive (default: adaptive)",
    )
    .option("--interval <minutes>", "Strategic interval, 1 to 15 (default: 5)")
    .option("--set <path=value>", "A parameter of the engine (all: phasewise tune --list); may be repeated")
    .option("--plan-valid <minutes>", "Lease of a timing plan, 1 to 120 (default: 15)")
    .option("--host <address>", `Address to listen on (default: ${HOST_DEFAULT})`)
    .option("--allow-host <name>", "Another name under which consoles reach this address; may be repeated")
    .option(
      "--sign-in-as <role>",
      `Print a link that signs one guest in, once, as ${ROLES.join(", ")}; may be repeated (default: start operator, serve none)`,
    )
    .option(
      "--port <n>",
      `Port of console and controller link (default: ${PORT_DEFAULT}; headless: any free one)`,
    )
    .option("--tls-cert <file>", "Certificate of this address, as PEM: https and wss instead of http and ws")
    .option("--tls-key <file>", "Its private key, as PEM without a passphrase")
    .option("--journal <file>", "Where inputs and effects are written; off for none (default: in .phasewise)")
    .option(
      "--history <days>",
      `Days of history that are kept beside the journal, or off (default: ${HISTORY_DAYS_DEFAULT})`,
    )
    .option("--credentials <file>", CREDENTIALS_HELP);
}

async function run(): Promise<void> {
  try {
    cli.parse(process.argv, { run: false });
    const asked = cli.options["help"] === true || cli.options["version"] === true;
    if (cli.matchedCommand === undefined && !asked) {
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
    console.error(saidOf(cause));
  }
}

/** What a user did wrong is told in a sentence; what we did wrong with its stack. */
function saidOf(cause: unknown): string {
  if (cause instanceof PhasewiseError) return cause.message;
  if (cause instanceof Error && cause.name === "CACError") return `${cause.message}; see phasewise --help`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function exitCodeOf(cause: unknown): number {
  if (cause instanceof PhasewiseError) return cause.exitCode;
  return cause instanceof Error && cause.name === "CACError" ? 2 : 3;
}
