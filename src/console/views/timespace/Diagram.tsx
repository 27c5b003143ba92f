import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { clock, intersectionNames } from "../../data/store.ts";
import { bandsThrough, type Span } from "../../draw/bands.ts";
import type { Corridor } from "../../draw/corridor.ts";
import { linearScale, timeTicks } from "../../draw/plot.ts";
import type { Track } from "../../draw/tracks.ts";
import { useSize } from "../parts/use-size.ts";
import type { BandKind } from "./choices.ts";
import { type Axes, Bands, bandStretches, BandWidths, GreenBars, Paths, RedLines } from "./Layers.tsx";
import { type Site, SiteHandles, type TriedOffsets } from "./SiteHandles.tsx";
import { DIRECTIONS, type Greens, type WayReport } from "./street-picture.ts";
import { spreadOut } from "../../draw/time-space.ts";

export type DiagramProps = {
  readonly corridor: Corridor;
  readonly window: Span;
  readonly metersPerSecond: number;
  /** What bands are drawn of. */
  readonly bandsOf: Greens;
  readonly bands: BandKind;
  readonly planned: Greens;
  readonly reports: readonly WayReport[];
  readonly shown:
    | {
        readonly kind: "street";
        readonly greens: Greens;
        readonly now: number;
        readonly ways: { readonly ended: readonly Track[]; readonly running: readonly Track[] };
        readonly baseAt: number;
      }
    | { readonly kind: "trial"; readonly greens: Greens; readonly tried: TriedOffsets };
};

const LEFT = 128;
const RIGHT = 78;
const TOP = 26;
const BOTTOM = 24;
const LABEL_PIXELS = 24;

/** Time to the right, distance upward: greens at each stop line, bands between them, ways of vehicles. */
export function Diagram(props: DiagramProps): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const { corridor, shown } = props;
  return (
    <div ref={box} class="ts-box" data-kind={shown.kind}>
      {size !== null && size.width > LEFT + RIGHT && size.height > TOP + BOTTOM && (
        <Picture key={corridor.id} {...props} width={size.width} height={size.height} />
      )}
    </div>
  );
}

function Picture(props: DiagramProps & { readonly width: number; readonly height: number }): JSX.Element {
  const { corridor, window, metersPerSecond, bandsOf, bands, planned, shown, reports, width, height } = props;
  const [drag, setDrag] = useState<string | null>(null);
  const x = linearScale(window, [LEFT, width - RIGHT]);
  const y = linearScale(extentOf(corridor), [height - BOTTOM, TOP]);
  const axes: Axes = { x, y, window };
  const sites = sitesOf(corridor, y, height);
  const secondsPerPixel = (window[1] - window[0]) / 1_000 / (width - LEFT - RIGHT);
  return (
    <>
      <svg viewBox={`0 0 ${width} ${height}`} height={height} role="img" aria-label={spokenOf(props, sites)}>
        <clipPath id="ts-plot">
          <rect x={LEFT} y={TOP} width={width - LEFT - RIGHT} height={height - TOP - BOTTOM} />
        </clipPath>
        <TimeAxis axes={axes} height={height} isTrial={shown.kind === "trial"} />
        <Names sites={sites} x1={LEFT} x2={width - RIGHT} dragged={drag} />
        <g clip-path="url(#ts-plot)">
          {bands !== "none" &&
            DIRECTIONS.map((direction) => {
              const stretches = bandStretches(bandsOf[direction], bands, (stops) =>
                bandsThrough(stops, metersPerSecond),
              );
              const band = { axes, direction, stretches, metersPerSecond };
              return (
                <g key={direction}>
                  <Bands {...band} />
                  {bands === "through" && <BandWidths {...band} />}
                </g>
              );
            })}
          {shown.kind === "street" && <Paths axes={axes} {...shown.ways} baseAt={shown.baseAt} />}
          {shown.kind === "street" && <RedLines axes={axes} greens={shown.greens} until={shown.now} />}
          <GreenBars axes={axes} greens={shown.greens} kind={shown.kind === "street" ? "shown" : "tried"} />
          <GreenBars axes={axes} greens={planned} kind="planned" />
          {shown.kind === "street" && (
            <line class="ts-now" x1={x(shown.now)} x2={x(shown.now)} y1={TOP} y2={height - BOTTOM} />
          )}
        </g>
        <SpeedsBetween sites={sites} reports={reports} x={width - RIGHT + 6} />
      </svg>
      <SiteHandles
        sites={sites}
        width={width}
        left={LEFT}
        right={RIGHT}
        secondsPerPixel={secondsPerPixel}
        trial={shown.kind === "trial" ? shown.tried : null}
        onDrag={setDrag}
      />
    </>
  );
}

