import { defined } from "../../src/assert.ts";
import { laneTable, type LaneTable } from "../../src/estimate/lanes.ts";
import { type LoopGeometry, loopGeometry, type RoadMap } from "../../src/estimate/loop-layout.ts";
import { loopEvent, loopLamps, type LoopQueues, startLoopQueues } from "../../src/estimate/loop-queue.ts";
import { loopOutlook } from "../../src/estimate/loop-outlook.ts";
import type { Detector, Intersection } from "../../src/model/intersection.ts";
import type { Outlook } from "../../src/model/outlook.ts";
import { instantMs } from "../../src/units.ts";
import { detectedT, loop } from "./shared-lane.ts";

/** One approach of two lanes, at 10 m/s: advance loops 100 m before the line, the link begins at a neighbour's signal at 300 m. */
export const ROADS: RoadMap = {
  nodes: [{ id: "n", intersection: "neighbour" }, { id: "t", intersection: "t" }, { id: "out" }],
  links: [
    { id: "in", from: "n", to: "t", lengthMeters: 300, speedMetersPerSecond: 10 },
    { id: "on", from: "t", to: "out", lengthMeters: 300, speedMetersPerSecond: 10 },
  ],
};

/** Detectors: stop line of lane 0 and 1, advance loop of lane 0 and 1, entry of the exit. */
export const LINE = [0, 1] as const;
export const ADVANCE = [2, 3] as const;
export const ENTRY = 4;

export type Street = {
  readonly table: LaneTable;
  readonly geometry: LoopGeometry;
  readonly intersection: Intersection;
};

function detectorAt(role: Detector["role"], lane: string, distanceMeters: number): Detector {
  return { ...loop(role, lane), distanceMeters, serves: role === "entry" ? [] : [lane] };
}

export function street(): Street {
  const base = detectedT();
  const movement = defined(base.movements[0], "movement");
  const intersection: Intersection = {
    ...base,
    movements: [
      { ...movement, id: "m", turn: "through", fromLink: "in", fromLanes: ["in.0", "in.1"], toLink: "on" },
    ],
    detectors: [
      detectorAt("stopLine", "in.0", 1),
      detectorAt("stopLine", "in.1", 1),
      detectorAt("advance", "in.0", 100),
      detectorAt("advance", "in.1", 100),
      { ...detectorAt("entry", "on.0", 290), link: "on" },
    ],
  };
  const table = laneTable(intersection);
  return { table, geometry: loopGeometry(table, intersection, ROADS), intersection };
}

export const seconds = (value: number): ReturnType<typeof instantMs> => instantMs(1_000_000 + value * 1000);

export function begin({ table, geometry }: Street): LoopQueues {
  return startLoopQueues(table, geometry);
}

export function pass(
  state: LoopQueues,
  { table }: Street,
  detector: number,
  on: number,
  off: number,
): LoopQueues {
  const came = loopEvent(state, table, { detector, on: true, at: seconds(on) });
  return loopEvent(came, table, { detector, on: false, at: seconds(off) });
}

export function look(state: LoopQueues, { table }: Street, at: number): Outlook {
  return loopOutlook(state, table, seconds(at), table.priorShares);
}

/** Vehicles expected in a lane. */
export function expected(outlook: Outlook, lane: number): number {
  return defined(outlook.lanes[lane], "lane").arrivals.reduce((sum, { vehicles }) => sum + vehicles, 0);
}

export type ToyVehicle = { readonly passSeconds: number; readonly from: 0 | 1; readonly to: 0 | 1 };

type ToyEvent = { readonly at: number; readonly detector: number; readonly on: boolean };

/** Green for the first 30 s of each minute. */
const greenFrom = (at: number): number => (at % 60 < 30 ? at : Math.ceil(at / 60) * 60);
/** Seconds from the advance loop to the stop-line loop, driving freely. */
const TRAVEL_SECONDS = 10;

/** A point queue: who is due leaves in green, 2 s after the one before, 2 s after the begin of green. */
export function toyEvents(vehicles: readonly ToyVehicle[]): {
  readonly events: readonly ToyEvent[];
  /** Vehicles of a lane between its advance loop and its stop line. */
  readonly trueVehicles: (lane: number, at: number) => number;
} {
  const lastGone = [0, 0];
  const events: ToyEvent[] = [];
  const stays: { readonly lane: number; readonly from: number; readonly until: number }[] = [];
  for (const { passSeconds, from, to } of vehicles) {
    const due = passSeconds + TRAVEL_SECONDS;
    const before = lastGone[to] ?? 0;
    const freeSince = Math.max(due, before + 1);
    const start = greenFrom(Math.max(due, before + 1));
    const gone = Math.max(start === freeSince ? start + 0.5 : start + 2, before + 2);
    const left = greenFrom(gone) === gone ? gone : greenFrom(gone) + 2;
    lastGone[to] = left;
    events.push(
      { at: passSeconds, detector: ADVANCE[from], on: true },
      { at: passSeconds + 0.7, detector: ADVANCE[from], on: false },
      { at: freeSince, detector: LINE[to], on: true },
      { at: left, detector: LINE[to], on: false },
    );
    stays.push({ lane: to, from: passSeconds + 0.7, until: left });
  }
  return {
    events: events.toSorted((left, right) => left.at - right.at),
    trueVehicles: (lane, at) =>
      stays.filter((stay) => stay.lane === lane && stay.from <= at && stay.until > at).length,
  };
}

/** Mean absolute and largest error of the expected vehicles of both lanes, second by second. */
export function toyErrors(
  vehicles: readonly ToyVehicle[],
  untilSeconds: number,
  heard: (event: ToyEvent, index: number) => boolean = () => true,
  fromSeconds = 0,
): { readonly mean: number; readonly max: number; readonly bias: number } {
  const place = street();
  const { events, trueVehicles } = toyEvents(vehicles);
  let state = begin(place);
  let next = 0;
  let [total, bias, max, count] = [0, 0, 0, 0];
  const green = "G".repeat(place.intersection.phases.length);
  for (let second = 0; second < untilSeconds; second += 1) {
    if (second % 30 === 0) {
      state = loopLamps(
        state,
        place.table,
        second % 60 === 0 ? green : green.replaceAll("G", "r"),
        seconds(second),
      );
    }
    for (let event = events[next]; event !== undefined && event.at <= second; event = events[next]) {
      const { detector, on, at } = event;
      if (heard(event, next)) state = loopEvent(state, place.table, { detector, on, at: seconds(at) });
      next += 1;
    }
    if (second < fromSeconds) continue;
    const outlook = look(state, place, second);
    for (const lane of LINE) {
      const error = expected(outlook, lane) - trueVehicles(lane, second);
      [total, bias, max, count] = [
        total + Math.abs(error),
        bias + error,
        Math.max(max, Math.abs(error)),
        count + 1,
      ];
    }
  }
  return { mean: total / count, max, bias: bias / count };
}
