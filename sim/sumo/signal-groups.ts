/** What a link shows in one state of a program, reduced to what a phase can show. */
type Aspect = "G" | "g" | "y" | "r";

/** The links of one signal and the phases that they form. */
export type SignalGroups = {
  /** Per phase, its links, ascending; phases in the order of their first link. */
  readonly groups: readonly SignalGroup[];
  /** Per link of the signal, the index of its phase; `undefined` where no phase controls it. */
  readonly phaseOfLink: readonly (number | undefined)[];
};

export type SignalGroup = {
  /** A, B, … Z, AA, AB, … */
  readonly id: string;
  readonly links: readonly number[];
  /** Per state of the program. */
  readonly aspects: readonly Aspect[];
};

/**
 * Links with identical columns over all states of the program form one phase. A link has none when the program never
 * gives it green, or when it is always dark, blinking or a turn-on-red arrow: it keeps what the program shows. Only links
 * that are `roads` form phases; crossings follow the stages.
 */
export function signalGroups(states: readonly string[], roads: ReadonlySet<number>): SignalGroups {
  const linkCount = states[0]?.length ?? 0;
  const byColumn = new Map<string, number[]>();
  for (let link = 0; link < linkCount; link += 1) {
    const column = states.map((state) => state.charAt(link)).join("");
    if (!roads.has(link) || !/[GgoO]/.test(column) || /^[oO]+$/.test(column)) continue;
    const links = byColumn.get(column);
    if (links === undefined) byColumn.set(column, [link]);
    else links.push(link);
  }
  const groups = [...byColumn].map(
    ([column, links], index): SignalGroup => ({
      id: lettersOf(index),
      links,
      aspects: Array.from(column, aspectOf),
    }),
  );
  const phaseOfLink: (number | undefined)[] = Array.from({ length: linkCount }, () => undefined);
  for (const [phase, { links }] of groups.entries()) for (const link of links) phaseOfLink[link] = phase;
  return { groups, phaseOfLink };
}

/**
 * A signal that is dark in part of its program (`O`) leaves its link the right of way, one that blinks (`o`) makes it
 * yield. Turn-on-red (`s`) and red-yellow (`u`) do not release anybody.
 */
function aspectOf(character: string): Aspect {
  switch (character) {
    case "G":
    case "O":
      return "G";
    case "g":
    case "o":
      return "g";
    case "y":
    case "Y":
      return "y";
    default:
      return "r";
  }
}

/** 0 → A, 25 → Z, 26 → AA. */
function lettersOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : lettersOf(Math.floor(index / 26) - 1) + last;
}
