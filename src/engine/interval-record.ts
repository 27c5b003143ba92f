import { defined } from "../assert.ts";
import { currentMade, type Made } from "../forecast/series.ts";
import { type InstantMs, instantMs } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { isUnsound } from "./detector-health.ts";
import { intervalBegin } from "./interval-begin.ts";
import type { CountTrust } from "./replaced-counts.ts";
import type { EngineState, NodeState } from "./state.ts";

/** What detectors told in a strategic interval, by detector. */
export type DetectorCounts = {
  /** Counted, or what stands for it; `null` where nothing is known. */
  readonly vehicles: readonly (number | null)[];
  readonly occupancyRatio: readonly (number | null)[];
  readonly imputed: readonly boolean[];
};

/** An interval that has ended. */
export type IntervalRecord = {
  readonly beganAt: InstantMs;
  readonly intersections: readonly {
    readonly id: string;
    readonly detectors: readonly {
      readonly id: string;
      readonly vehicles: number | null;
      readonly occupancyRatio: number | null;
      readonly quality: "measured" | "imputed" | "missing";
    }[];
    /** Movements of which something had been forecast, and what was counted; `null`: not known. */
    readonly forecasts: readonly {
      readonly movement: string;
      readonly made: Made;
      readonly counted: number | null;
    }[];
  }[];
};

/** What the detectors of a node told in an interval that was watched, as it is believed. */
export function detectorCounts(
  { health }: NodeState,
  { entryCounts }: CountTrust,
  occupancyRatio: readonly number[],
  replaces: boolean,
): DetectorCounts {
  const imputed = health.detectors.map((detector) => replaces && isUnsound(detector));
  return {
    vehicles: entryCounts,
    occupancyRatio: occupancyRatio.map((ratio, detector) => (imputed[detector] === true ? null : ratio)),
    imputed,
  };
}

/** The interval that ended between two states, the second one of which is its end's; `undefined` for none. */
export function closedInterval(
  before: EngineState,
  now: EngineState,
  tables: EngineTables,
): IntervalRecord | undefined {
  if (now.intervalStartsAt === before.intervalStartsAt) return undefined;
  const { intervalMs, midnightAt } = tables.configuration;
  return {
    beganAt: intervalBegin(instantMs(now.intervalStartsAt - 1), midnightAt, intervalMs),
    intersections: tables.nodes.map((own, index) => {
      const earlier = defined(before.nodes.at(index), "node");
      const node = defined(now.nodes.at(index), "node");
      return {
        id: own.id,
        detectors: detectorsTold(node, own),
        forecasts: forecastsJudged(earlier, node, own),
      };
    }),
  };
}

function detectorsTold({ told }: NodeState, own: NodeTables) {
  return own.health.ids.map((id, detector) => {
    const vehicles = told?.vehicles[detector] ?? null;
    const occupancyRatio = told?.occupancyRatio[detector] ?? null;
    const measured = told?.imputed[detector] === true ? ("imputed" as const) : ("measured" as const);
    return { id, vehicles, occupancyRatio, quality: vehicles === null ? ("missing" as const) : measured };
  });
}

function forecastsJudged(before: NodeState, { series }: NodeState, own: NodeTables) {
  return own.timing.intersection.movements.flatMap(({ id }, movement) => {
    const made = currentMade(defined(before.series[movement], "series"));
    const counted = series[movement]?.recent.at(-1) ?? Number.NaN;
    return made === null ? [] : [{ movement: id, made, counted: Number.isNaN(counted) ? null : counted }];
  });
}