/** What of the axis is shown: the chosen stop lines, and some street before and behind them. */
function extentOf({ onward, back, axis }: Corridor): Span {
  const meters = [...onward.stops, ...(back?.stops ?? [])].map((stop) => stop.meters);
  const room = 200;
  return [Math.max(0, Math.min(...meters) - room), Math.min(axis.lengthMeters, Math.max(...meters) + room)];
}

function sitesOf({ onward, back }: Corridor, y: (meters: number) => number, height: number): readonly Site[] {
  const fromTop = onward.stops.toReversed().map((stop) => {
    const returning = back?.stops.find(({ intersection }) => intersection === stop.intersection);
    return { id: stop.intersection, y: (y(stop.meters) + y(returning?.meters ?? stop.meters)) / 2 };
  });
  const places = spreadOut(
    fromTop.map((site) => site.y),
    LABEL_PIXELS,
    [TOP, height - BOTTOM],
  );
  return fromTop.map(({ id, y: at }, index) => ({
    id,
    name: intersectionNames.value.get(id) ?? id,
    y: at,
    labelY: places[index] ?? at,
  }));
}

function TimeAxis({
  axes: { x, window },
  height,
  isTrial,
}: {
  readonly axes: Axes;
  readonly height: number;
  readonly isTrial: boolean;
}): JSX.Element {
  // In a trial there is no clock: seconds count from where its picture begins.
  const zero = isTrial ? window[0] : 0;
  const ticks = timeTicks([window[0] - zero, window[1] - zero], isTrial ? 24 : 10).map((tick) => tick + zero);
  return (
    <g class="ts-axis" aria-hidden="true">
      {ticks.map((at) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1={TOP} y2={height - BOTTOM} />
          <text x={x(at)} y={height - 8}>
            {isTrial ? `${(at - zero) / 1_000} s` : clock.value.time(at)}
          </text>
        </g>
      ))}
    </g>
  );
}

function Names({
  sites,
  x1,
  x2,
  dragged,
}: {
  readonly sites: readonly Site[];
  readonly x1: number;
  readonly x2: number;
  readonly dragged: string | null;
}): JSX.Element {
  return (
    <g class="ts-names" aria-hidden="true">
      {sites.map(({ id, name, y, labelY }) => (
        <g key={id} data-dragged={id === dragged}>
          <polyline points={`${x1 - 12},${labelY} ${x1 - 2},${y} ${x2},${y}`} />
          <text x={x1 - 16} y={labelY + 4}>
            {name.length > 17 ? `${name.slice(0, 16)}…` : name}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The speed that begins of green imply from each stop line to the next, both ways, at the right. */
function SpeedsBetween({
  sites,
  reports,
  x,
}: {
  readonly sites: readonly Site[];
  readonly reports: readonly WayReport[];
  readonly x: number;
}): JSX.Element {
  const fromBottom = sites.toReversed();
  return (
    <g class="ts-speeds" aria-hidden="true">
      <text x={x} y={TOP - 12} class="ts-speeds-head">
        km/h
      </text>
      {reports.map(({ direction, implied }) =>
        implied.between.map((speed, index) => {
          // Speeds back are told from the far end.
          const low = direction === "onward" ? index : implied.between.length - 1 - index;
          const [from, to] = [fromBottom[low], fromBottom[low + 1]];
          if (from === undefined || to === undefined) return null;
          const arrow = direction === "onward" ? "↑" : "↓";
          return (
            <text
              key={`${direction} ${index}`}
              class={`ts-${direction}`}
              x={x + (direction === "onward" ? 0 : 36)}
              y={(from.labelY + to.labelY) / 2 + 4}
            >
              {arrow}
              {speedText(speed)}
            </text>
          );
        }),
      )}
    </g>
  );
}

/** Kilometres an hour; above what anybody drives it is as good as at once. */
export function speedText(metersPerSecond: number | null): string {
  if (metersPerSecond === null) return "—";
  const kmh = metersPerSecond * 3.6;
  return kmh > 199 ? ">199" : String(Math.round(kmh));
}

function spokenOf({ shown, reports, window }: DiagramProps, sites: readonly Site[]): string {
  const what = shown.kind === "street" ? "Street" : "Sandbox, nothing is sent";
  const bands = reports
    .map(({ direction, band }) => {
      const way = direction === "onward" ? "upward" : "downward";
      return `${way} band ${band === null ? "not known" : `${Math.round(band.bandMs / 1_000)} seconds`}`;
    })
    .join(", ");
  const minutes = Math.round((window[1] - window[0]) / 60_000);
  return `${what}: greens of ${sites.length} intersections over ${minutes} minutes; ${bands}`;
}
