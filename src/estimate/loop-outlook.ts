import { defined } from "../assert.ts";
import type { Arrival, LaneOutlook, Outlook } from "../model/outlook.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import { isExitStuck, isStuck, supposedLane } from "./loop-doubt.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import { arrivingShare, laneChances, rateAt } from "./loop-learning.ts";
import { type LinkArrival, laneShares, type LoopQueues } from "./loop-queue.ts";
import { advanced, type ApproachQueue, LEARNING_START, sightSeconds, standing } from "./loop-silence.ts";
import { driveSeconds } from "./loop-vehicles.ts";

/** Length that a standing vehicle takes of its lane; its own and the gap. */
const SPACING_METERS = 7.5;
/** Less of a vehicle than this is left out. */
const VEHICLES_MIN = 0.02;
/** Standing so long doubles what a second of delay counts; `control-algorithms.md` §2. */
const URGENCY_SECONDS = 120;
/** An exit is full when the loops at its begin have all been occupied for so long: with one free, vehicles get away. */
const EXIT_FULL_SECONDS = 3;
/** Where at least this share of arrivals was announced by neighbours, sight reaches to the neighbours. */
export const ANNOUNCED_MIN = 0.7;

/**
 * What the loops let expect at the stop lines at `at`. `shares` is each stream's share of its lane (`departures.ts`); `planned` are
 * vehicles that neighbours will send, beyond those told by `loopArrival`.
 */
export function loopOutlook(
  state: LoopQueues,
  table: LaneTable,
  at: InstantMs,
  shares: readonly number[],
  planned: readonly LinkArrival[] = [],
): Outlook {
  const found: LaneOutlook[] = [];
  for (const [index, layout] of state.geometry.approaches.entries()) {
    const approach = advanced(defined(state.approaches[index], "approach"), layout, at);
    const announced = announcedShare(approach, at);
    const lanes = laneShares(approach, at);
    const coming = comingTo(approach, layout, at, planned);
    for (const [place, lane] of layout.lanes.entries()) {
      const learnt = defined(approach.lanes[place], "lane");
      const { departed, headwaySeconds } = learnt;
      const streamShares = defined(table.lanes[lane], "lane").streams.map((stream) =>
        defined(shares[stream], "share"),
      );
      const supposed = supposedLane(approach, layout, place, at);
      if (supposed !== undefined) {
        const { arrivals, vehPerSecond: unseenVehPerSecond } = supposed;
        found[lane] = { arrivals, unseenVehPerSecond, sightSeconds: 0, streamShares, headwaySeconds };
        continue;
      }
      const upstream = announced >= ANNOUNCED_MIN && layout.upstream.size > 0;
      const rate = rateAt(departed, at);
      found[lane] = {
        arrivals: mergedArrivals(
          arrivalsAt(approach, layout, place, at),
          coming,
          defined(lanes[place], "lane"),
        ),
        unseenVehPerSecond: upstream ? rate : rate * (1 - announced),
        sightSeconds: upstream ? upstreamSeconds(layout) : sightSeconds(layout, place),
        streamShares,
        headwaySeconds,
      };
    }
  }
  // No loop lies inside a junction.
  const movements = Math.max(-1, ...table.streams.map(({ movement }) => movement)) + 1;
  return {
    lanes: found,
    exitFull: table.exits.map(
      ({ entryLoops }) =>
        entryLoops.length > 0 &&
        entryLoops.every((loop) => {
          const since = state.exitOccupiedSince[loop];
          return (
            since !== undefined && msToSeconds(at - since) > EXIT_FULL_SECONDS && !isExitStuck(since, at)
          );
        }),
    ),
    standingInside: Array.from({ length: movements }, () => ({ vehicles: 0, seconds: 0 })),
  };
}

/** Share of the approach's arrivals that neighbours had announced. */
export function announcedShare({ announced, loops }: ApproachQueue, at: InstantMs): number {
  const passed = loops.reduce((sum, { passed: rate }) => sum + rateAt(rate, at), 0);
  return passed === 0 ? 0 : Math.min(1, rateAt(announced, at) / passed);
}

