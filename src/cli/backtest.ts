import { writeFile } from "node:fs/promises";
import { messageOf, PhasewiseError } from "../errors.ts";
import { assess } from "../forecast/assess.ts";
import {
  type BacktestData,
  busiestOf,
  forecastAll,
  type ModelForecasts,
  PROTOCOLS,
} from "../forecast/backtest.ts";
import { type DriftTrial, driftTrial } from "../forecast/drift-trial.ts";
import { observationsOf } from "../forecast/history.ts";
import { median } from "../forecast/least-squares.ts";
import { predict, update } from "../forecast/model.ts";
import { type Candidate, meanLosses, type Promotion, promote } from "../forecast/promotion.ts";
import {
  type ModelEntry,
  MODEL_NAMES,
  MODELS,
  type ModelName,
  modelOf,
  OPTIONAL_MODEL_NAMES,
} from "../forecast/registry.ts";
import { validationDays } from "../forecast/rolling.ts";
import { describeReading, readBacktest } from "./backtest-data.ts";
import { backtestPage } from "./backtest-html.ts";
import { startLstm } from "./backtest-lstm.ts";
import { describeBacktest, reportOf, type TestedModel } from "./backtest-report.ts";
import { printsJson, writeJson } from "./json-report.ts";
import {
  choiceOption,
  listOption,
  numberOption,
  type RawOptions,
  SEED_MAX,
  textOption,
  wholeNumbersOption,
} from "./options.ts";
import { wallClock } from "./wall-clock.ts";

/** The model whose drift is tried: the one that runs live. */
const LIVE_MODEL: ModelName = "profile-rls";
/** What a network that was asked for alone is held against: the default model. */
const RIVAL: ModelName = "profile-ar";
/** Of the weights that a network begins with and the order in which it sees its windows. */
export const SEED_DEFAULT = 1;
/** Intervals ahead that are scored where nothing else is asked for, and the most that anybody means: a day of five-minute ones. */
export const HORIZONS_DEFAULT = [1] as const;
export const HORIZON_MAX = 288;
/** Updates that one timing is made of, and the timings of which the median is told. */
const TIMED_UPDATES = 20_000;
const TIMED_RUNS = 5;

/**
 * Tries forecasters on files of counts: settings from the training days alone, scores on days that no model has seen. Prints a table;
 * `--html` a page with plots, `--json` the report.
 */
export async function backtest(
  trainFile: string,
  testFile: string | undefined,
  options: RawOptions,
): Promise<void> {
  const names = listOption(options, "model", [...MODEL_NAMES, ...OPTIONAL_MODEL_NAMES], MODEL_NAMES);
  const seed = numberOption(options, "seed", { min: 0, max: SEED_MAX, integer: true }) ?? SEED_DEFAULT;
  const protocol =
    options["protocol"] === undefined
      ? testFile === undefined
        ? "rolling"
        : "pems"
      : choiceOption(options, "protocol", PROTOCOLS);
  const bounds = { min: 1, max: HORIZON_MAX };
  const horizons = wholeNumbersOption(options, "horizons", bounds, HORIZONS_DEFAULT);
  const html = textOption(options, "html");
  const { data, files, leftOut } = await readBacktest(trainFile, testFile, protocol, horizons);
  for (const line of files.flatMap(describeReading)) console.error(line);
  if (leftOut.length > 0) {
    console.error(`${leftOut.length} series with hardly a vehicle are not scored: ${leftOut.join(", ")}`);
  }
  const lstm = names.includes("lstm") ? await startLstm(seed) : undefined;
  const entries = lstm === undefined ? MODELS : [...MODELS, lstm.entry];
  const runs = entries
    .filter(({ name }) => names.includes(name))
    .map((entry, index, all) => {
      const startedAt = wallClock.now();
      const forecasts = forecastAll(entry, data);
      const training = entry.name === "lstm" ? (lstm?.trainingOn(busiestOf(data).train) ?? null) : null;
      const tested = { ...testedModel(entry, forecasts, data), training };
      const seconds = ((wallClock.now() - startedAt) / 1000).toFixed(1);
      console.error(
        `${index + 1} of ${all.length}: ${entry.name}, MAE ${tested.assessment.next.metrics.mae.toFixed(3)}, ${seconds} s`,
      );
      return { entry, forecasts, tested };
    });
  const tested = runs.map((run) => run.tested);
  const drift = driftOf(data, runs.find(({ entry }) => entry.name === LIVE_MODEL)?.forecasts);
  const report = reportOf(data, tested, promotionOf(data, runs), drift);
  if (!printsJson(options)) console.log(describeBacktest(report));
  if (html !== undefined) {
    await writePage(
      html,
      backtestPage(
        report,
        data,
        runs.map(({ forecasts, tested: model }) => ({ forecasts, model })),
      ),
    );
  }
  await writeJson(options, report);
}

function testedModel(
  entry: ModelEntry,
  forecasts: ModelForecasts,
  data: BacktestData,
): Omit<TestedModel, "training"> {
  const { settings, series } = forecasts;
  return {
    name: entry.name,
    title: entry.title,
    mode: entry.mode,
    chosen: Object.fromEntries(entry.chosen.map((key) => [key, settings[key]])),
    cost: entry.cost(settings),
    assessment: assess(data, series),
    updateMicroseconds: timeUpdate(forecasts, data),
  };
}

/**
 * Time of the processor for an update and the forecast of the next interval, microseconds, on the first series: what other processes
 * take is not counted.
 */
function timeUpdate({ series: [forecasts] }: ModelForecasts, { series: [first] }: BacktestData): number {
  const fitted = forecasts?.fitted;
  if (first === undefined || fitted === undefined) return Number.NaN;
  const observations = observationsOf(first.test);
  const run = (): number => {
    let state = fitted;
    let done = 0;
    const before = process.cpuUsage();
    while (done < TIMED_UPDATES) {
      for (const observation of observations) {
        predict(state, observation, 1);
        state = update(state, observation);
        done += 1;
      }
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / done;
  };
  // The first run warms up.
  return median(Array.from({ length: TIMED_RUNS + 1 }, run).slice(1));
}

type Run = { readonly entry: ModelEntry; readonly forecasts: ModelForecasts };

/**
 * The rule of promotion, on rolling-origin forecasts of the training days. A network that was asked for alone is held against the default
 * model all the same.
 */
function promotionOf(data: BacktestData, tested: readonly Run[]): Promotion | undefined {
  const { series } = data;
  const alone = tested.length === 1 && tested[0]?.entry.name === "lstm";
  const rival = modelOf(RIVAL);
  const runs = alone ? [{ entry: rival, forecasts: forecastAll(rival, data) }, ...tested] : tested;
  const counts = series.map(({ train }) => observationsOf(validationDays(train)).map(({ count }) => count));
  return promote(
    runs.map(
      ({ entry, forecasts }): Candidate => ({
        name: entry.name,
        losses: meanLosses(
          counts,
          forecasts.series.map(({ next }) => next.validation),
        ),
      }),
    ),
  );
}

/** On the series with the most vehicles. */
function driftOf(
  data: BacktestData,
  forecasts: ModelForecasts | undefined,
): (DriftTrial & { readonly model: string }) | null {
  const busiest = busiestOf(data);
  const fitted = forecasts?.series[data.series.indexOf(busiest)]?.fitted;
  return fitted === undefined ? null : { model: LIVE_MODEL, ...driftTrial(fitted, busiest.test) };
}

async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `--html ${file} cannot be written: ${reason}`, { cause });
  }
}
