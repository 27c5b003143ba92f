import { meanInterval, meanOf } from "../../sim/whatif/statistics.ts";
import { studentCentralQuantile } from "../../sim/whatif/student.ts";
import type { DetectorRecord } from "../evaluate/detector-record.ts";
import type {
  ForecastRecord,
  IntervalRecord,
  ModeChange,
  PlanRecord,
  RunRecord,
} from "../evaluate/record.ts";
import { type Mode, MODE_DUTIES } from "../model/mode.ts";
import type { ShadowView } from "../protocol/live.ts";
import { DAY_MS, MINUTE_MS } from "../units.ts";

/** A quantity in two kinds of periods, and their difference with its 95 % interval (Welch's t). */
export type Compared = {
  readonly on: { readonly mean: number; readonly periods: number };
  readonly off: { readonly mean: number; readonly periods: number };
  readonly difference: number;
  /** `null` where one of them has fewer than two periods. */
  readonly ci95: readonly [low: number, high: number] | null;
};

export type PeriodsCompared = {
  /** Vehicles an hour that left: what the two kinds of periods had to carry. */
  readonly flowVehPerHour: Compared;
  /** Seconds that a vehicle was on the approaches as the engine followed it (Little's law). */
  readonly approachSeconds: Compared;
  /** Share of the greens that left somebody over. */
  readonly failedGreensShare: Compared;
  /** Whether the two had to carry nearly the same. */
  readonly alike: boolean;
};

export type DayReport = {
  /** Local day, counted from that of the run's midnight. */
  readonly day: number;
  readonly onIntervals: number;
  readonly offIntervals: number;
  /** `null` where one of them is missing. */
  readonly compared: PeriodsCompared | null;
  readonly plans: PlansCompared | null;
  readonly forecasts: readonly MovementErrors[];
};

/** Timing plans that were sent against the plans by time of day, under the same forecasts, seconds a vehicle; negative: better. */
export type PlansCompared = {
  readonly plans: number;
  readonly ownSeconds: number;
  readonly scheduledSeconds: number;
  readonly differenceMean: number;
  readonly ci95: readonly [low: number, high: number] | null;
};

export type ChangeReport = ModeChange & { readonly compared: PeriodsCompared | null };

export type MovementErrors = {
  readonly intersection: string;
  readonly movement: string;
  readonly forecasts: number;
  readonly maeVehPerHour: number;
  /** Forecast less count. */
  readonly biasVehPerHour: number;
  readonly meanVehPerHour: number;
  /** Share of the counts within the nine-in-ten interval. */
  readonly coveredShare: number;
};

export type DetectorReport = DetectorRecord & {
  /** Intervals of movements of the intersection for which counts were imputed. */
  readonly movementIntervalsImputed: number;
  /** Intervals in which the intersection was left to its plan. */
  readonly intervalsLeftToPlan: number;
};

export type Evaluation = {
  readonly intervalMinutes: number;
  readonly days: readonly DayReport[];
  readonly changes: readonly ChangeReport[];
  readonly detectors: readonly DetectorReport[];
  /** By intersection: decisions that were only shown against what ran, since it came into such a mode last. */
  readonly shadow: Readonly<Record<string, ShadowView>>;
};

/** Movements that are listed. */
const WORST = 10;
/** Before and after a change. */
const WINDOW_MS = 60 * MINUTE_MS;
/** Flows that differ by less are called alike. */
const ALIKE_SHARE = 0.1;
/** Intervals are grouped, since what follows one another within minutes is not independent. */
const BLOCK_MS = 15 * MINUTE_MS;
const CONFIDENCE = 0.95;

