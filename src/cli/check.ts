import { resolveNetwork } from "../adapters/network-files.ts";
import { checkReport } from "../model/check-report.ts";
import { filesOfNetwork, validateNetwork } from "../model/validate.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import type { RawOptions } from "./options.ts";

/** Tells every fault of a network at once. Exit code 2 where there is one. */
export async function check(reference: string, options: RawOptions): Promise<void> {
  const checked = reference.endsWith(".sumocfg")
    ? validateNetwork(filesOfNetwork((await openRunnable(reference, undefined)).network))
    : await resolveNetwork(reference);
  const report = checkReport(checked);
  if (!printsJson(options)) console.log(report.text);
  await writeJson(options, report.json);
  if (!report.valid) process.exitCode = 2;
}
