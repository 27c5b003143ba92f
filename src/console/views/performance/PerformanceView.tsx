import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { MeasureWindow } from "../../data/performance-window.ts";
import { siteMode } from "../../data/site.ts";
import { liveById, selected } from "../../data/store.ts";
import { binCharts, type BinSeries } from "../../data/performance.ts";
import type { Span } from "../../draw/bands.ts";
import type { Intersection } from "../../../model/intersection.ts";
import { BinFigure } from "./BinFigure.tsx";
import { brushed, comparisonChosen, phaseShown, windowChosen } from "./choices.ts";
import { CoordinationDiagram } from "./CoordinationDiagram.tsx";
import { DetectorFigures } from "./DetectorFigures.tsx";
import { ForecastErrors } from "./ForecastErrors.tsx";
import { NetworkTable } from "./NetworkTable.tsx";
import { PerformanceToolbar } from "./PerformanceToolbar.tsx";
import { SplitFailures } from "./SplitFailures.tsx";
import { SplitMonitor } from "./SplitMonitor.tsx";
import { TimeBrush } from "./TimeBrush.tsx";
import { type PerformanceData, usePerformance } from "./use-performance.ts";

type Bins = NonNullable<PerformanceData["bins"]["value"]>;

const MINUTE_MS = 60_000;

/** How well the network and the selected intersection did: the measures that signal engineers know. */
export function PerformanceView(): JSX.Element {
  const intersection = selected.value;
  return (
    <div class="pf-page">
      <NetworkTable />
      {intersection === null ? (
        <section class="card">
          <h2>Performance</h2>
          <p>This network has no intersection.</p>
        </section>
      ) : (
        <IntersectionPage intersection={intersection} />
      )}
    </div>
  );
}

function IntersectionPage({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const data = usePerformance(intersection.id, windowChosen.value, comparisonChosen.value);
  const bins = data.bins.value;
  const volume = useMemo(() => (bins === null ? [] : volumeOf(bins, intersection)), [bins]);
  return (
    <div class="pf-main" tabIndex={0} role="region" aria-label={`Measures of ${intersection.name}`}>
      <section class="card pf-head" aria-label="What is shown">
        <PerformanceToolbar data={data} />
        {bins !== null && (
          <TimeBrush
            window={[bins.window.from, bins.window.to]}
            binMs={bins.window.binMinutes * MINUTE_MS}
            volume={volume}
          />
        )}
      </section>
      {bins === null && data.events.value === null && data.arrivals.value === null ? (
        <Waiting data={data} />
      ) : (
        <Charts intersection={intersection} data={data} />
      )}
    </div>
  );
}

function volumeOf({ measures, window, at }: Bins, intersection: Intersection): BinSeries {
  const charts = binCharts(measures, intersection, null, { binMinutes: window.binMinutes, until: at });
  return charts.find(({ id }) => id === "volume")?.series ?? [];
}

/** What is marked, as long as the window still has some of it; else the window. */
function domainOf({ from, to }: MeasureWindow, marked: Span | null): Span {
  if (marked === null) return [from, to];
  const [begin, end] = [Math.max(marked[0], from), Math.min(marked[1], to)];
  return end - begin < MINUTE_MS ? [from, to] : [begin, end];
}

function Waiting({ data }: { readonly data: PerformanceData }): JSX.Element {
  const fault = data.bins.fault ?? data.events.fault;
  return (
    <section class="card" role="status">
      {fault === null ? (
        <p class="dim">Reading what is stored of this intersection…</p>
      ) : (
        <p>
          <span class="badge badge-p3">◆ no measures</span> {fault.message}
        </p>
      )}
    </section>
  );
}

type ChartsProps = { readonly intersection: Intersection; readonly data: PerformanceData };

/** Each chart is drawn anew for other data of its own or another stretch of time, and for nothing else that happens on the screen. */
function Charts({ intersection, data }: ChartsProps): JSX.Element {
  const [bins, events, arrivals] = [data.bins.value, data.events.value, data.arrivals.value];
  const compared = data.compared.value;
  const [phase, marked] = [phaseShown.value, brushed.value];
  const phases = intersection.phases.map(({ id }) => id).filter((id) => phase === null || id === phase);
  const fileName = phase === null ? intersection.id : `${intersection.id}-${phase}`;
  const byBin = useMemo(() => {
    if (bins === null) return null;
    const domain = domainOf(bins.window, marked);
    return <BinFigures {...{ intersection, phase, domain, fileName, bins, compared }} />;
  }, [bins, compared, phase, marked]);
  const oneByOne = useMemo(() => {
    if (events === null) return { splits: null, occupancy: null };
    const domain = domainOf(events.window, marked);
    const { splits, "pedestrian-services": walks, "split-failure-cycles": all } = events.measures;
    const fallbackOnly = siteMode(liveById.peek().get(intersection.id)) === "schedule";
    const cycles = all.filter((row) => phases.includes(row.phase));
    return {
      splits: <SplitMonitor {...{ splits, walks, phases, domain, fileName, fallbackOnly }} />,
      occupancy: <SplitFailures {...{ cycles, domain, fileName }} />,
    };
  }, [events, phase, marked]);
  const diagram = useMemo(() => {
    if (arrivals === null) return null;
    const domain = domainOf(arrivals.window, marked);
    return <CoordinationDiagram {...{ arrivals: arrivals.measures.pcd, phases, domain, fileName }} />;
  }, [arrivals, phase, marked]);
  return (
    <>
      {byBin}
      {oneByOne.splits}
      {diagram}
      <div class="pf-pair">
        {oneByOne.occupancy}
        <ForecastErrors
          rows={data.forecasts.value?.rows ?? null}
          fault={data.forecasts.fault?.message ?? null}
          fileName={intersection.id}
        />
      </div>
      {bins !== null && (
        <DetectorFigures
          rows={bins.measures["detector-health"]}
          domain={domainOf(bins.window, marked)}
          fileName={intersection.id}
        />
      )}
    </>
  );
}

type BinsProps = {
  readonly intersection: Intersection;
  readonly phase: string | null;
  readonly domain: Span;
  readonly fileName: string;
  readonly bins: Bins;
  readonly compared: PerformanceData["compared"]["value"];
};

function BinFigures({ intersection, phase, domain, fileName, bins, compared }: BinsProps): JSX.Element {
  const { binMinutes } = bins.window;
  const charts = binCharts(bins.measures, intersection, phase, { binMinutes, until: bins.at });
  const others =
    compared === null
      ? null
      : binCharts(compared.measures, intersection, phase, { binMinutes, until: compared.at });
  return (
    <div class="pf-grid">
      {charts.map((chart, index) => (
        <BinFigure
          key={chart.id}
          chart={chart}
          compared={
            compared === null
              ? null
              : (others?.[index]?.series.map(({ from, value }) => ({
                  from: from + compared.earlierMs,
                  value,
                })) ?? null)
          }
          domain={domain}
          binMs={binMinutes * MINUTE_MS}
          fileName={fileName}
        />
      ))}
    </div>
  );
}
