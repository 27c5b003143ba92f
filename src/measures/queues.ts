import { detectorsBy, type MeasureConfiguration, type MeasureDetector } from "./configuration.ts";
import {
  type Bin,
  binsOf,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  noFacts,
  ratio,
  sumOf,
  type MeasureWindow,
} from "./measure.ts";
import { type Covered, coverBy, notCovered } from "./occupancy.ts";

type Stretch = { readonly at: number; readonly to: number; readonly channel: number };

type QueueState = {
  readonly detectors: ReadonlyMap<number, MeasureDetector>;
  readonly covered: Map<number, Covered>;
  readonly stretches: Facts<Stretch>;
  latest: number;
};

/**
 * A loop of 2 m that one vehicle (4.5 m) covers for so long: at an advance loop it creeps at 8 km/h or stands, so the queue reaches
 * it; at the begin of a link, at 5 km/h or standing, the link is full.
 */
const QUEUE_MS = 3_000;
const SPILLBACK_MS = 5_000;

function start(configuration: MeasureConfiguration): QueueState {
  const detectors = detectorsBy(configuration, "advance", "entry");
  return {
    detectors,
    covered: new Map([...detectors.keys()].map((channel) => [channel, notCovered()])),
    stretches: noFacts(configuration.keepMs),
    latest: Number.NEGATIVE_INFINITY,
  };
}

function next(state: QueueState, event: MeasureEvent): void {
  state.latest = Math.max(state.latest, event.at);
  const covered = state.covered.get(event.parameter);
  if (covered === undefined) return;
  coverBy(covered, event);
  const [stretch] = covered.stretches;
  if (stretch === undefined) return;
  covered.stretches = [];
  keep(state.stretches, { at: stretch.from, to: stretch.to, channel: event.parameter }, event.at);
}

type QueueRow = {
  readonly from: number;
  readonly approach: string;
  /** `queue` at the advance loops of an approach, `spillback` at the entry loops of a link that leaves. */
  readonly kind: string;
  readonly occupancyPercent: number | null;
  readonly episodes: number | null;
  readonly seconds: number | null;
  readonly longestSeconds: number | null;
};

/**
 * Queues and spillback by bin: how long loops were covered, and how often and long without a break for 3 s and more (advance: the
 * queue reaches back to it) or 5 s and more (entry: the link is full up to the intersection before it). `seconds` add up the loops.
 */
export const queues: Measure<QueueState, QueueRow> = {
  columns: ["from", "approach", "kind", "occupancyPercent", "episodes", "seconds", "longestSeconds"],
  start,
  next,
  result: (state, window) => {
    const groups = groupsOf(state.detectors);
    const stretches = [...state.stretches.kept, ...running(state)].filter(
      ({ at, to }) => to > window.from && at < window.to,
    );
    return groups.flatMap((group) => rowsOf(group, stretches, window));
  },
};

type Group = {
  readonly approach: string;
  readonly kind: "queue" | "spillback";
  readonly channels: ReadonlySet<number>;
};

function groupsOf(detectors: ReadonlyMap<number, MeasureDetector>): readonly Group[] {
  const all = [...detectors.values()];
  return [...new Set(all.map(({ approach }) => approach))].flatMap((approach) =>
    [["advance", "queue"] as const, ["entry", "spillback"] as const].flatMap(([wanted, kind]) => {
      const own = all.filter((one) => one.approach === approach && one.functions.includes(wanted));
      return own.length === 0
        ? []
        : [{ approach, kind, channels: new Set(own.map(({ channel }) => channel)) }];
    }),
  );
}

/** Loops that are covered now. */
function running({ covered, latest }: QueueState): readonly Stretch[] {
  return [...covered].flatMap(([channel, { latest: event }]) =>
    event?.on === true && event.at < latest ? [{ at: event.at, to: latest, channel }] : [],
  );
}

function rowsOf(
  { approach, kind, channels }: Group,
  stretches: readonly Stretch[],
  window: MeasureWindow,
): readonly QueueRow[] {
  const leastMs = kind === "queue" ? QUEUE_MS : SPILLBACK_MS;
  const own = stretches.filter(({ channel }) => channels.has(channel));
  return binsOf(window).map((bin) => {
    const inBin = own.filter(({ at, to }) => to > bin.from && at < bin.to);
    const long = inBin.filter(({ at, to }) => to - at >= leastMs);
    const share = ratio(
      sumOf(inBin, (one) => overlapMs(one, bin)),
      (bin.to - bin.from) * channels.size,
    );
    return {
      from: bin.from,
      approach,
      kind,
      occupancyPercent: ifCovered(bin, share === null ? null : share * 100),
      episodes: ifCovered(bin, long.filter(({ at }) => at >= bin.from).length),
      seconds: ifCovered(bin, sumOf(long, (one) => overlapMs(one, bin)) / 1_000),
      longestSeconds: ifCovered(bin, Math.max(0, ...long.map(({ at, to }) => to - at)) / 1_000),
    };
  });
}

function overlapMs({ at, to }: Stretch, bin: Bin): number {
  return Math.max(0, Math.min(to, bin.to) - Math.max(at, bin.from));
}
