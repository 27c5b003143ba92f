import { assert } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { NetworkDescription, Period, TimingSurvey, TurningShares } from "./description.ts";
import { roundTo } from "./geometry.ts";
import { EXIT_SIDE, type Junction, linkId, SIDES, type Streets } from "./streets.ts";

export type Turning = DemandFile["turning"];

/** Vehicles an hour on each link, by id. */
export type LinkVolumes = ReadonlyMap<string, number>;

/** Turning shares of each link into a junction, rounded so that they add up to 1 exactly. */
export function designTurning(streets: Streets, leftFactor: number): Turning {
  return streets.junctions.flatMap((junction) =>
    SIDES.flatMap((side) => {
      const leg = junction.legs[side];
      if (!leg) return [];
      const shares = surveyed(junction.description.turning[side], leftFactor);
      const exits = (["left", "through", "right"] as const).flatMap((turn) => {
        const exit = junction.legs[EXIT_SIDE[side][turn]];
        return exit ? [{ toLink: exit.outLink, weight: shares[turn] }] : [];
      });
      return [{ fromLink: leg.inLink, shares: sharesOf(exits) }];
    }),
  );
}

function surveyed(shares: TurningShares, leftFactor: number): TurningShares {
  const left = shares.left * leftFactor;
  return { left, through: shares.through + shares.left - left, right: shares.right };
}

function sharesOf(
  exits: readonly { readonly toLink: string; readonly weight: number }[],
): Turning[number]["shares"] {
  const total = exits.reduce((sum, { weight }) => sum + weight, 0);
  const shares = exits.map(({ toLink, weight }) => ({ toLink, share: roundTo(weight / total, 3) }));
  const largest = shares.reduce((best, candidate) => (candidate.share > best.share ? candidate : best));
  const rest = shares.reduce((sum, { share, toLink }) => (toLink === largest.toLink ? sum : sum + share), 0);
  return shares.map((item) => (item === largest ? { ...item, share: roundTo(1 - rest, 3) } : item));
}

/** What the boundaries send in one period, by link. */
export function entryVolumes(
  description: NetworkDescription,
  streets: Streets,
  period: Period,
  survey: TimingSurvey,
): LinkVolumes {
  return new Map(
    description.boundaries.map((boundary) => {
      const own = survey.boundaryFactors[boundary.id] ?? 1;
      return [entryLink(streets, boundary.id), boundary.vehiclesPerHour[period] * survey.volumeFactor * own];
    }),
  );
}

export function entryLink(streets: Streets, boundary: string): string {
  const link = streets.links.find(({ from }) => from === boundary);
  assert(link !== undefined, `a road at boundary ${boundary}`);
  return link.id;
}

/** A grid of 3,000 intersections needs more than 1,000 passes; what has not settled after so many never does. */
const PASSES_MAX = 20_000;

/**
 * Volumes of every link when the entries' vehicles turn by the shares: the fixed point that repeated passes reach.
 * Vehicles that leave a junction all reach the next one.
 */
export function linkVolumes(entries: LinkVolumes, turning: Turning): LinkVolumes {
  const links = [
    ...new Set([...entries.keys(), ...turning.flatMap(({ shares }) => shares.map(({ toLink }) => toLink))]),
  ];
  const indexOf = new Map(links.map((link, index) => [link, index]));
  // Typed rows: a large network needs hundreds of passes over all its turns.
  const turns = turning.flatMap(({ fromLink, shares }) => {
    const from = indexOf.get(fromLink);
    return from === undefined ? [] : shares.map(({ toLink, share }) => ({ from, toLink, share }));
  });
  const from = Int32Array.from(turns, (turn) => turn.from);
  const to = Int32Array.from(turns, ({ toLink }) => indexOf.get(toLink) ?? 0);
  const shares = Float64Array.from(turns, ({ share }) => share);
  const entering = Float64Array.from(links, (link) => entries.get(link) ?? 0);
  let volumes = entering;
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const next = Float64Array.from(entering);
    for (let turn = 0; turn < turns.length; turn += 1) {
      const link = to[turn] ?? 0;
      next[link] = (next[link] ?? 0) + (volumes[from[turn] ?? 0] ?? 0) * (shares[turn] ?? 0);
    }
    let change = 0;
    for (let link = 0; link < links.length; link += 1) {
      change = Math.max(change, Math.abs((next[link] ?? 0) - (volumes[link] ?? 0)));
    }
    volumes = next;
    if (change < 1e-6) return new Map(links.map((link, index) => [link, volumes[index] ?? 0]));
  }
  throw new Error("turning shares keep vehicles in the network for ever");
}

/** Volume of one manoeuvre. */
export function turnVolume(volumes: LinkVolumes, turning: Turning, fromLink: string, toLink: string): number {
  const shares = turning.find((item) => item.fromLink === fromLink)?.shares ?? [];
  const share = shares.find((item) => item.toLink === toLink)?.share ?? 0;
  return (volumes.get(fromLink) ?? 0) * share;
}

/** The link between two neighbours along the main street. */
export function mainLink(from: Junction, to: Junction): string {
  return linkId(from.description.id, to.description.id);
}
