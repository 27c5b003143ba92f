import type {
  DetectorFunction,
  MeasureConfiguration,
  MeasureDetector,
  MeasureHead,
} from "./configuration.ts";
import type { MeasureOptions } from "./network-configuration.ts";

/** A row of a detector configuration as the Python package reads it: DeviceId, Phase, Function, Parameter. */
export type DetectorRow = {
  readonly device: string;
  readonly phase: number;
  readonly function: string;
  /** Detector channel. */
  readonly parameter: number;
};

/** Functions by the names that the package gives them, without case, spaces and underscores. */
const FUNCTION_NAMES: Readonly<Record<string, DetectorFunction>> = {
  advance: "advance",
  presence: "presence",
  stopbarcount: "count",
  yellowred: "yellowRed",
};

export const ATSPM_FUNCTIONS = ["Advance", "Presence", "Stopbar Count", "Yellow_Red"] as const;

/** The names that rows are written with. */
const NAME_OF: Readonly<Record<Exclude<DetectorFunction, "entry">, (typeof ATSPM_FUNCTIONS)[number]>> = {
  advance: "Advance",
  presence: "Presence",
  count: "Stopbar Count",
  yellowRed: "Yellow_Red",
};

export function functionOf(name: string): DetectorFunction | undefined {
  return FUNCTION_NAMES[name.replaceAll(/[ _]/g, "").toLowerCase()];
}

/**
 * The configuration of one controller from rows of that kind. Phases are taken for NEMA's: 2 faces 6 and 4 faces 8, and the lefts 1, 3,
 * 5 and 7 cross 2, 4, 6 and 8. Nothing is known of distances, lanes and movements.
 */
export function configurationOfRows(
  device: string,
  rows: readonly DetectorRow[],
  { variant, keepMs }: MeasureOptions,
): MeasureConfiguration {
  const own = rows.filter((row) => row.device === device);
  const phases = [...new Set(own.map(({ phase }) => phase))].toSorted((left, right) => left - right);
  return {
    intersection: device,
    heads: phases.map(
      (phase): MeasureHead => ({
        key: phase,
        name: String(phase),
        approach: `phase ${phase}`,
        coordinated: phase === 2 || phase === 6,
        yieldsTo: OPPOSING_THROUGH.get(phase) ?? null,
      }),
    ),
    detectors: detectorsOf(own),
    pedestrianChannels: new Map(),
    opposing: FACING,
    variant,
    keepMs,
  };
}

const OPPOSING_THROUGH: ReadonlyMap<number, number> = new Map([
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 8],
]);

const FACING: ReadonlyMap<string, string> = new Map([
  ["phase 2", "phase 6"],
  ["phase 6", "phase 2"],
  ["phase 4", "phase 8"],
  ["phase 8", "phase 4"],
]);

function detectorsOf(rows: readonly DetectorRow[]): readonly MeasureDetector[] {
  const channels = [...new Set(rows.map(({ parameter }) => parameter))].toSorted(
    (left, right) => left - right,
  );
  return channels.map((channel) => {
    const own = rows.filter(({ parameter }) => parameter === channel);
    const heads = [...new Set(own.map(({ phase }) => phase))];
    return {
      channel,
      name: `channel ${channel}`,
      functions: own.flatMap((row) => functionOf(row.function) ?? []),
      heads,
      approach: `phase ${heads[0] ?? 0}`,
      movement: null,
      distanceMeters: null,
      speedMetersPerSecond: null,
    };
  });
}

/** The rows of a configuration; one for each detector, phase and function. Entry detectors have no phase, and so no row. */
export function rowsOfConfiguration({
  intersection,
  detectors,
}: MeasureConfiguration): readonly DetectorRow[] {
  return detectors.flatMap(({ channel, functions, heads }) =>
    functions.flatMap((one) =>
      one === "entry"
        ? []
        : heads.map((phase) => ({ device: intersection, phase, function: NAME_OF[one], parameter: channel })),
    ),
  );
}
