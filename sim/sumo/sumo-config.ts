import { basename, dirname, resolve } from "node:path";
import { PhasewiseError } from "../../src/errors.ts";
import { elementFault, parseSumoTime, readXml, type XmlElement } from "./xml-reader.ts";

/** What we need of a `.sumocfg`; everything else in it is left to SUMO, which reads the same file. */
export type SumoConfig = {
  /** Absolute path of the configuration. */
  readonly file: string;
  /** Its file name without the ending. */
  readonly name: string;
  readonly netFile: string;
  readonly additionalFiles: readonly string[];
  /** Files with the traffic. */
  readonly routeFiles: readonly string[];
  readonly beginSeconds: number;
  /** `undefined` where the scenario has no end. */
  readonly endSeconds: number | undefined;
  readonly stepSeconds: number;
};

/** Reads a SUMO configuration; paths in it are relative to it. Throws DATA_MISSING or DATA_INVALID. */
export async function readSumoConfig(path: string): Promise<SumoConfig> {
  const file = resolve(path);
  const options = new Map<string, { readonly value: string; readonly element: XmlElement }>();
  await readXml(file, {
    open: (element) => {
      const value = element.attributes["value"] ?? element.attributes["v"];
      if (value !== undefined) options.set(SYNONYMS[element.name] ?? element.name, { value, element });
    },
  });
  const paths = (name: string): readonly string[] =>
    (options.get(name)?.value ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => resolve(dirname(file), part));
  const seconds = (name: string, fallback: number): number => {
    const option = options.get(name);
    return option === undefined ? fallback : parseSumoTime(option.element, "value", option.value);
  };
  const netFile = paths("net-file")[0];
  if (netFile === undefined) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `${file}:1: names no network; allowed: <net-file value="….net.xml"/> within <input>`,
    );
  }
  const beginSeconds = seconds("begin", 0);
  const endSeconds = seconds("end", -1);
  const stepSeconds = seconds("step-length", 1);
  const step = options.get("step-length");
  if (step !== undefined && !(stepSeconds >= 0.1 && stepSeconds <= 10)) {
    throw elementFault(step.element, `has value="${step.value}"`, "a step of 0.1 to 10 seconds");
  }
  const end = options.get("end");
  if (end !== undefined && endSeconds >= 0 && endSeconds <= beginSeconds) {
    throw elementFault(
      end.element,
      `has value="${end.value}"`,
      `an end after the begin at ${beginSeconds} s`,
    );
  }
  return {
    file,
    name: basename(file).replace(/\.sumocfg$/, ""),
    netFile,
    additionalFiles: paths("additional-files"),
    routeFiles: paths("route-files"),
    beginSeconds,
    endSeconds: endSeconds < 0 ? undefined : endSeconds,
    stepSeconds,
  };
}

/** Short names that SUMO takes for the same options. */
const SYNONYMS: Readonly<Record<string, string>> = {
  n: "net-file",
  net: "net-file",
  a: "additional-files",
  additional: "additional-files",
  r: "route-files",
  routes: "route-files",
  b: "begin",
  e: "end",
};
