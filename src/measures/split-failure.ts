import {
  detectorsBy,
  headName,
  type MeasureConfiguration,
  type MeasureDetector,
  type Variant,
} from "./configuration.ts";
import { type CycleWatch, type GreenCycle, greenCycleOf, headChangeOf, noCycle, noteLight } from "./heads.ts";
import {
  byBin,
  type Facts,
  ifCovered,
  keep,
  type Measure,
  type MeasureEvent,
  meanOf,
  noFacts,
  ratio,
  within,
} from "./measure.ts";
import { HOUR_MS } from "../units.ts";
import { type Covered, coverBy, coveredMs, forgetBefore, isSettled, notCovered } from "./occupancy.ts";

/** First seconds of red in which who stands at the stop line was not served. */
const RED_MS = 5_000;

/** So long a cycle waits for a detector that says nothing; then it is judged by what was known. */
const SILENT_MS = HOUR_MS;

/** Occupancies from which a split has failed: reference §7.1. */
const FAILS: Readonly<Record<Variant, (green: number, red: number) => boolean>> = {
  atspm: (green, red) => green >= 0.8 && red >= 0.8,
  udot: (green, red) => green > 0.79 && red > 0.79,
};

type Judged = {
  /** Begin of green. */
  readonly at: number;
  readonly head: number;
  readonly greenSeconds: number;
  readonly greenOccupancy: number;
  readonly redOccupancy: number;
  readonly failed: boolean;
};

type Waiting = GreenCycle & { readonly head: number };

type HeadState = {
  readonly watch: CycleWatch;
  readonly presence: readonly number[];
  /** Cycles that are over, but not all of whose detectors have said what they did. */
  waiting: Waiting[];
};

type SplitFailureState = {
  readonly configuration: MeasureConfiguration;
  readonly detectors: ReadonlyMap<number, MeasureDetector>;
  readonly covered: Map<number, Covered>;
  readonly heads: Map<number, HeadState>;
  readonly judged: Facts<Judged>;
};

function start(configuration: MeasureConfiguration): SplitFailureState {
  const detectors = detectorsBy(configuration, "presence");
  const heads = new Map<number, HeadState>();
  for (const { channel, heads: own } of detectors.values()) {
    for (const head of own) {
      const presence = [...(heads.get(head)?.presence ?? []), channel];
      heads.set(head, { watch: noCycle(), presence, waiting: [] });
    }
  }
  return {
    configuration,
    detectors,
    covered: new Map([...detectors.keys()].map((channel) => [channel, notCovered()])),
    heads,
    judged: noFacts(configuration.keepMs),
  };
}

function next(state: SplitFailureState, event: MeasureEvent): void {
  const change = headChangeOf(event, state.configuration.variant);
  if (change !== undefined) {
    const head = state.heads.get(change.head);
    if (head === undefined) return;
    noteLight(head.watch, change.light, event.at);
    const cycle = greenCycleOf(head.watch);
    if (cycle !== undefined) head.waiting.push({ ...cycle, head: change.head });
    settle(state, change.head, event.at);
    return;
  }
  const covered = state.covered.get(event.parameter);
  if (covered === undefined) return;
  const { latest } = covered;
  coverBy(covered, event);
  if (covered.latest === latest) return;
  for (const head of state.detectors.get(event.parameter)?.heads ?? []) settle(state, head, event.at);
  forgetBefore(covered, oldestNeeded(state, event.parameter));
}

/** Judges the cycles of a head whose detectors have all spoken since, or that have waited for one that is silent long enough. */
function settle(state: SplitFailureState, key: number, now: number): void {
  const head = state.heads.get(key);
  if (head === undefined) return;
  const detectors = detectorsOf(state, head);
  while (head.waiting[0] !== undefined) {
    const [cycle] = head.waiting;
    const redEnd = redEndOf(cycle);
    if (now - redEnd < SILENT_MS && !detectors.every((one) => isSettled(one, redEnd))) return;
    head.waiting.shift();
    const judged = judge(state, head, cycle);
    if (judged !== undefined) keep(state.judged, judged, now);
  }
}

