import { importForBuiltIn } from "../../sim/sumo/import-built-in.ts";
import { PROFILES } from "../../sim/whatif/observe.ts";
import { jsonText } from "../adapters/json-text.ts";
import { PhasewiseError } from "../errors.ts";
import { checkReport } from "../model/check-report.ts";
import type { Network } from "../model/files.ts";
import { filesOfNetwork, validateNetwork } from "../model/validate.ts";
import { agreementOf, describeAgreement } from "./agreement.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { writeNewFolder } from "./new-folder.ts";
import { choiceOption, flagOption, type RawOptions, seedsOption } from "./options.ts";
import { SEEDS_DEFAULT } from "./whatif-request.ts";

/**
 * Writes a SUMO scenario as a network folder of ours, and lists what could not be taken over. Exit code 2 where it is not valid. With
 * `--agree` it runs on both plants besides.
 */
export async function importScenario(
  reference: string,
  folder: string | undefined,
  options: RawOptions,
): Promise<void> {
  if (!reference.endsWith(".sumocfg")) {
    throw new PhasewiseError("OPTION_INVALID", `${reference}: allowed is a SUMO configuration, a .sumocfg`);
  }
  const profile = options["profile"] === undefined ? "shipped" : choiceOption(options, "profile", PROFILES);
  const agree = flagOption(options, "agree");
  const seeds = seedsOption(options, "seeds", SEEDS_DEFAULT);
  if (folder === undefined && !agree) {
    throw new PhasewiseError("OPTION_INVALID", "import needs a folder to write to, unless there is --agree");
  }
  if (agree && profile !== "shipped") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--profile ${profile}: plants are compared under the programs that SUMO runs; allowed with --agree is shipped`,
    );
  }
  const { network, leftOut } = await importForBuiltIn(reference, { profile });
  const report = checkReport(validateNetwork(filesOfNetwork(network)));
  if (!report.valid) process.exitCode = 2;
  else if (folder !== undefined) await writeNetwork(folder, network);
  const agreement = agree && report.valid ? await agreementOf(reference, seeds) : undefined;
  if (!printsJson(options)) {
    for (const { what, count } of leftOut) console.log(`not taken over: ${what}: ${count}`);
    console.log(report.text);
    if (report.valid && folder !== undefined) console.log(`Written to ${folder}, timed as ${profile}.`);
    if (agreement !== undefined) console.log(describeAgreement(agreement));
  }
  await writeJson(options, {
    ...report.json,
    ...(folder === undefined ? {} : { folder }),
    profile,
    leftOut,
    ...(agreement === undefined ? {} : { agreement }),
  });
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
  await writeNewFolder(folder, new Map([...files].map(([name, value]) => [name, jsonText(value)])));
}