export function evaluation(
  record: RunRecord,
  midnightAt: number,
  intervalMs: number,
  shadow: Evaluation["shadow"] = {},
): Evaluation {
  const dayOf = (at: number): number => Math.floor((at - midnightAt) / DAY_MS);
  const days = [...new Set(record.intervals.map(({ from }) => dayOf(from)))];
  return {
    intervalMinutes: intervalMs / MINUTE_MS,
    days: days.map((day): DayReport => {
      const intervals = record.intervals.filter(({ from }) => dayOf(from) === day);
      const [on, off] = [intervals.filter(isOn), intervals.filter(isOff)];
      return {
        day,
        onIntervals: on.length,
        offIntervals: off.length,
        compared: periodsCompared(on, off),
        plans: plansCompared(record.plans.filter(({ at }) => dayOf(at) === day)),
        forecasts: worstForecasts(record.forecasts.filter(({ from }) => dayOf(from) === day)),
      };
    }),
    changes: record.changes.map((change) => ({ ...change, compared: aroundChange(record, change) })),
    detectors: detectorReports(record),
    shadow,
  };
}

/** The engine acts. In `advise` an operator may have; such intervals are neither. */
function isOn({ mode }: IntervalRecord): boolean {
  return mode !== null && MODE_DUTIES[mode].plans === "sent";
}

function isOff({ mode }: IntervalRecord): boolean {
  return mode === "local" || mode === "shadow";
}

type Block = { readonly flow: number; readonly approachSeconds: number; readonly failedShare: number };

