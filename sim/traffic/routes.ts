import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Movements } from "./movements.ts";
import type { TrafficState } from "./state.ts";
import type { Streets } from "./streets.ts";
import { choiceNumber } from "./turning.ts";

/** The routes of trips, one after the other in one list of links: those of route r are `start[r]` up to but without `start[r + 1]`. */
export type Routes = {
  readonly start: Int32Array;
  /** What is done at the end of each of its links; the first of several movements between the same links. */
  readonly movement: Int32Array;
  /** A bit for each lane of that link, kerb first, from which the rest of the route can be driven. */
  readonly lanes: Int32Array;
  /** By movement, the next one between the same links, as under another phase; −1 for the last. */
  readonly nextTwin: Int32Array;
};

/** On a link of this length everybody finds a gap to change lanes in; where it is shorter, the lane is chosen before. */
const CHANGE_METERS = 60;

/** All lanes of any link. */
const EVERY_LANE = -1;

export function createRoutes(
  network: Network,
  demand: DemandFile,
  streets: Streets,
  movements: Movements,
): Routes {
  const between = movementsBetween(movements);
  const reached = lanesReached(network);
  const start: number[] = [0];
  const movement: number[] = [];
  const lanes: number[] = [];
  for (const { links } of demand.trips?.routes ?? []) {
    const way = links.map((id) => defined(streets.linkIndex.get(id), id));
    const twins = way.map((link, hop) =>
      defined(between.get(wayKey(link, way[hop + 1] ?? -1)), `way on from ${links[hop]} at ${hop}`),
    );
    movement.push(...twins.map(([first]) => defined(first, "movement")));
    lanes.push(...lanesAlong(way, twins, streets, movements, reached));
    start.push(movement.length);
  }
  const nextTwin = new Int32Array(movements.count).fill(-1);
  for (const twins of between.values()) {
    for (const [k, twin] of twins.entries()) nextTwin[twin] = twins[k + 1] ?? -1;
  }
  return {
    start: Int32Array.from(start),
    movement: Int32Array.from(movement),
    lanes: Int32Array.from(lanes),
    nextTwin,
  };
}

function wayKey(fromLink: number, toLink: number): string {
  return `${fromLink} ${toLink}`;
}

function movementsBetween({ count, fromLink, toLink }: Movements): ReadonlyMap<string, readonly number[]> {
  const between = new Map<string, number[]>();
  for (let k = 0; k < count; k += 1) {
    const key = wayKey(fromLink[k]!, toLink[k]!);
    between.set(key, [...(between.get(key) ?? []), k]);
  }
  return between;
}

/** By the id of a lane, positions of the lanes that its connections lead to, as bits, by link. */
function lanesReached({ connections = [], links }: Network): (fromLane: string, toLink: string) => number {
  const place = new Map(links.flatMap(({ id, lanes }) => lanes.map((lane, k) => [lane.id, { id, k }])));
  const reached = new Map<string, number>();
  for (const { fromLane, toLane } of connections) {
    const to = defined(place.get(toLane), toLane);
    const key = `${fromLane} ${to.id}`;
    reached.set(key, (reached.get(key) ?? 0) | (1 << to.k));
  }
  return (fromLane, toLink) => reached.get(`${fromLane} ${toLink}`) ?? EVERY_LANE;
}

/** From the end of the route back: the lanes from which one gets into a lane that leads on. */
function lanesAlong(
  way: readonly number[],
  twins: readonly (readonly number[])[],
  streets: Streets,
  movements: Movements,
  reached: (fromLane: string, toLink: string) => number,
): readonly number[] {
  const masks: number[] = [];
  let onward = EVERY_LANE;
  for (let hop = way.length - 1; hop >= 0; hop -= 1) {
    const link = defined(way[hop], "link");
    const next = way[hop + 1];
    const served = servedLanes(defined(twins[hop], "movements"), movements, streets.linkFirstLane[link]!);
    if (next !== undefined && streets.linkLength[next]! < CHANGE_METERS) {
      const { lanes } = defined(streets.links[link], "link");
      const { id } = defined(streets.links[next], "link");
      const leading = lanes.reduce(
        (mask, lane, k) => ((reached(lane.id, id) & onward) === 0 ? mask : mask | (1 << k)),
        0,
      );
      onward = (served & leading) === 0 ? served : served & leading;
    } else onward = served;
    masks.push(onward);
  }
  return masks.toReversed();
}

function servedLanes(twins: readonly number[], { lanes }: Movements, firstLane: number): number {
  let mask = 0;
  for (const movement of twins) {
    for (let k = lanes.start[movement]!; k < lanes.start[movement + 1]!; k += 1) {
      mask |= 1 << (lanes.items[k]! - firstLane);
    }
  }
  return mask;
}

/** What a vehicle with a trip's route does at the end of its `hop`-th link; of several such movements one that its lanes serve. */
export function routeMovement(state: TrafficState, vehicle: number, hop: number): number {
  const { movements, routes, vehicles } = state;
  const at = routes.start[vehicles.route[vehicle]!]! + hop;
  const first = routes.movement[at]!;
  if (routes.nextTwin[first]! < 0) return first;
  const firstLane = state.streets.linkFirstLane[movements.fromLink[first]!]!;
  const laneCount = (twin: number): number =>
    bitCount(servedLanes([twin], movements, firstLane) & routes.lanes[at]!);
  let all = 0;
  for (let twin = first; twin >= 0; twin = routes.nextTwin[twin]!) all += laneCount(twin);
  let number = choiceNumber(vehicles.turnSeed[vehicle]!, hop) * all;
  let chosen = first;
  for (let twin = first; twin >= 0; twin = routes.nextTwin[twin]!) {
    const count = laneCount(twin);
    if (count === 0) continue;
    chosen = twin;
    number -= count;
    if (number < 0) break;
  }
  return chosen;
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Whether the vehicle's route can be driven on from the lane at that position of its `hop`-th link. */
export function leadsOn(state: TrafficState, vehicle: number, hop: number, position: number): boolean {
  const route = state.vehicles.route[vehicle]!;
  return route < 0 || ((state.routes.lanes[state.routes.start[route]! + hop]! >> position) & 1) === 1;
}
