/** A stretch of time, instants or durations in milliseconds; `from < to`. */
export type Span = readonly [from: number, to: number];

/** A stop line in the order of travel, with its greens in the order of time and without overlaps. */
export type GreenStop = { readonly meters: number; readonly greens: readonly Span[] };

function travelMs(from: GreenStop | undefined, to: GreenStop, metersPerSecond: number): number {
  return (Math.abs(to.meters - (from?.meters ?? to.meters)) / metersPerSecond) * 1_000;
}

/** When one may pass the first stop line, and driving on at that speed passes every other one on green. */
export function bandsThrough(stops: readonly GreenStop[], metersPerSecond: number): readonly Span[] {
  const [first, ...others] = stops;
  if (first === undefined) return [];
  return others.reduce<readonly Span[]>((left, stop) => {
    const travel = travelMs(first, stop, metersPerSecond);
    return overlapsOf(
      left,
      stop.greens.map(([from, to]): Span => [from - travel, to - travel]),
    );
  }, first.greens);
}

/** What lies in both of two lists, each in order and without overlaps. */
export function overlapsOf(left: readonly Span[], right: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  let [one, other] = [0, 0];
  for (;;) {
    const [first, second] = [left[one], right[other]];
    if (first === undefined || second === undefined) return found;
    const [from, to] = [Math.max(first[0], second[0]), Math.min(first[1], second[1])];
    if (from < to) found.push([from, to]);
    if (first[1] < second[1]) one += 1;
    else other += 1;
  }
}

export type BandReport = {
  /** Greens of the first stop line that begin in the window. */
  readonly greens: number;
  /** Mean over those greens; 0 where no band passes. */
  readonly bandMs: number;
  /** The shortest mean green of the stop lines: no band is wider. */
  readonly smallestGreenMs: number;
  /** Band over smallest green, 0 to 100. */
  readonly attainabilityPercent: number;
};

/** How wide the band is that departs in a window; null without a green that begins in it. */
export function bandReport(
  stops: readonly GreenStop[],
  metersPerSecond: number,
  [from, to]: Span,
): BandReport | null {
  const first = stops[0]?.greens ?? [];
  const greens = first.filter(([at]) => at >= from && at < to).length;
  const means = stops.map((stop) => meanLength(stop.greens));
  const smallestGreenMs = Math.min(...means);
  if (greens === 0 || !Number.isFinite(smallestGreenMs) || smallestGreenMs === 0) return null;
  const inside = overlapsOf(bandsThrough(stops, metersPerSecond), [[from, to]]);
  const bandMs = inside.reduce((sum, [begin, end]) => sum + end - begin, 0) / greens;
  const attainabilityPercent = Math.min(100, (bandMs / smallestGreenMs) * 100);
  return { greens, bandMs, smallestGreenMs, attainabilityPercent };
}

function meanLength(spans: readonly Span[]): number {
  return spans.length === 0 ? 0 : spans.reduce((sum, [from, to]) => sum + to - from, 0) / spans.length;
}

/**
 * How much later green begins at the next stop line: the median over the greens of the first, each with the green of the next that
 * begins nearest to when a vehicle at `expectedMs` would be there. Who would be there before or behind all greens that are known of
 * the next counts only where nobody else does. Null where one of them has none.
 */
export function greenLagMs(first: readonly Span[], next: readonly Span[], expectedMs: number): number | null {
  const [earliest, latest] = [next[0]?.[0] ?? 0, next.at(-1)?.[0] ?? 0];
  const inside = first.filter(([at]) => at + expectedMs >= earliest && at + expectedMs <= latest);
  const lags = (inside.length > 0 ? inside : first).flatMap(([at]) => {
    let best: number | null = null;
    for (const [begin] of next) {
      const lag = begin - at;
      if (best === null || Math.abs(lag - expectedMs) < Math.abs(best - expectedMs)) best = lag;
    }
    return best === null ? [] : [best];
  });
  const sorted = lags.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The speed at which the begin of green travels, metres a second; null where green begins no later downstream. */
export function impliedSpeed(meters: number, lagMs: number): number | null {
  return lagMs <= 0 ? null : meters / (lagMs / 1_000);
}

export type ImpliedSpeeds = {
  /** Over all stop lines together. */
  readonly whole: number | null;
  /** From each stop line to the next. */
  readonly between: readonly (number | null)[];
};

/** The speeds that the begins of green imply along a way, metres a second. */
export function impliedSpeeds(stops: readonly GreenStop[], metersPerSecond: number): ImpliedSpeeds {
  const lags = stops.slice(1).map((stop, index) => {
    const before = stops[index];
    if (before === undefined) return null;
    return greenLagMs(before.greens, stop.greens, travelMs(before, stop, metersPerSecond));
  });
  const between = lags.map((lag, index) => {
    const meters = Math.abs((stops[index + 1]?.meters ?? 0) - (stops[index]?.meters ?? 0));
    return lag === null ? null : impliedSpeed(meters, lag);
  });
  const known = lags.filter((lag) => lag !== null);
  const meters = Math.abs((stops.at(-1)?.meters ?? 0) - (stops[0]?.meters ?? 0));
  const whole =
    known.length < lags.length || lags.length === 0
      ? null
      : impliedSpeed(
          meters,
          known.reduce((sum, lag) => sum + lag, 0),
        );
  return { whole, between };
}
