import { defined } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import { placesBy } from "./lists.ts";
import type { Streets } from "./streets.ts";

/** One way on from a link; `toLink` −1 leaves the network. */
type WayOn = {
  readonly fromLink: number;
  readonly toLink: number;
};

/** Per link, what its vehicles do at its end and how often. */
export type TurnChoices = {
  /** The choices of link k are at `start[k]` up to but without `start[k + 1]`. */
  readonly start: Int32Array;
  readonly movement: Int32Array;
  /** Shares summed up within the link; the last is 1. */
  readonly upTo: Float64Array;
};

/**
 * The choices by the demand's turning shares. A link with one way on needs none; nor does any where nobody comes by an entry.
 * @throws PhasewiseError `DATA_INVALID` for a link with several ways on and no shares, or shares for a way that is not there.
 */
export function turnChoices(ways: readonly WayOn[], demand: DemandFile, streets: Streets): TurnChoices {
  const shares = new Map(demand.turning.map((turning) => [turning.fromLink, turning.shares]));
  const start = new Int32Array(streets.links.length + 1);
  const movement: number[] = [];
  const upTo: number[] = [];
  const byLink = placesBy(
    ways.map(({ fromLink }) => fromLink),
    streets.links.length,
  );
  streets.links.forEach((link, k) => {
    const all = byLink[k]!;
    const onward = all.filter((index) => (ways[index]?.toLink ?? -1) >= 0);
    // Where only trips end, nobody else leaves.
    const own = onward.length > 0 ? onward : all;
    const weights = own.map((index) => {
      const way = defined(ways[index], "movement");
      const given = shares.get(link.id);
      if (demand.entries.length === 0) return 1;
      if (given === undefined)
        return weightWithoutShares(
          link.id,
          own.map((i) => ways[i]?.toLink),
        );
      const twins = own.filter((i) => ways[i]?.toLink === way.toLink).length;
      const toLink = streets.links[way.toLink]?.id;
      return given.reduce((sum, entry) => (entry.toLink === toLink ? sum + entry.share / twins : sum), 0);
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) throw noWayOn(link.id, "shares that name a link to which a movement leads");
    let sum = 0;
    own.forEach((index, position) => {
      sum += defined(weights[position], "weight") / total;
      movement.push(index);
      // Rounding must not leave room for a way that nobody takes.
      upTo.push(position === own.length - 1 || sum > 1 - 1e-9 ? 1 : sum);
    });
    start[k + 1] = movement.length;
  });
  return { start, movement: Int32Array.from(movement), upTo: Float64Array.from(upTo) };
}

function weightWithoutShares(link: string, exits: readonly (number | undefined)[]): number {
  if (new Set(exits).size === 1) return 1;
  throw noWayOn(link, "shares for this link, from which several links can be reached");
}

function noWayOn(link: string, allowed: string): PhasewiseError {
  return new PhasewiseError(
    "DATA_INVALID",
    `demand.json#/turning: found no usable entry for link ${link}, allowed: ${allowed}`,
  );
}

const GOLDEN = 0x9e3779b9;

/**
 * The `hop`-th of a vehicle's own random numbers in [0, 1): the finaliser of MurmurHash3 (Appleby) over a counter. A
 * vehicle's choices so depend on its seed alone, never on when signals let it come to a junction.
 */
export function choiceNumber(turnSeed: number, hop: number): number {
  let h = (turnSeed + Math.imul(hop + 1, GOLDEN)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** What a vehicle with that seed does at the end of its `hop`-th link. */
export function chooseMovement(choices: TurnChoices, link: number, turnSeed: number, hop: number): number {
  const end = choices.start[link + 1]! - 1;
  let k = choices.start[link]!;
  if (k === end) return choices.movement[k]!;
  const number = choiceNumber(turnSeed, hop);
  while (k < end && number >= choices.upTo[k]!) k += 1;
  return choices.movement[k]!;
}
