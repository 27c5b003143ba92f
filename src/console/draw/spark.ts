/** One value an interval; null where none is known. */
export type Series = readonly (number | null)[];

/**
 * The path of a series in a box, as the `d` of an SVG path: one line per run of known values. `max` is the value at the
 * upper edge; a lone value becomes a dash as wide as half an interval, since a point has no length to draw.
 */
export function sparkPath(series: Series, max: number, width: number, height: number): string {
  const step = series.length > 1 ? width / (series.length - 1) : 0;
  const y = (value: number): string => (height - (Math.min(value, max) / (max || 1)) * height).toFixed(1);
  const parts: string[] = [];
  series.forEach((value, index) => {
    if (value === null) return;
    const x = (index * step).toFixed(1);
    const follows = index > 0 && series[index - 1] !== null;
    const alone = !follows && (series[index + 1] ?? null) === null;
    parts.push(`${follows ? "L" : "M"}${x} ${y(value)}`);
    if (alone) parts.push(`h${(step / 2 || 2).toFixed(1)}`);
  });
  return parts.join("");
}

/** The largest known value of several series; 1 where there is none. */
export function seriesMax(...all: readonly Series[]): number {
  return Math.max(1, ...all.flatMap((series) => series.filter((value) => value !== null)));
}
