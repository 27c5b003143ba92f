import { assert, defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import type { MovementFlows, RunPeriod } from "../field/scenario.ts";
import { type DayProfile, dayProfileOf, perHourAt } from "./demand.ts";
import { createLamps } from "./lamps.ts";
import { demandOf } from "./model.ts";
import { type Movements, movementsOf } from "./movements.ts";
import { createRoutes, type Routes } from "./routes.ts";
import { createServices } from "./services.ts";
import { streetsOf } from "./streets.ts";

/** Vehicles an hour below which a flow no longer counts as changed. */
const SETTLED_VEH_PER_HOUR = 1e-9;

/** More than any way through a network; one that nobody can leave would fill for ever. */
const ROUNDS_MAX = 10_000;

/**
 * What the entries, bus lines, emergency routes and trips of `demand.json` send over each movement on average of a period, of a run that begins
 * `beginMs` after midnight: flows propagated by the turning shares until they no longer change, as if everybody were everywhere at
 * once. Throws as `createTrafficModel` does.
 */
export function trueDemand(network: Network, beginMs: number, period: RunPeriod): MovementFlows {
  const demand = demandOf(network);
  const streets = streetsOf(network);
  const movements = movementsOf(network, demand, streets, createLamps(network).phaseIndex);
  const inPeriod = (profile: DayProfile): number => meanPerHour(profile, beginMs, period);
  const entering = new Float64Array(streets.links.length);
  for (const { link, vehicles, bicycles } of demand.entries) {
    const index = defined(streets.linkIndex.get(link), link);
    entering[index]! += inPeriod(dayProfileOf(vehicles));
    if (bicycles !== undefined) entering[index]! += inPeriod(dayProfileOf(bicycles));
  }
  const flows = movementFlows(movements, linkFlows(movements, entering));
  for (const service of createServices(demand, streets, movements, 0)) {
    const perHour = inPeriod(service.arrivals.profile);
    for (const movement of service.movements) flows[movement]! += perHour;
  }
  addTrips(flows, demand, createRoutes(network, demand, streets, movements), movements, {
    fromSeconds: beginMs / SECOND_MS + period.fromSeconds,
    untilSeconds: beginMs / SECOND_MS + period.untilSeconds,
  });
  return byIntersection(network, movements, flows);
}

/** Those who are to depart in the period count on all their way; twins share by their lanes, as the drivers do on average. */
function addTrips(
  flows: Float64Array,
  { trips }: DemandFile,
  { start, movement, nextTwin }: Routes,
  { lanes }: Movements,
  { fromSeconds, untilSeconds }: RunPeriod,
): void {
  const laneCount = (index: number): number => lanes.start[index + 1]! - lanes.start[index]!;
  const perVehicle = HOUR_MS / SECOND_MS / (untilSeconds - fromSeconds);
  trips?.routes.forEach(({ departSeconds }, route) => {
    const count = departSeconds.filter((at) => at >= fromSeconds && at < untilSeconds).length;
    for (let at = start[route]!; at < start[route + 1]!; at += 1) {
      let all = 0;
      for (let twin = movement[at]!; twin >= 0; twin = nextTwin[twin]!) all += laneCount(twin);
      for (let twin = movement[at]!; twin >= 0; twin = nextTwin[twin]!) {
        flows[twin]! += (count * perVehicle * laneCount(twin)) / all;
      }
    }
  });
}

/** Of a profile of straight lines between whole minutes: exact for whole minutes, by the middle of each. */
function meanPerHour(profile: DayProfile, beginMs: number, { fromSeconds, untilSeconds }: RunPeriod): number {
  const fromMs = beginMs + fromSeconds * SECOND_MS;
  const lengthMs = (untilSeconds - fromSeconds) * SECOND_MS;
  const count = Math.max(1, Math.ceil(lengthMs / MINUTE_MS));
  let sum = 0;
  for (let k = 0; k < count; k += 1) sum += perHourAt(profile, fromMs + ((k + 0.5) * lengthMs) / count);
  return sum / count;
}

/** Vehicles an hour on each link: the fixed point of who enters and who comes from other links. */
function linkFlows(movements: Movements, entering: Float64Array): Float64Array {
  let flows = entering;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const next = Float64Array.from(entering);
    movementFlows(movements, flows).forEach((flow, movement) => {
      const toLink = movements.toLink[movement]!;
      if (toLink >= 0) next[toLink]! += flow;
    });
    const settled = next.every((flow, link) => Math.abs(flow - flows[link]!) < SETTLED_VEH_PER_HOUR);
    flows = next;
    if (settled) break;
  }
  return flows;
}

/** What the turning shares make of the flows of links. */
function movementFlows({ count, choices }: Movements, linkFlow: Float64Array): Float64Array {
  const flows = new Float64Array(count);
  linkFlow.forEach((flow, link) => {
    const first = choices.start[link]!;
    for (let k = first; k < choices.start[link + 1]!; k += 1) {
      const below = k === first ? 0 : choices.upTo[k - 1]!;
      flows[choices.movement[k]!]! += flow * (choices.upTo[k]! - below);
    }
  });
  return flows;
}

function byIntersection(network: Network, { ids }: Movements, flows: Float64Array): MovementFlows {
  // The movements of intersections come first, in the order of the files.
  let index = 0;
  return new Map(
    network.intersections.map((intersection) => [
      intersection.id,
      new Map(
        intersection.movements.map(({ id }) => {
          assert(ids[index] === id, `movement ${id} at ${index}`);
          const flow = flows[index]!;
          index += 1;
          return [id, flow];
        }),
      ),
    ]),
  );
}
