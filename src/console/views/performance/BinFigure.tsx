import type { JSX } from "preact";
import { type BinChart, type BinSeries, meanWithin } from "../../data/performance.ts";
import { clock } from "../../data/store.ts";
import type { Span } from "../../draw/bands.ts";
import { linearScale, linePath, type Scale, timeTicks, valueTicks } from "../../draw/plot.ts";
import { Figure, type FigureTable } from "../parts/Figure.tsx";
import { useSize } from "../parts/use-size.ts";

type Props = {
  readonly chart: BinChart;
  /** The same measure of another period, moved onto this one; null for none. */
  readonly compared: BinSeries | null;
  readonly domain: Span;
  readonly binMs: number;
  readonly fileName: string;
};

const HEIGHT = 112;
const MARGIN = { left: 34, right: 6, top: 6, bottom: 17 } as const;

/** A measure by bin: a step a bin, a gap where nothing is known. */
export function BinFigure(props: Props): JSX.Element {
  const { chart, compared, domain, fileName } = props;
  const [from, to] = domain;
  const mean = meanWithin(chart.series, from, to);
  const other = compared === null ? null : meanWithin(compared, from, to);
  return (
    <Figure title={chart.title} fileName={`${fileName}-${chart.id}`} table={() => tableOf(props)}>
      <p class="pf-value">
        <b>{valueText(mean)}</b> {mean !== null && chart.unit} <small title={chart.note}>{chart.note}</small>
        {compared !== null && (
          <span class="pf-compared">
            {valueText(other)} {other !== null && mean !== null && changeText(mean - other)}
          </span>
        )}
      </p>
      <BinPlot {...props} />
    </Figure>
  );
}

function BinPlot({ chart, compared, domain, binMs }: Props): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  return (
    <div ref={box} class="pf-plot" style={{ height: `${HEIGHT}px` }}>
      {size !== null && size.width > 80 && (
        <Steps chart={chart} compared={compared} domain={domain} binMs={binMs} width={size.width} />
      )}
    </div>
  );
}

function Steps({
  chart,
  compared,
  domain,
  binMs,
  width,
}: Omit<Props, "fileName"> & { readonly width: number }): JSX.Element {
  const all = [chart.series, compared ?? [], chart.also?.series ?? []];
  const known = all.flatMap((series) => series.flatMap(({ value }) => value ?? []));
  const ticks = valueTicks(Math.max(chart.mark ?? 0, ...known), 3);
  const x = linearScale(domain, [MARGIN.left, width - MARGIN.right]);
  const y = linearScale([0, ticks.at(-1) ?? 1], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const path = (series: BinSeries): string => stepPath(series, domain, binMs, x, y);
  return (
    <svg
      viewBox={`0 0 ${width} ${HEIGHT}`}
      height={HEIGHT}
      role="img"
      aria-label={`${chart.title}, ${chart.series.length} bins; the table has the numbers`}
    >
      <PlotAxes domain={domain} x={x} y={y} ticks={ticks} width={width} height={HEIGHT} />
      {chart.mark !== null && (
        <line
          class="pf-mark"
          x1={MARGIN.left}
          x2={width - MARGIN.right}
          y1={y(chart.mark)}
          y2={y(chart.mark)}
        />
      )}
      {chart.also !== null && <path class="pf-line pf-also" d={path(chart.also.series)} />}
      {compared !== null && <path class="pf-line pf-other" d={path(compared)} />}
      <path class="pf-line pf-own" d={path(chart.series)} />
    </svg>
  );
}

type AxesProps = {
  readonly domain: Span;
  readonly x: Scale;
  readonly y: Scale;
  readonly ticks: readonly number[];
  readonly width: number;
  readonly height: number;
};

/** Lines and numbers of a small chart over time. */
export function PlotAxes({ domain, x, y, ticks, width, height }: AxesProps): JSX.Element {
  return (
    <g class="pf-axes" aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
          <text class="pf-tick-value" x={MARGIN.left - 4} y={y(tick) + 3.5}>
            {tick}
          </text>
        </g>
      ))}
      {timeTicks(domain, Math.max(2, Math.floor(width / 75))).map((at) => (
        <text key={at} class="pf-tick" x={x(at)} y={height - 4}>
          {clock.value.minute(at)}
        </text>
      ))}
    </g>
  );
}

/** Each bin as a level; unknown bins are left out and never joined over. */
function stepPath(series: BinSeries, domain: Span, binMs: number, x: Scale, y: Scale): string {
  return linePath(
    series.flatMap(({ from, value }): readonly (readonly [number, number] | null)[] => {
      const [begin, end] = [Math.max(from, domain[0]), Math.min(from + binMs, domain[1])];
      if (end <= begin) return [];
      if (value === null) return [null];
      return [
        [x(begin), y(value)],
        [x(end), y(value)],
      ];
    }),
  );
}

function tableOf({ chart, compared, domain }: Props): FigureTable {
  const others = new Map(compared?.map(({ from, value }) => [from, value]));
  const alsos = new Map(chart.also?.series.map(({ from, value }) => [from, value]));
  const unit = chart.unit === "" ? chart.title : `${chart.title} (${chart.unit})`;
  return {
    columns: [
      "bin begins",
      unit,
      ...(chart.also === null ? [] : [chart.also.name]),
      ...(compared === null ? [] : ["compared"]),
    ],
    rows: chart.series
      .filter(({ from }) => from >= domain[0] && from < domain[1])
      .map(({ from, value }) => [
        clock.value.time(from),
        rounded(value),
        ...(chart.also === null ? [] : [rounded(alsos.get(from) ?? null)]),
        ...(compared === null ? [] : [rounded(others.get(from) ?? null)]),
      ]),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}

/** Three figures or so: what a measure of traffic is good for. */
export function valueText(value: number | null): string {
  if (value === null) return "—";
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return String(Number(value.toFixed(digits)));
}

function changeText(change: number): string {
  if (Math.abs(change) < 0.005) return "(±0)";
  return `(${change > 0 ? "▲ +" : "▼ −"}${valueText(Math.abs(change))})`;
}
