import type { Movement } from "../../model/intersection.ts";
import type { Link } from "../../model/network.ts";
import { bearingDegrees, endDirection } from "./polyline.ts";

const BOUND = ["NB", "EB", "SB", "WB"] as const;

/**
 * Names of movements as traffic engineers say them: `EB through`, by the quadrant that the approach heads for. Where two
 * would be alike, as at a junction with two approaches from one side, the link is named too.
 */
export function movementNames(
  movements: readonly Movement[],
  links: readonly Pick<Link, "id" | "name" | "shape">[],
): ReadonlyMap<string, string> {
  const byId = new Map(links.map((link) => [link.id, link]));
  const plain = movements.map((movement) => {
    const link = byId.get(movement.fromLink);
    const turn = movement.turn === "uturn" ? "U-turn" : movement.turn;
    const bound = link === undefined ? movement.fromLink : boundOf(bearingDegrees(endDirection(link.shape)));
    return { movement, name: `${bound} ${turn}`, link: link?.name ?? movement.fromLink };
  });
  return new Map(
    plain.map(({ movement, name, link }) => {
      const alike = plain.filter((other) => other.name === name).length > 1;
      return [movement.id, alike ? `${name} (${link})` : name];
    }),
  );
}

/** The quadrant of a heading: 315° up to 45° is northbound. */
function boundOf(headingDegrees: number): (typeof BOUND)[number] {
  return BOUND[Math.floor((headingDegrees + 45) / 90) % 4] ?? "NB";
}

/**
 * Names without the words that all of them begin or end with: along one avenue it says nothing that every intersection
 * is on it. Names stay whole where nothing would be left of one of them, and where there is only one.
 */
export function shortNames(names: readonly string[]): readonly string[] {
  const words = names.map((name) => name.split(" "));
  const first = words[0] ?? [];
  const shortest = Math.min(...words.map(({ length }) => length));
  const sharedBy = (wordAt: (of: readonly string[], index: number) => string | undefined): number => {
    let count = 0;
    while (count < shortest && words.every((of) => wordAt(of, count) === wordAt(first, count))) count += 1;
    return count;
  };
  const before = sharedBy((of, index) => of[index]);
  const behind = sharedBy((of, index) => of.at(-1 - index));
  // "Ash Street" and "Elm Street": what kind of street it is belongs to the name; only "… and Union Avenue" does not.
  const joined = first
    .slice(first.length - behind)
    .some((word) => word === "and" || word === "&" || word === "/");
  const end = joined ? behind : 0;
  if (names.length < 2 || before + end >= shortest) return names;
  return words.map((of) => of.slice(before, of.length - end).join(" "));
}