export function upstreamSeconds({ upstream }: ApproachLayout): number {
  return Math.min(...[...upstream.values()].map(({ travelSeconds }) => travelSeconds));
}

/** The vehicle on the stop-line loop and those tracked, each as far from the line as those expected before it stand long. */
function arrivalsAt(
  approach: ApproachQueue,
  layout: ApproachLayout,
  place: number,
  at: InstantMs,
): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  const { atLineDueAt, unseenVehicles } = defined(approach.lanes[place], "lane");
  let ahead = 0;
  let earliest = 0;
  const push = (vehicles: number, dueAt: InstantMs): void => {
    if (vehicles < VEHICLES_MIN) return;
    const standingSeconds =
      ahead < 0.5 ? 0 : driveSeconds(ahead * SPACING_METERS, 0, layout.speedMetersPerSecond);
    earliest = Math.max(earliest, msToSeconds(dueAt - at), standingSeconds);
    const lost = Math.max(0, earliest - msToSeconds(dueAt - at));
    arrivals.push({ earliestSeconds: earliest, vehicles, urgency: 1 + lost / URGENCY_SECONDS });
    ahead += vehicles;
  };
  if (atLineDueAt !== undefined) push(1, atLineDueAt);
  for (const { chances, dueAt } of approach.vehicles) push(defined(chances[place], "lane"), dueAt);
  push(unseenVehicles, at);
  for (const [index, loop] of approach.loops.entries()) {
    // Behind a vehicle that stands on an advance loop others have come since, and nobody counted them.
    if (!standing(loop, at) || isStuck(loop, at)) continue;
    const blocked = msToSeconds(at - loop.changedAt);
    const chances = laneChances(loop, defined(layout.advance[index], "loop"));
    const before = rateAt(loop.passed, loop.changedAt);
    push(defined(chances[place], "lane") * (1 + blocked * before), at);
  }
  return arrivals;
}

/** Vehicles on their way from a neighbour: as the neighbour tells of them, and which share of such vehicles arrives. */
type Coming = { readonly earliestSeconds: number; readonly vehicles: number; readonly arriving: number };

/** Those on their way to an approach, by earliest arrival: the announced ones, and those that neighbours plan to send. */
export function comingTo(
  { coming, links }: ApproachQueue,
  { upstream }: ApproachLayout,
  at: InstantMs,
  planned: readonly LinkArrival[],
): readonly Coming[] {
  const found: Coming[] = [];
  const add = (link: string, seconds: number, vehicles: number): void => {
    const arriving = arrivingShare(links.get(link) ?? LEARNING_START);
    found.push({ earliestSeconds: Math.max(0, seconds), vehicles, arriving });
  };
  for (const { link, vehicles, dueAt } of coming) add(link, msToSeconds(dueAt - at), vehicles);
  for (const { link, at: begins, vehicles } of planned) {
    const from = upstream.get(link);
    if (from !== undefined) add(link, msToSeconds(begins - at) + from.travelSeconds, vehicles);
  }
  return found.toSorted((left, right) => left.earliestSeconds - right.earliestSeconds);
}

/** A lane's own arrivals and its part of those on their way, both by earliest arrival; of two at one time the own first. */
function mergedArrivals(
  own: readonly Arrival[],
  coming: readonly Coming[],
  laneShare: number,
): readonly Arrival[] {
  const merged: Arrival[] = [];
  let next = 0;
  for (const { earliestSeconds, vehicles, arriving } of coming) {
    const part = vehicles * laneShare * arriving;
    if (part < VEHICLES_MIN) continue;
    for (let arrival = own[next]; arrival !== undefined; arrival = own[next]) {
      if (arrival.earliestSeconds > earliestSeconds) break;
      merged.push(arrival);
      next += 1;
    }
    merged.push({ earliestSeconds, vehicles: part, urgency: 1 });
  }
  for (; next < own.length; next += 1) merged.push(defined(own[next], "arrival"));
  return merged;
}
