import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PhasewiseError } from "../../src/errors.ts";
import { findSumo, spawnSumo } from "./sumo-process.ts";

/** Vehicle updates, which are vehicle-seconds at steps of a second, and the wall time that they took. */
type SumoCost = { readonly vehicleSeconds: number; readonly wallSeconds: number };

/**
 * Runs a scenario on SUMO alone: no TraCI, no outputs but its own account of the run, no teleports, steps of a second. Loading the
 * network is not in SUMO's duration. Throws SUMO_MISSING, and SUMO_FAILED where it does not come to its end.
 */
export async function timeSumo(configPath: string, seed: number): Promise<SumoCost> {
  const folder = await mkdtemp(join(tmpdir(), "phasewise-speed-"));
  try {
    const sumo = spawnSumo(findSumo(), optionsOf(configPath, seed), folder);
    const reason = await sumo.exited;
    const cost = costOf(sumo.lastWords());
    if (cost !== undefined) return cost;
    throw new PhasewiseError("SUMO_FAILED", `SUMO ended with ${reason}: ${sumo.lastWords()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsOf(configPath: string, seed: number): readonly string[] {
  return [
    ["--configuration-file", configPath],
    ["--seed", String(seed)],
    ["--step-length", "1"],
    ["--time-to-teleport", "-1"],
    ["--xml-validation", "never"],
    ["--no-step-log", "true"],
    ["--no-warnings", "true"],
    ["--duration-log.statistics", "true"],
  ].flat();
}

/** Reads `Duration: 3.72s` (or `720ms`) and `UPS: 58561.08`: wall time, and vehicle updates a second of it. */
export function costOf(words: string): SumoCost | undefined {
  const [, duration, unit] = /Duration: ([0-9.]+)(ms|s)\b/.exec(words) ?? [];
  const [, updates] = /UPS: ([0-9.]+)/.exec(words) ?? [];
  if (duration === undefined || updates === undefined) return undefined;
  const wallSeconds = Number(duration) / (unit === "ms" ? 1000 : 1);
  return { vehicleSeconds: Math.round(Number(updates) * wallSeconds), wallSeconds };
}
