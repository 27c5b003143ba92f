import type { Assessment, HorizonAssessment, LevelCoverage } from "../forecast/assess.ts";
import type { BacktestData } from "../forecast/backtest.ts";
import type { DriftTrial } from "../forecast/drift-trial.ts";
import type { LinearSettings } from "../forecast/linear.ts";
import type { LstmLosses } from "../forecast/lstm.ts";
import type { Promotion } from "../forecast/promotion.ts";
import { MINUTE_MS } from "../units.ts";
import { PEMS_COUNTS, PUBLISHED_ON_PEMS, type Published } from "./backtest-published.ts";

/** One model of a back-test, as the command has it. */
export type TestedModel = {
  readonly name: string;
  readonly title: string;
  readonly mode: "static" | "online";
  readonly chosen: Partial<LinearSettings>;
  readonly cost: number;
  readonly assessment: Assessment;
  readonly updateMicroseconds: number;
  /** Of a model that is trained step by step, on the series with the most vehicles. */
  readonly training: { readonly seed: number; readonly losses: LstmLosses } | null;
};

export type ModelReport = {
  readonly name: string;
  /** What it is, in words. */
  readonly title: string;
  /** Multiplications of one update, to an order of magnitude. */
  readonly multiplications: number;
  readonly mode: "static" | "online";
  readonly mae: number | null;
  readonly rmse: number | null;
  /** Percent. */
  readonly mape: number | null;
  /** Percent. */
  readonly wape: number | null;
  readonly r2: number | null;
  readonly geh5Share: number | null;
  readonly coverage90: number | null;
  readonly coverage90Night: number | null;
  readonly coverage90Peak: number | null;
  readonly width90: number | null;
  readonly updateMicroseconds: number;
  readonly points: number;
  readonly bias: number | null;
  readonly mase: number | null;
  readonly poissonRatio: number | null;
  readonly ljungBoxPValue: number | null;
  readonly settings: Partial<LinearSettings>;
  readonly horizons: readonly HorizonReport[];
  readonly levels: readonly {
    readonly level: number;
    readonly coverage: number | null;
    readonly night: number | null;
    readonly peak: number | null;
    readonly width: number | null;
  }[];
  /** Losses by epoch, vehicles squared; of the series with the most vehicles. */
  readonly training: TestedModel["training"];
};

/** What forecasts are worth so many intervals ahead, with intervals that are calibrated for that horizon alone. */
export type HorizonReport = {
  readonly steps: number;
  readonly minutes: number;
  readonly points: number;
  readonly mae: number | null;
  readonly rmse: number | null;
  /** Percent. */
  readonly mape: number | null;
  /** Percent. */
  readonly wape: number | null;
  readonly coverage90: number | null;
  readonly coverage90Night: number | null;
  readonly coverage90Peak: number | null;
  readonly width90: number | null;
};

/** What `phasewise backtest --json` writes. */
export type BacktestReport = {
  readonly protocol: BacktestData["protocol"];
  readonly points: number;
  readonly intervalMinutes: number;
  readonly series: number;
  readonly models: readonly ModelReport[];
  readonly promotion: {
    readonly chosen: string;
    readonly steps: readonly {
      readonly from: string;
      readonly to: string;
      readonly gainPercent: number | null;
      readonly pValue: number;
      readonly promoted: boolean;
    }[];
  } | null;
  readonly drift: (DriftTrial & { readonly model: string }) | null;
  /** Networks published on this very test, which see twelve counts and no clock. */
  readonly published: readonly Published[];
};

export function reportOf(
  data: BacktestData,
  tested: readonly TestedModel[],
  promotion: Promotion | undefined,
  drift: (DriftTrial & { readonly model: string }) | null,
): BacktestReport {
  const models = tested.map((model) => modelReport(model, data.intervalMs));
  return {
    protocol: data.protocol,
    points: Math.max(0, ...models.map(({ points }) => points)),
    intervalMinutes: data.intervalMs / MINUTE_MS,
    series: data.series.length,
    models,
    promotion:
      promotion === undefined
        ? null
        : {
            chosen: promotion.chosen,
            steps: promotion.steps.map(({ from, to, gainRatio, test, promoted }) => ({
              from,
              to,
              gainPercent: rounded(100 * gainRatio, 2),
              pValue: rounded(test.pValue, 6) ?? 1,
              promoted,
            })),
          },
    drift,
    published: isPublishedTest(data) ? PUBLISHED_ON_PEMS : [],
  };
}

