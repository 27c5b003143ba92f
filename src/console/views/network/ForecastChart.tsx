import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { MovementForecastView } from "../../../protocol/live.ts";
import {
  flowSeries,
  intervalText,
  laterText,
  MODEL_TEXT,
  nextText,
  numberText,
} from "../../data/movement.ts";
import { clock, networkView, selectedDetail, selectedMovementNames } from "../../data/store.ts";
import { type Palette, readPalette } from "../../draw/palette.ts";
import type { Size } from "../../draw/transform.ts";
import { movementShown } from "../shell/switches.ts";

/** The chosen movement of the selected intersection. */
export function ForecastChart(): JSX.Element {
  const movement = selectedDetail.value?.movements.find((other) => other.movement === movementShown.value);
  if (movement === undefined) {
    return (
      <section class="chart" aria-label="Forecast and measured">
        <p class="dim">No interval of this movement has been counted yet.</p>
      </section>
    );
  }
  return <Chart movement={movement} />;
}

/** Forecast against measured at large, and how far each model was off. */
function Chart({ movement }: { readonly movement: MovementForecastView }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const pointed = useSignal<number | null>(null);
  const zone = networkView.value?.network.timeZone ?? "UTC";
  const name = selectedMovementNames.value.get(movement.movement) ?? movement.movement;

  useEffect(() => {
    const host = box.current;
    if (host === null) return undefined;
    const sizeNow = (): Size => ({ width: host.clientWidth, height: host.clientHeight });
    const onPoint = (index: number | null): void => {
      pointed.value = index;
    };
    const made = new uPlot(chartOptions(sizeNow(), readPalette(), onPoint), [[], [], [], [], [], []], host);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeNow()));
    observer.observe(host);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [zone, pointed]);

  useEffect(() => plot.current?.setData(chartData(movement)), [movement, zone]);

  return (
    <section class="chart" aria-label={`Forecast and measured, ${name}`}>
      <header>
        <h3>{name}</h3>
        <span class="key key-measured">measured</span>
        <span class="key key-forecast">forecast</span>
        <span class="key key-band">90 % of counts</span>
        {movement.imputedVehPerHour !== null && <span class="key key-imputed">imputed</span>}
      </header>
      <p class="chart-readout live">{readout(movement, pointed.value)}</p>
      <div class="chart-box live" ref={box} aria-hidden="true" />
      <dl class="errors live" aria-label="Recent mean absolute error of each model, veh/h">
        <div>
          <dt>MAE</dt>
          <dd class="dim">veh/h</dd>
        </div>
        {movement.errors.map(({ model, meanAbsoluteVehPerHour }) => (
          <div key={model} data-used={model === movement.model}>
            <dt>
              {MODEL_TEXT[model]}
              {model === movement.model && " · in use"}
            </dt>
            <dd>{numberText(meanAbsoluteVehPerHour)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The interval under the cursor in words; without a cursor, the next one. */
function readout(movement: MovementForecastView, index: number | null): string {
  const point = index === null ? undefined : movement.history[index];
  const minute = clock.value.minute;
  if (index !== null && point !== undefined) return intervalText(movement, index, minute(point.from));
  if (movement.nextFrom === null) return "no forecast yet";
  const behind = index === null ? 0 : index - movement.history.length;
  const begin = flowSeries(movement).seconds[movement.history.length + behind];
  if (behind > 0 && begin !== undefined) return laterText(movement, behind - 1, minute(begin * 1000));
  return nextText(movement, minute(movement.nextFrom));
}

/** In the order of the chart's series. */
function chartData(movement: MovementForecastView): uPlot.AlignedData {
  const { seconds, measured, forecast, upper, lower, imputed } = flowSeries(movement);
  return [seconds, measured, forecast, upper, lower, imputed];
}

function chartOptions(size: Size, palette: Palette, onPoint: (index: number | null) => void): uPlot.Options {
  const axis = {
    stroke: palette.textDim,
    font: `11px ${palette.font}`,
    grid: { stroke: palette.line, width: 0.5 },
    ticks: { stroke: palette.line, width: 0.5, size: 4 },
  };
  return {
    ...size,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(60, max * 1.1)] } },
    axes: [
      {
        ...axis,
        size: 24,
        space: 56,
        values: (_plot, splits) => splits.map((seconds) => clock.peek().minute(seconds * 1000)),
      },
      { ...axis, size: 40, space: 28 },
    ],
    series: [
      {},
      { stroke: palette.measured, width: 1.8, points: { show: false } },
      {
        stroke: palette.forecast,
        width: 1.8,
        dash: [5, 4],
        points: { show: true, size: 4, fill: palette.forecast, stroke: palette.forecast },
      },
      { width: 0, points: { show: false } },
      { width: 0, points: { show: false } },
      // A hollow mark off the line: told apart by its shape and its key.
      { width: 0, points: { show: true, size: 9, width: 2, fill: palette.panel, stroke: palette.measured } },
    ],
    bands: [{ series: [3, 4], fill: palette.forecastBand }],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}
