import { defined } from "../../src/assert.ts";
import type { Detector } from "../../src/model/intersection.ts";
import { byCodeUnit } from "../../src/units.ts";
import { foreignId } from "./foreign-id.ts";
import type { NetConnection, NetLane, SumoNet } from "./net-file.ts";
import { hundredths, motorLanes } from "./roads.ts";

/** A detector of ours and where it lies in SUMO. */
export type PlacedLoop = {
  readonly detector: Detector;
  /** SUMO's lane. */
  readonly lane: string;
  /** From the upstream end of the lane to the loop's upstream edge. */
  readonly startMeters: number;
};

const LOOP_LENGTH_METERS = 2;
/** Behind the line where the first vehicle stands, and still under its front. */
const STOP_LINE_DISTANCE_METERS = 1;
/** DESIGN §6. */
const ADVANCE_DISTANCE_METERS = 100;
/**
 * From the upstream end of a lane to a loop at its begin: past the junction, below the first standing vehicles; and where SUMO puts new
 * vehicles onto the network, behind none of them (nearer to the begin a loop counts nobody).
 */
const ENTRY_DISTANCE_METERS = 6;
/** A loop needs a lane of this length; shorter ones pass it on to the lanes before. */
const LANE_LENGTH_MIN_METERS = 4;
/** Loops of one lane and role that are closer than this are one loop. */
const SAME_LOOP_METERS = 10;

export type LaneGraph = {
  readonly lane: (id: string) => NetLane | undefined;
  readonly into: (laneId: string) => readonly NetConnection[];
};

export function laneGraph(net: SumoNet): LaneGraph {
  const lanes = new Map<string, NetLane>(net.innerLanes);
  const laneAt = new Map<string, NetLane>();
  for (const edge of net.edges.values()) {
    for (const lane of edge.lanes) {
      lanes.set(lane.id, lane);
      laneAt.set(`${edge.id} ${lane.index}`, lane);
    }
  }
  const into = new Map<string, NetConnection[]>();
  for (const connection of net.connections) {
    const to = laneAt.get(`${connection.to} ${connection.toLane}`);
    const from = laneAt.get(`${connection.from} ${connection.fromLane}`);
    if (to === undefined || from?.motor !== true) continue;
    const list = into.get(to.id);
    if (list === undefined) into.set(to.id, [connection]);
    else list.push(connection);
  }
  return { lane: (id) => lanes.get(id), into: (laneId) => into.get(laneId) ?? [] };
}

type Spot = { readonly lane: NetLane; readonly distanceMeters: number };

/** The loops of one signal: `approaches` are its stop-line lanes, `exits` the edges that leave it. */
export function loopsOf(
  net: SumoNet,
  graph: LaneGraph,
  approaches: readonly NetLane[],
  exits: readonly string[],
): readonly PlacedLoop[] {
  const stopLines = gather("stopLine", approaches, (lane) =>
    spotsUpstream(net, graph, lane, STOP_LINE_DISTANCE_METERS),
  );
  const advances = gather("advance", approaches, (lane) =>
    spotsUpstream(net, graph, lane, ADVANCE_DISTANCE_METERS).filter(
      (spot) => !stopLines.some((loop) => loop.lane === spot.lane.id && overlaps(loop, spot)),
    ),
  );
  const entries = exits.flatMap((exit) =>
    motorLanes(defined(net.edges.get(exit), `edge ${exit}`)).map((lane) => {
      const startMeters = Math.min(
        ENTRY_DISTANCE_METERS,
        Math.max(0, (lane.lengthMeters - LOOP_LENGTH_METERS) / 2),
      );
      return loopAt(
        "entry",
        { lane, distanceMeters: lane.lengthMeters - startMeters - LOOP_LENGTH_METERS },
        [],
      );
    }),
  );
  return numbered([...stopLines, ...advances, ...entries]);
}

