import { defined } from "../../src/assert.ts";
import type { EngineTables } from "../../src/engine/configuration.ts";
import { plannedTo } from "../../src/engine/outlooks.ts";
import type { ApproachLayout } from "../../src/estimate/loop-layout.ts";
import { rateAt } from "../../src/estimate/loop-learning.ts";
import { type ApproachQueue, advanced, standing } from "../../src/estimate/loop-silence.ts";
import { fittedArrivals, outlookArrivals, startApproachFit } from "../../src/estimate/platoon-arrivals.ts";
import {
  dispersionOf,
  followSecond,
  type PlatoonFit,
  withAssumedDispersion,
} from "../../src/estimate/platoon-fit.ts";
import type { Decided } from "../../src/pipeline/run.ts";

/** Vehicles are compared in bins of so many seconds; a bin ends so many seconds after it is predicted. */
export const BIN_SECONDS = 5;
export const LEADS_SECONDS = [5, 10, 20, 30, 60, 120] as const;
const LEAD_MAX_SECONDS = 120;
/** Nothing is scored before: streets fill, and the fits learn. */
const WARM_UP_SECONDS = 600;

/**
 * Ways to predict: the last bin again; the mean of about five minutes; what the tactical level is told; Robertson's dispersion as it is
 * assumed of every link; and as it was fitted on line.
 */
export const PREDICTORS = ["persistence", "mean", "outlook", "assumed", "fitted"] as const;
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
  fit: PlatoonFit;
  readonly entered: number[];
  counted: number;
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
        const queue = follow(approach, decided);
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
      if (layout.advance.length === 0 || layout.upstream.size === 0) return [];
      const entered = [...layout.upstream].map(() => 0);
      const fit = startApproachFit(layout);
      return [{ node, place, layout, fit, entered, counted: 0, history: [], predicted: [] }];
    }),
  );
}

/** What the loops told in this instant of the approach and of the links that lead to it. */
function count(approach: Approach, { tables, instant }: Decided): void {
  const { layout, entered } = approach;
  const links = [...layout.upstream.keys()];
  for (const input of instant.inputs) {
    if (input.kind !== "detections") continue;
    const index = defined(tables.nodeIndex.get(input.intersection), "node");
    const { detectorIndex, entryLink } = defined(tables.nodes[index], "node");
    for (const [id, , on] of input.events) {
      const detector = detectorIndex.get(id);
      const link = detector === undefined ? -1 : links.indexOf(entryLink[detector] ?? "");
      if (on === 1 && link >= 0) entered[link] = defined(entered[link], "link") + 1;
      const passes = index === approach.node && layout.advance.some((loop) => loop.detector === detector);
      if (on === 0 && passes) approach.counted += 1;
    }
  }
}

/** The second is over: told to the fit. */
function follow(approach: Approach, { state, instant }: Decided): ApproachQueue {
  const { tactical } = defined(state.nodes.at(approach.node), "node");
  const queue = advanced(
    defined(tactical.loops.approaches[approach.place], "approach"),
    approach.layout,
    instant.at,
  );
  const learns = !queue.loops.some((loop) => standing(loop, instant.at));
  approach.fit = followSecond(approach.fit, approach.entered, approach.counted, learns);
  approach.history.push(approach.counted);
  if (approach.history.length > BIN_SECONDS) approach.history.shift();
  approach.entered.fill(0);
  approach.counted = 0;
  return queue;
}

function lastBin(history: readonly number[]): number {
  return history.reduce((sum, counted) => sum + counted, 0);
}

function predict(
  { node, layout, fit, history }: Approach,
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
    outlook: binned(outlookArrivals(queue, layout, at, planned, LEAD_MAX_SECONDS)),
    assumed: fitted(withAssumedDispersion(fit)),
    fitted: fitted(fit),
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
      outlook: error("outlook"),
      assumed: error("assumed"),
      fitted: error("fitted"),
    },
  };
}

function linkScores(tables: EngineTables, { node, layout, fit }: Approach): readonly LinkScore[] {
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
