import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importForBuiltIn } from "../../sim/sumo/import-built-in.ts";
import { PROFILES } from "../../sim/whatif/observe.ts";
import { jsonText } from "../adapters/json-text.ts";
import { PhasewiseError } from "../errors.ts";
import { checkReport } from "../model/check-report.ts";
import type { Network } from "../model/files.ts";
import { filesOfNetwork, validateNetwork } from "../model/validate.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { choiceOption, type RawOptions } from "./options.ts";

/** Writes a SUMO scenario as a network folder of ours, and lists what could not be taken over. Exit code 2 where it is not valid. */
export async function importScenario(reference: string, folder: string, options: RawOptions): Promise<void> {
  if (!reference.endsWith(".sumocfg")) {
    throw new PhasewiseError("OPTION_INVALID", `${reference}: allowed is a SUMO configuration, a .sumocfg`);
  }
  const profile = options["profile"] === undefined ? "shipped" : choiceOption(options, "profile", PROFILES);
  const { network, leftOut } = await importForBuiltIn(reference, { profile });
  const report = checkReport(validateNetwork(filesOfNetwork(network)));
  if (report.valid) await writeNetwork(folder, network);
  else process.exitCode = 2;
  if (!printsJson(options)) {
    for (const { what, count } of leftOut) console.log(`not taken over: ${what}: ${count}`);
    console.log(report.text);
    if (report.valid) console.log(`Written to ${folder}, timed as ${profile}.`);
  }
  await writeJson(options, { ...report.json, folder, profile, leftOut });
}

/** Throws OPTION_INVALID for a folder with something in it, STORE_FAILED where it cannot be written. */
async function writeNetwork(folder: string, network: Network): Promise<void> {
  const { intersections, demand, ...streets } = network;
  const files = new Map<string, unknown>([
    ["network.json", streets],
    ["demand.json", demand],
    ...intersections.map((one) => [`${one.id}.json`, one] as const),
  ]);
  if (files.size !== intersections.length + 2) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `${folder}: a signal is named network or demand; allowed is any other id`,
    );
  }
  try {
    await mkdir(folder, { recursive: true });
    const found = await readdir(folder);
    if (found.length > 0) {
      throw new PhasewiseError(
        "OPTION_INVALID",
        `${folder} holds ${found[0]}; allowed is a new or an empty folder`,
      );
    }
    for (const [name, value] of files) await writeFile(join(folder, name), jsonText(value));
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PhasewiseError("STORE_FAILED", `${folder} cannot be written: ${reason}`, { cause });
  }
}
