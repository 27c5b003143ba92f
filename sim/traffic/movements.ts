import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Turn } from "../../src/model/intersection.ts";
import { type Discharge, dischargeOf } from "./discharge.ts";
import { JAM_SPACING_METERS, FOLLOW_MIN_SECONDS, SPEED_FACTOR_MAX } from "./following.ts";
import { crossingMeters } from "./geometry.ts";
import { laneIndexOf, type Streets } from "./streets.ts";
import { turnChoices, type TurnChoices } from "./turning.ts";

/** What a vehicle can do at the end of a link: a movement of an intersection, going on at a joint, or leaving. */
export type Movements = {
  readonly count: number;
  /** Id of the movement; the link's id for a joint or an exit. */
  readonly ids: readonly string[];
  readonly fromLink: Int32Array;
  /** −1 where the vehicle leaves the network. */
  readonly toLink: Int32Array;
  /** Index over the phases of all intersections; −1 without a signal. */
  readonly phase: Int32Array;
  /** The lanes that a movement may be made from. */
  readonly lanes: Lists;
  /** The movements that one yields to under a green that yields, if they have the right of way. */
  readonly foes: Lists;
  /** Through before right before left: who of two greens that yield goes first. */
  readonly rank: Int32Array;
  readonly crossingSpeed: Float64Array;
  readonly followSeconds: Float64Array;
  /** Front to front of standing vehicles on the link that the movement leaves. */
  readonly spacing: Float64Array;
  readonly reactionSeconds: Float64Array;
  /** From the stop line to the begin of the exit. */
  readonly crossingMeters: Float64Array;
  readonly choices: TurnChoices;
};

/** A list each: that of k is `items[start[k]]` up to but without `items[start[k + 1]]`. */
export type Lists = {
  readonly start: Int32Array;
  readonly items: Int32Array;
};

/** One movement before it is put into arrays. */
type MovementDraft = {
  readonly id: string;
  readonly fromLink: number;
  readonly toLink: number;
  readonly intersection: string | undefined;
  readonly phaseId: string;
  readonly phase: number;
  readonly turn: Turn;
  readonly lanes: readonly number[];
  readonly saturationFlowVehPerHour: number | undefined;
};

const RANK: Readonly<Record<Turn, number>> = { uturn: 0, left: 1, right: 2, through: 3 };

/** Where the links of a junction meet in a point, it still has an inside. */
const JUNCTION_MIN_METERS = 8;

export function movementsOf(
  network: Network,
  demand: DemandFile,
  streets: Streets,
  phaseIndex: ReadonlyMap<string, number>,
): Movements {
  const drafts = [...signalled(network, streets, phaseIndex), ...unsignalled(network, streets)];
  const conflicts = conflictsOf(network);
  const foes = drafts.map((draft) =>
    drafts.flatMap((other, index) => (yieldsTo(draft, other, conflicts) ? [index] : [])),
  );
  const spacing = linkSpacings(drafts, streets);
  const discharges = drafts.map((draft) => discharge(draft, streets, spacing[draft.fromLink]!));
  return {
    count: drafts.length,
    ids: drafts.map((draft) => draft.id),
    fromLink: Int32Array.from(drafts, (draft) => draft.fromLink),
    toLink: Int32Array.from(drafts, (draft) => draft.toLink),
    phase: Int32Array.from(drafts, (draft) => draft.phase),
    lanes: listsOf(drafts.map((draft) => draft.lanes)),
    foes: listsOf(foes),
    rank: Int32Array.from(drafts, (draft) => RANK[draft.turn]),
    crossingSpeed: Float64Array.from(discharges, (d) => d.crossingSpeed),
    followSeconds: Float64Array.from(discharges, (d) => d.followSeconds),
    spacing: Float64Array.from(drafts, (draft) => spacing[draft.fromLink]!),
    reactionSeconds: Float64Array.from(discharges, (d) => d.reactionSeconds),
    crossingMeters: Float64Array.from(drafts, (draft) => insideMeters(draft, streets)),
    choices: turnChoices(drafts, demand, streets),
  };
}

export function listsOf(lists: readonly (readonly number[])[]): Lists {
  const start = new Int32Array(lists.length + 1);
  lists.forEach((list, k) => {
    start[k + 1] = start[k]! + list.length;
  });
  return { start, items: Int32Array.from(lists.flat()) };
}

