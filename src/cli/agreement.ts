import { importForBuiltIn } from "../../sim/sumo/import-built-in.ts";
import { localMidnight } from "../../sim/sumo/local-midnight.ts";
import { type SumoSurvey, surveySumo } from "../../sim/sumo/sumo-survey.ts";
import { readSumoConfig } from "../../sim/sumo/sumo-config.ts";
import { type RoadSurvey, surveyTraffic } from "../../sim/traffic/survey.ts";
import { after, secondsToMs } from "../units.ts";

/** Between the plants, on one link: vehicles an hour, and GEH. */
export type LinkFlow = {
  readonly link: string;
  readonly sumoVehPerHour: number;
  readonly builtinVehPerHour: number;
  readonly geh: number;
};

export type Agreement = {
  readonly seeds: readonly number[];
  readonly runs: readonly {
    readonly seed: number;
    readonly sumo: Omit<SumoSurvey, "vehicles">;
    readonly builtin: Omit<RoadSurvey, "vehicles">;
  }[];
  /** Mean over the seeds. */
  readonly sumoTravelSeconds: number;
  readonly builtinTravelSeconds: number;
  /** Of the built-in model's against SUMO's. */
  readonly travelTimeRatio: number;
  /** Of all links and seeds, those with GEH below 5. */
  readonly gehShare: number;
  /** Mean over the seeds, the worst first. */
  readonly worstLinks: readonly LinkFlow[];
};

const GEH_LIMIT = 5;
const LINKS_SHOWN = 5;
const DURATION_DEFAULT_SECONDS = 3600;

/**
 * Runs a scenario on both plants under the fixed-time programs that it comes with, once a seed: SUMO by itself, the built-in model under
 * the plans that the import made of them.
 */
export async function agreementOf(reference: string, seeds: readonly number[]): Promise<Agreement> {
  const config = await readSumoConfig(reference);
  const { network } = await importForBuiltIn(reference);
  const midnightAt = localMidnight(network.timeZone);
  const startsAt = after(midnightAt, secondsToMs(config.beginSeconds));
  const seconds = (config.endSeconds ?? config.beginSeconds + DURATION_DEFAULT_SECONDS) - config.beginSeconds;
  const perHour = 3600 / seconds;
  const pairs: { readonly seed: number; readonly sumo: SumoSurvey; readonly builtin: RoadSurvey }[] = [];
  for (const seed of seeds) {
    const sumo = await surveySumo(config, seed);
    pairs.push({ seed, sumo, builtin: surveyTraffic(network, { seed, startsAt, midnightAt }, seconds) });
  }
  const flows = pairs.map(({ sumo, builtin }) =>
    network.links.map(({ id }) =>
      linkFlow(id, (sumo.vehicles.get(id) ?? 0) * perHour, (builtin.vehicles.get(id) ?? 0) * perHour),
    ),
  );
  const all = flows.flat();
  const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const sumoTravelSeconds = mean(({ sumo }) => sumo.travelSeconds);
  const builtinTravelSeconds = mean(({ builtin }) => builtin.travelSeconds);
  return {
    seeds,
    runs: pairs.map(({ seed, sumo, builtin }) => ({
      seed,
      sumo: withoutVehicles(sumo),
      builtin: withoutVehicles(builtin),
    })),
    sumoTravelSeconds,
    builtinTravelSeconds,
    travelTimeRatio: builtinTravelSeconds / sumoTravelSeconds,
    gehShare: all.filter(({ geh }) => geh < GEH_LIMIT).length / all.length,
    worstLinks: worstOf(flows),
  };
}

function withoutVehicles({ vehicles: _, ...rest }: RoadSurvey): Omit<RoadSurvey, "vehicles"> {
  return rest;
}

/** GEH: `√(2 (m − c)² / (m + c))` of hourly flows (UK Design Manual for Roads and Bridges). */
function linkFlow(link: string, sumoVehPerHour: number, builtinVehPerHour: number): LinkFlow {
  const sum = sumoVehPerHour + builtinVehPerHour;
  const difference = builtinVehPerHour - sumoVehPerHour;
  return {
    link,
    sumoVehPerHour,
    builtinVehPerHour,
    geh: sum === 0 ? 0 : Math.sqrt((2 * difference * difference) / sum),
  };
}

function worstOf(flows: readonly (readonly LinkFlow[])[]): readonly LinkFlow[] {
  const [first = []] = flows;
  return first
    .map(({ link }, index) => {
      const mean = (of: (flow: LinkFlow) => number): number =>
        flows.reduce((sum, run) => sum + (run[index] === undefined ? 0 : of(run[index])), 0) / flows.length;
      return linkFlow(
        link,
        mean((flow) => flow.sumoVehPerHour),
        mean((flow) => flow.builtinVehPerHour),
      );
    })
    .toSorted((one, other) => other.geh - one.geh)
    .slice(0, LINKS_SHOWN);
}

/** The agreement in words. */
export function describeAgreement(agreement: Agreement): string {
  const { runs, sumoTravelSeconds, builtinTravelSeconds, travelTimeRatio, gehShare, worstLinks } = agreement;
  const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;
  return [
    "seed  travel time, s      waiting to enter, s  entered            arrived",
    "      sumo     builtin    sumo     builtin     sumo     builtin   sumo     builtin",
    ...runs.map(({ seed, sumo, builtin }) =>
      [
        String(seed).padEnd(6),
        sumo.travelSeconds.toFixed(1).padEnd(9),
        builtin.travelSeconds.toFixed(1).padEnd(11),
        sumo.departDelaySeconds.toFixed(1).padEnd(9),
        builtin.departDelaySeconds.toFixed(1).padEnd(12),
        String(sumo.entered).padEnd(9),
        String(builtin.entered).padEnd(10),
        String(sumo.arrived).padEnd(9),
        String(builtin.arrived),
      ].join(""),
    ),
    `mean travel time: sumo ${sumoTravelSeconds.toFixed(1)} s, builtin ${builtinTravelSeconds.toFixed(1)} s: ${percent(travelTimeRatio - 1)}`,
    `links with GEH below ${GEH_LIMIT}: ${percent(gehShare)}; the worst, in veh/h:`,
    ...worstLinks.map(
      ({ link, sumoVehPerHour, builtinVehPerHour, geh }) =>
        `  ${link}: sumo ${sumoVehPerHour.toFixed(0)}, builtin ${builtinVehPerHour.toFixed(0)}, GEH ${geh.toFixed(1)}`,
    ),
  ].join("\n");
}
