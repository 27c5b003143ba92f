import { PhasewiseError } from "../../src/errors.ts";
import type { DemandFile, DemandProfile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Movement } from "../../src/model/intersection.ts";
import type { RecordedInterval } from "../../src/model/recorded-counts.ts";
import { DAY_MS, HOUR_MS, type InstantMs, MINUTE_MS, modulo } from "../../src/units.ts";

export type RecordedDemand = {
  readonly demand: DemandFile;
  /** What was estimated, what stands for what was not counted, and what nobody could estimate. */
  readonly notes: readonly string[];
};

/** Straight on : turn : U-turn where nothing was counted, as the engine has it before counting; reference `control-algorithms.md` §2. */
const PRIOR_WEIGHT: Readonly<Record<Movement["turn"], number>> = {
  through: 3,
  left: 1,
  right: 1,
  uturn: 0.02,
};

/** A movement into an intersection, with what was counted of it by interval; `null` where nothing was. */
type Counted = { readonly movement: Movement; readonly vehicles: readonly (number | null)[] };

/**
 * The demand that detectors of a journal told: vehicles by entry and interval, as they left over the stop lines of its link; turning shares as
 * counted there; pedestrians as they were seen to call. A count that is missing is the mean of the movement's others; a movement without
 * any has its usual part of its link's.
 * @throws PhasewiseError `DATA_MISSING` where no interval or no entry was counted, `DATA_INVALID` for a network with junctions without signals:
 * nobody counts how one turns there.
 */
export function recordedDemand(
  network: Network,
  intervals: readonly RecordedInterval[],
  midnightAt: InstantMs,
): RecordedDemand {
  if (intervals.length === 0) {
    throw new PhasewiseError(
      "DATA_MISSING",
      "journal: found no whole strategic interval, allowed: one at least, of which the demand is estimated",
    );
  }
  if ((network.connections ?? []).length > 0) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `network ${network.id}: found junctions without signals, allowed: signals at all of them, since nobody counts how one turns elsewhere`,
    );
  }
  const byLink = countedByLink(network, intervals);
  const known = new Map([...byLink].filter(([, counted]) => counted.some(isCounted)));
  const entries = entryLinks(network);
  const estimated = entries.filter((link) => known.has(link));
  if (estimated.length === 0) {
    throw new PhasewiseError(
      "DATA_MISSING",
      `journal: found no count on ${entries.join(", ")}, allowed: counts on one entry at least`,
    );
  }
  const filled = new Map([...known].map(([link, counted]) => [link, imputed(counted)]));
  const demand: DemandFile = {
    version: 1,
    entries: estimated.map((link) => {
      const perInterval = intervals.map((_, interval) => sumOf(filled.get(link) ?? [], interval));
      return { link, vehicles: profileOf(intervals, perInterval, midnightAt) };
    }),
    turning: [...byLink].map(([fromLink, counted]) => {
      return { fromLink, shares: sharesOf(filled.get(fromLink) ?? counted.map(asPrior)) };
    }),
    pedestrians: pedestriansOf(network, intervals, midnightAt),
  };
  return { demand, notes: notesOf(network, intervals, { byLink, entries, estimated, demand }) };
}

const isCounted = ({ vehicles }: Pick<Counted, "vehicles">): boolean =>
  vehicles.some((count) => count !== null);

/** Of each link into an intersection. */
function countedByLink(
  { intersections }: Network,
  intervals: readonly RecordedInterval[],
): ReadonlyMap<string, readonly Counted[]> {
  const byLink = new Map<string, Counted[]>();
  for (const [node, { movements }] of intersections.entries()) {
    for (const [place, movement] of movements.entries()) {
      const vehicles = intervals.map(
        (interval) => interval.intersections[node]?.movements[place]?.vehicles ?? null,
      );
      byLink.set(movement.fromLink, [...(byLink.get(movement.fromLink) ?? []), { movement, vehicles }]);
    }
  }
  return byLink;
}

/** Links with movements that begin outside every intersection. */
function entryLinks({ intersections, links, nodes }: Network): readonly string[] {
  const inside = new Set(nodes.filter(({ intersection }) => intersection !== undefined).map(({ id }) => id));
  const into = new Set(intersections.flatMap(({ movements }) => movements.map(({ fromLink }) => fromLink)));
  return links.filter(({ id, from }) => into.has(id) && !inside.has(from)).map(({ id }) => id);
}

type Filled = { readonly movement: Movement; readonly vehicles: readonly number[] };

const asPrior = ({ movement, vehicles }: Counted): Filled => {
  return { movement, vehicles: vehicles.map(() => PRIOR_WEIGHT[movement.turn]) };
};