function signalled(
  network: Network,
  streets: Streets,
  phaseIndex: ReadonlyMap<string, number>,
): readonly MovementDraft[] {
  return network.intersections.flatMap((intersection) =>
    intersection.movements.map((movement): MovementDraft => {
      const phaseId = `${intersection.id} ${movement.phase}`;
      return {
        id: movement.id,
        fromLink: defined(streets.linkIndex.get(movement.fromLink), movement.fromLink),
        toLink: defined(streets.linkIndex.get(movement.toLink), movement.toLink),
        intersection: intersection.id,
        phaseId: movement.phase,
        phase: defined(phaseIndex.get(phaseId), phaseId),
        turn: movement.turn,
        lanes: movement.fromLanes.map((lane) => laneIndexOf(streets, movement.fromLink, lane)),
        saturationFlowVehPerHour: movement.saturationFlowVehPerHour,
      };
    }),
  );
}

/** Links that no intersection's movement leaves: they go on at a joint, or the vehicle leaves at their end. */
function unsignalled(network: Network, streets: Streets): readonly MovementDraft[] {
  const signalledLinks = new Set(network.intersections.flatMap((i) => i.movements.map((m) => m.fromLink)));
  return network.links.flatMap((link, fromLink) => {
    if (signalledLinks.has(link.id)) return [];
    const onward = network.links.filter((next) => next.from === link.to && next.to !== link.from);
    const base = {
      fromLink,
      intersection: undefined,
      phaseId: "",
      phase: -1,
      turn: "through",
      lanes: [...link.lanes.keys()]
        .map((k) => streets.linkFirstLane[fromLink]! + k)
        .filter((l) => streets.laneBase[l] === l),
      saturationFlowVehPerHour: undefined,
    } as const;
    if (onward.length === 0) return [{ ...base, id: link.id, toLink: -1 }];
    return onward.map((next) => ({
      ...base,
      id: link.id,
      toLink: defined(streets.linkIndex.get(next.id), next.id),
    }));
  });
}

/**
 * Where a movement's saturation flow needs vehicles to follow closer than usual, they do so on both its links: an exit with
 * a lower capacity than the stop line before it would otherwise be what meters the queue.
 */
function linkSpacings(drafts: readonly MovementDraft[], streets: Streets): Float64Array {
  const spacing = new Float64Array(streets.links.length).fill(JAM_SPACING_METERS);
  for (const draft of drafts) {
    const { spacingMeters } = discharge(draft, streets, JAM_SPACING_METERS);
    for (const link of [draft.fromLink, draft.toLink]) {
      if (link >= 0) spacing[link] = Math.min(spacing[link]!, spacingMeters);
    }
  }
  return spacing;
}

function discharge(draft: MovementDraft, streets: Streets, spacingMaxMeters: number): Discharge {
  const from = streets.linkSpeed[draft.fromLink]!;
  const limit = draft.toLink < 0 ? from : Math.min(from, streets.linkSpeed[draft.toLink]!);
  if (draft.saturationFlowVehPerHour !== undefined) {
    return dischargeOf(draft.turn, limit, draft.saturationFlowVehPerHour, spacingMaxMeters);
  }
  return {
    crossingSpeed: limit * SPEED_FACTOR_MAX,
    followSeconds: FOLLOW_MIN_SECONDS,
    spacingMeters: spacingMaxMeters,
    reactionSeconds: 0,
  };
}

function insideMeters(draft: MovementDraft, streets: Streets): number {
  if (draft.toLink < 0) return 0;
  const from = defined(streets.paths[draft.fromLink], "path");
  const drawn = crossingMeters(from, defined(streets.paths[draft.toLink], "path"));
  return draft.intersection === undefined ? drawn : Math.max(JUNCTION_MIN_METERS, drawn);
}

/** `intersection phase phase` in both orders. */
function conflictsOf(network: Network): ReadonlySet<string> {
  return new Set(
    network.intersections.flatMap(({ id, conflicts }) =>
      conflicts.flatMap(([left, right]) => [`${id} ${left} ${right}`, `${id} ${right} ${left}`]),
    ),
  );
}

/**
 * Phases that conflict by the matrix; within one phase a left turn yields to those who come from elsewhere and go
 * straight or right.
 */
function yieldsTo(draft: MovementDraft, other: MovementDraft, conflicts: ReadonlySet<string>): boolean {
  if (draft.intersection === undefined || draft.intersection !== other.intersection) return false;
  if (draft.fromLink === other.fromLink) return false;
  if (draft.phase !== other.phase)
    return conflicts.has(`${draft.intersection} ${draft.phaseId} ${other.phaseId}`);
  return RANK[draft.turn] <= RANK.left && RANK[other.turn] >= RANK.right;
}
