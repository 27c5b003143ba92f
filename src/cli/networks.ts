import { stat } from "node:fs/promises";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { importForBuiltIn } from "../../sim/sumo/import-built-in.ts";
import { openSumo } from "../../sim/sumo/open-sumo.ts";
import type { Profile } from "../../sim/sumo/signal-profile.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { type DemandFactors, scaledDemand } from "../../sim/traffic/demand-change.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { trueDemand } from "../../sim/traffic/true-demand.ts";
import { expectedDemand } from "../../sim/twin/expected-demand.ts";
import { runningPlans } from "../../sim/twin/running-plans.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import { BUILT_IN_NETWORKS, resolveNetwork } from "../adapters/network-files.ts";
import { PhasewiseError } from "../errors.ts";
import { describeFault } from "../model/fault.ts";
import type { Network } from "../model/files.ts";
import { choiceOption, type RawOptions } from "./options.ts";
import { after, HOUR_MS, type InstantMs, instantMs, MINUTE_MS, msToSeconds, secondsToMs } from "../units.ts";

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

export type OpenOptions = {
  readonly profile?: Profile | undefined;
  readonly plant?: PlantKind | undefined;
  readonly demand?: DemandFactors | undefined;
};

/**
 * The network of a name, a folder or a `.sumocfg`, ready to run. `from` is a local time of day, for the built-in model; `profile`
 * says what the signals of a SUMO scenario are timed by, `shipped` unless said otherwise; `plant` what moves the vehicles; `demand`
 * multiplies what comes.
 */
export async function openRunnable(
  reference: string,
  from: string | undefined,
  { profile, plant = plantOf(reference), demand = {} }: OpenOptions = {},
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
    if (demand.profile !== undefined) {
      throw new PhasewiseError(
        "OPTION_INVALID",
        `demand.profile: SUMO scales a whole run alone; allowed is demand.scale, and a profile on the built-in model`,
      );
    }
    if (plant === "sumo") return await openSumo(reference, { profile, demandScale: demand.scale });
    const { network, leftOut } = await importForBuiltIn(reference, { profile });
    return onBuiltIn(
      withDemand(network, demand),
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
  return onBuiltIn(withDemand(await openNetwork(reference), demand), from, []);
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
    createPlant: ({ seed, events }) =>
      Promise.resolve(createTrafficPlant(network, { seed, startsAt, midnightAt, events })),
  };
}

/**
 * The twin of a running engine: its network on the built-in model, begun where the engine is, with whom it knows of on the street and
 * the demand that it expects.
 * @throws PhasewiseError `DATA_INVALID` for the snapshot of another network.
 */
export async function openTwin(
  reference: string,
  snapshot: TrafficSnapshot,
  factors: DemandFactors = {},
): Promise<RunnableNetwork> {
  const own = await openNetwork(reference);
  if (own.id !== snapshot.network) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `snapshot#/network: found ${snapshot.network}, allowed: ${own.id}, the network that is looked ahead on`,
    );
  }
  const network = withDemand({ ...own, demand: expectedDemand(own, snapshot) }, factors);
  const { lanes: present } = snapshot;
  const startsAt = instantMs(snapshot.at);
  const midnightAt = instantMs(snapshot.midnightAt);
  return {
    network,
    midnightAt,
    startsAt,
    durationSeconds: undefined,
    notes: [],
    running: runningPlans(network, snapshot),
    trueDemand: (period) => Promise.resolve(trueDemand(network, startsAt - midnightAt, period)),
    createPlant: ({ seed, events }) =>
      Promise.resolve(createTrafficPlant(network, { seed, startsAt, midnightAt, events, present })),
  };
}

/** A street of which a journal has told: its network, the demand estimated from it, and when that was. */
export type RecordedStreet = {
  readonly network: Network;
  readonly startsAt: InstantMs;
  readonly midnightAt: InstantMs;
  readonly seconds: number;
};

/** The street of a journal on the built-in model, begun empty. */
export function openRecorded({ network, startsAt, midnightAt, seconds }: RecordedStreet): RunnableNetwork {
  return {
    network,
    midnightAt,
    startsAt,
    durationSeconds: seconds,
    notes: [],
    trueDemand: (period) => Promise.resolve(trueDemand(network, startsAt - midnightAt, period)),
    createPlant: ({ seed, events }) =>
      Promise.resolve(createTrafficPlant(network, { seed, startsAt, midnightAt, events })),
  };
}

function withDemand(network: Network, factors: DemandFactors): Network {
  return network.demand === undefined
    ? network
    : { ...network, demand: scaledDemand(network.demand, factors) };
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