/** Blocks of an intersection's intervals in a row: means over a quarter of an hour. */
function blocksOf(intervals: readonly IntervalRecord[]): readonly Block[] {
  const groups = new Map<string, IntervalRecord[]>();
  for (const interval of intervals) {
    if (interval.vehicles === null) continue;
    const key = `${interval.intersection} ${Math.floor(interval.from / BLOCK_MS)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [interval]);
    else group.push(interval);
  }
  return [...groups.values()].flatMap((group): readonly Block[] => {
    const sum = (of: (interval: IntervalRecord) => number): number =>
      group.reduce((total, interval) => total + of(interval), 0);
    const seconds = sum(({ from, until }) => (until - from) / 1000);
    const vehicles = sum((interval) => interval.vehicles ?? 0);
    const greens = sum((interval) => interval.greens);
    if (vehicles === 0 || greens === 0 || seconds === 0) return [];
    return [
      {
        flow: (vehicles * 3600) / seconds,
        approachSeconds:
          sum(({ vehiclesPresent, from, until }) => (vehiclesPresent * (until - from)) / 1000) / vehicles,
        failedShare: sum(({ greensFailed }) => greensFailed) / greens,
      },
    ];
  });
}

/** `null` where one of them has no interval that was watched whole. */
function periodsCompared(
  onIntervals: readonly IntervalRecord[],
  offIntervals: readonly IntervalRecord[],
): PeriodsCompared | null {
  const [on, off] = [blocksOf(onIntervals), blocksOf(offIntervals)];
  const compare = (of: (block: Block) => number): Compared | null => compared(on.map(of), off.map(of));
  const flowVehPerHour = compare(({ flow }) => flow);
  const approachSeconds = compare((block) => block.approachSeconds);
  const failedGreensShare = compare(({ failedShare }) => failedShare);
  if (flowVehPerHour === null || approachSeconds === null || failedGreensShare === null) return null;
  const alike = Math.abs(flowVehPerHour.difference) <= ALIKE_SHARE * flowVehPerHour.off.mean;
  return { flowVehPerHour, approachSeconds, failedGreensShare, alike };
}

/** On less off, by Welch's t of unequal spreads; `null` where one has no value. */
export function compared(on: readonly number[], off: readonly number[]): Compared | null {
  const [onMean, offMean] = [meanOf(on), meanOf(off)];
  if (onMean === null || offMean === null) return null;
  const difference = onMean - offMean;
  const sides = {
    on: { mean: onMean, periods: on.length },
    off: { mean: offMean, periods: off.length },
    difference,
  };
  const [onSpread, offSpread] = [meanInterval(on), meanInterval(off)];
  if (onSpread === null || offSpread === null) return { ...sides, ci95: null };
  const [a, b] = [onSpread.deviation ** 2 / on.length, offSpread.deviation ** 2 / off.length];
  if (a + b === 0) return { ...sides, ci95: [difference, difference] };
  // Welch–Satterthwaite, rounded down: never narrower than it is.
  const freedom = (a + b) ** 2 / (a ** 2 / (on.length - 1) + b ** 2 / (off.length - 1));
  const reach = studentCentralQuantile(CONFIDENCE, Math.max(1, Math.floor(freedom))) * Math.sqrt(a + b);
  return { ...sides, ci95: [difference - reach, difference + reach] };
}

function plansCompared(plans: readonly PlanRecord[]): PlansCompared | null {
  const differences = plans.map(({ ownSeconds, scheduledSeconds }) => ownSeconds - scheduledSeconds);
  const [own, scheduled, difference] = [
    meanOf(plans.map(({ ownSeconds }) => ownSeconds)),
    meanOf(plans.map(({ scheduledSeconds }) => scheduledSeconds)),
    meanOf(differences),
  ];
  if (own === null || scheduled === null || difference === null) return null;
  return {
    plans: plans.length,
    ownSeconds: own,
    scheduledSeconds: scheduled,
    differenceMean: difference,
    ci95: meanInterval(differences)?.ci95 ?? null,
  };
}

/** The hour after a change against the hour before it, at the intersections that were changed; only whole intervals without another change. */
function aroundChange(
  { intervals }: RunRecord,
  { at, intersections, to }: ModeChange,
): PeriodsCompared | null {
  const own = new Set(intersections);
  const near = intervals.filter(({ intersection, mode }) => own.has(intersection) && mode !== null);
  const later = near.filter(({ from, until, mode }) => from >= at && until <= at + WINDOW_MS && mode === to);
  const earlier = near.filter(({ from, until }) => until <= at && from >= at - WINDOW_MS);
  return periodsCompared(later, earlier);
}

/** The movements whose forecasts were off most, of those with a forecast at all. */
export function worstForecasts(forecasts: readonly ForecastRecord[]): readonly MovementErrors[] {
  const byMovement = new Map<string, ForecastRecord[]>();
  for (const forecast of forecasts) {
    const key = `${forecast.intersection}/${forecast.movement}`;
    const known = byMovement.get(key);
    if (known === undefined) byMovement.set(key, [forecast]);
    else known.push(forecast);
  }
  return [...byMovement.values()]
    .flatMap(errorsOf)
    .toSorted((left, right) => right.maeVehPerHour - left.maeVehPerHour)
    .slice(0, WORST);
}

function errorsOf(own: readonly ForecastRecord[]): readonly MovementErrors[] {
  const [first] = own;
  if (first === undefined) return [];
  const mean = (of: (forecast: ForecastRecord) => number): number =>
    own.reduce((sum, forecast) => sum + of(forecast), 0) / own.length;
  const { intersection, movement } = first;
  return [
    {
      intersection,
      movement,
      forecasts: own.length,
      maeVehPerHour: mean(({ expectedVehPerHour, countedVehPerHour }) =>
        Math.abs(expectedVehPerHour - countedVehPerHour),
      ),
      biasVehPerHour: mean(
        ({ expectedVehPerHour, countedVehPerHour }) => expectedVehPerHour - countedVehPerHour,
      ),
      meanVehPerHour: mean(({ countedVehPerHour }) => countedVehPerHour),
      coveredShare: mean(({ lowerVehPerHour, upperVehPerHour, countedVehPerHour }) =>
        countedVehPerHour >= lowerVehPerHour && countedVehPerHour <= upperVehPerHour ? 1 : 0,
      ),
    },
  ];
}

/** Those that are not good now, or were not for some time: the longest failed first. */
function detectorReports({ detectors, intervals }: RunRecord): readonly DetectorReport[] {
  return [...detectors.values()]
    .map((detector) => {
      const own = intervals.filter(({ intersection }) => intersection === detector.intersection);
      return {
        ...detector,
        movementIntervalsImputed: own.reduce((sum, { movementsImputed }) => sum + movementsImputed, 0),
        intervalsLeftToPlan: own.filter(({ leftToPlan }) => leftToPlan).length,
      };
    })
    .toSorted((left, right) => right.failedMs - left.failedMs || right.suspectMs - left.suspectMs);
}

/** Modes of a change's intersections before it, each once. */
export function modesBefore({ from }: ModeChange): readonly Mode[] {
  return [...new Set(from)];
}
