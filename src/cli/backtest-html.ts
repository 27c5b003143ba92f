import type { HorizonAssessment, LevelCoverage } from "../forecast/assess.ts";
import { type BacktestData, busiestOf, type ModelForecasts } from "../forecast/backtest.ts";
import { observationsOf } from "../forecast/history.ts";
import { type BacktestReport, describeBacktest, ninetyOf, type TestedModel } from "./backtest-report.ts";
import { escapeText } from "../plot/markup.ts";
import { type Mark, type Plot, type Point, svgPlot } from "../plot/svg-plot.ts";

export type PlottedModel = { readonly forecasts: ModelForecasts; readonly model: TestedModel };

const COLOURS = ["#1f6feb", "#d1642a", "#2e8b57", "#8250df", "#bf3989", "#6e7781"] as const;
const MEASURED = "#24292f";
const BAND = "#1f6feb33";

/** Days that the plot of forecast against measured shows. */
const DAYS_SHOWN = 2;
/** Residuals by level are means over this many classes of equal size. */
const LEVEL_CLASSES = 20;
const HISTOGRAM_BARS = 41;

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#24292f;background:#fff}
pre{overflow-x:auto;background:#f6f8fa;padding:1rem;font-size:12px;line-height:1.4}svg{width:100%;height:auto;margin:1rem 0}
svg text{font:12px system-ui,sans-serif;fill:#57606a}svg .title{font-weight:600;font-size:14px;fill:#24292f}
svg .x{text-anchor:middle}svg .y{text-anchor:end}svg .grid{stroke:#d0d7de;stroke-width:.6}svg .line{fill:none;stroke-width:1.4}`;

/** The report as one page: text, and plots as SVG within it. The plots of forecasts show the chosen model on the busiest series. */
export function backtestPage(
  report: BacktestReport,
  data: BacktestData,
  models: readonly PlottedModel[],
): string {
  const shown = models.find(({ model }) => model.name === report.promotion?.chosen) ?? models.at(-1);
  const plots =
    shown === undefined
      ? []
      : [
          ...forecastPlots(data, shown),
          coveragePlot(shown),
          ...horizonPlots(data, models, shown),
          ...models.flatMap(lossPlot),
        ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Phasewise back-test</title>',
    `<style>${STYLE}</style></head><body><h1>Back-test of forecasters</h1>`,
    `<pre>${escapeText(describeBacktest(report))}</pre>`,
    `<ul>${report.models.map(({ name, title, multiplications }) => `<li><b>${escapeText(name)}</b>: ${escapeText(title)}; about ${multiplications} multiplications an update</li>`).join("")}</ul>`,
    "<p>Settings are chosen and models are fitted on the training days alone. A coverage that is right on average may be wrong at night or in the peak: both are told. MAPE is mostly a statement about the night.</p>",
    ...plots.map(svgPlot),
    "</body></html>\n",
  ].join("\n");
}

function forecastPlots(data: BacktestData, { forecasts, model }: PlottedModel): readonly Plot[] {
  const series = busiestOf(data);
  const busiest = data.series.indexOf(series);
  const counts = observationsOf(series.test).map(({ count }) => count);
  const ahead = forecasts.series[busiest]?.next.test ?? [];
  const intervals = model.assessment.next.intervals[busiest] ?? [];
  const slots = series.test.slotsPerDay;
  const rows = Math.min(counts.length, DAYS_SHOWN * slots);
  const line = (values: readonly number[]): readonly Point[] =>
    values.slice(0, rows).map((y, x) => ({ x, y }));
  const residuals = counts.map((count, row) => count - (ahead[row] ?? Number.NaN));
  return [
    {
      title: `Forecast and measured, ${series.id}, first days of the test: ${model.name}`,
      xTitle: "time of day",
      yTitle: "vehicles an interval",
      xTicks: clockTicks(rows, slots),
      marks: [
        {
          kind: "band",
          label: "90 % interval",
          colour: BAND,
          points: intervals.slice(0, rows).map((interval, x) => ({
            x,
            lower: interval?.lower ?? Number.NaN,
            upper: interval?.upper ?? Number.NaN,
          })),
        },
        { kind: "line", label: "measured", colour: MEASURED, points: line(counts) },
        { kind: "line", label: "forecast", colour: COLOURS[0], points: line(ahead) },
      ],
    },
    residualsByLevel(ahead, residuals),
    histogram(residuals),
  ];
}

function clockTicks(rows: number, slots: number): NonNullable<Plot["xTicks"]> {
  const hours = Array.from({ length: Math.floor((rows / slots) * 4) + 1 }, (_, quarter) => quarter * 6);
  return hours.map((hour) => ({ x: (hour / 24) * slots, text: `${String(hour % 24).padStart(2, "0")}:00` }));
}

/** Mean, and standard deviation, of the residuals in classes of the forecast. */
function residualsByLevel(ahead: readonly number[], residuals: readonly number[]): Plot {
  const pairs = ahead
    .flatMap((x, row) => {
      const y = residuals[row] ?? Number.NaN;
      return Number.isNaN(y) ? [] : [{ x, y }];
    })
    .toSorted((left, right) => left.x - right.x);
  const size = Math.max(1, Math.ceil(pairs.length / LEVEL_CLASSES));
  const classes = Array.from({ length: Math.ceil(pairs.length / size) }, (_, index) =>
    pairs.slice(index * size, (index + 1) * size),
  );
  const points = classes.map((own) => ({
    x: meanOf(own.map(({ x }) => x)),
    y: meanOf(own.map(({ y }) => y)),
  }));
  const spread = classes.map((own, index) => ({
    x: points[index]?.x ?? 0,
    y: Math.sqrt(meanOf(own.map(({ y }) => (y - (points[index]?.y ?? 0)) ** 2))),
  }));
  const top = points.at(-1)?.x ?? 0;
  return {
    title: "Residuals by level of the forecast",
    xTitle: "forecast, vehicles an interval",
    yTitle: "vehicles",
    marks: [
      { kind: "dots", label: "residuals", colour: "#8c959f66", points: pairs },
      { kind: "line", label: "mean", colour: COLOURS[1], points },
      { kind: "line", label: "deviation", colour: COLOURS[2], points: spread },
      {
        kind: "line",
        label: "√forecast (Poisson)",
        colour: COLOURS[3],
        points: Array.from({ length: 41 }, (_, step) => ({
          x: (top * step) / 40,
          y: Math.sqrt((top * step) / 40),
        })),
      },
    ],
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function histogram(residuals: readonly number[]): Plot {
  const known = residuals.filter((residual) => !Number.isNaN(residual));
  const reach = known.reduce((most, residual) => Math.max(most, Math.abs(residual)), 1);
  const width = (2 * reach) / HISTOGRAM_BARS;
  const bars = Array.from({ length: HISTOGRAM_BARS }, (_, bar) => ({ x: (bar + 0.5) * width - reach, y: 0 }));
  for (const residual of known) {
    const bar = bars[Math.min(HISTOGRAM_BARS - 1, Math.floor((residual + reach) / width))];
    if (bar !== undefined) bar.y += 1;
  }
  return {
    title: "Residuals, measured less forecast",
    xTitle: "vehicles",
    yTitle: "intervals",
    marks: [{ kind: "bars", label: "intervals", colour: COLOURS[0], points: bars }],
  };
}

function coveragePlot({ model }: PlottedModel): Plot {
  const { levels } = model.assessment.next;
  const line = (label: string, colour: string, of: (level: LevelCoverage) => number | null): Mark => ({
    kind: "line",
    label,
    colour,
    points: levels.map((level) => ({ x: level.level, y: of(level) ?? Number.NaN })),
  });
  return {
    title: `Share of counts within their interval: ${model.name}`,
    xTitle: "share that is promised",
    yTitle: "share that is kept",
    marks: [
      line("promised", MEASURED, ({ level }) => level),
      line("all", COLOURS[0], ({ all }) => all.coverage),
      line("night (ŷ < 30)", COLOURS[3], ({ night }) => night.coverage),
      line("peak (ŷ > 100)", COLOURS[1], ({ peak }) => peak.coverage),
    ],
  };
}

/** Errors of the best few models by how far ahead, and coverage of the one that is shown; nothing where a single horizon was asked for. */
function horizonPlots(
  { horizons }: BacktestData,
  models: readonly PlottedModel[],
  { model: shown }: PlottedModel,
): readonly Plot[] {
  if (horizons.length < 2) return [];
  const best = models
    .toSorted(
      (left, right) => left.model.assessment.next.metrics.mae - right.model.assessment.next.metrics.mae,
    )
    .slice(0, COLOURS.length);
  const axis = {
    xTitle: "intervals ahead",
    xTicks: horizons.map((steps) => ({ x: steps, text: String(steps) })),
  };
  return [
    {
      ...axis,
      title: "Mean absolute error by intervals ahead, the best models",
      yTitle: "vehicles an interval",
      marks: best.map(({ model }, index) =>
        horizonLine(model.name, COLOURS[index] ?? MEASURED, model, ({ metrics }) => metrics.mae),
      ),
    },
    {
      ...axis,
      title: `Share of counts within their 90 % interval by intervals ahead: ${shown.name}`,
      yTitle: "share that is kept",
      yRange: [0.8, 1],
      marks: [
        horizonLine("promised", MEASURED, shown, () => 0.9),
        horizonLine("all", COLOURS[0], shown, (horizon) => ninetyOf(horizon)?.all.coverage),
        horizonLine("night (ŷ < 30)", COLOURS[3], shown, (horizon) => ninetyOf(horizon)?.night.coverage),
        horizonLine("peak (ŷ > 100)", COLOURS[1], shown, (horizon) => ninetyOf(horizon)?.peak.coverage),
      ],
    },
  ];
}

function horizonLine(
  label: string,
  colour: string,
  { assessment }: TestedModel,
  of: (horizon: HorizonAssessment) => number | null | undefined,
): Mark {
  const points = assessment.horizons.map((horizon) => ({ x: horizon.steps, y: of(horizon) ?? Number.NaN }));
  return { kind: "line", label, colour, points };
}

/** Of a model that is trained step by step. */
function lossPlot({ model: { name, training } }: PlottedModel): readonly Plot[] {
  if (training === null) return [];
  const { seed, losses } = training;
  return [
    {
      title: `Mean squared error of ${name} by epoch, seed ${seed}: the validation days are the last ones of training`,
      xTitle: "epoch",
      yTitle: "vehicles²",
      marks: [
        { kind: "line", label: "training", colour: COLOURS[0], points: byEpoch(losses.training) },
        { kind: "line", label: "validation", colour: COLOURS[1], points: byEpoch(losses.validation) },
      ],
    },
  ];
}

function byEpoch(values: readonly number[]): readonly Point[] {
  return values.map((y, x) => ({ x: x + 1, y }));
}
