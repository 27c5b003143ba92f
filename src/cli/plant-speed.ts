import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { type PlantRun, type RunCost, timePlant, updatesPerSecond } from "../../sim/load/plant-speed.ts";
import { exportNetwork } from "../../sim/sumo/export/export-network.ts";
import { findNetconvert, findSumo } from "../../sim/sumo/sumo-process.ts";
import { timeSumo } from "../../sim/sumo/sumo-speed.ts";
import { medianOf } from "../../sim/whatif/statistics.ts";
import { defined } from "../assert.ts";
import { PhasewiseError } from "../errors.ts";
import { after, HOUR_MS, instantMs } from "../units.ts";
import { writeExport } from "./export.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import { numberOption, type RawOptions, SEED_MAX } from "./options.ts";
import { wallClock } from "./wall-clock.ts";

/** Simulated seconds a round where the scenario says nothing else. */
export const PLANT_SECONDS_DEFAULT = 3_600;
const PLANT_SECONDS_MAX = 86_400;
/** Each side runs so often, by turns; the one in the middle counts. */
const ROUNDS = 5;

/** Runs are repeated until a round has lasted so long: a run of an hour takes a few hundredths of a second. */
const ROUND_LEAST_SECONDS = 1;

/** Rows and columns of the grids whose cost is compared: 9 to 1,024 intersections. */
const GRID_SIDES = [3, 6, 10, 18, 32] as const;
const GRID_SECONDS_DEFAULT = 300;
/** Every lane begins with a vehicle each 40 m: 25 on a kilometre, busy and not jammed. */
const GRID_SPACING_METERS = 40;
const GRID_MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const GRID_STARTS_AT = after(GRID_MIDNIGHT, 7 * HOUR_MS);

type Speed = {
  readonly vehicleSeconds: number;
  /** Medians over the rounds. */
  readonly wallSeconds: number;
  readonly updatesPerSecond: number;
};

/**
 * How fast the built-in traffic model alone is, under fixed-time signals: on a network, beside SUMO by itself, which has a network of ours exported; or
 * without a network on grids of growing size.
 */
export async function plantSpeed(reference: string | undefined, options: RawOptions): Promise<void> {
  const seed = numberOption(options, "seed", { min: 0, max: SEED_MAX, integer: true }) ?? 1;
  const seconds = numberOption(options, "seconds", { min: 1, max: PLANT_SECONDS_MAX, integer: true });
  await (reference === undefined
    ? gridSpeeds(seed, seconds ?? GRID_SECONDS_DEFAULT, options)
    : networkSpeed(reference, seed, seconds, options));
}

async function networkSpeed(
  reference: string,
  seed: number,
  seconds: number | undefined,
  options: RawOptions,
): Promise<void> {
  const { network, midnightAt, startsAt, durationSeconds, notes } = await openRunnable(reference, undefined, {
    plant: "builtin",
  });
  for (const note of notes) console.error(note);
  const run: PlantRun = {
    network,
    midnightAt,
    startsAt,
    seconds: seconds ?? durationSeconds ?? PLANT_SECONDS_DEFAULT,
    seed,
  };
  const { plant, sumo } = reference.endsWith(".sumocfg")
    ? await timeBoth(run, reference)
    : await timeExported(run);
  const built = speedOf(plant);
  const beside = sumo.length === 0 ? undefined : speedOf(sumo);
  const ratio = beside === undefined ? undefined : built.updatesPerSecond / beside.updatesPerSecond;
  if (!printsJson(options)) {
    console.log(`${reference}: ${run.seconds} simulated seconds, medians of ${ROUNDS}, one thread`);
    console.log(line("built-in model", built));
    if (beside !== undefined) console.log(line("SUMO, without TraCI", beside));
    if (ratio !== undefined) console.log(`the built-in model is ${ratio.toFixed(1)} times as fast`);
  }
  await writeJson(options, {
    network: reference,
    simulatedSeconds: run.seconds,
    seed,
    builtin: built,
    sumo: beside,
    ratio,
  });
}

