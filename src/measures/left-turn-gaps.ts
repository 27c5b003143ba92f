import { EVENT_CODE } from "../model/event-code.ts";
import { detectorsBy, headName, type MeasureConfiguration, OVERLAP_KEY } from "./configuration.ts";
import { headChangeOf } from "./heads.ts";
import {
  byBin,
  type Facts,
  headOf,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  noFacts,
  ratio,
  sumOf,
} from "./measure.ts";

/** Gaps that are told apart, seconds (UDOT): below 1 s none. */
const CLASSES_SECONDS = [1, 3.3, 3.7, 7.4] as const;

/** Least gap that a left turn takes: 4.1 s across one or two opposing lanes, 5.3 s across more (reference §7.1). */
const CRITICAL_FEW_MS = 4_100;
const CRITICAL_MANY_MS = 5_300;

/** A gap of the opposing flow while it had green. */
type Gap = { readonly at: number; readonly head: number; readonly ms: number };
type LeftTurn = { readonly at: number; readonly head: number };

type Opposed = {
  readonly left: number;
  readonly opposing: number;
  readonly channels: ReadonlySet<number>;
  readonly leftChannels: ReadonlySet<number>;
  readonly criticalMs: number;
  /** Begin of green, or the last opposing vehicle in it; `null` while there is no green. */
  since: number | null;
};

type GapState = {
  readonly configuration: MeasureConfiguration;
  readonly opposed: readonly Opposed[];
  readonly gaps: Facts<Gap>;
  readonly turns: Facts<LeftTurn>;
};

function start(configuration: MeasureConfiguration): GapState {
  const counting = [...detectorsBy(configuration, "count").values()];
  const of = (head: number): ReadonlySet<number> =>
    new Set(counting.filter(({ heads }) => heads.includes(head)).map(({ channel }) => channel));
  const opposed = configuration.heads.flatMap(({ key, yieldsTo }): readonly Opposed[] => {
    if (yieldsTo === null) return [];
    const channels = of(yieldsTo);
    if (channels.size === 0) return [];
    const criticalMs = channels.size <= 2 ? CRITICAL_FEW_MS : CRITICAL_MANY_MS;
    return [{ left: key, opposing: yieldsTo, channels, leftChannels: of(key), criticalMs, since: null }];
  });
  return {
    configuration,
    opposed,
    gaps: noFacts(configuration.keepMs),
    turns: noFacts(configuration.keepMs),
  };
}

function next(state: GapState, event: MeasureEvent): void {
  const { at, code, parameter } = event;
  const change = headChangeOf(event, state.configuration.variant);
  for (const one of state.opposed) {
    if (code === EVENT_CODE.detectorOn) {
      if (one.leftChannels.has(parameter)) keep(state.turns, { at, head: one.left }, at);
      if (one.channels.has(parameter) && one.since !== null) {
        keep(state.gaps, { at: one.since, head: one.left, ms: at - one.since }, at);
        one.since = at;
      }
    } else if (change?.head === one.opposing) {
      if (one.since !== null) keep(state.gaps, { at: one.since, head: one.left, ms: at - one.since }, at);
      one.since = change.light === "green" ? at : null;
    }
  }
}

type GapRow = {
  readonly from: number;
  readonly phase: string;
  readonly opposing: string;
  readonly criticalGapSeconds: number;
  readonly gaps1: number | null;
  readonly gaps3_3: number | null;
  readonly gaps3_7: number | null;
  readonly gaps7_4: number | null;
  readonly usableGaps: number | null;
  readonly usableSeconds: number | null;
  readonly leftTurns: number | null;
  readonly demandSeconds: number | null;
  readonly demandShare: number | null;
};

/**
 * Left-turn gaps by bin: gaps of the opposing flow within its green, from its begin over each on-event at its stop line to its
 * yellow, by length (1 to 3.3 s, to 3.7 s, to 7.4 s, longer). Usable are those of the critical gap and more; demand is the number of
 * left turns times the critical gap, and its share of the usable time says whether they fit (UDOT).
 */
export const leftTurnGaps: Measure<GapState, GapRow> = {
  columns: [
    "from",
    "phase",
    "opposing",
    "criticalGapSeconds",
    "gaps1",
    "gaps3_3",
    "gaps3_7",
    "gaps7_4",
    "usableGaps",
    "usableSeconds",
    "leftTurns",
    "demandSeconds",
    "demandShare",
  ],
  start,
  next,
  result: ({ configuration, opposed, gaps, turns }, window) => {
    const heads = opposed.map(({ left }) => left);
    const demand = byBin(window, turns, heads, headOf, (_bin, _head, own) => own.length);
    let place = -1;
    return byBin(window, gaps, heads, headOf, (bin, head, own) => {
      place += 1;
      const one = opposed.find(({ left }) => left === head);
      const criticalMs = one?.criticalMs ?? CRITICAL_FEW_MS;
      const between = (from: number): number => {
        const to = CLASSES_SECONDS.find((bound) => bound > from) ?? Number.POSITIVE_INFINITY;
        return own.filter(({ ms }) => ms >= from * 1_000 && ms < to * 1_000).length;
      };
      const usable = own.filter(({ ms }) => ms >= criticalMs);
      const usableSeconds = sumOf(usable, ({ ms }) => ms) / 1_000;
      const leftTurnsSeen = demand[place] ?? 0;
      const demandSeconds = (leftTurnsSeen * criticalMs) / 1_000;
      return {
        from: bin.from,
        phase: headName(configuration, head),
        opposing: headName(configuration, one?.opposing ?? OVERLAP_KEY),
        criticalGapSeconds: criticalMs / 1_000,
        gaps1: ifCovered(bin, between(1)),
        gaps3_3: ifCovered(bin, between(3.3)),
        gaps3_7: ifCovered(bin, between(3.7)),
        gaps7_4: ifCovered(bin, between(7.4)),
        usableGaps: ifCovered(bin, usable.length),
        usableSeconds: ifCovered(bin, usableSeconds),
        leftTurns: ifCovered(bin, leftTurnsSeen),
        demandSeconds: ifCovered(bin, demandSeconds),
        demandShare: ifCovered(bin, ratio(demandSeconds, usableSeconds)),
      };
    });
  },
};
