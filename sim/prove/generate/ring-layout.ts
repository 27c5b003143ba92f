import { defined, unreachable } from "../../../src/assert.ts";
import type { Random } from "../random.ts";

/** Which phases stand where in the rings. */

export type RingPlace = {
  readonly id: string;
  readonly ring: number;
  readonly group: number;
  readonly turn: "left" | "through" | "right" | "pedestrian";
  /** No other phase of its barrier group has its ring, nor has any ring of the group more than one. */
  readonly alone: boolean;
  /** Stands behind another phase of its ring and group. */
  readonly behind: boolean;
  readonly last: boolean;
};

export type RingLayout = {
  readonly legCount: number;
  /** Ring → barrier group → ids of phases in order. */
  readonly rings: readonly (readonly (readonly string[])[])[];
  /** In the order of their ids. */
  readonly places: readonly RingPlace[];
};

/** How many phases each ring has in each barrier group. */
type Sizes = readonly (readonly number[])[];

const EIGHT: Sizes = [
  [2, 2],
  [2, 2],
];
const FOUR: Sizes = [
  [1, 1],
  [1, 1],
];
const TEES: readonly Sizes[] = [
  [
    [2, 0],
    [1, 1],
  ],
  [
    [2, 1],
    [1, 0],
  ],
];
/** The street in rings, each side of the cross street in a group of its own. */
const SPLIT_SIDE: Sizes = [
  [2, 1, 1],
  [2, 0, 0],
];
/** One street only: both rings start anew together. */
const ONE_GROUP: Sizes = [[2], [2]];
const SIXTEEN: Sizes = [
  [2, 2],
  [2, 2],
  [2, 2],
  [2, 2],
];

const PHASES_MAX = 16;
/** Sets of phases that one barrier group may have. */
const SETS_MAX = 16;
/** Phases that a cycle serves one after the other: more do not fit into the longest one. */
const SUCCESSIVE_MAX = 7;
const GROUPS_MAX = 4;

type Kind = "eight" | "four" | "tee" | "splitSide" | "oneGroup" | "sixteen" | "any";

export function drawLayout(random: Random): RingLayout {
  const kind = random.weighted<Kind>([
    [6, "eight"],
    [2, "four"],
    [2, "tee"],
    [1, "splitSide"],
    [1, "oneGroup"],
    [1, "sixteen"],
    [4, "any"],
  ]);
  const sizes = drawSizes(random, kind);
  // Two streets of which one ends here.
  const legCount = kind === "tee" ? 3 : 4;
  const walkersApart =
    defined(sizes[0], "ring").length < GROUPS_MAX && phaseCount(sizes) < PHASES_MAX && random.chance(0.2);
  return layoutOf(random, legCount, walkersApart ? withPedestrianGroup(sizes) : sizes, walkersApart);
}

function drawSizes(random: Random, kind: Kind): Sizes {
  switch (kind) {
    case "eight":
      return EIGHT;
    case "four":
      return FOUR;
    case "tee":
      return random.pick(TEES);
    case "splitSide":
      return SPLIT_SIDE;
    case "oneGroup":
      return ONE_GROUP;
    case "sixteen":
      return SIXTEEN;
    case "any":
      return drawAnySizes(random);
    default:
      return unreachable(kind);
  }
}

function drawAnySizes(random: Random): Sizes {
  for (;;) {
    const groupCount = random.integer(1, GROUPS_MAX);
    const ringCount = random.integer(2, 4);
    // In the only group the rings start anew together, so every phase ends there: none is alone in its ring.
    const size = (): number =>
      groupCount === 1
        ? random.integer(2, 3)
        : random.weighted([
            [2, 0],
            [4, 1],
            [4, 2],
            [1, 3],
          ]);
    const sizes = Array.from({ length: ringCount }, () => Array.from({ length: groupCount }, size));
    if (isUsable(sizes)) return sizes;
  }
}

function isUsable(sizes: Sizes): boolean {
  const groups = defined(sizes[0], "ring").map((_, group) => sizes.map((ring) => ring[group] ?? 0));
  const largest = groups.map((cells) => Math.max(...cells));
  return (
    phaseCount(sizes) <= PHASES_MAX &&
    sizes.every((ring) => ring.some((size) => size > 0)) &&
    largest.every((size) => size > 0) &&
    largest.reduce((sum, size) => sum + size, 0) <= SUCCESSIVE_MAX &&
    groups.every((cells) => cells.reduce((product, size) => product * Math.max(1, size), 1) <= SETS_MAX)
  );
}

function phaseCount(sizes: Sizes): number {
  return sizes.flat().reduce((sum, size) => sum + size, 0);
}

/** Another barrier group, in which pedestrians have the intersection to themselves. */
function withPedestrianGroup(sizes: Sizes): Sizes {
  return sizes.map((ring, index) => [...ring, index === 0 ? 1 : 0]);
}

/** Phases are numbered ring by ring as NEMA has it; where lefts lag, the order in the ring differs. */
function layoutOf(random: Random, legCount: number, sizes: Sizes, walkersApart: boolean): RingLayout {
  const groupCount = defined(sizes[0], "ring").length;
  const places: RingPlace[] = [];
  const rings = sizes.map((ring, ringIndex) =>
    ring.map((size, group) => {
      const alone = sizes.every((other) => (other[group] ?? 0) <= 1);
      const isPedestrian = walkersApart && group === groupCount - 1;
      const first = places.length;
      const ids = random.shuffled(Array.from({ length: size }, (_, index) => `${first + index + 1}`));
      for (let index = 0; index < size; index += 1) {
        const id = `${first + index + 1}`;
        const turn = isPedestrian ? "pedestrian" : turnOf(random, size, index);
        const position = ids.indexOf(id);
        places.push({
          id,
          ring: ringIndex,
          group,
          turn,
          alone,
          behind: position > 0,
          last: position === size - 1,
        });
      }
      return ids;
    }),
  );
  return { legCount, rings, places };
}

/** Lefts before throughs in the numbering. */
function turnOf(random: Random, size: number, index: number): RingPlace["turn"] {
  if (size === 1) return random.chance(0.9) ? "through" : "left";
  if (index === 0) return "left";
  return index === 1 ? "through" : "right";
}
