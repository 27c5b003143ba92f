import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { foreignId } from "./foreign-id.ts";
import type { Departure } from "./route-files.ts";

/** Finds the links of ours that a vehicle drives on; a text says what is wrong with its way. */
export function departureLinks(network: Network): (departure: Departure) => readonly string[] | string {
  const links = new Set(network.links.map(({ id }) => id));
  const wayBetween = tripWays(network);
  return ({ way: { kind, edges } }) => {
    const unknown = edges.find((edge) => !links.has(foreignId(edge)));
    if (unknown !== undefined) return `leads over edge "${unknown}"`;
    if (kind === "route") return edges.map(foreignId);
    const whole: string[] = edges.slice(0, 1).map(foreignId);
    for (const [index, to] of edges.slice(1).entries()) {
      const from = defined(edges[index], "edge before");
      const found = wayBetween(foreignId(from), foreignId(to));
      if (found === undefined) return `leads from "${from}" to "${to}"`;
      whole.push(...found.slice(1));
    }
    return whole;
  };
}

/**
 * The quickest way from link to link on empty streets, junctions included. SUMO itself leads a trip by how fast the streets are when it
 * departs, so that what it drives depends on the control too; where a network has one sensible way, this is it.
 */
function tripWays(network: Network): (from: string, to: string) => readonly string[] | undefined {
  const onward = onwardSeconds(network);
  const trees = new Map<string, ReadonlyMap<string, string>>();
  return (from, to) => {
    const before = trees.get(from) ?? linksBefore(onward, from);
    trees.set(from, before);
    const way = [to];
    for (let link = to; link !== from; ) {
      const previous = before.get(link);
      if (previous === undefined) return undefined;
      way.push(previous);
      link = previous;
    }
    return way.toReversed();
  };
}

/** By link, the links that can be reached from its end, with the seconds through the junction and along them. */
function onwardSeconds({
  links,
  connections = [],
}: Network): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const linkOfLane = new Map(links.flatMap((link) => link.lanes.map(({ id }) => [id, link])));
  const onward = new Map(links.map(({ id }) => [id, new Map<string, number>()]));
  for (const { fromLane, toLane, lengthMeters, insideSpeedMetersPerSecond } of connections) {
    const from = defined(linkOfLane.get(fromLane), fromLane);
    const to = defined(linkOfLane.get(toLane), toLane);
    const inside = insideSpeedMetersPerSecond === undefined ? 0 : lengthMeters / insideSpeedMetersPerSecond;
    const seconds = inside + to.lengthMeters / to.speedMetersPerSecond;
    const ways = defined(onward.get(from.id), from.id);
    ways.set(to.id, Math.min(seconds, ways.get(to.id) ?? Number.POSITIVE_INFINITY));
  }
  return onward;
}

/** By link, the one before it on the quickest way from `from`; a link that cannot be reached has none. */
function linksBefore(
  onward: ReadonlyMap<string, ReadonlyMap<string, number>>,
  from: string,
): ReadonlyMap<string, string> {
  const secondsTo = new Map([[from, 0]]);
  const before = new Map<string, string>();
  const changed = [from];
  // Grows while it is walked: a link whose time falls is looked at again.
  for (const link of changed) {
    const sofar = defined(secondsTo.get(link), link);
    for (const [next, seconds] of onward.get(link) ?? []) {
      if (sofar + seconds >= (secondsTo.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      secondsTo.set(next, sofar + seconds);
      before.set(next, link);
      changed.push(next);
    }
  }
  return before;
}
