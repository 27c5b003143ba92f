import { defined } from "../../src/assert.ts";
import type { EngineTables } from "../../src/engine/configuration.ts";
import { plannedTo } from "../../src/engine/outlooks.ts";
import type { ApproachLayout } from "../../src/estimate/loop-layout.ts";
import { rateAt } from "../../src/estimate/loop-learning.ts";
import type { ApproachQueue } from "../../src/estimate/loop-silence.ts";
import { fittedArrivals, type Platoons, startPlatoons } from "../../src/estimate/platoon-arrivals.ts";
import { dispersionOf, type PlatoonFit, withAssumedDispersion } from "../../src/estimate/platoon-fit.ts";
import type { Decided } from "../../src/pipeline/run.ts";

/** Vehicles are compared in bins of so many seconds; a bin ends so many seconds after it is predicted. */
export const BIN_SECONDS = 5;
export const LEADS_SECONDS = [5, 10, 20, 30, 60, 120] as const;
const LEAD_MAX_SECONDS = 120;
/** Nothing is scored before: streets fill, and the fits learn. */
const WARM_UP_SECONDS = 600;

/**
 * Ways to predict: the last bin again; the mean of about five minutes; Robertson's dispersion as it is assumed of every link; and as it was
 * fitted on line, which the tactical level is told.
 */
export const PREDICTORS = ["persistence", "mean", "assumed", "fitted"] as const;
export type Predictor = (typeof PREDICTORS)[number];

/** RMSE and mean error, vehicles a bin; `null` where nothing was scored. */
export type PredictionError = { readonly rmse: number | null; readonly bias: number | null };

export type LeadScore = {
  readonly leadSeconds: number;
  readonly bins: number;
  readonly meanVehicles: number | null;
  /** RMSE of who knows the mean of a Poisson stream of so many vehicles a bin. */
  readonly poissonRmse: number | null;
  readonly predictors: Readonly<Record<Predictor, PredictionError>>;
};

/** What was learnt of one upstream link by the end. */
export type LinkScore = {
  readonly intersection: string;
  readonly link: string;
  /** From the begin of the link to the advance loops at the speed limit. */
  readonly freeSeconds: number;
  readonly vehPerHour: number;
  readonly share: number;
  readonly lagSeconds: number;
  readonly smoothing: number;
  /** Whether lag and F are fitted, or still what is assumed. */
  readonly fitted: boolean;
};

export type ArrivalScore = { readonly leads: readonly LeadScore[]; readonly links: readonly LinkScore[] };

/** An approach that neighbours send vehicles to and that has advance loops. */
type Approach = {
  readonly node: number;
  readonly place: number;
  readonly layout: ApproachLayout;
  /** As they were followed last. */
  platoons: Platoons;
  /** Vehicles over the advance loops by second, for the last bins. */
  readonly history: number[];
  /** By bin, newest last: what was predicted at its end, by predictor and lead. */
  readonly predicted: Readonly<Record<Predictor, readonly number[]>>[];
};

type Sums = { bins: number; squares: number; errors: number };

/** Compares predicted vehicles over advance loops with those counted, each five seconds; for steps of a second. */
export function watchArrivals(): {
  readonly watch: (decided: Decided) => void;
  readonly score: () => ArrivalScore;
} {
  let known: { readonly tables: EngineTables; readonly approaches: readonly Approach[] } | undefined;
  let seconds = 0;
  const sums = LEADS_SECONDS.map(() => PREDICTORS.map((): Sums => ({ bins: 0, squares: 0, errors: 0 })));
  const vehicles = LEADS_SECONDS.map(() => 0);
  const compare = ({ predicted, history }: Approach): void => {
    const counted = lastBin(history);
    for (const [lead, leadSeconds] of LEADS_SECONDS.entries()) {
      const made = predicted.at(-leadSeconds / BIN_SECONDS);
      if (made === undefined) continue;
      vehicles[lead] = defined(vehicles[lead], "lead") + counted;
      for (const [index, predictor] of PREDICTORS.entries()) {
        const error = defined(made[predictor][lead], "lead") - counted;
        const sum = defined(sums[lead]?.[index], "sums");
        sum.bins += 1;
        sum.squares += error * error;
        sum.errors += error;
      }
    }
  };
  return {
    watch: (decided) => {
      known ??= { tables: decided.tables, approaches: approachesOf(decided.tables) };
      seconds += 1;
      for (const approach of known.approaches) {
        count(approach, decided);
        const queue = queueOf(approach, decided);
        if (seconds % BIN_SECONDS !== 0) continue;
        if (seconds > WARM_UP_SECONDS + LEAD_MAX_SECONDS) compare(approach);
        approach.predicted.push(predict(approach, queue, decided));
        if (approach.predicted.length > LEAD_MAX_SECONDS / BIN_SECONDS) approach.predicted.shift();
      }
    },
    score: () => ({
      leads: LEADS_SECONDS.map((leadSeconds, lead) =>
        leadScore(leadSeconds, defined(vehicles[lead], "lead"), defined(sums[lead], "lead")),
      ),
      links: (known?.approaches ?? []).flatMap((approach) =>
        linkScores(defined(known, "tables").tables, approach),
      ),
    }),
  };
}

