import { defined } from "../../assert.ts";

/** How many are told. */
const TOLD = 3;

/** The names that are nearest to what somebody wrote, the nearest first: by their own last part or as a whole, whichever is nearer. */
export function nearestNames<Name extends string>(written: string, names: readonly Name[]): readonly Name[] {
  const far = (name: Name): number => {
    const own = name.slice(name.lastIndexOf(".") + 1);
    const wanted = written.toLowerCase();
    return Math.min(editDistance(wanted, name.toLowerCase()), editDistance(wanted, own.toLowerCase()));
  };
  return names
    .map((name) => ({ name, distance: far(name) }))
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, TOLD)
    .map(({ name }) => name);
}

/** Levenshtein's distance: letters to add, to leave out or to change. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of from.split("").entries()) {
    const next = [line + 1];
    for (const [column, other] of to.split("").entries()) {
      const changed = defined(row[column], "cell") + Number(letter !== other);
      next.push(Math.min(changed, defined(row[column + 1], "cell") + 1, defined(next[column], "cell") + 1));
    }
    row = next;
  }
  return defined(row.at(-1), "cell");
}
