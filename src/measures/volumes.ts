import { EVENT_CODE } from "../model/event-code.ts";
import type { DetectorFunction, MeasureConfiguration, MeasureDetector } from "./configuration.ts";
import {
  type Bin,
  byBin,
  binsOf,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  type MeasureWindow,
  noFacts,
  ratio,
  sumOf,
  within,
} from "./measure.ts";
import { HOUR_MS } from "../units.ts";

type Hit = { readonly at: number; readonly channel: number };

type HitState = {
  readonly configuration: MeasureConfiguration;
  readonly channels: ReadonlySet<number>;
  readonly hits: Facts<Hit>;
};

const COUNTING: readonly DetectorFunction[] = ["advance", "count"];

function startHits(configuration: MeasureConfiguration): HitState {
  const counting = configuration.detectors.filter(({ functions }) =>
    functions.some((one) => COUNTING.includes(one)),
  );
  return {
    configuration,
    channels: new Set(counting.map(({ channel }) => channel)),
    hits: noFacts(configuration.keepMs),
  };
}

function nextHit({ channels, hits }: HitState, { at, code, parameter }: MeasureEvent): void {
  if (code === EVENT_CODE.detectorOn && channels.has(parameter)) keep(hits, { at, channel: parameter }, at);
}

/** Detectors that count one approach: all at its advance loops, or all at its stop line. */
type Section = {
  readonly approach: string;
  readonly counted: "advance" | "stopLine";
  readonly channels: ReadonlySet<number>;
};

function sectionsOf({ detectors }: MeasureConfiguration): readonly Section[] {
  const sections: Section[] = [];
  for (const approach of new Set(detectors.map((one) => one.approach))) {
    for (const [wanted, counted] of [["advance", "advance"] as const, ["count", "stopLine"] as const]) {
      const own = detectors.filter(
        (one) => one.approach === approach && one.functions.includes(wanted) && one.heads.length > 0,
      );
      if (own.length === 0) continue;
      sections.push({ approach, counted, channels: new Set(own.map(({ channel }) => channel)) });
    }
  }
  return sections;
}

/** A channel may count for the stop line alone; a section's hits are found by its own channels. */
function sectionHits(
  state: HitState,
  window: MeasureWindow,
): readonly { readonly section: Section; readonly bins: readonly (Bin & { readonly vehicles: number })[] }[] {
  const bins = binsOf(window);
  const sections = sectionsOf(state.configuration);
  const counts = sections.map(() => bins.map(() => 0));
  for (const { at, channel } of within(state.hits, window)) {
    const bin = Math.floor((at - window.from) / window.binMs);
    sections.forEach(({ channels }, place) => {
      const own = counts[place];
      if (own !== undefined && channels.has(channel)) own[bin] = (own[bin] ?? 0) + 1;
    });
  }
  return sections.map((section, place) => ({
    section,
    bins: bins.map((bin, index) => ({ ...bin, vehicles: counts[place]?.[index] ?? 0 })),
  }));
}

type VolumeRow = {
  readonly from: number;
  readonly approach: string;
  readonly counted: string;
  readonly vehicles: number | null;
  readonly vehPerHour: number | null;
};

/** Vehicles of each approach: on-events of all its lanes, by bin. Advance loops and the stop line are told apart, never added. */
export const approachVolume: Measure<HitState, VolumeRow> = {
  columns: ["from", "approach", "counted", "vehicles", "vehPerHour"],
  start: startHits,
  next: nextHit,
  result: (state, window) =>
    sectionHits(state, window).flatMap(({ section: { approach, counted }, bins }) =>
      bins.map((bin) => ({
        from: bin.from,
        approach,
        counted,
        vehicles: ifCovered(bin, bin.vehicles),
        vehPerHour: ifCovered(bin, (bin.vehicles * HOUR_MS) / (bin.to - bin.from)),
      })),
    ),
};

type PeakRow = {
  readonly approach: string;
  readonly counted: string;
  readonly peakFrom: number | null;
  readonly peakVehicles: number | null;
  readonly vehicles: number;
  readonly peakHourFactor: number | null;
  readonly kFactor: number | null;
  readonly dFactor: number | null;
};

