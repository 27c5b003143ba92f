import type { CheckedScenario } from "../../sim/whatif/scenario-file.ts";
import { scenarioArms } from "../../sim/whatif/scenario-arms.ts";
import { resolveNetwork } from "../adapters/network-files.ts";
import { PhasewiseError } from "../errors.ts";
import { checkReport, faultsText } from "../model/check-report.ts";
import type { Fault } from "../model/fault.ts";
import type { Network } from "../model/files.ts";
import { filesOfNetwork, validateNetwork } from "../model/validate.ts";
import { err, type Result } from "../result.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import { isScenarioFile, networkOfScenario, readScenarioFile } from "./scenario-files.ts";
import type { RawOptions } from "./options.ts";

/** Tells every fault of a network or a scenario file at once. Exit code 2 where there is one. */
export async function check(reference: string, options: RawOptions): Promise<void> {
  if (isScenarioFile(reference)) return await checkScenario(reference, options);
  const checked = await networkOf(reference);
  const report = checkReport(checked);
  if (!printsJson(options)) console.log(report.text);
  await writeJson(options, report.json);
  if (!report.valid) process.exitCode = 2;
}

async function networkOf(reference: string): Promise<Result<Network, readonly Fault[]>> {
  if (!reference.endsWith(".sumocfg")) return await resolveNetwork(reference);
  return validateNetwork(filesOfNetwork((await openRunnable(reference, undefined)).network));
}

/** The file by itself, then its network, then what the file says about that network. */
async function checkScenario(path: string, options: RawOptions): Promise<void> {
  const read = await readScenarioFile(path);
  const faults = read.ok ? await networkFaults(path, read.value) : read.error;
  const text = faults.length === 0 ? `${path} is valid` : faultsText(faults);
  if (!printsJson(options)) console.log(text);
  await writeJson(options, faults.length === 0 ? { valid: true, scenario: path } : { valid: false, faults });
  if (faults.length > 0) process.exitCode = 2;
}

async function networkFaults(path: string, checked: CheckedScenario): Promise<readonly Fault[]> {
  const reference = networkOfScenario(path, checked.scenario.network);
  const network = await networkOf(reference).catch((cause: unknown) => {
    if (cause instanceof PhasewiseError && cause.exitCode === 2) return err(cause.message);
    throw cause;
  });
  if (!network.ok) {
    return typeof network.error === "string" ? [checked.faultAt("/network", network.error)] : network.error;
  }
  const arms = scenarioArms(checked, network.value);
  return arms.ok ? [] : arms.error;
}
