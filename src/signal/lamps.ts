import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import type { Follower, Head } from "./heads.ts";
import type { UnitState } from "./unit.ts";

/** What the heads of an intersection show, one character each; the letters are those of the link's `state` frame. */
export type Lamps = {
  /** Of each phase: G green, g green that yields, y yellow, r red, x flashing red, f flashing yellow. */
  readonly lamps: string;
  /** Of each phase's pedestrians: W walk, F flashing don't walk, D don't walk, - none. */
  readonly walk: string;
  /** Of each normal overlap: G y r x. */
  readonly overlaps: string;
  /** A preemption has the intersection. */
  readonly preempting: boolean;
};

export function sameLamps(left: Lamps, right: Lamps): boolean {
  return (
    left.lamps === right.lamps &&
    left.walk === right.walk &&
    left.overlaps === right.overlaps &&
    left.preempting === right.preempting
  );
}

type Shown = {
  readonly heads: readonly Head[];
  readonly followers: readonly Follower[];
  readonly unit: UnitState;
};

export function lampsAt(table: TimingTable, { heads, followers, unit }: Shown): Lamps {
  const flashing = unit.kind === "startFlash" || unit.kind === "flash" || unit.kind === "tripped";
  const yellows = unit.kind === "tripped" ? undefined : table.extras.startUp?.flashYellow;
  let lamps = "";
  let walk = "";
  heads.forEach((head, phase) => {
    if (flashing) lamps += yellows?.has(phase) === true ? "f" : "x";
    else lamps += lampOf(head);
    walk += defined(table.phases[phase], "phase").walkMs === 0 ? "-" : WALK_LETTER[head.walk];
  });
  let overlaps = "";
  table.extras.overlaps.forEach((overlap, index) => {
    const follower = defined(followers[index], "follower");
    if (overlap.kind === "normal") {
      overlaps += flashing ? "x" : FOLLOWER_LETTER[follower.interval];
    } else if (!flashing && follower.interval !== "red" && follower.interval !== "redClear") {
      // A flashing yellow arrow is the left's own head.
      const letter = follower.interval === "green" ? "g" : "y";
      lamps = lamps.slice(0, overlap.left) + letter + lamps.slice(overlap.left + 1);
    }
  });
  return { lamps, walk, overlaps, preempting: unit.kind === "preempt" };
}

const WALK_LETTER = { off: "D", walk: "W", clear: "F" } as const;
const FOLLOWER_LETTER = { red: "r", redClear: "r", yellow: "y", green: "G" } as const;

function lampOf({ interval, yields }: Head): string {
  if (interval === "green") return yields ? "g" : "G";
  return interval === "yellow" ? "y" : "r";
}
