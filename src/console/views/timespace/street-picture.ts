import { nearestShift, type Shifts } from "../../data/offset-trial.ts";
import { details, networkView } from "../../data/store.ts";
import {
  type BandReport,
  bandReport,
  type GreenStop,
  type ImpliedSpeeds,
  impliedSpeeds,
  type Span,
} from "../../draw/bands.ts";
import type { Corridor, CorridorStop, CorridorWay } from "../../draw/corridor.ts";
import { bearingDegrees } from "../../draw/polyline.ts";
import { plannedGreens } from "../../draw/planned-greens.ts";
import type { Direction } from "../../draw/tracks.ts";

/** A stop line with its greens, one way. */
export type StopGreens = GreenStop & CorridorStop;

/** Both directions of travel with some greens: the street's, the plans' or tried ones. */
export type Greens = Readonly<Record<Direction, readonly StopGreens[]>>;

export type WayReport = {
  readonly direction: Direction;
  readonly band: BandReport | null;
  readonly implied: ImpliedSpeeds;
};

export const DIRECTIONS = ["onward", "back"] as const;

export function greensWith(corridor: Corridor, greensOf: (stop: CorridorStop) => readonly Span[]): Greens {
  const stops = (way: CorridorWay | null): readonly StopGreens[] =>
    (way?.stops ?? []).map((stop) => ({ ...stop, greens: greensOf(stop) }));
  return { onward: stops(corridor.onward), back: stops(corridor.back) };
}

/** When the running timing plan has a stop line's phase green; nothing where none is known. */
export function planGreensOf(stop: CorridorStop, window: Span, shifts?: Shifts): readonly Span[] {
  const view = networkView.peek();
  const intersection = view?.network.intersections.find(({ id }) => id === stop.intersection);
  const running = details.peek().get(stop.intersection)?.running ?? null;
  if (view === null || intersection === undefined || running === null) return [];
  const day = {
    midnightAt: view.midnightAt,
    stepMs: view.plantStepMs,
    shiftMs: (shifts?.get(stop.intersection) ?? 0) * 1_000,
  };
  return plannedGreens(intersection, stop.phase, running, day, window);
}

/** The offset in force at an intersection and the cycle that it stands in; null where no plan is known. */
export function offsetOf(
  intersection: string,
): { readonly offsetSeconds: number; readonly cycleSeconds: number } | null {
  const running = details.peek().get(intersection)?.running ?? null;
  if (running === null) return null;
  return { offsetSeconds: running.offsetMs / 1_000, cycleSeconds: running.cycleMs / 1_000 };
}

/** Cycles of the plans along a corridor: one where they have it in common. */
export function planCyclesMs(corridor: Corridor): readonly number[] {
  const cycles = corridor.onward.stops.flatMap(
    ({ intersection }) => details.peek().get(intersection)?.running?.cycleMs ?? [],
  );
  return [...new Set(cycles)].toSorted((one, other) => one - other);
}

/** A tried offset as it would be configured, within its cycle. */
export function triedOffset(offsetSeconds: number, shiftSeconds: number, cycleSeconds: number): number {
  const offset = nearestShift(offsetSeconds + shiftSeconds, cycleSeconds);
  return offset < 0 ? offset + cycleSeconds : offset;
}

/** Tried offsets as a study takes them, intersection=seconds later, by id; whole cycles are none. */
export function shiftsToTry(shifts: Shifts): readonly string[] {
  return [...shifts]
    .flatMap(([intersection, shiftSeconds]) => {
      const plan = offsetOf(intersection);
      const seconds = plan === null ? 0 : Math.round(nearestShift(shiftSeconds, plan.cycleSeconds));
      return seconds === 0 ? [] : [`${intersection}=${seconds}`];
    })
    .toSorted();
}

export function reportsOf(greens: Greens, metersPerSecond: number, window: Span): readonly WayReport[] {
  return DIRECTIONS.filter((direction) => greens[direction].length > 1).map((direction) => ({
    direction,
    band: bandReport(greens[direction], metersPerSecond, window),
    implied: impliedSpeeds(
      greens[direction].map((stop) => ({
        ...stop,
        greens: stop.greens.filter(([at]) => at >= window[0]),
      })),
      metersPerSecond,
    ),
  }));
}

/** From the first stop line to the last at a speed. */
export function travelMsOf(corridor: Corridor, metersPerSecond: number): number {
  const { stops } = corridor.onward;
  return (((stops.at(-1)?.meters ?? 0) - (stops[0]?.meters ?? 0)) / metersPerSecond) * 1_000;
}

const BOUND = ["Northbound", "Eastbound", "Southbound", "Westbound"] as const;

/** Both directions of travel as people on the street call them, by the quadrant in which the corridor as a whole heads. */
export function directionNames({ axis }: Corridor): Readonly<Record<Direction, string>> {
  const [first, last] = [axis.points[0], axis.points.at(-1)];
  const degrees = bearingDegrees([
    (last?.[0] ?? 0) - (first?.[0] ?? 0),
    (last?.[1] ?? 0) - (first?.[1] ?? 0),
  ]);
  const quadrant = Math.floor((degrees + 45) / 90) % 4;
  return { onward: BOUND[quadrant] ?? "Onward", back: BOUND[(quadrant + 2) % 4] ?? "Back" };
}
