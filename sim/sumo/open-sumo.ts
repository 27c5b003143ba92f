import { after, secondsToMs } from "../../src/units.ts";
import type { MovementFlows, RunnableNetwork } from "../field/scenario.ts";
import { type ImportOptions, importSumo } from "./import-network.ts";
import { localMidnight } from "./local-midnight.ts";
import { createSumoPlant } from "./sumo-plant.ts";
import { trueDemand } from "./true-demand.ts";

/** A SUMO scenario, ready to run; SUMO itself is needed only for the plant. Throws DATA_MISSING or DATA_INVALID. */
export async function openSumo(
  configPath: string,
  { demandScale = 1, ...options }: ImportOptions & { readonly demandScale?: number | undefined } = {},
): Promise<RunnableNetwork> {
  const scenario = await importSumo(configPath, options);
  const { config } = scenario;
  const { beginSeconds, endSeconds } = config;
  const midnightAt = localMidnight(scenario.network.timeZone);
  return {
    network: scenario.network,
    midnightAt,
    startsAt: after(midnightAt, secondsToMs(beginSeconds)),
    durationSeconds: endSeconds === undefined ? undefined : endSeconds - beginSeconds,
    notes: scenario.notes,
    files: [config.file, config.netFile, ...config.routeFiles, ...config.additionalFiles],
    trueDemand: async (period) => multipliedFlows(await trueDemand(scenario, period), demandScale),
    createPlant: async (plantOptions) => createSumoPlant(scenario, { ...plantOptions, demandScale }),
  };
}

function multipliedFlows(flows: MovementFlows, factor: number): MovementFlows {
  const multiplied = (own: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
    new Map([...own].map(([movement, flow]) => [movement, flow * factor]));
  return new Map([...flows].map(([intersection, own]) => [intersection, multiplied(own)]));
}
