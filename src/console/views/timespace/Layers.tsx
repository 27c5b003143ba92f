import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Span } from "../../draw/bands.ts";
import { barsPath, clipped, type Scale } from "../../draw/plot.ts";
import { type BandStretch, bandsPath, tracksByMinute, tracksPath } from "../../draw/time-space.ts";
import type { Direction, Track } from "../../draw/tracks.ts";
import { DIRECTIONS, type Greens, type StopGreens } from "./street-picture.ts";

/** Coordinates of the picture: time to the right, distance upward. */
export type Axes = { readonly x: Scale; readonly y: Scale; readonly window: Span };

const BAR_PIXELS = 6;

/** Where the bar of a stop line is: on the side that its traffic comes from. */
function barTop(direction: Direction, y: number): number {
  return direction === "onward" ? y + 1 : y - 1 - BAR_PIXELS;
}

type BarsProps = {
  readonly axes: Axes;
  readonly greens: Greens;
  /** Shown by the street, in the plans, or tried. */
  readonly kind: "shown" | "planned" | "tried";
};

/** Bars of green at each stop line, one path a direction. */
export function GreenBars({ axes: { x, y, window }, greens, kind }: BarsProps): JSX.Element {
  const inset = kind === "planned" ? 1 : 0;
  const path = (direction: Direction): string =>
    greens[direction]
      .map((stop) =>
        barsPath(
          clipped(stop.greens, window),
          x,
          barTop(direction, y(stop.meters)) - inset,
          BAR_PIXELS + 2 * inset,
        ),
      )
      .join("");
  return (
    <>
      {DIRECTIONS.map((direction) => (
        <path key={direction} class={`ts-green ts-${kind} ts-${direction}`} d={path(direction)} />
      ))}
    </>
  );
}

/** The thin line of red, as far as the street is known. */
export function RedLines({
  axes: { x, y, window },
  greens,
  until,
}: {
  readonly axes: Axes;
  readonly greens: Greens;
  readonly until: number;
}): JSX.Element {
  const path = DIRECTIONS.flatMap((direction) =>
    greens[direction].map((stop) => {
      const first = stop.greens[0]?.[0];
      if (first === undefined || first >= until) return "";
      const span: Span = [Math.max(first, window[0]), Math.min(until, window[1])];
      const height = 1.4;
      return barsPath([span], x, barTop(direction, y(stop.meters)) + (BAR_PIXELS - height) / 2, height);
    }),
  ).join("");
  return <path class="ts-red" d={path} />;
}

/** Bands of one direction: through all stop lines, or from each to the next. */
export function bandStretches(
  stops: readonly StopGreens[],
  kind: "through" | "neighbours",
  bandsOf: (stops: readonly StopGreens[]) => readonly Span[],
): readonly BandStretch[] {
  const stretch = (part: readonly StopGreens[]): readonly BandStretch[] => {
    const [first, last] = [part[0], part.at(-1)];
    if (first === undefined || last === undefined || part.length < 2) return [];
    return [{ fromMeters: first.meters, toMeters: last.meters, departures: bandsOf(part) }];
  };
  return kind === "through"
    ? stretch(stops)
    : stops.slice(1).flatMap((_, index) => stretch(stops.slice(index, index + 2)));
}

type BandsProps = {
  readonly axes: Axes;
  readonly direction: Direction;
  readonly stretches: readonly BandStretch[];
  readonly metersPerSecond: number;
};

export function Bands({ axes: { x, y }, direction, stretches, metersPerSecond }: BandsProps): JSX.Element {
  const path = stretches.map((stretch) => bandsPath(stretch, metersPerSecond, x, y)).join("");
  return <path class={`ts-band ts-${direction}`} d={path} />;
}

/** How wide each band through the whole corridor is, written where it begins. */
export function BandWidths({ axes: { x, y, window }, direction, stretches }: BandsProps): JSX.Element {
  return (
    <g class={`ts-width ts-${direction}`} aria-hidden="true">
      {stretches.flatMap(({ fromMeters, departures }) =>
        clipped(departures, window)
          .filter(([from, to]) => x(to) - x(from) >= 10)
          .map(([from, to]) => (
            <text
              key={`${direction} ${from}`}
              x={(x(from) + x(to)) / 2}
              y={y(fromMeters) + (direction === "onward" ? 20 : -12)}
            >
              {Math.round((to - from) / 1_000)} s
            </text>
          )),
      )}
    </g>
  );
}

type PathsProps = {
  readonly axes: Axes;
  readonly ended: readonly Track[];
  readonly running: readonly Track[];
  /** Where seconds are counted from; the same for as long as the tracks are kept. */
  readonly baseAt: number;
};

/** Ways of vehicles: those that are over are drawn once and moved with the time. */
export function Paths({ axes: { x, y }, ended, running, baseAt }: PathsProps): JSX.Element {
  const [perSecond, perMeter] = [x(1_000) - x(0), y(1) - y(0)];
  const of = (direction: Direction): readonly Track[] =>
    running.filter((track) => track.direction === direction);
  return (
    <g transform={`matrix(${perSecond} 0 0 ${perMeter} ${x(baseAt)} ${y(0)})`}>
      {[...tracksByMinute(ended)].map(([key, tracks]) => (
        <EndedPaths key={key} tracks={tracks} baseAt={baseAt} />
      ))}
      {DIRECTIONS.map((direction) => (
        <path
          key={direction}
          class={`ts-path ts-${direction}`}
          vector-effect="non-scaling-stroke"
          d={tracksPath(of(direction), baseAt)}
        />
      ))}
    </g>
  );
}

function EndedPaths({
  tracks,
  baseAt,
}: {
  readonly tracks: readonly [Track, ...Track[]];
  readonly baseAt: number;
}): JSX.Element {
  const path = useMemo(() => tracksPath(tracks, baseAt), [tracks[0], tracks.at(-1), tracks.length, baseAt]);
  return <path class={`ts-path ts-${tracks[0].direction}`} vector-effect="non-scaling-stroke" d={path} />;
}
