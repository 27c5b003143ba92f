import type { NetConnection, SumoNet } from "./net-file.ts";
import type { SignalGroups } from "./signal-groups.ts";
import type { ProgramStage } from "./signal-stages.ts";

/** Where a link stands in the right-of-way matrix of its junction. */
type LinkPlace = { readonly junction: string; readonly row: number };

/** Finds links in the matrices of their junctions. */
export type PlaceFinder = (connection: NetConnection) => LinkPlace | undefined;

/**
 * A link's row is the position of its last inner lane in the junction's `intLanes`; a link that waits inside the junction
 * has several inner lanes, one after the other. A crossing's row is the position of the crossing itself.
 */
export function placeFinder(net: SumoNet): PlaceFinder {
  const rows = new Map<string, LinkPlace>();
  for (const junction of net.junctions.values()) {
    for (const [row, lane] of junction.intLanes.entries()) rows.set(lane, { junction: junction.id, row });
  }
  const nextInner = new Map<string, string>();
  for (const { from, fromLane, via } of net.connections) {
    if (from.startsWith(":") && via !== undefined) nextInner.set(`${from}_${fromLane}`, via);
  }
  return ({ to, toLane, via }) => {
    let lane = to.startsWith(":") ? `${to}_${toLane}` : via;
    const seen = new Set<string>();
    while (lane !== undefined && !seen.has(lane)) {
      const place = rows.get(lane);
      if (place !== undefined) return place;
      seen.add(lane);
      lane = nextInner.get(lane);
    }
    return undefined;
  };
}

/**
 * Pairs of phases that have links which are foes, by index and ascending. Left out are the pairs that the program
 * releases together with full green in some stage: streams that merge or only touch, which its engineer let run together.
 */
export function conflictingPhases(
  net: SumoNet,
  connections: readonly NetConnection[],
  placeOf: PlaceFinder,
  groups: SignalGroups,
  stages: readonly ProgramStage[],
): readonly (readonly [number, number])[] {
  const placed = connections.flatMap((connection) => {
    const place = placeOf(connection);
    const phase = connection.linkIndex === undefined ? undefined : groups.phaseOfLink[connection.linkIndex];
    return place === undefined || phase === undefined ? [] : [{ ...place, phase }];
  });
  const pairs = new Map<string, readonly [number, number]>();
  for (const left of placed) {
    const foes = net.junctions.get(left.junction)?.foes.get(left.row) ?? "";
    for (const right of placed) {
      if (left.junction !== right.junction || left.phase === right.phase) continue;
      if (foes.charAt(foes.length - 1 - right.row) !== "1") continue;
      const pair = [Math.min(left.phase, right.phase), Math.max(left.phase, right.phase)] as const;
      if (!protectedTogether(stages, ...pair)) pairs.set(pair.join(" "), pair);
    }
  }
  return [...pairs.values()].toSorted((left, right) => left[0] - right[0] || left[1] - right[1]);
}

function protectedTogether(stages: readonly ProgramStage[], left: number, right: number): boolean {
  return stages.some(({ green, permissive }) =>
    [left, right].every((phase) => green.includes(phase) && !permissive.includes(phase)),
  );
}
