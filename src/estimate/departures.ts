import { defined } from "../assert.ts";
import type { InstantMs } from "../units.ts";
import { type LaneTable, normaliseByLane } from "./lanes.ts";

/** Departures of the open interval and what is known of the turns. */
export type DepartureState = {
  /** Share of each stream in its lane. */
  readonly shares: readonly number[];
  /** Vehicles of the open interval by stream; fractions where several movements were green. */
  readonly departures: readonly number[];
  /** Milliseconds of the open interval, up to `greenUntil`, in which a lane had green for any of its streams. */
  readonly greenMs: readonly number[];
  /** Since then the heads have shown `lamps`; `null` before the first word. */
  readonly greenUntil: InstantMs | null;
  readonly lamps: string;
  readonly lampsBefore: string;
  readonly lampsAt: InstantMs | null;
};

export function startDepartures(table: LaneTable): DepartureState {
  return {
    shares: table.priorShares,
    departures: table.streams.map(() => 0),
    greenMs: table.lanes.map(() => 0),
    greenUntil: null,
    lamps: "",
    lampsBefore: "",
    lampsAt: null,
  };
}

const released = (lamp: string | undefined): boolean => lamp === "G" || lamp === "g" || lamp === "y";
const green = (lamp: string | undefined): boolean => lamp === "G" || lamp === "g";

/** What the heads show from `at` on. Green time is added up when they change: a controller tells its lamps each second. */
export function followLamps(
  before: DepartureState,
  table: LaneTable,
  lamps: string,
  at: InstantMs,
): DepartureState {
  const known =
    lamps === before.lamps && before.greenUntil !== null ? before : accrueGreen(before, table, at);
  const greenUntil = known.greenUntil ?? at;
  return { ...known, greenUntil, lamps, lampsBefore: before.lamps, lampsAt: at };
}

/** Green time up to `at` under the lamps as last seen. */
function accrueGreen(before: DepartureState, table: LaneTable, at: InstantMs): DepartureState {
  if (before.greenUntil === null || at <= before.greenUntil) return before;
  const elapsedMs = at - before.greenUntil;
  const greenMs = table.lanes.map(({ streams }, lane) => {
    const going = streams.some((stream) =>
      green(before.lamps[defined(table.streams[stream], "stream").phase]),
    );
    return defined(before.greenMs[lane], "lane") + (going ? elapsedMs : 0);
  });
  return { ...before, greenMs, greenUntil: at };
}

/** A vehicle left a stop-line loop: shared among the movements that were released when it went. */
export function countDeparture(
  before: DepartureState,
  table: LaneTable,
  loop: number,
  at: InstantMs,
): DepartureState {
  const lamps = before.lampsAt !== null && at < before.lampsAt ? before.lampsBefore : before.lamps;
  const streams = defined(table.streamsOfLoop[loop], "loop");
  const going = streams.filter((stream) => released(lamps[defined(table.streams[stream], "stream").phase]));
  // Nothing released: the lamps are not known yet, or somebody turned on red. Then every movement is possible.
  const possible = going.length > 0 ? going : streams;
  const total = possible.reduce((sum, stream) => sum + defined(before.shares[stream], "share"), 0);
  const departures = [...before.departures];
  for (const stream of possible) {
    const part = total > 0 ? defined(before.shares[stream], "share") / total : 1 / possible.length;
    departures[stream] = defined(departures[stream], "departures") + part;
  }
  return { ...before, departures };
}

export type IntervalDepartures = {
  readonly state: DepartureState;
  /** Vehicles by stream, balanced against the exits. */
  readonly vehicles: readonly number[];
  /** Green milliseconds by lane. */
  readonly greenMs: readonly number[];
};

/** Rounds of proportional fitting; the exits of one intersection settle to under 1 % within these. */
const FITTING_ROUNDS = 8;
/** An exit loop that counts more than this times the expected vehicles also sees traffic from elsewhere. */
const FITTING_RATIO_MAX = 2.5;
/** How much of a new interval's shares is believed: turns change over hours, counts of an interval are noisy. */
const SHARE_GAIN = 0.25;

/**
 * Ends the interval at `at`. Streams of lanes with several movements are fitted to the counts at the exits, lanes and exits
 * in turn (iterative proportional fitting; Furness 1965, as for turning counts from loops), and the shares follow slowly. An exit with a loop
 * whose count is not known (`null`) is not fitted to.
 */
export function closeDepartures(
  open: DepartureState,
  table: LaneTable,
  entryCounts: readonly (number | null)[],
  at: InstantMs,
): IntervalDepartures {
  const before = accrueGreen(open, table, at);
  const laneTotals = table.lanes.map(({ streams }) => sumOf(before.departures, streams));
  let vehicles: readonly number[] = before.departures;
  for (let round = 0; round < FITTING_ROUNDS; round += 1) {
    vehicles = fitLanes(table, fitExits(table, vehicles, entryCounts), laneTotals);
  }
  const shares = table.lanes.reduce<readonly number[]>((known, { streams }, lane) => {
    const total = defined(laneTotals[lane], "lane");
    if (total === 0) return known;
    return known.map((share, stream) =>
      streams.includes(stream)
        ? share + SHARE_GAIN * confidence(total) * (defined(vehicles[stream], "vehicles") / total - share)
        : share,
    );
  }, before.shares);
  const state: DepartureState = {
    ...before,
    shares: normaliseByLane(table.lanes, shares),
    departures: before.departures.map(() => 0),
    greenMs: before.greenMs.map(() => 0),
  };
  return { state, vehicles, greenMs: before.greenMs };
}

/** Few vehicles tell little of the shares. */
function confidence(vehicles: number): number {
  return vehicles / (vehicles + 4);
}

function sumOf(values: readonly number[], indices: readonly number[]): number {
  return indices.reduce((sum, index) => sum + defined(values[index], "value"), 0);
}

function fitExits(
  { exits }: LaneTable,
  vehicles: readonly number[],
  entryCounts: readonly (number | null)[],
): readonly number[] {
  const fitted = [...vehicles];
  for (const { streams, entryLoops } of exits) {
    const expected = sumOf(vehicles, streams);
    const counts = entryLoops.flatMap((loop) => entryCounts[loop] ?? []);
    if (counts.length === 0 || counts.length < entryLoops.length || expected === 0) continue;
    const counted = counts.reduce((sum, count) => sum + count, 0);
    const ratio = Math.min(FITTING_RATIO_MAX, Math.max(1 / FITTING_RATIO_MAX, counted / expected));
    for (const stream of streams) fitted[stream] = defined(vehicles[stream], "vehicles") * ratio;
  }
  return fitted;
}

function fitLanes(
  { lanes }: LaneTable,
  vehicles: readonly number[],
  totals: readonly number[],
): readonly number[] {
  const fitted = [...vehicles];
  for (const [lane, { streams }] of lanes.entries()) {
    const present = sumOf(vehicles, streams);
    if (present === 0) continue;
    for (const stream of streams)
      fitted[stream] = (defined(vehicles[stream], "vehicles") * defined(totals[lane], "total")) / present;
  }
  return fitted;
}
