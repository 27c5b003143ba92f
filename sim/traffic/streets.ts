import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Link } from "../../src/model/network.ts";
import { VEHICLE_LENGTH_METERS } from "./following.ts";
import { type Path, pathOf } from "./geometry.ts";

/**
 * Links and lanes by index. Indices into typed arrays are in range by construction throughout this folder, which the `!`
 * after an element says.
 */
export type Streets = {
  readonly links: readonly Link[];
  readonly linkIndex: ReadonlyMap<string, number>;
  readonly paths: readonly Path[];
  readonly linkLength: Float64Array;
  readonly linkSpeed: Float64Array;
  /** The lanes of link k are `linkFirstLane[k]` up to but without `linkFirstLane[k + 1]`, kerb first. */
  readonly linkFirstLane: Int32Array;
  readonly laneCount: number;
  readonly laneLink: Int32Array;
  /** Positions count from the begin of the link; every lane ends at the link's length. */
  readonly laneEnd: Float64Array;
  /** The lane from which a turning pocket is entered; a lane of full length is its own. */
  readonly laneBase: Int32Array;
  /** Where a vehicle changes into the pocket: as soon as all of it is past the opening. */
  readonly laneChangeAt: Float64Array;
};

/** A lane that ends less than this short of its link's begin is no pocket. */
const POCKET_SHORTER_METERS = 1;

export function streetsOf(network: Network): Streets {
  const links = network.links;
  const linkFirstLane = new Int32Array(links.length + 1);
  links.forEach((link, k) => {
    linkFirstLane[k + 1] = linkFirstLane[k]! + link.lanes.length;
  });
  const laneCount = linkFirstLane[links.length]!;
  const laneLink = new Int32Array(laneCount);
  const laneEnd = new Float64Array(laneCount);
  const laneBase = new Int32Array(laneCount);
  const laneChangeAt = new Float64Array(laneCount);
  links.forEach((link, k) => {
    const full = fullLengthPositions(link);
    link.lanes.forEach((lane, position) => {
      const index = linkFirstLane[k]! + position;
      const opensAt = Math.max(0, link.lengthMeters - lane.lengthMeters);
      laneLink[index] = k;
      laneEnd[index] = link.lengthMeters;
      laneBase[index] = linkFirstLane[k]! + nearest(full, position);
      laneChangeAt[index] = Math.max(
        opensAt,
        Math.min(opensAt + VEHICLE_LENGTH_METERS, link.lengthMeters - 2),
      );
    });
  });
  return {
    links,
    linkIndex: new Map(links.map((link, index) => [link.id, index])),
    paths: links.map(pathOf),
    linkLength: Float64Array.from(links, (link) => link.lengthMeters),
    linkSpeed: Float64Array.from(links, (link) => link.speedMetersPerSecond),
    linkFirstLane,
    laneCount,
    laneLink,
    laneEnd,
    laneBase,
    laneChangeAt,
  };
}

/** Positions of the lanes that run the whole link; the longest one where none does. */
function fullLengthPositions(link: Link): readonly number[] {
  const longest = Math.max(...link.lanes.map((lane) => lane.lengthMeters));
  return [...link.lanes.keys()].filter(
    (position) => defined(link.lanes[position], "lane").lengthMeters > longest - POCKET_SHORTER_METERS,
  );
}

function nearest(candidates: readonly number[], position: number): number {
  const distance = (candidate: number): number => Math.abs(candidate - position);
  return candidates.reduce((best, next) => (distance(next) < distance(best) ? next : best));
}

/** The lanes of a link that run all of it, kerb first. */
export function fullLanes(streets: Streets, link: number): readonly number[] {
  const lanes: number[] = [];
  for (let lane = streets.linkFirstLane[link]!; lane < streets.linkFirstLane[link + 1]!; lane += 1) {
    if (streets.laneBase[lane] === lane) lanes.push(lane);
  }
  return lanes;
}

/** Index of a lane by the ids of its link and its own. */
export function laneIndexOf(streets: Streets, linkId: string, laneId: string): number {
  const link = defined(streets.linkIndex.get(linkId), `link ${linkId}`);
  const position = defined(streets.links[link], linkId).lanes.findIndex((lane) => lane.id === laneId);
  return (
    defined(streets.linkFirstLane[link], linkId) +
    defined(position < 0 ? undefined : position, `lane ${laneId}`)
  );
}
