import { writeFile } from "node:fs/promises";
import { PhasewiseError } from "../errors.ts";
import { assess } from "../forecast/assess.ts";
import { type BacktestData, forecastAll, type ModelForecasts, PROTOCOLS } from "../forecast/backtest.ts";
import { type DriftTrial, driftTrial } from "../forecast/drift-trial.ts";
import { meanCount, observationsOf } from "../forecast/history.ts";
import { median } from "../forecast/least-squares.ts";
import { predict, update } from "../forecast/model.ts";
import { type Candidate, meanLosses, type Promotion, promote } from "../forecast/promotion.ts";
import { type ModelEntry, MODEL_NAMES, MODELS, type ModelName, modelOf } from "../forecast/registry.ts";
import { validationDays } from "../forecast/rolling.ts";
import { describeReading, readBacktest } from "./backtest-data.ts";
import { backtestPage } from "./backtest-html.ts";
import { describeBacktest, reportOf, type TestedModel } from "./backtest-report.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { choiceOption, listOption, type RawOptions, textOption } from "./options.ts";
import { wallClock } from "./wall-clock.ts";

/** The model whose drift is tried: the one that runs live. */
const LIVE_MODEL: ModelName = "profile-rls";
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
  const names = listOption(options, "model", MODEL_NAMES, MODEL_NAMES);
  const protocol =
    options["protocol"] === undefined
      ? testFile === undefined
        ? "rolling"
        : "pems"
      : choiceOption(options, "protocol", PROTOCOLS);
  const html = textOption(options, "html");
  const { data, files, leftOut } = await readBacktest(trainFile, testFile, protocol);
  for (const line of files.flatMap(describeReading)) console.error(line);
  if (leftOut.length > 0) {
    console.error(`${leftOut.length} series with hardly a vehicle are not scored: ${leftOut.join(", ")}`);
  }
  const runs = MODELS.filter(({ name }) => names.includes(name)).map((entry, index, all) => {
    const startedAt = wallClock.now();
    const forecasts = forecastAll(entry, data);
    const tested = testedModel(entry, forecasts, data);
    const seconds = ((wallClock.now() - startedAt) / 1000).toFixed(1);
    console.error(
      `${index + 1} of ${all.length}: ${entry.name}, MAE ${tested.assessment.metrics.mae.toFixed(3)}, ${seconds} s`,
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
        [],
      ),
    );
  }
  await writeJson(options, report);
}

function testedModel(entry: ModelEntry, forecasts: ModelForecasts, data: BacktestData): TestedModel {
  const { settings, series } = forecasts;
  return {
    name: entry.name,
    title: entry.title,
    mode: entry.mode,
    chosen: Object.fromEntries(entry.chosen.map((key) => [key, settings[key]])),
    cost: entry.cost(settings),
    assessment: assess(data, series),
    updateMicroseconds: timeUpdate(entry, forecasts, data),
  };
}

/**
 * Time of the processor for an update and the forecast of the next interval, microseconds, on the first series: what other processes
 * take is not counted.
 */
function timeUpdate(entry: ModelEntry, { settings }: ModelForecasts, { series }: BacktestData): number {
  const first = series[0];
  const fitted = first === undefined ? undefined : entry.fit(first.train, settings);
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

/** The rule of promotion, on rolling-origin forecasts of the training days. */
function promotionOf({ series }: BacktestData, runs: readonly Run[]): Promotion | undefined {
  const counts = series.map(({ train }) => observationsOf(validationDays(train)).map(({ count }) => count));
  return promote(
    runs.map(
      ({ entry, forecasts }): Candidate => ({
        name: entry.name,
        losses: meanLosses(
          counts,
          forecasts.series.map(({ validation }) => validation),
        ),
      }),
    ),
  );
}

/** On the series with the most vehicles. */
function driftOf(
  { series }: BacktestData,
  forecasts: ModelForecasts | undefined,
): (DriftTrial & { readonly model: string }) | null {
  const busiest = series.reduce((left, right) =>
    meanCount(right.train) > meanCount(left.train) ? right : left,
  );
  const fitted =
    forecasts === undefined ? undefined : modelOf(LIVE_MODEL).fit(busiest.train, forecasts.settings);
  return fitted === undefined ? null : { model: LIVE_MODEL, ...driftTrial(fitted, busiest.test) };
}

async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PhasewiseError("STORE_FAILED", `--html ${file} cannot be written: ${reason}`, { cause });
  }
}
