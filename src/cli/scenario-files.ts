import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type CheckedScenario, readScenario } from "../../sim/whatif/scenario-file.ts";
import { BUILT_IN_NETWORKS } from "../adapters/network-files.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import type { Fault } from "../model/fault.ts";
import type { Result } from "../result.ts";

/** Whether a command's first argument names a scenario file of ours. */
export function isScenarioFile(reference: string): boolean {
  return /\.(ya?ml|json)$/.test(reference);
}

/** Reads a scenario file, or tells what is wrong with it. Throws DATA_MISSING where it cannot be read. */
export async function readScenarioFile(path: string): Promise<Result<CheckedScenario, readonly Fault[]>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const reason = messageOf(cause);
    throw new PhasewiseError("DATA_MISSING", `${path} cannot be read: ${reason}`, { cause });
  });
  return readScenario(basename(path), text);
}

/** The network that a scenario file names, for who stands elsewhere than the file: paths in it count from its folder. */
export function networkOfScenario(path: string, network: string): string {
  return BUILT_IN_NETWORKS.some((name) => name === network) ? network : resolve(dirname(path), network);
}
