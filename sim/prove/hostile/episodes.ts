import { MINUTE_MS, SECOND_MS } from "../../../src/units.ts";
import type { CallKind } from "./calls.ts";
import type { Random } from "../random.ts";

/** How often what happens: weather that changes, so that rests and gap-outs occur as well as storms. */

export type HostileKind =
  | CallKind
  | "plan"
  | "command"
  | "adaptive"
  | "link"
  | "clock"
  | "monitorReset"
  | "restart";

export type EpisodeName = "quiet" | "busy" | "faulty" | "storm" | "healed";

type Episode = {
  readonly leastMs: number;
  readonly mostMs: number;
  /** Usual time from one event to the next. */
  readonly gapMs: number;
  readonly weights: readonly (readonly [number, HostileKind])[];
  /** Nobody does anything but in order. */
  readonly ordinary: boolean;
};

export const EPISODES: Readonly<Record<EpisodeName, Episode>> = {
  quiet: {
    leastMs: MINUTE_MS,
    mostMs: 15 * MINUTE_MS,
    gapMs: 25 * SECOND_MS,
    weights: [
      [70, "vehicle"],
      [15, "pedestrian"],
      [4, "priority"],
      [1, "preempt"],
      [8, "plan"],
      [2, "command"],
      [4, "adaptive"],
    ],
    ordinary: true,
  },
  busy: {
    leastMs: MINUTE_MS,
    mostMs: 10 * MINUTE_MS,
    gapMs: 1_500,
    weights: [
      [850, "vehicle"],
      [90, "pedestrian"],
      [20, "priority"],
      [2, "preempt"],
      [20, "plan"],
      [18, "command"],
      [8, "adaptive"],
    ],
    ordinary: true,
  },
  faulty: {
    leastMs: 30 * SECOND_MS,
    mostMs: 5 * MINUTE_MS,
    gapMs: 3 * SECOND_MS,
    weights: [
      [40, "vehicle"],
      [8, "pedestrian"],
      [4, "priority"],
      [3, "preempt"],
      [15, "plan"],
      [12, "command"],
      [6, "adaptive"],
      [14, "link"],
      [3, "clock"],
      [1, "monitorReset"],
      [1, "restart"],
    ],
    ordinary: false,
  },
  storm: {
    leastMs: 5 * SECOND_MS,
    mostMs: 90 * SECOND_MS,
    gapMs: 300,
    weights: [
      [45, "vehicle"],
      [10, "pedestrian"],
      [6, "priority"],
      [4, "preempt"],
      [14, "plan"],
      [18, "command"],
      [4, "adaptive"],
      [4, "link"],
      [1, "clock"],
      [1, "monitorReset"],
    ],
    ordinary: false,
  },
  healed: {
    leastMs: Number.POSITIVE_INFINITY,
    mostMs: Number.POSITIVE_INFINITY,
    gapMs: 4 * SECOND_MS,
    weights: [
      [8, "vehicle"],
      [2, "pedestrian"],
    ],
    ordinary: true,
  },
};

export function drawEpisode(random: Random): EpisodeName {
  return random.weighted<EpisodeName>([
    [3, "quiet"],
    [4, "busy"],
    [3, "faulty"],
    [2, "storm"],
  ]);
}

/** From nothing to twice the usual time, now and then much longer, in tenths of a second. */
export function drawGapMs(random: Random, episode: EpisodeName): number {
  const mostMs = (random.chance(0.1) ? 10 : 2) * EPISODES[episode].gapMs;
  return random.integer(0, mostMs / 100) * 100;
}

export function drawLengthMs(random: Random, episode: EpisodeName): number {
  const { leastMs, mostMs } = EPISODES[episode];
  return Number.isFinite(mostMs) ? random.integer(leastMs / 100, mostMs / 100) * 100 : mostMs;
}
