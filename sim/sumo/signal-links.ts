import { assert, defined, unreachable } from "../../src/assert.ts";
import type { SignalGroups } from "./signal-groups.ts";
import type { ProgramStage } from "./signal-stages.ts";

/** How one link of a signal is driven. */
export type LinkBinding =
  /** It shows its phase's lamp; `red` is `s` where the shipped red is a turn-on-red arrow. */
  | { readonly kind: "phase"; readonly phase: number; readonly red: "r" | "s" }
  /** Pedestrians walk exactly while the lamps are those of one of these stages, one letter a phase. */
  | { readonly kind: "crossing"; readonly walkWith: readonly string[] }
  /** No phase controls it: it always shows the same. */
  | { readonly kind: "fixed"; readonly shows: string };

/** Per link of the signal, how it is driven; `crossings` are the links of pedestrians. */
export function linkBindings(
  states: readonly string[],
  groups: SignalGroups,
  stages: readonly ProgramStage[],
  crossings: ReadonlySet<number>,
): readonly LinkBinding[] {
  return groups.phaseOfLink.map((phase, link): LinkBinding => {
    const column = states.map((state) => state.charAt(link));
    if (phase !== undefined) {
      const reds = column.filter((character) => /[rRsuU]/.test(character));
      return { kind: "phase", phase, red: reds.length > 0 && reds.every((red) => red === "s") ? "s" : "r" };
    }
    if (crossings.has(link)) {
      const walking = stages.filter(({ firstState }) => /[Gg]/.test(column[firstState] ?? ""));
      return { kind: "crossing", walkWith: walking.map((stage) => stageLamps(groups, stage)) };
    }
    const first = defined(column[0], "a state");
    return { kind: "fixed", shows: column.every((character) => character === first) ? first : "r" };
  });
}

function stageLamps(groups: SignalGroups, { green, permissive }: ProgramStage): string {
  return groups.groups
    .map((_, phase) => {
      if (!green.includes(phase)) return "r";
      return permissive.includes(phase) ? "g" : "G";
    })
    .join("");
}

/** SUMO's state string of a signal from the lamps of its phases: one character a link. */
export function linkStates(links: readonly LinkBinding[], lamps: string): string {
  return links.map((link) => linkState(link, lamps)).join("");
}

function linkState(link: LinkBinding, lamps: string): string {
  switch (link.kind) {
    case "phase": {
      const lamp = lamps.charAt(link.phase);
      assert(lamp !== "" && "Ggyr".includes(lamp), `a lamp for phase ${link.phase} in "${lamps}"`);
      return lamp === "r" ? link.red : lamp;
    }
    case "crossing":
      return link.walkWith.includes(lamps) ? "G" : "r";
    case "fixed":
      return link.shows;
    default:
      return unreachable(link);
  }
}
