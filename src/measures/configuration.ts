/**
 * What a detector is there for. `advance`: arrivals. `presence`: somebody stands at the stop line. `count`: each vehicle once at
 * the stop line. `yellowRed`: who crosses the stop line. `entry`: the begin of a link that leaves the intersection.
 */
export const DETECTOR_FUNCTIONS = ["advance", "presence", "count", "yellowRed", "entry"] as const;
export type DetectorFunction = (typeof DETECTOR_FUNCTIONS)[number];

export type MeasureDetector = {
  /** Parameter of its events. */
  readonly channel: number;
  readonly name: string;
  readonly functions: readonly DetectorFunction[];
  /** Keys of the heads that it belongs to; none where it belongs to a link that leaves. */
  readonly heads: readonly number[];
  /** Where its vehicles come from; of an entry detector, the link that they go to. */
  readonly approach: string;
  /** What its lane allows, as `left`, `through+right`; `null` where it is not known. */
  readonly movement: string | null;
  readonly distanceMeters: number | null;
  readonly speedMetersPerSecond: number | null;
};

/** A signal head whose cycles are measured: a phase, or an overlap. */
export type MeasureHead = {
  /** Phase n: n; overlap n: `OVERLAP_KEY` + n. */
  readonly key: number;
  /** As reports call it. */
  readonly name: string;
  readonly approach: string;
  /** Under coordination, held until its yield point. */
  readonly coordinated: boolean;
  /** Its left turn may yield to this head's green: the opposing through movement; `null` where it never does. */
  readonly yieldsTo: number | null;
};

/**
 * Where the two public codes differ (reference §7.1). `atspm`, the Python package: red begins with red clearance (10), a split
 * fails at occupancies of 80 % and more. `udot`: red begins with the end of yellow (9; 64 of overlaps), a split fails above 79 %.
 */
export const VARIANTS = ["atspm", "udot"] as const;
export type Variant = (typeof VARIANTS)[number];

/** What one intersection's measures are computed with. */
export type MeasureConfiguration = {
  readonly intersection: string;
  readonly heads: readonly MeasureHead[];
  readonly detectors: readonly MeasureDetector[];
  /** Pedestrian channel to head; a channel that is not named is the phase of its number. */
  readonly pedestrianChannels: ReadonlyMap<number, number>;
  /** Approaches that face each other. */
  readonly opposing: ReadonlyMap<string, string>;
  readonly variant: Variant;
  /** Facts older than this are forgotten; `Infinity` for a window of the past. */
  readonly keepMs: number;
};

export const OVERLAP_KEY = 1_000;

export function headName(configuration: MeasureConfiguration, key: number): string {
  const known = configuration.heads.find((head) => head.key === key)?.name;
  return known ?? (key > OVERLAP_KEY ? `overlap ${key - OVERLAP_KEY}` : String(key));
}

/** Detectors of a function by channel. */
export function detectorsBy(
  { detectors }: MeasureConfiguration,
  ...functions: readonly DetectorFunction[]
): ReadonlyMap<number, MeasureDetector> {
  const wanted = detectors.filter((one) => one.functions.some((own) => functions.includes(own)));
  return new Map(wanted.map((one) => [one.channel, one]));
}

/** From the loop to the stop line at the approach's speed; 0 where distance or speed are not known. */
export function travelMsOf({ distanceMeters, speedMetersPerSecond }: MeasureDetector): number {
  if (distanceMeters === null || speedMetersPerSecond === null || speedMetersPerSecond <= 0) return 0;
  return Math.round((distanceMeters / speedMetersPerSecond) * 1_000);
}
