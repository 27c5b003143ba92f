import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
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
import { type PerformanceData, usePerformance } from "./usePerformance.ts";

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
  const [bins, events] = [data.bins.value, data.events.value];
  const window: Span | null = bins === null ? null : [bins.window.from, bins.window.to];
  const domain = domainOf(window ?? (events === null ? null : [events.window.from, events.window.to]));
  return (
    <div class="pf-main" tabIndex={0} role="region" aria-label={`Measures of ${intersection.name}`}>
      <section class="card pf-head" aria-label="What is shown">
        <PerformanceToolbar data={data} />
        {bins !== null && window !== null && (
          <TimeBrush
            window={window}
            binMs={bins.window.binMinutes * MINUTE_MS}
            volume={volumeOf(bins, intersection)}
          />
        )}
      </section>
      {domain === null ? (
        <Waiting data={data} />
      ) : (
        <Charts intersection={intersection} data={data} domain={domain} />
      )}
    </div>
  );
}

function volumeOf({ measures, window, at }: Bins, intersection: Intersection): BinSeries {
  const charts = binCharts(measures, intersection, null, { binMinutes: window.binMinutes, until: at });
  return charts.find(({ id }) => id === "volume")?.series ?? [];
}

/** What is marked, as long as the window still has some of it; else the window. */
function domainOf(window: Span | null): Span | null {
  const marked = brushed.value;
  if (window === null || marked === null) return window;
  const [from, to] = [Math.max(marked[0], window[0]), Math.min(marked[1], window[1])];
  return to - from < MINUTE_MS ? window : [from, to];
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

type ChartsProps = {
  readonly intersection: Intersection;
  readonly data: PerformanceData;
  readonly domain: Span;
};

function Charts({ intersection, data, domain }: ChartsProps): JSX.Element {
  const [bins, events, compared] = [data.bins.value, data.events.value, data.compared.value];
  const phase = phaseShown.value;
  const phases = intersection.phases.map(({ id }) => id).filter((id) => phase === null || id === phase);
  const fileName = phase === null ? intersection.id : `${intersection.id}-${phase}`;
  const [from, to] = domain;
  // Charts are drawn anew for other data or another stretch of time, and for nothing else that happens on the screen.
  const byBin = useMemo(
    () => bins !== null && <BinFigures {...{ intersection, phase, domain, fileName, bins, compared }} />,
    [bins, compared, phase, from, to],
  );
  const oneByOne = useMemo(() => {
    if (events === null) return null;
    const { splits, pcd, "pedestrian-services": walks } = events.measures;
    const fallbackOnly = siteMode(liveById.peek().get(intersection.id)) === "schedule";
    return (
      <>
        <SplitMonitor {...{ splits, walks, phases, domain, fileName, fallbackOnly }} />
        <CoordinationDiagram arrivals={pcd} phases={phases} domain={domain} fileName={fileName} />
      </>
    );
  }, [events, phase, from, to]);
  const occupancy = useMemo(() => {
    const cycles = events?.measures["split-failure-cycles"].filter((row) => phases.includes(row.phase)) ?? [];
    return events !== null && <SplitFailures cycles={cycles} domain={domain} fileName={fileName} />;
  }, [events, phase, from, to]);
  return (
    <>
      {byBin}
      {oneByOne}
      <div class="pf-pair">
        {occupancy}
        <ForecastErrors
          rows={data.forecasts.value}
          fault={data.forecasts.fault?.message ?? null}
          fileName={intersection.id}
        />
      </div>
      {bins !== null && (
        <DetectorFigures rows={bins.measures["detector-health"]} domain={domain} fileName={intersection.id} />
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
