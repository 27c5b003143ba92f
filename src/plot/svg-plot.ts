import { unreachable } from "../assert.ts";
import { at, escapeText, text } from "./markup.ts";

/** Something drawn in a plot, in the plot's own units; an empty label is not listed. */
export type Mark =
  | {
      readonly kind: "line";
      readonly label: string;
      readonly colour: string;
      readonly points: readonly Point[];
    }
  | {
      readonly kind: "dots";
      readonly label: string;
      readonly colour: string;
      readonly points: readonly Point[];
    }
  | {
      readonly kind: "band";
      readonly label: string;
      readonly colour: string;
      readonly points: readonly { readonly x: number; readonly lower: number; readonly upper: number }[];
    }
  | {
      readonly kind: "bars";
      readonly label: string;
      readonly colour: string;
      readonly points: readonly Point[];
    };

export type Point = { readonly x: number; readonly y: number };

export type Plot = {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Where the x axis is marked, and with what; round values where absent. */
  readonly xTicks?: readonly { readonly x: number; readonly text: string }[];
  /** The y axis reaches at least so far. */
  readonly yRange?: readonly [number, number];
  readonly marks: readonly Mark[];
};

const WIDTH = 960;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 44;
const TICKS = 6;
const KEY_WIDTH_MIN = 150;
const KEY_WIDTH_PER_LETTER = 7;

type Scale = (value: number) => number;

/** A plot as one `svg` element. Points that are not finite leave a gap. */
export function svgPlot(plot: Plot): string {
  const xs = plot.marks.flatMap(({ points }) => points.map(({ x }) => x)).filter(Number.isFinite);
  const ys = [...plot.marks.flatMap(valuesOf).filter(Number.isFinite), ...(plot.yRange ?? [])];
  const [xLow, xHigh] = rangeOf(xs);
  const [yLow, yHigh] = rangeOf(ys);
  const x: Scale = (value) => LEFT + ((value - xLow) / (xHigh - xLow)) * (WIDTH - LEFT - RIGHT);
  const y: Scale = (value) => HEIGHT - BOTTOM - ((value - yLow) / (yHigh - yLow)) * (HEIGHT - TOP - BOTTOM);
  const xTicks = plot.xTicks ?? roundTicks(xLow, xHigh).map((value) => ({ x: value, text: tickText(value) }));
  return [
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(plot.title)}"><title>${escapeText(plot.title)}</title>`,
    text(LEFT, 18, plot.title, "title"),
    legend(plot.marks),
    ...roundTicks(yLow, yHigh).map(
      (value) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/>${text(LEFT - 6, y(value) + 4, tickText(value), "y")}`,
    ),
    ...xTicks.map(({ x: value, text: label }) => text(x(value), HEIGHT - BOTTOM + 16, label, "x")),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, plot.xTitle, "x"),
    `<text class="x" transform="translate(14 ${at((TOP + HEIGHT - BOTTOM) / 2)}) rotate(-90)">${escapeText(plot.yTitle)}</text>`,
    ...plot.marks.map((mark) => drawn(mark, x, y, yLow)),
    "</svg>",
  ].join("\n");
}

function valuesOf(mark: Mark): readonly number[] {
  if (mark.kind === "band") return mark.points.flatMap(({ lower, upper }) => [lower, upper]);
  const values = mark.points.map(({ y }) => y);
  return mark.kind === "bars" ? [0, ...values] : values;
}

/** Least and greatest; a little room where they are the same. */
export function rangeOf(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (!(low < high)) return Number.isFinite(low) ? [low - 1, low + 1] : [0, 1];
  return [low, high];
}

/** Values of 1, 2 or 5 times a power of ten within the range. */
export function roundTicks(low: number, high: number): readonly number[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

export function tickText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function drawn(mark: Mark, x: Scale, y: Scale, yLow: number): string {
  switch (mark.kind) {
    case "line":
      return runsOf(mark.points)
        .map(
          (run) =>
            `<polyline class="line" stroke="${mark.colour}" points="${run.map((one) => `${at(x(one.x))},${at(y(one.y))}`).join(" ")}"/>`,
        )
        .join("");
    case "dots":
      return mark.points
        .filter((one) => Number.isFinite(one.y))
        .map((one) => `<circle r="1.6" fill="${mark.colour}" cx="${at(x(one.x))}" cy="${at(y(one.y))}"/>`)
        .join("");
    case "bars":
      return mark.points
        .map(
          (one) =>
            `<line stroke="${mark.colour}" stroke-width="8" x1="${at(x(one.x))}" x2="${at(x(one.x))}" y1="${at(y(Math.max(0, yLow)))}" y2="${at(y(one.y))}"/>`,
        )
        .join("");
    case "band": {
      const known = mark.points.filter(({ lower, upper }) => Number.isFinite(lower + upper));
      const edge = [
        ...known.map((one) => `${at(x(one.x))},${at(y(one.upper))}`),
        ...known.toReversed().map((one) => `${at(x(one.x))},${at(y(one.lower))}`),
      ];
      return `<polygon fill="${mark.colour}" points="${edge.join(" ")}"/>`;
    }
    default:
      return unreachable(mark);
  }
}

/** The stretches without a gap. */
function runsOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point.y)) runs.at(-1)?.push(point);
    else if ((runs.at(-1)?.length ?? 0) > 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

/** A key for each mark that has a label, one beside the other. */
function legend(marks: readonly Mark[]): string {
  let left = LEFT;
  const keys: string[] = [];
  for (const { label, colour } of marks.filter((mark) => mark.label !== "")) {
    keys.push(
      `<rect x="${left}" y="26" width="14" height="8" fill="${colour}"/>${text(left + 20, 34, label, "key")}`,
    );
    left += Math.max(KEY_WIDTH_MIN, 36 + label.length * KEY_WIDTH_PER_LETTER);
  }
  return keys.join("");
}
