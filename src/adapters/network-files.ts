import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { defined } from "../assert.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import { partsHeldOnce } from "../model/equal-parts.ts";
import type { Fault } from "../model/fault.ts";
import type { Network } from "../model/files.ts";
import { type ParsedFile, validateNetwork } from "../model/validate.ts";
import type { Result } from "../result.ts";
import { byCodeUnit } from "../units.ts";
import { parseJson } from "./json-fault.ts";
import { packageRoot } from "./package-root.ts";

const NETWORK_FILE = "network.json";
const DEMAND_FILE = "demand.json";

/** Networks that come with the package, by the name that commands take. */
export const BUILT_IN_NETWORKS = ["single", "corridor"] as const;

/**
 * Reads and checks a network folder: `network.json`, `demand.json` where there is one, and every other `*.json` as an
 * intersection. All faults of all files come back at once.
 *
 * @throws PhasewiseError DATA_MISSING when the folder or a file of it cannot be read
 */
export async function readNetworkFolder(folder: string): Promise<Result<Network, readonly Fault[]>> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith(".json"));
  if (!names.includes(NETWORK_FILE)) {
    throw new PhasewiseError("DATA_MISSING", `${folder} is no network folder: it has no ${NETWORK_FILE}`);
  }
  const once = partsHeldOnce();
  const files = await Promise.all(names.map((name) => parsedFile(folder, name, once)));
  const network = defined(
    files.find(({ file }) => file === NETWORK_FILE),
    NETWORK_FILE,
  );
  const demand = files.find(({ file }) => file === DEMAND_FILE);
  return validateNetwork({
    network,
    ...(demand ? { demand } : {}),
    intersections: files.filter((file) => file !== network && file !== demand),
  });
}

/**
 * The folder that a command's argument names: a built-in network, or a folder with a `network.json`. What looks like a path
 * is never taken for a built-in name.
 *
 * @throws PhasewiseError OPTION_INVALID when it is neither
 */
export async function networkFolder(nameOrFolder: string): Promise<string> {
  if (BUILT_IN_NETWORKS.some((name) => name === nameOrFolder)) {
    return path.join(packageRoot(), "intersections", nameOrFolder);
  }
  const found = await stat(nameOrFolder).catch(() => undefined);
  if (found?.isDirectory()) return nameOrFolder;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `network ${JSON.stringify(nameOrFolder)} is unknown; allowed: ${BUILT_IN_NETWORKS.join(", ")}, or a folder with a ${NETWORK_FILE}`,
  );
}

/**
 * The network that a command's argument names, or what is wrong with its files.
 *
 * @throws PhasewiseError OPTION_INVALID for an unknown name, DATA_MISSING for a folder that cannot be read
 */
export async function resolveNetwork(nameOrFolder: string): Promise<Result<Network, readonly Fault[]>> {
  return readNetworkFolder(await networkFolder(nameOrFolder));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted(byCodeUnit);
  } catch (cause) {
    throw new PhasewiseError("DATA_MISSING", `network folder ${folder} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function parsedFile(
  folder: string,
  name: string,
  revive: ReturnType<typeof partsHeldOnce>,
): Promise<ParsedFile> {
  const text = await readFile(path.join(folder, name), "utf8").catch((cause: unknown) => {
    throw new PhasewiseError(
      "DATA_MISSING",
      `${path.join(folder, name)} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  });
  return { file: name, content: parseJson(name, text, revive) };
}