function modelReport(
  { name, title, mode, chosen, cost, assessment, updateMicroseconds, training }: TestedModel,
  intervalMs: number,
): ModelReport {
  const { next, mase, horizons, ljungBox } = assessment;
  const { metrics, levels } = next;
  return {
    name,
    title,
    multiplications: cost,
    mode,
    ...errorsReport(next),
    r2: rounded(metrics.r2, 5),
    geh5Share: rounded(metrics.geh5Share, 4),
    updateMicroseconds: rounded(updateMicroseconds, 2) ?? 0,
    bias: rounded(metrics.bias, 3),
    mase: rounded(mase, 4),
    poissonRatio: rounded(metrics.poissonRatio, 3),
    ljungBoxPValue: rounded(ljungBox.pValue, 4),
    settings: chosen,
    horizons: horizons.map((horizon) => horizonReport(horizon, intervalMs)),
    levels: levels.map(({ level, all, night, peak }) => ({
      level,
      coverage: rounded(all.coverage, 4),
      night: rounded(night.coverage, 4),
      peak: rounded(peak.coverage, 4),
      width: rounded(all.widthVehicles, 2),
    })),
    training,
  };
}

function horizonReport(horizon: HorizonAssessment, intervalMs: number): HorizonReport {
  const { steps } = horizon;
  return { steps, minutes: (steps * intervalMs) / MINUTE_MS, ...errorsReport(horizon) };
}

/** What is told of the errors and intervals of any horizon. */
function errorsReport(horizon: HorizonAssessment): Omit<HorizonReport, "steps" | "minutes"> {
  const { metrics } = horizon;
  const ninety = ninetyOf(horizon);
  return {
    points: metrics.points,
    mae: rounded(metrics.mae, 4),
    rmse: rounded(metrics.rmse, 4),
    mape: rounded(metrics.mapePercent, 3),
    wape: rounded(metrics.wapePercent, 3),
    coverage90: rounded(ninety?.all.coverage, 4),
    coverage90Night: rounded(ninety?.night.coverage, 4),
    coverage90Peak: rounded(ninety?.peak.coverage, 4),
    width90: rounded(ninety?.all.widthVehicles, 2),
  };
}

export function ninetyOf({ levels }: HorizonAssessment): LevelCoverage | undefined {
  return levels.find(({ level }) => level === 0.9);
}

/** `null` for what is not known, which JSON cannot say otherwise. */
function rounded(value: number | null | undefined, digits: number): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** Whether these are the published test counts: their number, sum and sum of squares. */
function isPublishedTest({ protocol, series }: BacktestData): boolean {
  const [only, ...others] = series;
  if (protocol !== "pems" || only === undefined || others.length > 0) return false;
  const counts = only.test.days.flatMap((day) => day.counts);
  const sum = counts.reduce((total, count) => total + count, 0);
  const squares = counts.reduce((total, count) => total + count * count, 0);
  return (
    counts.length === PEMS_COUNTS.intervals && sum === PEMS_COUNTS.sum && squares === PEMS_COUNTS.squares
  );
}

const COLUMNS: readonly (readonly [string, (model: ModelReport) => string])[] = [
  ["model", ({ name }) => name],
  ["mode", ({ mode }) => mode],
  ["MAE", ({ mae }) => shown(mae, 3)],
  ["RMSE", ({ rmse }) => shown(rmse, 3)],
  ["MAPE %", ({ mape }) => shown(mape, 1)],
  ["WAPE %", ({ wape }) => shown(wape, 1)],
  ["R²", ({ r2 }) => shown(r2, 4)],
  ["GEH<5", ({ geh5Share }) => shown(geh5Share, 3)],
  ["in 90 %", ({ coverage90 }) => shown(coverage90, 3)],
  ["night", ({ coverage90Night }) => shown(coverage90Night, 3)],
  ["peak", ({ coverage90Peak }) => shown(coverage90Peak, 3)],
  ["width", ({ width90 }) => shown(width90, 1)],
  ["µs", ({ updateMicroseconds }) => shown(updateMicroseconds, 1)],
];