/** What the detector did before this is of no interest any more. */
function oldestNeeded(state: SplitFailureState, channel: number): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const key of state.detectors.get(channel)?.heads ?? []) {
    const head = state.heads.get(key);
    const waiting = head?.waiting[0]?.greenAt ?? Number.POSITIVE_INFINITY;
    // The cycle that runs began at most three changes ago.
    oldest = Math.min(oldest, waiting, head?.watch.instants[0] ?? Number.NEGATIVE_INFINITY);
  }
  return oldest;
}

function detectorsOf({ covered }: SplitFailureState, { presence }: HeadState): readonly Covered[] {
  return presence.flatMap((channel) => covered.get(channel) ?? []);
}

function redEndOf({ redAt, endAt }: GreenCycle): number {
  return Math.min(redAt + RED_MS, endAt);
}

/** `undefined` where no detector was known when green began: then nothing can be said of the cycle. */
function judge(state: SplitFailureState, head: HeadState, cycle: Waiting): Judged | undefined {
  const known = detectorsOf(state, head).filter(
    ({ knownFrom }) => knownFrom !== null && knownFrom <= cycle.greenAt,
  );
  const greenMs = cycle.yellowAt - cycle.greenAt;
  if (known.length === 0 || greenMs <= 0) return undefined;
  const greenOccupancy = coveredMs(known, cycle.greenAt, cycle.yellowAt) / greenMs;
  const redOccupancy = coveredMs(known, cycle.redAt, redEndOf(cycle)) / RED_MS;
  return {
    at: cycle.greenAt,
    head: cycle.head,
    greenSeconds: greenMs / 1_000,
    greenOccupancy,
    redOccupancy,
    failed: FAILS[state.configuration.variant](greenOccupancy, redOccupancy),
  };
}

/** With the cycles that still wait, as what is known of them says. */
function judgedSoFar(state: SplitFailureState): Facts<Judged> {
  const waiting = [...state.heads.values()].flatMap((head) =>
    head.waiting.flatMap((cycle) => judge(state, head, cycle) ?? []),
  );
  return { ...state.judged, kept: [...state.judged.kept, ...waiting] };
}

type FailureRow = {
  readonly from: number;
  readonly phase: string;
  readonly cycles: number | null;
  readonly failures: number | null;
  readonly failedPercent: number | null;
  readonly greenOccupancy: number | null;
  readonly redOccupancy: number | null;
};

/**
 * Split failures by bin: cycles from green to green in which the stop line was covered for most of green and of the first 5 s of
 * red. The presence detectors of a phase count together: covered is when any of them is. Cycles without exactly one yellow and one
 * red, or before any detector was heard, are left out.
 */
export const splitFailures: Measure<SplitFailureState, FailureRow> = {
  columns: ["from", "phase", "cycles", "failures", "failedPercent", "greenOccupancy", "redOccupancy"],
  start,
  next,
  result: (state, window) =>
    byBin(
      window,
      judgedSoFar(state),
      [...state.heads.keys()],
      ({ head }) => head,
      (bin, head, own) => {
        const failures = own.filter(({ failed }) => failed).length;
        const share = ratio(failures, own.length);
        return {
          from: bin.from,
          phase: headName(state.configuration, head),
          cycles: ifCovered(bin, own.length),
          failures: ifCovered(bin, failures),
          failedPercent: ifCovered(bin, share === null ? null : share * 100),
          greenOccupancy: ifCovered(
            bin,
            meanOf(own, ({ greenOccupancy }) => greenOccupancy),
          ),
          redOccupancy: ifCovered(
            bin,
            meanOf(own, ({ redOccupancy }) => redOccupancy),
          ),
        };
      },
    ),
};

type CycleRow = {
  readonly at: number;
  readonly phase: string;
  readonly greenSeconds: number;
  readonly greenOccupancy: number;
  readonly redOccupancy: number;
  readonly failed: boolean;
};

/** The same, cycle by cycle. */
export const splitFailureCycles: Measure<SplitFailureState, CycleRow> = {
  columns: ["at", "phase", "greenSeconds", "greenOccupancy", "redOccupancy", "failed"],
  start,
  next,
  result: (state, window) =>
    within(judgedSoFar(state), window).map(({ head, at, ...judged }) => ({
      at,
      phase: headName(state.configuration, head),
      ...judged,
    })),
};
