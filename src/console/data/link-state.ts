import type { NetworkView, DecisionView, IntersectionDetail } from "../../protocol/live.ts";

/** How an approach does: what its greens let through against what comes, and how much of it is full. */
export type LinkState = {
  /** Highest degree of saturation of its movements; null where none was measured. */
  readonly saturation: number | null;
  /** Longest queue of its lanes as a share of the lane; null where nothing is known of it. */
  readonly queueShare: number | null;
  /** Longest queue, metres from the stop line. */
  readonly queueMeters: number;
  /** What is expected of it, by its probability; null for nothing. */
  readonly warning: { readonly kind: "oversaturated" | "spillback"; readonly probability: number } | null;
};

/** A standing vehicle with the gap behind it. */
const VEHICLE_METERS = 7;

type Known = {
  readonly details: ReadonlyMap<string, IntersectionDetail>;
  readonly decisions: ReadonlyMap<string, DecisionView | null>;
};

/** The state of every approach of which something is known, by link. */
export function linkStates({ network }: NetworkView, known: Known): ReadonlyMap<string, LinkState> {
  const lanes = new Map(
    network.links.flatMap((link) =>
      link.lanes.map(({ id, lengthMeters }) => [id, { link: link.id, lengthMeters }] as const),
    ),
  );
  const states = new Map<string, LinkState>();
  const change = (link: string, part: (before: LinkState) => Partial<LinkState>): void => {
    const before = states.get(link) ?? { saturation: null, queueShare: null, queueMeters: 0, warning: null };
    states.set(link, { ...before, ...part(before) });
  };
  for (const { id, movements } of network.intersections) {
    const detail = known.details.get(id);
    const linkOf = new Map(movements.map((movement) => [movement.id, movement.fromLink]));
    for (const { movement, degreeOfSaturation } of detail?.movements ?? []) {
      const link = linkOf.get(movement);
      if (link === undefined || degreeOfSaturation === null) continue;
      change(link, ({ saturation }) => ({ saturation: Math.max(saturation ?? 0, degreeOfSaturation) }));
    }
    for (const { link, kind, probability } of detail?.warnings ?? []) {
      change(link, ({ warning }) =>
        warning !== null && warning.probability >= probability ? {} : { warning: { kind, probability } },
      );
    }
    for (const { lane, waiting } of known.decisions.get(id)?.inputs.lanes ?? []) {
      const own = lanes.get(lane);
      if (own === undefined) continue;
      const meters = Math.min(own.lengthMeters, waiting * VEHICLE_METERS);
      const share = meters / own.lengthMeters;
      change(own.link, ({ queueShare, queueMeters }) => ({
        queueShare: Math.max(queueShare ?? 0, share),
        queueMeters: Math.max(queueMeters, meters),
      }));
    }
  }
  return states;
}

/** From here on a movement is worth looking at; from 1 on more comes than its green lets go. */
export const SATURATION = { high: 0.85, over: 1 } as const;
