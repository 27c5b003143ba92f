import { stat } from "node:fs/promises";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { importForBuiltIn } from "../../sim/sumo/import-built-in.ts";
import { openSumo } from "../../sim/sumo/open-sumo.ts";
import type { Profile } from "../../sim/sumo/signal-profile.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { trueDemand } from "../../sim/traffic/true-demand.ts";
import { BUILT_IN_NETWORKS, resolveNetwork } from "../adapters/network-files.ts";
import { PhasewiseError } from "../errors.ts";
import { describeFault } from "../model/fault.ts";
import type { Network } from "../model/files.ts";
import { choiceOption, type RawOptions } from "./options.ts";
import { after, HOUR_MS, MINUTE_MS, msToSeconds, secondsToMs } from "../units.ts";

/** What the help texts say of the first argument of every command. */
export const NETWORK_ARGUMENT_HELP = `${BUILT_IN_NETWORKS.join(", ")}, a network folder, or a SUMO .sumocfg`;

const PLANTS = ["builtin", "sumo"] as const;
/** What moves the vehicles. */
export type PlantKind = (typeof PLANTS)[number];

/** A SUMO scenario runs on SUMO unless something else is asked for. */
function plantOf(reference: string): PlantKind {
  return reference.endsWith(".sumocfg") ? "sumo" : "builtin";
}

/** `--plant`: as the reference says where the option is absent. */
export function plantOption(reference: string, options: RawOptions): PlantKind {
  return options["plant"] === undefined ? plantOf(reference) : choiceOption(options, "plant", PLANTS);
}

/** Begin of a run on the built-in traffic model: the rise of the morning peak. */
export const FROM_DEFAULT = "07:00";

/**
 * The network of a name, a folder or a `.sumocfg`, ready to run. `from` is a local time of day, for the built-in model; `profile`
 * says what the signals of a SUMO scenario are timed by, `shipped` unless said otherwise; `plant` what moves the vehicles.
 */
export async function openRunnable(
  reference: string,
  from: string | undefined,
  profile?: Profile,
  plant: PlantKind = plantOf(reference),
): Promise<RunnableNetwork> {
  if (plant === "sumo" && !reference.endsWith(".sumocfg")) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--plant sumo: ${reference} is no SUMO scenario; allowed with a .sumocfg`,
    );
  }
  if (reference.endsWith(".sumocfg")) {
    await mustExist(reference);
    if (from !== undefined) {
      throw new PhasewiseError(
        "OPTION_INVALID",
        `--from ${from}: a SUMO scenario has its own begin; leave the option out`,
      );
    }
    if (plant === "sumo") return await openSumo(reference, { profile });
    const { network, leftOut } = await importForBuiltIn(reference, { profile });
    return onBuiltIn(
      network,
      undefined,
      leftOut.map(({ what, count }) => `not taken over: ${what}: ${count}`),
    );
  }
  if (profile !== undefined && profile !== "shipped") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `profile ${profile}: ${reference} says itself how its signals are timed; leave the option out`,
    );
  }
  return onBuiltIn(await openNetwork(reference), from, []);
}

/** A network on the built-in model, from a local time of day on; trips begin when they begin. */
function onBuiltIn(network: Network, from: string | undefined, notes: readonly string[]): RunnableNetwork {
  const midnightAt = localMidnight(network.timeZone);
  const trips = network.demand?.trips;
  const beginMs =
    from === undefined && trips !== undefined
      ? secondsToMs(trips.fromSeconds)
      : clockMs(from ?? FROM_DEFAULT);
  const startsAt = after(midnightAt, beginMs);
  const endMs = trips?.untilSeconds === undefined ? undefined : secondsToMs(trips.untilSeconds);
  return {
    network,
    midnightAt,
    startsAt,
    durationSeconds: endMs === undefined || endMs <= beginMs ? undefined : msToSeconds(endMs - beginMs),
    notes,
    trueDemand: (period) => Promise.resolve(trueDemand(network, beginMs, period)),
    createPlant: ({ seed }) => Promise.resolve(createTrafficPlant(network, { seed, startsAt, midnightAt })),
  };
}

/** A network folder or built-in network; every fault of a bad one is told. */
export async function openNetwork(reference: string): Promise<Network> {
  const checked = await resolveNetwork(reference);
  if (checked.ok) return checked.value;
  throw new PhasewiseError("DATA_INVALID", checked.error.map(describeFault).join("\n"));
}

async function mustExist(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new PhasewiseError("DATA_MISSING", `${path}: no such file`);
}

function clockMs(text: string): number {
  const [, hours, minutes] = /^([01]?[0-9]|2[0-3]):([0-5][0-9])$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) {
    throw new PhasewiseError("OPTION_INVALID", `--from ${text}: a time of day such as 07:00 is allowed`);
  }
  return Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
}
