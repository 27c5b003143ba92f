import { stat } from "node:fs/promises";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { openSumo } from "../../sim/sumo/open-sumo.ts";
import type { Profile } from "../../sim/sumo/signal-profile.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { type DemandFactors, scaledDemand } from "../../sim/traffic/demand-change.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { trueDemand } from "../../sim/traffic/true-demand.ts";
import { BUILT_IN_NETWORKS, resolveNetwork } from "../adapters/network-files.ts";
import { PhasewiseError } from "../errors.ts";
import { describeFault } from "../model/fault.ts";
import type { Network } from "../model/files.ts";
import { after, HOUR_MS, MINUTE_MS } from "../units.ts";

/** What the help texts say of the first argument of every command. */
export const NETWORK_ARGUMENT_HELP = `${BUILT_IN_NETWORKS.join(", ")}, a network folder, or a SUMO .sumocfg`;

/** Begin of a run on the built-in traffic model: the rise of the morning peak. */
export const FROM_DEFAULT = "07:00";

/**
 * The network of a name, a folder or a `.sumocfg`, ready to run. `from` is a local time of day, for the built-in model; `profile`
 * says what the signals of a SUMO scenario are timed by, `shipped` unless said otherwise; `demand` multiplies what comes.
 */
export async function openRunnable(
  reference: string,
  from: string | undefined,
  profile?: Profile,
  demand: DemandFactors = {},
): Promise<RunnableNetwork> {
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
    return await openSumo(reference, { profile, demandScale: demand.scale });
  }
  if (profile !== undefined && profile !== "shipped") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `profile ${profile}: ${reference} says itself how its signals are timed; leave the option out`,
    );
  }
  const network = withDemand(await openNetwork(reference), demand);
  const midnightAt = localMidnight(network.timeZone);
  const startsAt = after(midnightAt, clockMs(from ?? FROM_DEFAULT));
  const beginMs = startsAt - midnightAt;
  return {
    network,
    midnightAt,
    startsAt,
    durationSeconds: undefined,
    notes: [],
    trueDemand: (period) => Promise.resolve(trueDemand(network, beginMs, period)),
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
