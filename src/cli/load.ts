import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { type LoadReport, type Machine, measureLoad } from "../../sim/load/measure.ts";
import { startRegion } from "../../sim/load/region.ts";
import { OBSERVATIONS } from "../../sim/whatif/observe.ts";
import { INTERVAL_DEFAULT_MS, PLAN_VALID_DEFAULT_MS } from "../engine/configuration.ts";
import { PhasewiseError } from "../errors.ts";
import { after, HOUR_MS, instantMs, SECOND_MS } from "../units.ts";
import { historyLoad } from "./history-load.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { choiceOption, flagOption, numberOption, type RawOptions, SEED_MAX } from "./options.ts";
import { plantSpeed } from "./plant-speed.ts";
import { stopSignal } from "./stop-signal.ts";
import { wallClock } from "./wall-clock.ts";

export const INTERSECTIONS_DEFAULT = 3_000;
export const SECONDS_DEFAULT = 60;
/** Beyond these somebody has mistyped. */
const INTERSECTIONS_MAX = 20_000;
const SECONDS_MAX = 86_400;

/** Until schedules have been lent everywhere and the code is warm. */
const RUN_IN_SECONDS = 30;
/** Simulated seconds between two words of progress. */
const PROGRESS_SECONDS = 10;

/** DESIGN §5: where nothing else is said, a simulated run begins on this day; here in its morning. */
const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const STARTS_AT = after(MIDNIGHT, 7 * HOUR_MS);

/** As a shell says it of a command that Ctrl-C ended. */
const EXIT_CODE_STOPPED = 130;

/**
 * Many controllers against one engine on a generated network: what a simulated second takes, what a decision takes, and what an
 * intersection holds in memory. The engine is driven directly, in this process and on one core. Or the plant alone.
 */
export async function load(network: string | undefined, options: RawOptions): Promise<void> {
  if (options["history"] !== undefined) return await historyLoad(options);
  const inProcess = flagOption(options, "inProcess");
  if (flagOption(options, "plantOnly")) {
    if (inProcess)
      throw new PhasewiseError("OPTION_INVALID", "load: --in-process and --plant-only: allowed is one");
    return await plantSpeed(network, options);
  }
  if (!inProcess) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      "load: --in-process or --plant-only is needed, or --history: there is the engine in this process, driven directly, the plant alone, or the history; and no load over links",
    );
  }
  if (network !== undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `load ${network} --in-process: the engine is loaded on a generated grid; a network is allowed with --plant-only`,
    );
  }
  await engineLoad(options);
}

async function engineLoad(options: RawOptions): Promise<void> {
  const count = wholeNumber(options, "intersections", 1, INTERSECTIONS_MAX) ?? INTERSECTIONS_DEFAULT;
  const seconds = wholeNumber(options, "seconds", 1, SECONDS_MAX) ?? SECONDS_DEFAULT;
  const seed = wholeNumber(options, "seed", 0, SEED_MAX) ?? 1;
  const observe = choiceOption(options, "observe", OBSERVATIONS);
  const stopped = stopSignal();

  const rows = Math.round(Math.sqrt(count));
  const columns = Math.ceil(count / rows);
  console.error(`making a grid of ${rows} × ${columns} intersections and their controllers`);
  const network = gridNetwork(rows, columns);
  const region = startRegion({ network, seed, observe, midnightAt: MIDNIGHT, startsAt: STARTS_AT });
  // What the street brings, no engine is told.
  const { demand: _, ...withoutDemand } = network;
  console.error(`making the engine, then ${RUN_IN_SECONDS} simulated seconds to run in`);
  const report = measureLoad({
    region,
    configuration: {
      network: withoutDemand,
      midnightAt: MIDNIGHT,
      stepMs: SECOND_MS,
      intervalMs: INTERVAL_DEFAULT_MS,
      planValidMs: PLAN_VALID_DEFAULT_MS,
      mode: "adaptive",
    },
    runInSeconds: RUN_IN_SECONDS,
    seconds,
    machine: thisMachine(),
    progress: (done) => {
      if (done % PROGRESS_SECONDS === 0) console.error(`${done} of ${seconds} simulated seconds`);
    },
    stopped,
  });
  if (stopped.aborted) {
    process.exitCode = EXIT_CODE_STOPPED;
    return;
  }
  if (!printsJson(options)) console.log(describe(report, observe));
  await writeJson(options, { ...report, observe, seed });
}

function wholeNumber(options: RawOptions, name: string, min: number, max: number): number | undefined {
  return numberOption(options, name, { min, max, integer: true });
}

/** Rounds of collection after which nothing more is freed: what only weak references hold goes with a later one. */
const COLLECTIONS = 3;

function thisMachine(): Machine {
  // The collector is asked for here, so that nobody has to start node with a flag.
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  return {
    nowMs: wallClock.now,
    usedMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    heldBytes: () => {
      for (let round = 0; round < COLLECTIONS; round += 1) if (typeof collect === "function") collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    },
  };
}

function describe(report: LoadReport, observe: string): string {
  const { stepSeconds, tickSeconds, simulatedSeconds, intersections } = report;
  const wall = ({ mean, p50, p99, max }: LoadReport["stepSeconds"]): string =>
    `mean ${figure(mean, 3)}, p50 ${figure(p50, 3)}, p99 ${figure(p99, 3)}, max ${figure(max, 3)}`;
  return [
    `${intersections} intersections, ${observe}, ${simulatedSeconds} simulated seconds, one core`,
    `wall seconds per simulated second: ${wall(stepSeconds)}`,
    `  of which the tick:               ${wall(tickSeconds)}`,
    `processor seconds per simulated second: mean ${figure(report.processorSecondsMean, 3)}`,
    `inputs per simulated second: ${figure(report.inputs / simulatedSeconds, 0)}`,
    `searches per simulated second: ${figure(report.decisions / simulatedSeconds, 0)}; microseconds each: mean ${figure(report.decisionMicrosecondsMean, 0)}, p50 ${figure(report.decisionMicrosecondsP50, 0)}, p99 ${figure(report.decisionMicrosecondsP99, 0)}`,
    `schedules: ${report.schedulesPushed} pushed, ${report.schedulesAccepted} accepted, ${report.schedulesRefused} refused; timing plans pushed: ${report.plansPushed}`,
    `memory of the engine: ${figure(report.bytesPerIntersection / 1000, 1)} kB an intersection, ${figure((report.bytesPerIntersection * intersections) / 1e6, 0)} MB`,
  ].join("\n");
}

function figure(value: number | null, digits: number): string {
  return value === null ? "none" : value.toFixed(digits);
}
