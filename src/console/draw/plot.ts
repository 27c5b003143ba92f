import type { Span } from "./bands.ts";

/** From a value to a coordinate. */
export type Scale = (value: number) => number;

export function linearScale([from, to]: Span, [start, end]: Span): Scale {
  const perUnit = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * perUnit;
}

/** 0 and what follows in steps of 1, 2 or 5 times a power of ten, up to and including the first that is not below `max`. */
export function valueTicks(max: number, count: number): readonly number[] {
  const most = max > 0 ? max : 1;
  const least = most / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
  const ticks: number[] = [];
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  for (let index = 0; ; index += 1) {
    const tick = Number((index * step).toFixed(decimals));
    ticks.push(tick);
    if (tick >= most) return ticks;
  }
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const TIME_STEPS_MS = [
  ...[5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE_MS),
];

/** Round instants in a window, at most `count` of them. */
export function timeTicks([from, to]: Span, count: number): readonly number[] {
  const step = TIME_STEPS_MS.find((ms) => (to - from) / ms <= count) ?? TIME_STEPS_MS.at(-1) ?? MINUTE_MS;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** A coordinate with a tenth at most: half the text of a path is digits that nobody sees. */
export function digits(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A line through points as the `d` of a path; a point that is null interrupts it, and one alone becomes a dot of a dash. */
export function linePath(points: readonly (readonly [x: number, y: number] | null)[]): string {
  const parts: string[] = [];
  points.forEach((point, index) => {
    if (point === null) return;
    const joined = index > 0 && points[index - 1] !== null;
    parts.push(`${joined ? "L" : "M"}${digits(point[0])} ${digits(point[1])}`);
    if (!joined && (points[index + 1] ?? null) === null) parts.push("h0.1");
  });
  return parts.join("");
}

/** Dots: with round line caps the stroke's width is their size. One path draws thousands faster than as many circles. */
export function dotsPath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y]) => `M${digits(x)} ${digits(y)}h0.1`).join("");
}

/** Boxes of one height as one path. */
export function barsPath(spans: readonly Span[], x: Scale, top: number, height: number): string {
  return spans
    .map(([from, to]) => {
      const [left, right] = [x(from), x(to)];
      return `M${digits(left)} ${digits(top)}H${digits(right)}v${height}H${digits(left)}z`;
    })
    .join("");
}

/** What lies within a window, cut at its borders. */
export function clipped(spans: readonly Span[], [from, to]: Span): readonly Span[] {
  return spans.flatMap(([begin, end]): readonly Span[] =>
    end <= from || begin >= to ? [] : [[Math.max(begin, from), Math.min(end, to)]],
  );
}