export function shown(value: number | null, digits: number): string {
  return value === null ? "–" : value.toFixed(digits);
}

/** Columns of one horizon, behind the model's name and its mode. */
const HORIZON_COLUMNS: readonly (readonly [string, (horizon: HorizonReport) => string])[] = [
  ["steps", ({ steps }) => String(steps)],
  ["min", ({ minutes }) => String(minutes)],
  ["points", ({ points }) => String(points)],
  ["MAE", ({ mae }) => shown(mae, 3)],
  ["RMSE", ({ rmse }) => shown(rmse, 3)],
  ["MAPE %", ({ mape }) => shown(mape, 1)],
  ["WAPE %", ({ wape }) => shown(wape, 1)],
  ["in 90 %", ({ coverage90 }) => shown(coverage90, 3)],
  ["night", ({ coverage90Night }) => shown(coverage90Night, 3)],
  ["peak", ({ coverage90Peak }) => shown(coverage90Peak, 3)],
  ["width", ({ width90 }) => shown(width90, 1)],
];

/** The report as text. */
export function describeBacktest(report: BacktestReport): string {
  return [
    `protocol ${report.protocol}: ${report.points} points of ${report.series} series, vehicles in ${report.intervalMinutes} min, one step ahead`,
    ...tableLines([
      COLUMNS.map(([title]) => title),
      ...report.models.map((model) => COLUMNS.map(([, of]) => of(model))),
    ]),
    ...horizonLines(report),
    ...publishedLines(report),
    ...promotionLines(report),
    ...driftLines(report),
  ].join("\n");
}

/** Rows as lines: the first two columns begin on the left, the others end on the right. */
function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** Nothing where only the next interval was asked for: that is the table above. */
function horizonLines({ models }: BacktestReport): readonly string[] {
  if (models.every(({ horizons }) => horizons.every(({ steps }) => steps === 1))) return [];
  return [
    "By steps ahead; each horizon has its own intervals, which learn from a count when it is known:",
    ...tableLines([
      ["model", "mode", ...HORIZON_COLUMNS.map(([title]) => title)],
      ...models.flatMap(({ name, mode, horizons }) =>
        horizons.map((horizon) => [name, mode, ...HORIZON_COLUMNS.map(([, of]) => of(horizon))]),
      ),
    ]),
  ];
}

function publishedLines({ published }: BacktestReport): readonly string[] {
  if (published.length === 0) return [];
  return [
    "Published on this test, for comparison; they see the twelve counts before and no clock, the profiles see the time of day:",
    ...published.map(
      ({ name, mae, rmse, mape, r2 }) =>
        `  ${name.padEnd(5)} MAE ${mae}  RMSE ${rmse}  MAPE ${mape} %  R² ${r2}`,
    ),
  ];
}

function promotionLines({ promotion }: BacktestReport): readonly string[] {
  if (promotion === null) return [];
  return [
    `Chosen by the training days alone: ${promotion.chosen} (a richer model has to save more than 1 % with p < 0.05)`,
    ...promotion.steps.map(
      ({ from, to, gainPercent, pValue, promoted }) =>
        `  ${from} -> ${to}: ${shown(gainPercent, 2)} % saved, p ${pValue.toFixed(4)}: ${promoted ? "taken" : "not taken"}`,
    ),
  ];
}

function driftLines({ drift }: BacktestReport): readonly string[] {
  if (drift === null) return [];
  return [
    `Change of level, CUSUM beside ${drift.model}: ${drift.falseAlarmsPerDay.toFixed(2)} false alarms a day over ${drift.days} days`,
    ...drift.faults.map(
      ({ factor, found, medianMinutes }) =>
        `  counts x${factor} from 08:00: found on ${found} of ${drift.days} days, median ${medianMinutes === null ? "never" : `${medianMinutes} min`}`,
    ),
  ];
}
