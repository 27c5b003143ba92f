import { join } from "node:path";
import { exportNetwork, type SumoExport } from "../../sim/sumo/export/export-network.ts";
import { runNetconvert } from "../../sim/sumo/export/netconvert.ts";
import { findNetconvert } from "../../sim/sumo/sumo-process.ts";
import { PhasewiseError } from "../errors.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import { writeNewFolder } from "./new-folder.ts";
import { numberOption, type RawOptions, SEED_MAX, textOption } from "./options.ts";

/** Simulated seconds where neither option nor network says it. */
export const EXPORT_SECONDS_DEFAULT = 3_600;
const EXPORT_SECONDS_MAX = 86_400;

/**
 * Writes a network of ours as a SUMO scenario and lists what could not be said there. Exit code 3 without SUMO's netconvert, before anything
 * is written.
 */
export async function exportScenario(reference: string, folder: string, options: RawOptions): Promise<void> {
  if (reference.endsWith(".sumocfg")) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `${reference}: is a SUMO scenario already; allowed is a built-in name or a network folder`,
    );
  }
  const seed = numberOption(options, "seed", { min: 0, max: SEED_MAX, integer: true }) ?? 1;
  const wanted = numberOption(options, "for", { min: 1, max: EXPORT_SECONDS_MAX, integer: true });
  const { network, midnightAt, startsAt, durationSeconds } = await openRunnable(
    reference,
    textOption(options, "from"),
  );
  const seconds = wanted ?? Math.ceil(durationSeconds ?? EXPORT_SECONDS_DEFAULT);
  const exported = exportNetwork(network, { midnightAt, startsAt, seconds }, seed);
  findNetconvert();
  const words = await writeExport(folder, exported);
  for (const line of words) console.error(line);
  const { edges, signals, vehicles, leftOut, sumoConfig } = exported;
  const config = join(folder, sumoConfig);
  if (!printsJson(options)) {
    for (const { what, count } of leftOut) console.log(`not exported: ${what}: ${count}`);
    console.log(
      `${network.links.length} links as ${edges} edges, ${signals} signals, ${vehicles} vehicles in ${seconds} s with seed ${seed}.`,
    );
    console.log(`Written to ${folder}; run it with sumo -c ${config}`);
  }
  await writeJson(options, {
    network: network.id,
    folder,
    sumoConfig: config,
    seed,
    seconds,
    links: network.links.length,
    edges,
    signals,
    vehicles,
    leftOut,
  });
}

/**
 * Writes the files and has netconvert make the network of them; gives what it says, line by line, but for its search for the schema and the
 * types of streets, which nothing here needs.
 */
export async function writeExport(
  folder: string,
  { files, netconvertConfig }: SumoExport,
): Promise<readonly string[]> {
  await writeNewFolder(folder, files);
  return runNetconvert(folder, netconvertConfig)
    .split("\n")
    .filter((line) => line !== "" && !line.includes("SUMO_HOME"));
}
