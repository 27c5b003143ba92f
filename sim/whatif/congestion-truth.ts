import { defined } from "../../src/assert.ts";
import type { EngineTables } from "../../src/engine/configuration.ts";
import {
  type CongestionChances,
  type CongestionKind,
  type CongestionScore,
  countForecast,
  UNSCORED,
  WARN_PROBABILITY,
} from "../../src/estimate/congestion-watch.ts";
import type { Network } from "../../src/model/files.ts";
import type { Decided } from "../../src/pipeline/run.ts";
import type { Plant } from "../field/plant.ts";
import { type PlantQueues, plantQueues } from "./plant-queues.ts";
import type { LaneGreens } from "./true-queues.ts";

/** How what the engine said of approaches did by the plant's own queues, which it does not see. */
export type TrueScore = CongestionScore & {
  /** Of the intervals that were warned of, how many were congested; `null` where none was. */
  readonly precision: number | null;
  /** Of the congested intervals, how many had been warned of; `null` where there was none. */
  readonly recall: number | null;
  /** The same of congested intervals after one that was not: where a warning is news. */
  readonly onsetRecall: number | null;
};

export type CongestionTruth = {
  /** How far ahead warnings hold; 1 is the interval that begins when it is said. */
  readonly leads: readonly ({ readonly leadIntervals: number } & Readonly<
    Record<CongestionKind, TrueScore>
  >)[];
  /** What detectors showed of intervals that had ended: as good as the engine's own scores can be. */
  readonly seen: Readonly<Record<CongestionKind, TrueScore>>;
};

/** What happened on one approach; `null` where nobody can tell. */
type Happened = Readonly<Record<CongestionKind, boolean | null>>;

type Tally = { readonly score: CongestionScore; readonly onsets: number; readonly onsetHits: number };
type Tallies = Readonly<Record<CongestionKind, Tally>>;

const UNTALLIED: Tally = { score: UNSCORED, onsets: 0, onsetHits: 0 };
const NO_TALLIES: Tallies = { oversaturated: UNTALLIED, spillback: UNTALLIED };

/** `[node][approach]` */
type ByApproach<T> = readonly (readonly T[])[];

type Open = {
  readonly startsAt: number;
  /** What had been said of the open interval, by lead. */
  readonly said: ByApproach<readonly CongestionChances[]>;
};

/** Looks at a run from both sides: `follow` the plant, `watch` the engine. */
export function watchCongestionTruth(network: Network): {
  readonly follow: (plant: Plant) => Plant;
  readonly watch: (decided: Pick<Decided, "state" | "tables">) => void;
  readonly truth: () => CongestionTruth;
} {
  const queues = plantQueues(network);
  let open: Open | undefined;
  let before: ByApproach<Happened> = [];
  let leads: readonly Tallies[] = [];
  let seen = NO_TALLIES;
  return {
    follow: queues.follow,
    watch: ({ state, tables }) => {
      if (open?.startsAt === state.intervalStartsAt) return;
      const happened = intervalOf(queues, tables);
      // Of the interval that the run began with nobody could say anything.
      if (open !== undefined && before.length > 0) {
        for (const [node, approaches] of happened.entries()) {
          for (const [place, now] of approaches.entries()) {
            const was = defined(before[node]?.[place], "approach");
            const said = defined(open.said[node]?.[place], "approach");
            const watched = defined(state.nodes.at(node)?.congestion[place], "watch").seen;
            leads = leadsWith(leads, said, was, now);
            seen = withForecast(seen, chancesOf(watched), was, now);
          }
        }
      }
      if (open !== undefined) before = happened;
      open = {
        startsAt: state.intervalStartsAt,
        said: Array.from(state.nodes, ({ congestion }) => congestion.map(({ pending }) => pending[0] ?? [])),
      };
    },
    truth: () => ({
      leads: leads.map((tallies, lead) => ({ leadIntervals: lead + 1, ...scoresOf(tallies) })),
      seen: scoresOf(seen),
    }),
  };
}

/** At the end of half of a lane's greens at least, and of two: one red that somebody sits through twice is chance. */
const FAILURES_MIN = 2;
/** Somebody stood at the begin of a link for so long in an interval: less is a vehicle that stops there by chance. */
const SPILLBACK_SECONDS_MIN = 15;

function intervalOf(queues: PlantQueues, { approaches, nodes }: EngineTables): ByApproach<Happened> {
  const taken = queues.take();
  return approaches.map((own, node) =>
    own.map(({ lanes, entry }): Happened => {
      const { lanes: greens } = defined(taken[node], "intersection");
      const [loop] = entry?.loops ?? [];
      const link =
        entry === null || loop === undefined ? undefined : defined(nodes[entry.node], "node").entryLink[loop];
      return {
        oversaturated: lanes.some((lane) => wasOversaturated(defined(greens[lane], "lane"))),
        spillback:
          entry === null || link === undefined
            ? null
            : defined(taken[entry.node]?.stoodSeconds.get(link), link) >= SPILLBACK_SECONDS_MIN,
      };
    }),
  );
}

/** Residual queues were left over the interval: demand exceeded capacity. */
function wasOversaturated({ greens, failures }: LaneGreens): boolean {
  return failures >= FAILURES_MIN && failures * 2 >= greens;
}

/** What was seen of an interval, as a forecast of it. */
function chancesOf(seen: Happened): CongestionChances {
  return { oversaturated: Number(seen.oversaturated ?? false), spillback: Number(seen.spillback ?? false) };
}

const UNSAID: CongestionChances = { oversaturated: 0, spillback: 0 };

/** Whoever said nothing of an interval did not warn of it. */
function leadsWith(
  leads: readonly Tallies[],
  said: readonly CongestionChances[],
  was: Happened,
  now: Happened,
): readonly Tallies[] {
  return Array.from({ length: Math.max(leads.length, said.length) }, (_, lead) =>
    withForecast(leads[lead] ?? NO_TALLIES, said[lead] ?? UNSAID, was, now),
  );
}

function withForecast(tallies: Tallies, chances: CongestionChances, was: Happened, now: Happened): Tallies {
  const tally = (kind: CongestionKind): Tally => {
    const { score, onsets, onsetHits } = tallies[kind];
    const isOnset = now[kind] === true && was[kind] === false;
    return {
      score: countForecast(score, chances[kind], now[kind]),
      onsets: onsets + Number(isOnset),
      onsetHits: onsetHits + Number(isOnset && chances[kind] >= WARN_PROBABILITY),
    };
  };
  return { oversaturated: tally("oversaturated"), spillback: tally("spillback") };
}

function scoresOf(tallies: Tallies): Readonly<Record<CongestionKind, TrueScore>> {
  const of = (kind: CongestionKind): TrueScore => {
    const { score, onsets, onsetHits } = tallies[kind];
    const { hits, misses, falseAlarms } = score;
    return {
      ...score,
      precision: ratio(hits, hits + falseAlarms),
      recall: ratio(hits, hits + misses),
      onsetRecall: ratio(onsetHits, onsets),
    };
  };
  return { oversaturated: of("oversaturated"), spillback: of("spillback") };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 1000;
}
