import type { Network } from "../model/files.ts";
import type { Link } from "../model/network.ts";

/** Traffic that leaves one signal and reaches another one without a third between them. */
export type Coupling = {
  readonly fromIntersection: string;
  readonly exitLink: string;
  readonly toIntersection: string;
  readonly approachLink: string;
  /** At the speed limit, from stop line to stop line. */
  readonly travelSeconds: number;
};

/** Signals farther apart than this travel time do not share a cycle: platoons have dispersed. */
export const COUPLING_TRAVEL_MAX_SECONDS = 60;

/** Follows every exit of every intersection straight on to the next signal. */
export function findCouplings(network: Network): readonly Coupling[] {
  const links = new Map(network.links.map((link) => [link.id, link]));
  const approachOf = new Map<string, string>();
  for (const { id, movements } of network.intersections) {
    for (const { fromLink } of movements) approachOf.set(fromLink, id);
  }
  const onward = groupBy(network.links, ({ from }) => from);
  return network.intersections.flatMap(({ id, movements }) =>
    [...new Set(movements.map(({ toLink }) => toLink))].flatMap((exitLink) => {
      let link = links.get(exitLink);
      let travelSeconds = 0;
      const seen = new Set<string>();
      while (link !== undefined && !seen.has(link.id)) {
        seen.add(link.id);
        travelSeconds += link.lengthMeters / link.speedMetersPerSecond;
        if (travelSeconds > COUPLING_TRAVEL_MAX_SECONDS) return [];
        const toIntersection = approachOf.get(link.id);
        if (toIntersection !== undefined) {
          if (toIntersection === id) return [];
          return [{ fromIntersection: id, exitLink, toIntersection, approachLink: link.id, travelSeconds }];
        }
        link = straightest(link, onward.get(link.to) ?? []);
      }
      return [];
    }),
  );
}

/** The link that continues `link` with the least change of heading; never the way back. */
function straightest(link: Link, candidates: readonly Link[]): Link | undefined {
  const heading = headingAt(link, "end");
  const forward = candidates.filter(({ to }) => to !== link.from);
  const bend = (candidate: Link): number => {
    const difference = Math.abs(headingAt(candidate, "begin") - heading) % (2 * Math.PI);
    return Math.min(difference, 2 * Math.PI - difference);
  };
  return forward.reduce<Link | undefined>(
    (best, candidate) => (best === undefined || bend(candidate) < bend(best) ? candidate : best),
    undefined,
  );
}

function headingAt({ shape }: Link, where: "begin" | "end"): number {
  const [from, to] = where === "begin" ? [shape[0], shape[1]] : [shape.at(-2), shape.at(-1)];
  if (from === undefined || to === undefined) return 0;
  return Math.atan2(to[1] - from[1], to[0] - from[0]);
}

/** Groups of intersections that are coupled with each other, in the order of their ids; one cycle each. */
export function coordinationGroups(
  intersections: readonly string[],
  couplings: readonly Coupling[],
): readonly (readonly string[])[] {
  const groupOf = new Map(intersections.map((id) => [id, id]));
  for (const { fromIntersection, toIntersection } of couplings) {
    const from = groupOf.get(fromIntersection);
    const to = groupOf.get(toIntersection);
    if (from === undefined || to === undefined || from === to) continue;
    for (const [id, group] of groupOf) if (group === to) groupOf.set(id, from);
  }
  return [...groupBy(intersections, (id) => groupOf.get(id) ?? id).values()];
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
