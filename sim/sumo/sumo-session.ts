import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf, PhasewiseError } from "../../src/errors.ts";
import { PROFILE_INTERVAL_SECONDS } from "../field/plant.ts";
import type { PlantOptions } from "../field/scenario.ts";
import type { SumoScenario } from "./import-network.ts";
import { findSumo, freePort, type SumoProcess, spawnSumo } from "./sumo-process.ts";
import type { TraciReader } from "./traci-codec.ts";
import { closeCommand, readStatus, versionCommand } from "./traci-commands.ts";
import { connectTraci, type TraciConnection } from "./traci-connection.ts";

/** A SUMO that has loaded a scenario and waits for commands. */
export type SumoSession = {
  readonly files: SumoFiles;
  /** Sends commands as one message. Throws SUMO_FAILED with SUMO's last words when it died. */
  readonly exchange: (commands: readonly Buffer[]) => Promise<TraciReader>;
  /** Ends the simulation in order, so that its files are complete; `close` is still due. */
  readonly finish: () => Promise<void>;
  /** Kills SUMO and removes its files, but for a trip file that the caller asked for; safe to call twice. */
  readonly close: () => Promise<void>;
};

/** `demandScale`: so many times as many vehicles as the route files have. */
export type SumoPlantOptions = PlantOptions & { readonly demandScale?: number };

/** What SUMO writes about a run. */
export type SumoFiles = {
  /** A line for each vehicle that arrives, and for all others at the end. */
  readonly trips: string;
  /** What each vehicle drove, edge by edge. */
  readonly routes: string;
  /** Counts of each step. */
  readonly summary: string;
  /** Sums of each edge, by interval of a run's profile. */
  readonly edges: string;
};

/** How long a SUMO whose connection broke may take to say why and end. */
const LAST_WORDS_MS = 5000;
/** A port found free may be taken when SUMO opens it: so often it is tried again with another one. */
const START_TRIES_MAX = 4;

/** Starts SUMO on a scenario with our loops in it. Throws SUMO_MISSING or SUMO_FAILED. */
export async function startSession(scenario: SumoScenario, options: SumoPlantOptions): Promise<SumoSession> {
  const binary = findSumo();
  const folder = await mkdtemp(join(tmpdir(), "phasewise-sumo-"));
  try {
    await writeFile(join(folder, ADDITIONAL_FILE), additionalXml(scenario));
    const files: SumoFiles = {
      // SUMO runs in that folder; the caller's path is meant from where the caller is.
      trips: options.tripFile === undefined ? join(folder, "trips.xml") : resolve(options.tripFile),
      routes: join(folder, "routes.xml"),
      summary: join(folder, "summary.xml"),
      edges: join(folder, EDGE_FILE),
    };
    for (let tries = 1; ; tries += 1) {
      const port = await freePort();
      const sumo = spawnSumo(binary, sumoOptions(scenario, options, { port, folder, files }), folder);
      try {
        const connection = await connectTraci(port, sumo.exited);
        const session = sessionOf(sumo, connection, folder, files);
        readStatus(await session.exchange([versionCommand()]));
        return session;
      } catch (error) {
        await sumo.end();
        const portTaken = /create listening socket|address already in use/i.test(sumo.lastWords());
        if (!portTaken || tries === START_TRIES_MAX) throw withLastWords(error, sumo, "");
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function sumoOptions(
  scenario: SumoScenario,
  { seed, demandScale = 1 }: SumoPlantOptions,
  place: { readonly port: number; readonly folder: string; readonly files: SumoFiles },
): readonly string[] {
  const { port, folder, files } = place;
  const { config } = scenario;
  const options: Readonly<Record<string, string>> = {
    "configuration-file": config.file,
    "additional-files": [...config.additionalFiles, join(folder, ADDITIONAL_FILE)].join(","),
    "remote-port": String(port),
    "num-clients": "1",
    seed: String(seed),
    random: "false",
    // Without network access SUMO quits while it tries to fetch schemas.
    "xml-validation": "never",
    "no-step-log": "true",
    "no-warnings": "true",
    "duration-log.disable": "true",
    "time-to-teleport": "-1",
    "tripinfo-output": files.trips,
    "tripinfo-output.write-unfinished": "true",
    "tripinfo-output.write-undeparted": "true",
    "vehroute-output": files.routes,
    "vehroute-output.exit-times": "true",
    "vehroute-output.internal": "true",
    "vehroute-output.last-route": "true",
    "vehroute-output.speedfactor": "true",
    "vehroute-output.write-unfinished": "true",
    "summary-output": files.summary,
    // A configuration file may have a scale of its own, which the option would replace.
    ...(demandScale === 1 ? {} : { scale: String(demandScale) }),
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

/** SUMO's id of a loop: the numbers of its signal and of the loop in it. */
export function loopId(signal: number, loop: number): string {
  return `phasewise_${signal}_${loop}`;
}

const ADDITIONAL_FILE = "phasewise.add.xml";
/** Beside the additional file that names it. */
const EDGE_FILE = "edges.xml";

/** Our loops, and the sums of edges that a run's profile is of. */
function additionalXml({ signals }: SumoScenario): string {
  const loops = signals.flatMap((binding, signal) =>
    binding.loops.map(({ lane, startMeters, detector }, loop) => {
      const place = `lane="${escapeXml(lane)}" pos="${startMeters}" length="${detector.lengthMeters}"`;
      return `  <inductionLoop id="${loopId(signal, loop)}" ${place} friendlyPos="true" freq="86400" file="NUL"/>`;
    }),
  );
  const edges = `  <edgeData id="phasewise" file="${EDGE_FILE}" freq="${PROFILE_INTERVAL_SECONDS}" withInternal="true" excludeEmpty="true"/>`;
  return `<additional>\n${[...loops, edges].join("\n")}\n</additional>\n`;
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function sessionOf(
  sumo: SumoProcess,
  connection: TraciConnection,
  folder: string,
  files: SumoFiles,
): SumoSession {
  return {
    files,
    exchange: async (commands) => {
      try {
        return await connection.exchange(commands);
      } catch (error) {
        // The connection breaks a moment before the process is gone and has said why.
        await Promise.race([sumo.exited, pause(LAST_WORDS_MS, undefined, { ref: false })]);
        await sumo.end();
        const reason = await sumo.exited;
        throw withLastWords(error, sumo, ` (${reason})`);
      }
    },
    finish: async () => {
      readStatus(await connection.exchange([closeCommand()]));
      const reason = await sumo.exited;
      if (reason !== "exit code 0") {
        throw withLastWords(new Error("SUMO ended badly"), sumo, ` (${reason})`);
      }
    },
    close: async () => {
      connection.close();
      await sumo.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function withLastWords(error: unknown, sumo: SumoProcess, reason: string): PhasewiseError {
  const message = messageOf(error);
  const words = sumo.lastWords();
  return new PhasewiseError(
    "SUMO_FAILED",
    `${message}${reason}${words === "" ? "" : `. SUMO said: ${words}`}`,
    {
      cause: error,
    },
  );
}
