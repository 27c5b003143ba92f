import { existsSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../../../shared/data/scenarios");

export const SCENARIOS = ["cologne1", "cologne3", "ingolstadt1", "ingolstadt7"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

export function scenarioFile(name: ScenarioName, ending: "sumocfg" | "net.xml" | "rou.xml"): string {
  return `${FOLDER}/${name}/${name}.${ending}`;
}

/** Why tests on the shared scenarios are skipped; `undefined` where they are here. */
export const scenariosMissing: string | undefined = SCENARIOS.every((name) =>
  existsSync(scenarioFile(name, "sumocfg")),
)
  ? undefined
  : "../shared/data/scenarios is not here";
