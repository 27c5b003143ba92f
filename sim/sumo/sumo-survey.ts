import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PhasewiseError } from "../../src/errors.ts";
import { foreignId } from "./foreign-id.ts";
import type { SumoConfig } from "./sumo-config.ts";
import { escapeXml } from "./sumo-session.ts";
import { findSumo, spawnSumo } from "./sumo-process.ts";
import { optionalNumber, readXml, requiredNumber, requiredText } from "./xml-reader.ts";

/** As `RoadSurvey` of the built-in model. */
export type SumoSurvey = {
  readonly travelSeconds: number;
  readonly departDelaySeconds: number;
  readonly entered: number;
  readonly arrived: number;
  /** By the link of ours. */
  readonly vehicles: ReadonlyMap<string, number>;
};

/** Runs a scenario on SUMO alone, under the programs that it comes with. Throws SUMO_MISSING or SUMO_FAILED. */
export async function surveySumo(config: SumoConfig, seed: number): Promise<SumoSurvey> {
  const folder = await mkdtemp(join(tmpdir(), "phasewise-sumo-"));
  try {
    const [trips, edges] = [join(folder, "trips.xml"), join(folder, "edges.xml")];
    const measuring = join(folder, "edges.add.xml");
    await writeFile(
      measuring,
      `<additional><edgeData id="phasewise" file="${escapeXml(edges)}" excludeEmpty="true"/></additional>`,
    );
    const options = {
      "configuration-file": config.file,
      seed: String(seed),
      random: "false",
      "xml-validation": "never",
      "no-step-log": "true",
      "no-warnings": "true",
      "duration-log.disable": "true",
      "time-to-teleport": "-1",
      "tripinfo-output": trips,
      "tripinfo-output.write-unfinished": "true",
      "additional-files": [...config.additionalFiles, measuring].join(","),
    };
    const sumo = spawnSumo(
      findSumo(),
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      folder,
    );
    const reason = await sumo.exited;
    if (reason !== "exit code 0") {
      throw new PhasewiseError("SUMO_FAILED", `SUMO ended badly (${reason}): ${sumo.lastWords()}`);
    }
    return { ...(await readTrips(trips)), vehicles: await readEdges(edges) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readTrips(file: string): Promise<Omit<SumoSurvey, "vehicles">> {
  let entered = 0;
  let arrived = 0;
  let travelSeconds = 0;
  let departDelaySeconds = 0;
  await readXml(file, {
    open: (element) => {
      if (element.name !== "tripinfo" || requiredNumber(element, "depart") < 0) return;
      entered += 1;
      if (requiredNumber(element, "arrival") >= 0) arrived += 1;
      travelSeconds += requiredNumber(element, "duration");
      departDelaySeconds += requiredNumber(element, "departDelay");
    },
  });
  const count = Math.max(1, entered);
  return {
    travelSeconds: travelSeconds / count,
    departDelaySeconds: departDelaySeconds / count,
    entered,
    arrived,
  };
}

async function readEdges(file: string): Promise<ReadonlyMap<string, number>> {
  const vehicles = new Map<string, number>();
  await readXml(file, {
    open: (element) => {
      if (element.name !== "edge") return;
      const came = optionalNumber(element, "entered", 0) + optionalNumber(element, "departed", 0);
      vehicles.set(foreignId(requiredText(element, "id")), came);
    },
  });
  return vehicles;
}
