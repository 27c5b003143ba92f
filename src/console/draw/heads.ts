import type { Intersection } from "../../model/intersection.ts";
import { bearingDegrees, endDirection } from "./polyline.ts";
import type { WorldPoint } from "./transform.ts";

/** Neighbouring lanes of an approach that the same phases serve: they share a signal head at the stop line. */
export type LaneGroup = {
  readonly link: string;
  /** Indices of phases, ascending. */
  readonly phases: readonly number[];
  /** Turns that its lanes allow, from the left. */
  readonly turns: readonly Turn[];
  /** Ends of the stop line across its lanes. */
  readonly from: WorldPoint;
  readonly to: WorldPoint;
  /** Direction of travel at the stop line, degrees clockwise from north. */
  readonly headingDegrees: number;
};

type Turn = Intersection["movements"][number]["turn"];

type LaneLines = {
  readonly lanes: readonly { readonly id: string; readonly line: readonly WorldPoint[] }[];
};

const TURNS_FROM_LEFT: readonly Turn[] = ["uturn", "left", "through", "right"];

/**
 * The lane groups of an intersection in the order of its movements' links, from the kerb to the centre of the road.
 * `kerbSide` is 1 where traffic keeps right.
 */
export function laneGroups(
  intersection: Intersection,
  links: ReadonlyMap<string, LaneLines>,
  street: { readonly kerbSide: 1 | -1; readonly laneWidthMeters: number },
): readonly LaneGroup[] {
  const approaches = [...new Set(intersection.movements.map(({ fromLink }) => fromLink))];
  return approaches.flatMap((link) => {
    const lanes = links.get(link);
    return lanes === undefined ? [] : groupsOfApproach(intersection, link, lanes.lanes, street);
  });
}

function groupsOfApproach(
  intersection: Intersection,
  link: string,
  lanes: LaneLines["lanes"],
  { kerbSide, laneWidthMeters }: { readonly kerbSide: 1 | -1; readonly laneWidthMeters: number },
): readonly LaneGroup[] {
  const halfLane = laneWidthMeters / 2;
  const groups: { group: LaneGroup; key: string }[] = [];
  for (const lane of lanes) {
    const movements = intersection.movements.filter(
      (movement) => movement.fromLink === link && movement.fromLanes.includes(lane.id),
    );
    const phases = [...new Set(movements.map((movement) => phaseIndex(intersection, movement.phase)))]
      .filter((index) => index >= 0)
      .toSorted((a, b) => a - b);
    const turns = TURNS_FROM_LEFT.filter((turn) => movements.some((movement) => movement.turn === turn));
    const [dx, dy] = endDirection(lane.line);
    const end = lane.line.at(-1);
    if (phases.length === 0 || end === undefined) continue;
    // To the right of (dx, dy) lies (dy, -dx).
    const edge = (side: number): WorldPoint => [end[0] + dy * side * halfLane, end[1] - dx * side * halfLane];
    const key = phases.join(" ");
    const last = groups.at(-1);
    if (last?.key === key) {
      const merged = TURNS_FROM_LEFT.filter(
        (turn) => turns.includes(turn) || last.group.turns.includes(turn),
      );
      last.group = { ...last.group, to: edge(-kerbSide), turns: merged };
    } else {
      const headingDegrees = bearingDegrees([dx, dy]);
      groups.push({
        key,
        group: { link, phases, turns, from: edge(kerbSide), to: edge(-kerbSide), headingDegrees },
      });
    }
  }
  return groups.map(({ group }) => group);
}

function phaseIndex(intersection: Intersection, phase: string): number {
  return intersection.phases.findIndex(({ id }) => id === phase);
}
