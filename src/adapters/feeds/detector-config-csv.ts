import { readFile } from "node:fs/promises";
import { messageOf, PhasewiseError } from "../../errors.ts";
import { showFound } from "../../model/fault.ts";
import { DEVICE_ALLOWED, isDevice } from "./log-record.ts";

/** A detector of a controller, as the Python package `atspm` reads its configuration. */
export type DetectorConfigRow = {
  readonly device: string;
  readonly phase: number;
  readonly function: string;
  /** Detector channel. */
  readonly parameter: number;
};

/** Header of the file; the columns may stand in any order. */
export const DETECTOR_CONFIG_HEADER = "DeviceId,Phase,Function,Parameter";

const COLUMNS = DETECTOR_CONFIG_HEADER.split(",");
const NUMBER_ALLOWED = "a whole number from 0 to 65535";

/**
 * Reads such a file. Throws DATA_MISSING where it cannot be read and DATA_INVALID with every line that is none, where a header or a
 * value is not as it must be; `functions` says which names are known.
 */
export async function readDetectorConfig(
  path: string,
  functions: { readonly known: (name: string) => boolean; readonly allowed: string },
): Promise<readonly DetectorConfigRow[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const reason = messageOf(cause);
    throw new PhasewiseError(
      "DATA_MISSING",
      `${path}: cannot be read (${reason}); allowed: a readable file`,
      {
        cause,
      },
    );
  });
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim().toLowerCase());
  const places = COLUMNS.map((name) => names.indexOf(name.toLowerCase()));
  if (places.includes(-1)) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `${path}: line 1: found ${showFound(header)}, allowed: the columns ${COLUMNS.join(", ")}`,
    );
  }
  const faults: string[] = [];
  const rows = lines.flatMap((line, index): readonly DetectorConfigRow[] => {
    if (line.trim() === "") return [];
    const cells = line.split(",").map((cell) => cell.trim());
    const [device = "", phase = "", name = "", parameter = ""] = places.map((place) => cells[place] ?? "");
    const fault = (found: string, allowed: string): readonly DetectorConfigRow[] => {
      faults.push(`${path}: line ${index + 2}: found ${showFound(found)}, allowed: ${allowed}`);
      return [];
    };
    if (!isDevice(device)) return fault(device, DEVICE_ALLOWED);
    if (!isField(phase)) return fault(phase, `phase: ${NUMBER_ALLOWED}`);
    if (!functions.known(name)) return fault(name, `function: ${functions.allowed}`);
    if (!isField(parameter)) return fault(parameter, `detector channel: ${NUMBER_ALLOWED}`);
    return [{ device, phase: Number(phase), function: name, parameter: Number(parameter) }];
  });
  if (faults.length > 0) throw new PhasewiseError("DATA_INVALID", faults.join("\n"));
  return rows;
}

function isField(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}
