import type { Network } from "../../src/model/files.ts";
import type { InstantMs } from "../../src/units.ts";
import type { Plant } from "./plant.ts";

export type PlantOptions = {
  readonly seed: number;
  /** Where SUMO's trip file is kept; it is thrown away without a path. The built-in model writes none. */
  readonly tripFile?: string | undefined;
  /** What happens on the street; a plant that cannot make it throws OPTION_INVALID. */
  readonly events?: readonly StreetEvent[] | undefined;
};

/** From a second since the begin of the run up to but without another one, or to its end. */
type Lasting = { readonly fromSeconds: number; readonly untilSeconds?: number };

/** Something that happens on the street, by ids of the network. */
export type StreetEvent =
  /** So many times as many vehicles come by an entry, or by `all`; buses and emergency vehicles come as ever. */
  | ({ readonly kind: "demand"; readonly entry: string; readonly factor: number } & Lasting)
  /** Nobody new comes onto the lane. */
  | ({ readonly kind: "lane"; readonly link: string; readonly lane: string } & Lasting)
  /** Nobody new comes onto any lane of the link. */
  | ({ readonly kind: "road"; readonly link: string } & Lasting)
  /** One vehicle more on an emergency route. */
  | { readonly kind: "emergency"; readonly route: string; readonly fromSeconds: number };

/** Veh/h by intersection and movement; a movement that is not named has none. */
export type MovementFlows = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Seconds since the begin of a run: from the first up to but without the second. */
export type RunPeriod = { readonly fromSeconds: number; readonly untilSeconds: number };

/** A network together with what is needed to put traffic on it. */
export type RunnableNetwork = {
  readonly network: Network;
  /** Local midnight of the day on which a run starts. */
  readonly midnightAt: InstantMs;
  /** Begin of a run when the caller asks for nothing else. */
  readonly startsAt: InstantMs;
  /** Seconds that the scenario is configured for; `undefined` where it is endless. */
  readonly durationSeconds: number | undefined;
  /** Things that could not be represented as they are, for the user to read. */
  readonly notes: readonly string[];
  /** Files of others that a plant reads beside what the network says. */
  readonly files?: readonly string[];
  /**
   * The demand that the plant will really bring, whatever the seed: for variants that are timed by it, never for the engine. Absent
   * where nobody knows it; throws DATA_INVALID where the scenario's files say it in a way that is not read.
   */
  readonly trueDemand?: (period: RunPeriod) => Promise<MovementFlows>;
  /** The network with the timing that a live engine's street runs; absent where it is begun from no such street. */
  readonly running?: Network;
  readonly createPlant: (options: PlantOptions) => Promise<Plant>;
};