function approachesOf({ nodes }: EngineTables): readonly Approach[] {
  return nodes.flatMap(({ loopGeometry }, node) =>
    loopGeometry.approaches.flatMap((layout, place): readonly Approach[] => {
      const platoons = startPlatoons(layout);
      return platoons === null ? [] : [{ node, place, layout, platoons, history: [], predicted: [] }];
    }),
  );
}

/** Who came over the approach's advance loops in the last second. */
function count(approach: Approach, { tables, instant }: Decided): void {
  const { layout, history } = approach;
  const { detectorIndex } = defined(tables.nodes[approach.node], "node");
  let counted = 0;
  for (const input of instant.inputs) {
    if (input.kind !== "detections" || tables.nodeIndex.get(input.intersection) !== approach.node) continue;
    for (const [id, , on] of input.events) {
      const detector = detectorIndex.get(id);
      if (on === 0 && layout.advance.some((loop) => loop.detector === detector)) counted += 1;
    }
  }
  history.push(counted);
  if (history.length > BIN_SECONDS) history.shift();
}

/** What the engine knows of the approach by now. */
function queueOf(approach: Approach, { state }: Decided): ApproachQueue {
  const { tactical } = defined(state.nodes.at(approach.node), "node");
  const queue = defined(tactical.loops.approaches[approach.place], "approach");
  if (queue.platoons !== null) approach.platoons = queue.platoons;
  return queue;
}

function lastBin(history: readonly number[]): number {
  return history.reduce((sum, counted) => sum + counted, 0);
}

function predict(
  { node, layout, platoons, history }: Approach,
  queue: ApproachQueue,
  { tables, state, instant: { at } }: Decided,
): Readonly<Record<Predictor, readonly number[]>> {
  const planned = plannedTo(state, tables, node, at);
  const passed = queue.loops.reduce((sum, loop) => sum + rateAt(loop.passed, at), 0);
  const fitted = (known: PlatoonFit): readonly number[] =>
    binned(fittedArrivals(known, layout, at, planned, LEAD_MAX_SECONDS));
  return {
    persistence: LEADS_SECONDS.map(() => lastBin(history)),
    mean: LEADS_SECONDS.map(() => passed * BIN_SECONDS),
    assumed: fitted(withAssumedDispersion(platoons.fit)),
    fitted: fitted(platoons.fit),
  };
}

/** By lead: vehicles within the bin that ends then. */
function binned(bySecond: readonly number[]): readonly number[] {
  return LEADS_SECONDS.map((lead) => lastBin(bySecond.slice(lead - BIN_SECONDS, lead)));
}

function leadScore(leadSeconds: number, vehicles: number, sums: readonly Sums[]): LeadScore {
  const bins = defined(sums[0], "sums").bins;
  const error = (predictor: Predictor): PredictionError => {
    const { squares, errors } = defined(sums[PREDICTORS.indexOf(predictor)], "sums");
    if (bins === 0) return { rmse: null, bias: null };
    return { rmse: thousandths(Math.sqrt(squares / bins)), bias: thousandths(errors / bins) };
  };
  return {
    leadSeconds,
    bins,
    meanVehicles: bins === 0 ? null : thousandths(vehicles / bins),
    poissonRmse: bins === 0 ? null : thousandths(Math.sqrt(vehicles / bins)),
    predictors: {
      persistence: error("persistence"),
      mean: error("mean"),
      assumed: error("assumed"),
      fitted: error("fitted"),
    },
  };
}

function linkScores(
  tables: EngineTables,
  { node, layout, platoons: { fit } }: Approach,
): readonly LinkScore[] {
  const { id } = defined(tables.nodes[node], "node");
  return [...layout.upstream.keys()].map((link, index): LinkScore => {
    const learnt = defined(fit.links[index], "link");
    const { lagSeconds, smoothing } = dispersionOf(learnt);
    return {
      intersection: id,
      link,
      freeSeconds: thousandths(learnt.freeSeconds),
      vehPerHour: Math.round(learnt.meanVehPerSecond * 3600),
      share: thousandths(defined(fit.shares[index], "share")),
      lagSeconds,
      smoothing: thousandths(smoothing),
      fitted: learnt.chosen > 0,
    };
  });
}

/** Only what is shown is rounded. */
function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