function overlaps(loop: PlacedLoop, spot: Spot): boolean {
  return Math.abs(loop.detector.distanceMeters - spot.distanceMeters) < SAME_LOOP_METERS;
}

/** One loop a spot; lanes whose spots coincide share it. */
function gather(
  role: "stopLine" | "advance",
  approaches: readonly NetLane[],
  spotsFor: (lane: NetLane) => readonly Spot[],
): readonly PlacedLoop[] {
  const found: { readonly spot: Spot; readonly serves: string[] }[] = [];
  for (const approach of approaches) {
    for (const spot of spotsFor(approach)) {
      const same = found.find(
        (other) =>
          other.spot.lane.id === spot.lane.id &&
          Math.abs(other.spot.distanceMeters - spot.distanceMeters) < SAME_LOOP_METERS,
      );
      if (same === undefined) found.push({ spot, serves: [foreignId(approach.id)] });
      else if (!same.serves.includes(foreignId(approach.id))) same.serves.push(foreignId(approach.id));
    }
  }
  return found.map(({ spot, serves }) => loopAt(role, spot, serves));
}

/**
 * The places `distanceMeters` upstream of the end of a lane: on the lane, or on the lanes before it as far as one gets
 * without passing a signal; at the begin of the last lane where the way ends sooner.
 */
function spotsUpstream(
  net: SumoNet,
  graph: LaneGraph,
  lane: NetLane,
  distanceMeters: number,
  seen: readonly string[] = [],
): readonly Spot[] {
  const roomMeters = Math.max(
    STOP_LINE_DISTANCE_METERS,
    lane.lengthMeters - LOOP_LENGTH_METERS - ENTRY_DISTANCE_METERS,
  );
  const fits = lane.lengthMeters >= LANE_LENGTH_MIN_METERS && distanceMeters <= roomMeters;
  if (fits) return [{ lane, distanceMeters }];
  const before = graph.into(lane.id);
  const ends = before.length === 0 || before.some(({ tl }) => tl !== undefined);
  const onward = ends
    ? []
    : before.flatMap((connection) => {
        const previous = net.edges
          .get(connection.from)
          ?.lanes.find(({ index }) => index === connection.fromLane);
        if (previous === undefined || seen.includes(previous.id)) return [];
        const inner = connection.via === undefined ? 0 : (graph.lane(connection.via)?.lengthMeters ?? 0);
        const left = Math.max(STOP_LINE_DISTANCE_METERS, distanceMeters - lane.lengthMeters - inner);
        return spotsUpstream(net, graph, previous, left, [...seen, lane.id]);
      });
  if (onward.length > 0) return onward;
  return [{ lane, distanceMeters: Math.max(0, Math.min(distanceMeters, roomMeters)) }];
}

function loopAt(
  role: Detector["role"],
  { lane, distanceMeters }: Spot,
  serves: readonly string[],
): PlacedLoop {
  const lengthMeters = hundredths(Math.min(LOOP_LENGTH_METERS, lane.lengthMeters));
  const distance = hundredths(Math.max(0, Math.min(distanceMeters, lane.lengthMeters - lengthMeters)));
  return {
    lane: lane.id,
    startMeters: Math.max(0, hundredths(lane.lengthMeters - distance - lengthMeters)),
    detector: {
      id: `${foreignId(lane.id)}.${role}`,
      role,
      link: foreignId(lane.edge),
      lane: foreignId(lane.id),
      distanceMeters: distance,
      lengthMeters,
      serves: serves.toSorted(byCodeUnit),
    },
  };
}

/** Several loops of one role on a lane are told apart by a number. */
function numbered(loops: readonly PlacedLoop[]): readonly PlacedLoop[] {
  const counts = new Map<string, number>();
  return loops.map((loop) => {
    const count = (counts.get(loop.detector.id) ?? 0) + 1;
    counts.set(loop.detector.id, count);
    return count === 1
      ? loop
      : { ...loop, detector: { ...loop.detector, id: `${loop.detector.id}.${count}` } };
  });
}