/**
 * The busiest hour of each approach: the consecutive bins of an hour with most vehicles, the first of equal ones. Peak hour factor:
 * its vehicles over what its busiest bin would make in an hour. K: its share of the window's vehicles. D: its share of what both
 * directions had in that hour. Hours with a bin that the log does not cover are none.
 */
export const peakHour: Measure<HitState, PeakRow> = {
  columns: [
    "approach",
    "counted",
    "peakFrom",
    "peakVehicles",
    "vehicles",
    "peakHourFactor",
    "kFactor",
    "dFactor",
  ],
  start: startHits,
  next: nextHit,
  result: (state, window) => {
    const all = sectionHits(state, window);
    const perHour = Math.round(HOUR_MS / window.binMs);
    return all.map(({ section, bins }) => {
      const peak = busiest(bins, perHour);
      const vehicles = sumOf(bins, (bin) => bin.vehicles);
      const base = { approach: section.approach, counted: section.counted, vehicles };
      if (peak === undefined) {
        return {
          ...base,
          peakFrom: null,
          peakVehicles: null,
          peakHourFactor: null,
          kFactor: null,
          dFactor: null,
        };
      }
      const facing = state.configuration.opposing.get(section.approach);
      const other = all.find(
        (one) => one.section.approach === facing && one.section.counted === section.counted,
      );
      const against =
        other === undefined
          ? null
          : sumOf(other.bins.slice(peak.first, peak.first + perHour), (bin) => bin.vehicles);
      return {
        ...base,
        peakFrom: bins[peak.first]?.from ?? null,
        peakVehicles: peak.vehicles,
        peakHourFactor: ratio(peak.vehicles, perHour * peak.busiestBin),
        kFactor: ratio(peak.vehicles, vehicles),
        dFactor: against === null ? null : ratio(peak.vehicles, peak.vehicles + against),
      };
    });
  },
};

type Peak = { readonly first: number; readonly vehicles: number; readonly busiestBin: number };

function busiest(bins: readonly (Bin & { readonly vehicles: number })[], perHour: number): Peak | undefined {
  let best: Peak | undefined;
  for (let first = 0; first + perHour <= bins.length; first += 1) {
    const hour = bins.slice(first, first + perHour);
    if (perHour < 1 || !hour.every(({ covered }) => covered)) continue;
    const vehicles = sumOf(hour, (bin) => bin.vehicles);
    if (best !== undefined && vehicles <= best.vehicles) continue;
    best = { first, vehicles, busiestBin: Math.max(...hour.map((bin) => bin.vehicles)) };
  }
  return best;
}

type TurningRow = {
  readonly from: number;
  readonly approach: string;
  readonly movement: string;
  /** Whether its lane has several movements: then nobody can say which one a vehicle made. */
  readonly shared: boolean;
  readonly vehicles: number | null;
};

/**
 * Turning movement counts: on-events of stop-line count detectors, lane by lane, by the movement of the lane. Arrival detectors with
 * shared lanes cannot tell movements apart; a shared lane at the stop line is told as what it is.
 */
export const turningCounts: Measure<HitState, TurningRow> = {
  columns: ["from", "approach", "movement", "shared", "vehicles"],
  start: startHits,
  next: nextHit,
  result: ({ configuration, hits }, window) => {
    const byChannel = new Map(
      configuration.detectors
        .filter(({ functions, heads }) => functions.includes("count") && heads.length > 0)
        .map((one) => [one.channel, one]),
    );
    const names = [...new Set([...byChannel.values()].map(groupName))];
    const groups = new Map(
      names.map((name) => [name, [...byChannel.values()].find((one) => groupName(one) === name)]),
    );
    return byBin(
      window,
      hits,
      names,
      ({ channel }) => {
        const detector = byChannel.get(channel);
        return detector === undefined ? undefined : groupName(detector);
      },
      (bin, name, own) => {
        const detector = groups.get(name);
        const movement = detector === undefined ? name : movementOf(detector);
        return {
          from: bin.from,
          approach: detector?.approach ?? name,
          movement,
          shared: movement.includes("+"),
          vehicles: ifCovered(bin, own.length),
        };
      },
    );
  },
};

function movementOf({ movement, heads }: MeasureDetector): string {
  return movement ?? `phase ${heads.join("+")}`;
}

function groupName(detector: MeasureDetector): string {
  return `${detector.approach}\n${movementOf(detector)}`;
}