type Rounds = { readonly plant: readonly RunCost[]; readonly sumo: readonly RunCost[] };

/** By turns, so that whatever else the machine does meets both. */
async function timeBoth(run: PlantRun, sumoConfig: string | undefined): Promise<Rounds> {
  // Not counted: the code is compiled while it runs, SUMO's is already.
  timeRound(run);
  const plant: RunCost[] = [];
  const sumo: RunCost[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    plant.push(timeRound(run));
    if (sumoConfig !== undefined) sumo.push(await timeSumo(sumoConfig, run.seed));
    console.error(`round ${round} of ${ROUNDS}`);
  }
  return { plant, sumo };
}

/** A network of ours, beside SUMO on what it is exported to: the same streets, plans and vehicles. Without SUMO the model alone is timed. */
async function timeExported(run: PlantRun): Promise<Rounds> {
  const missing = sumoMissing();
  if (missing !== undefined) {
    console.error(`${missing} The built-in model is timed alone.`);
    return await timeBoth(run, undefined);
  }
  const folder = await mkdtemp(join(tmpdir(), "phasewise-export-"));
  try {
    const exported = exportNetwork(run.network, run, run.seed);
    for (const said of await writeExport(folder, exported)) console.error(said);
    return await timeBoth(run, join(folder, exported.sumoConfig));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Why nothing can be exported and run; `undefined` where it can. */
function sumoMissing(): string | undefined {
  try {
    findSumo();
    findNetconvert();
    return undefined;
  } catch (cause) {
    if (cause instanceof PhasewiseError && cause.code === "SUMO_MISSING") return cause.message;
    throw cause;
  }
}

async function gridSpeeds(seed: number, seconds: number, options: RawOptions): Promise<void> {
  const runs = GRID_SIDES.map(
    (side): PlantRun => ({
      network: gridNetwork(side, side),
      midnightAt: GRID_MIDNIGHT,
      startsAt: GRID_STARTS_AT,
      seconds,
      seed,
      spacingMeters: GRID_SPACING_METERS,
    }),
  );
  timeRound(defined(runs[0], "a grid"));
  const costs = runs.map((): RunCost[] => []);
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [k, run] of runs.entries()) costs[k]?.push(timeRound(run));
    console.error(`round ${round} of ${ROUNDS}`);
  }
  const grids = runs.map(({ network }, k) => ({
    intersections: network.intersections.length,
    ...speedOf(defined(costs[k], "costs")),
  }));
  if (!printsJson(options)) {
    console.log(`grids: ${seconds} simulated seconds, medians of ${ROUNDS}, one thread`);
    for (const { intersections, ...speed } of grids) {
      console.log(line(`${intersections} intersections`, speed));
    }
  }
  await writeJson(options, { simulatedSeconds: seconds, seed, grids });
}

/** What the runs of a round took together. */
function timeRound(run: PlantRun): RunCost {
  let vehicleSeconds = 0;
  let wallSeconds = 0;
  do {
    const cost = timePlant(run, wallClock.now);
    vehicleSeconds += cost.vehicleSeconds;
    wallSeconds += cost.wallSeconds;
  } while (wallSeconds < ROUND_LEAST_SECONDS);
  return { vehicleSeconds, wallSeconds };
}

function speedOf(rounds: readonly RunCost[]): Speed {
  const median = (of: (cost: RunCost) => number): number =>
    defined(medianOf(rounds.map(of)) ?? undefined, "a round");
  return {
    vehicleSeconds: median(({ vehicleSeconds }) => vehicleSeconds),
    wallSeconds: median(({ wallSeconds }) => wallSeconds),
    updatesPerSecond: median(updatesPerSecond),
  };
}

function line(what: string, { vehicleSeconds, wallSeconds, updatesPerSecond: rate }: Speed): string {
  const nanoseconds = 1e9 / rate;
  return `${what}: ${(rate / 1e6).toFixed(2)} million vehicle updates a second (${vehicleSeconds} in ${wallSeconds.toFixed(3)} s, ${nanoseconds.toFixed(0)} ns each)`;
}