/** Without gaps: the mean of the movement's other counts, or its usual part of what was counted of the link's other movements. */
function imputed(counted: readonly Counted[]): readonly Filled[] {
  const means = counted.map(({ vehicles }) => meanOf(vehicles.filter((count) => count !== null)));
  let [vehicles, weight] = [0, 0];
  for (const [place, { movement }] of counted.entries()) {
    const mean = means[place];
    if (mean === undefined) continue;
    vehicles += mean;
    weight += PRIOR_WEIGHT[movement.turn];
  }
  return counted.map(({ movement, vehicles: own }, place) => {
    const usual = means[place] ?? (PRIOR_WEIGHT[movement.turn] * vehicles) / weight;
    return { movement, vehicles: own.map((count) => count ?? usual) };
  });
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOf(filled: readonly Filled[], interval: number): number {
  return filled.reduce((sum, { vehicles }) => sum + (vehicles[interval] ?? 0), 0);
}

/** By exit, over the whole journal; the usual ones where nobody came. */
function sharesOf(filled: readonly Filled[]): DemandFile["turning"][number]["shares"] {
  const total = ({ vehicles }: Filled): number => vehicles.reduce((sum, count) => sum + count, 0);
  const all = filled.reduce((sum, one) => sum + total(one), 0);
  const weightOf = (one: Filled): number => (all === 0 ? PRIOR_WEIGHT[one.movement.turn] : total(one));
  const sum = filled.reduce((weights, one) => weights + weightOf(one), 0);
  const byExit = new Map<string, number>();
  for (const one of filled) {
    const { toLink } = one.movement;
    byExit.set(toLink, (byExit.get(toLink) ?? 0) + weightOf(one) / sum);
  }
  return [...byExit].map(([toLink, share]) => ({ toLink, share }));
}

/** As much all through an interval; from its last minute on a straight line to the next one's. */
function profileOf(
  intervals: readonly RecordedInterval[],
  counts: readonly number[],
  midnightAt: InstantMs,
): DemandProfile {
  const points = new Map<string, number>();
  for (const [place, { from, until }] of intervals.entries()) {
    const perHour = ((counts[place] ?? 0) * HOUR_MS) / (until - from);
    points.set(clockOf(from - midnightAt), perHour);
    points.set(clockOf(until - MINUTE_MS - midnightAt), perHour);
  }
  // Points of a day ascend, also where the journal goes over midnight; of a second day, the last one counts.
  return [...points]
    .map(([at, perHour]) => ({ at, perHour }))
    .toSorted((left, right) => (left.at < right.at ? -1 : 1));
}

function clockOf(sinceMidnightMs: number): string {
  const minutes = Math.floor(modulo(sinceMidnightMs, DAY_MS) / MINUTE_MS);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Where walk waits for a call: as many as called. */
function pedestriansOf(
  { intersections }: Network,
  intervals: readonly RecordedInterval[],
  midnightAt: InstantMs,
): DemandFile["pedestrians"] {
  return intersections.flatMap(({ id: intersection, phases }, node) =>
    phases.flatMap(({ id: phase, pedestrian }) => {
      if (pedestrian?.recall !== false) return [];
      const calls = intervals.map(({ intersections: told }) => told[node]?.pedestrianCalls.get(phase) ?? 0);
      if (calls.every((count) => count === 0)) return [];
      return [{ intersection, phase, persons: profileOf(intervals, calls, midnightAt) }];
    }),
  );
}

type Estimate = {
  readonly byLink: ReadonlyMap<string, readonly Counted[]>;
  readonly entries: readonly string[];
  readonly estimated: readonly string[];
  readonly demand: DemandFile;
};

function notesOf(
  { intersections }: Network,
  intervals: readonly RecordedInterval[],
  { byLink, entries, estimated, demand }: Estimate,
): readonly string[] {
  const all = [...byLink.values()].flat();
  const never = all.filter((counted) => !isCounted(counted)).map(({ movement }) => movement.id);
  const missing = all
    .filter(isCounted)
    .reduce((sum, { vehicles }) => sum + vehicles.filter((count) => count === null).length, 0);
  const replaced = intervals
    .flatMap((interval) => interval.intersections.flatMap(({ movements }) => movements))
    .filter(({ isReplaced }) => isReplaced).length;
  const lost = entries.filter((link) => !estimated.includes(link));
  const recalled = intersections.flatMap(({ id, phases }) =>
    phases
      .filter(({ pedestrian }) => pedestrian !== undefined && pedestrian.recall !== false)
      .map((phase) => `${id} ${phase.id}`),
  );
  const vehicles = all.reduce(
    (sum, counted) =>
      sum +
      (estimated.includes(counted.movement.fromLink) ? counted.vehicles : []).reduce<number>(
        (own, count) => own + (count ?? 0),
        0,
      ),
    0,
  );
  return [
    `estimated: ${Math.round(vehicles)} vehicles on ${estimated.length} of ${entries.length} entries in ${intervals.length} intervals, as they left over stop lines: later than they came by drive and wait, and without whoever still queued`,
    `estimated: pedestrians at ${demand.pedestrians.length} phases, one for each call: who came while a call waited is not counted`,
    ...(replaced > 0
      ? [`imputed: ${replaced} counts of failed detectors, by the engine's own substitutes`]
      : []),
    ...(missing > 0 ? [`imputed: ${missing} missing counts, by the mean of the movement's others`] : []),
    ...(never.length > 0
      ? [`imputed: never counted, their usual part of their link: ${never.join(", ")}`]
      : []),
    ...(lost.length > 0
      ? [`not estimated: entries without any count, nobody comes by them: ${lost.join(", ")}`]
      : []),
    ...(recalled.length > 0
      ? [`not estimated: pedestrians at phases on recall, where nobody has to call: ${recalled.join(", ")}`]
      : []),
    "not estimated: buses and emergency vehicles, which are counted as cars; who enters or leaves between signals; seeds draw the arrivals",
  ];
}
