import { defined } from "../assert.ts";
import type { RoadGraph } from "./road-graph.ts";

/** Where a share of a lane's vehicles comes from, and when they are first seen. */
export type LaneOrigin = {
  readonly share: number;
  /** From the edge of sight, or from where the road begins, to the stop line at free speed. */
  readonly sightSeconds: number;
  /** Link at whose begin they come past a signal; `null` where no signal lies before. */
  readonly link: string | null;
};

/** Ways back whose share is less are followed no further. */
const SHARE_MIN = 0.02;

/** With less probability of coming from anywhere known, a road begins. */
const INFLOW_MIN = 0.05;

type Walk = {
  readonly piece: number;
  readonly share: number;
  readonly meters: number;
  readonly seconds: number;
  readonly sightSeconds: number | null;
};

/**
 * The origins of a lane's vehicles, found by walking back against the turns: where ways join, each brings vehicles in proportion to
 * the probability of going this way. Ends at signals, where the road begins and at the limit. The shares add up to 1.
 */
export function laneOrigins(
  { pieces }: RoadGraph,
  end: number,
  neighbours: ReadonlySet<string>,
  meters: { readonly sight: number; readonly limit: number },
): readonly LaneOrigin[] {
  const origins = new Map<string, { share: number; weighted: number; link: string | null }>();
  const arrive = (share: number, sightSeconds: number, link: string | null): void => {
    const known = origins.get(link ?? "") ?? { share: 0, weighted: 0, link };
    origins.set(link ?? "", {
      share: known.share + share,
      weighted: known.weighted + share * sightSeconds,
      link,
    });
  };
  const walks: Walk[] = [{ piece: end, share: 1, meters: 0, seconds: 0, sightSeconds: null }];
  for (let walk = walks.pop(); walk !== undefined; walk = walks.pop()) {
    const { lengthMeters, secondsPerMeter, before, link, inside } = defined(pieces[walk.piece], "piece");
    const seconds = walk.seconds + lengthMeters * secondsPerMeter;
    const far = walk.meters + lengthMeters;
    const sightSeconds =
      walk.sightSeconds ??
      (far >= meters.sight ? walk.seconds + (meters.sight - walk.meters) * secondsPerMeter : null);
    const ways = before.map((from) => ({ from, weight: inside ? 1 : inflow(pieces, from, walk.piece) }));
    const total = ways.reduce((sum, { weight }) => sum + weight, 0);
    // Who only turned round further up is not the traffic of this road: it begins here.
    if (far >= meters.limit || walk.share < SHARE_MIN || total < INFLOW_MIN) {
      arrive(walk.share, sightSeconds ?? seconds, null);
      continue;
    }
    for (const { from, weight } of ways) {
      const share = (walk.share * weight) / total;
      const signal = defined(pieces[from], "piece").stopLine;
      if (signal) arrive(share, sightSeconds ?? seconds, neighbours.has(link) ? link : null);
      else walks.push({ piece: from, share, meters: far, seconds, sightSeconds });
    }
  }
  return [...origins.values()].map(({ share, weighted, link }) => ({
    share,
    sightSeconds: weighted / share,
    link,
  }));
}

/** Probability of going on from a piece to the next; of a way inside a node, of going this way at all. */
function inflow(pieces: RoadGraph["pieces"], from: number, to: number): number {
  const { inside, before } = defined(pieces[from], "piece");
  const [at, next] = inside ? [before[0] ?? -1, from] : [from, to];
  return pieces[at]?.next.find(({ piece }) => piece === next)?.probability ?? 0;
}
