import type { Span } from "./bands.ts";
import { digits, type Scale } from "./plot.ts";
import type { Track } from "./tracks.ts";

/** A stretch of a band in the picture: from one stop line to another, along the axis. */
export type BandStretch = {
  readonly fromMeters: number;
  readonly toMeters: number;
  /** Departures at the first. */
  readonly departures: readonly Span[];
};

/** Bands as slanted stripes: one path. */
export function bandsPath(
  { fromMeters, toMeters, departures }: BandStretch,
  metersPerSecond: number,
  x: Scale,
  y: Scale,
): string {
  const travelMs = (Math.abs(toMeters - fromMeters) / metersPerSecond) * 1_000;
  const [start, end] = [digits(y(fromMeters)), digits(y(toMeters))];
  return departures
    .map(([from, to]) => {
      const [a, b, c, d] = [x(from), x(to), x(to + travelMs), x(from + travelMs)].map(digits);
      return `M${a} ${start}L${b} ${start}L${c} ${end}L${d} ${end}z`;
    })
    .join("");
}

/**
 * Ways of vehicles as one path, in whole metres and in tenths of seconds since `baseAt`: the picture moves it by a transform, so that
 * what is behind a vehicle is written once.
 */
export function tracksPath(tracks: Iterable<Track>, baseAt: number): string {
  const parts: string[] = [];
  for (const { points } of tracks) {
    for (let index = 0; index + 1 < points.length; index += 2) {
      const seconds = Math.round(((points[index] ?? 0) - baseAt) / 100) / 10;
      parts.push(`${index === 0 ? "M" : "L"}${seconds} ${Math.round(points[index + 1] ?? 0)}`);
    }
  }
  return parts.join("");
}

/** Ways that are over, by direction and the minute in which they ended: no more is added to a minute that is past. */
export function tracksByMinute(tracks: readonly Track[]): ReadonlyMap<string, readonly [Track, ...Track[]]> {
  const groups = new Map<string, [Track, ...Track[]]>();
  for (const track of tracks) {
    const key = `${track.direction} ${Math.floor((track.points.at(-2) ?? 0) / 60_000)}`;
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [track]);
    else own.push(track);
  }
  return groups;
}

/**
 * Heights at which labels of one size do not cover each other, each as near to where it belongs as that leaves it: pushed down from
 * the top, then up from the bottom where there is no room left. Wishes from the top down.
 */
export function spreadOut(wishes: readonly number[], height: number, [top, bottom]: Span): readonly number[] {
  const placed = [...wishes];
  for (let index = 0; index < placed.length; index += 1) {
    const least = index === 0 ? top : (placed[index - 1] ?? top) + height;
    placed[index] = Math.max(placed[index] ?? least, least);
  }
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    const most = index === placed.length - 1 ? bottom : (placed[index + 1] ?? bottom) - height;
    placed[index] = Math.min(placed[index] ?? most, most);
  }
  return placed;
}
