import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Turn } from "../../src/model/intersection.ts";
import { type Discharge, dischargeOf, TURN_SPEED } from "./discharge.ts";
import { type Drivers, driversOf } from "./drivers.ts";
import { JAM_SPACING_METERS } from "./following.ts";
import { type Lists, listsOf, placesBy } from "./lists.ts";
import { crossingMeters } from "./geometry.ts";
import type { Streets } from "./streets.ts";
import { turnChoices, type TurnChoices } from "./turning.ts";
import { mergingMovements, turnsOnRed } from "./turn-on-red.ts";
import { type MovementDraft, movementDrafts } from "./ways.ts";

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
  /** Where connections say it, whom one yields to, without a signal or under a green that yields: a movement and one of its lanes, in turns. */
  readonly majors: Lists;
  /** Whether connections say who yields to whom; `foes` holds where they do not. */
  readonly hasMajors: boolean;
  /** 1 for a movement that may be made on red after a stop; then those that lead onto the same link from elsewhere. */
  readonly onRed: Uint8Array;
  readonly merging: Lists;
  /** From the line to where one waits inside for a gap. */
  readonly waitMeters: Float64Array;
  /** By link, the movements that lead onto it. */
  readonly into: Lists;
  /** By link, how much road there is from its begin to the next place that must be kept clear or where somebody has to look. */
  readonly clearMeters: Float64Array;
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

const RANK: Readonly<Record<Turn, number>> = { uturn: 0, left: 1, right: 2, through: 3 };

/** Where the links of a junction meet in a point, it still has an inside. */
const JUNCTION_MIN_METERS = 8;

export function movementsOf(
  network: Network,
  demand: DemandFile,
  streets: Streets,
  phaseIndex: ReadonlyMap<string, number>,
): Movements {
  const drafts = movementDrafts(network, demand, streets, phaseIndex);
  const drivers = driversOf(demand);
  const onRed = turnsOnRed(network, drafts.length);
  const rights = rightsOf(drafts, streets);
  const spacing = linkSpacings(drafts, streets, drivers);
  const discharges = drafts.map((draft) => discharge(draft, streets, spacing[draft.fromLink]!, drivers));
  const longer = drivers.spacingMeters - JAM_SPACING_METERS;
  return {
    count: drafts.length,
    ids: drafts.map((draft) => draft.id),
    fromLink: Int32Array.from(drafts, (draft) => draft.fromLink),
    toLink: Int32Array.from(drafts, (draft) => draft.toLink),
    phase: Int32Array.from(drafts, (draft) => draft.phase),
    lanes: listsOf(drafts.map((draft) => draft.lanes)),
    foes: listsOf(conflictingFoes(network, drafts)),
    majors: listsOf(drafts.map((draft) => majorsOf(draft, rights))),
    hasMajors: rights.length > 0,
    onRed,
    merging: listsOf(mergingMovements(drafts, onRed)),
    waitMeters: Float64Array.from(drafts, ({ inside }) => inside?.waitMeters ?? 0),
    clearMeters: clearMetersOf(drafts, streets),
    into: listsOf(
      placesBy(
        drafts.map(({ toLink }) => toLink),
        streets.links.length,
      ),
    ),
    rank: Int32Array.from(drafts, (draft) => RANK[draft.turn]),
    crossingSpeed: Float64Array.from(discharges, (d) => d.crossingSpeed),
    followSeconds: Float64Array.from(discharges, (d) => d.followSeconds),
    spacing: Float64Array.from(drafts, (draft) => spacing[draft.fromLink]! - longer),
    reactionSeconds: Float64Array.from(discharges, (d) => d.reactionSeconds),
    crossingMeters: Float64Array.from(drafts, (draft) => insideMeters(draft, streets)),
    choices: turnChoices(drafts, demand, streets),
  };
}

/**
 * Where a movement's saturation flow needs vehicles to follow closer than usual, they do so on both its links: an exit with
 * a lower capacity than the stop line before it would otherwise be what meters the queue.
 */
function linkSpacings(drafts: readonly MovementDraft[], streets: Streets, drivers: Drivers): Float64Array {
  const spacing = new Float64Array(streets.links.length).fill(drivers.spacingMeters);
  for (const draft of drafts) {
    const { spacingMeters } = discharge(draft, streets, drivers.spacingMeters, drivers);
    for (const link of [draft.fromLink, draft.toLink]) {
      if (link >= 0) spacing[link] = Math.min(spacing[link]!, spacingMeters);
    }
  }
  return spacing;
}

function discharge(
  { fromLink, toLink, turn, inside, saturationFlowVehPerHour }: MovementDraft,
  streets: Streets,
  spacingMaxMeters: number,
  drivers: Drivers,
): Discharge {
  const from = streets.linkSpeed[fromLink]!;
  const limit = toLink < 0 || inside?.speed !== undefined ? from : Math.min(from, streets.linkSpeed[toLink]!);
  const curve =
    inside?.speed !== undefined && inside.speed < limit ? inside.speed - drivers.slack : undefined;
  if (saturationFlowVehPerHour !== undefined) {
    const turnSpeed = curve ?? (inside?.speed === undefined ? TURN_SPEED[turn] : limit);
    return dischargeOf(turnSpeed, limit, saturationFlowVehPerHour, spacingMaxMeters, drivers);
  }
  return {
    crossingSpeed: curve ?? limit * drivers.speedFactorMax,
    followSeconds: drivers.followSeconds,
    spacingMeters: spacingMaxMeters,
    reactionSeconds: 0,
  };
}

function insideMeters(draft: MovementDraft, streets: Streets): number {
  if (draft.toLink < 0) return 0;
  if (draft.inside !== undefined) return draft.inside.meters;
  const from = defined(streets.paths[draft.fromLink], "path");
  const drawn = crossingMeters(from, defined(streets.paths[draft.toLink], "path"));
  return draft.intersection === undefined ? drawn : Math.max(JUNCTION_MIN_METERS, drawn);
}

/** Beyond this nobody asks for more. */
const CLEAR_MAX_METERS = 60;

function clearMetersOf(drafts: readonly MovementDraft[], streets: Streets): Float64Array {
  const from = placesBy(
    drafts.map(({ fromLink, toLink }) => (toLink >= 0 ? fromLink : -1)),
    streets.links.length,
  );
  const clear = (link: number, sofar: number): number => {
    const upTo = sofar + streets.linkLength[link]!;
    const onward = from[link]!.map((place) => drafts[place]!);
    const goesOn = onward.every(({ phase, inside }) => phase < 0 && inside?.yieldsTo.length === 0);
    if (upTo >= CLEAR_MAX_METERS || onward.length === 0 || !goesOn) return upTo;
    return Math.max(
      ...onward.map(({ toLink, inside }) => clear(toLink, upTo + Math.max(1, inside?.meters ?? 0))),
    );
  };
  return Float64Array.from(streets.links, (_, link) => clear(link, 0));
}

/** Who has the right of way over whom, by the places of connections. */
type Right = { readonly place: string; readonly movement: number; readonly lane: number };

/** Each connection that somebody yields to, with its movement and lane; empty where connections say nothing of it. */
function rightsOf(drafts: readonly MovementDraft[], streets: Streets): readonly Right[] {
  const named = new Set(drafts.flatMap(({ inside }) => inside?.yieldsTo ?? []));
  const laneOf = new Map(
    streets.links.flatMap(({ lanes }, link) =>
      lanes.map(({ id }, k) => [id, streets.linkFirstLane[link]! + k] as const),
    ),
  );
  return drafts.flatMap(({ inside }, movement) =>
    (inside?.places ?? []).flatMap((place) => {
      if (!named.has(place)) return [];
      const fromLane = place.slice(0, place.indexOf(":"));
      return [{ place, movement, lane: defined(laneOf.get(fromLane), fromLane) }];
    }),
  );
}

function majorsOf({ inside }: MovementDraft, rights: readonly Right[]): readonly number[] {
  const yieldsTo = new Set(inside?.yieldsTo);
  const pairs = new Map<string, readonly number[]>();
  for (const { place, movement, lane } of rights) {
    if (yieldsTo.has(place)) pairs.set(`${movement} ${lane}`, [movement, lane]);
  }
  return [...pairs.values()].flat();
}

function conflictingFoes(network: Network, drafts: readonly MovementDraft[]): readonly (readonly number[])[] {
  const conflicts = conflictsOf(network);
  const index = new Map(network.intersections.map(({ id }, place) => [id, place]));
  const placeOf = ({ intersection = "" }: MovementDraft): number => index.get(intersection) ?? -1;
  const together = placesBy(drafts.map(placeOf), network.intersections.length);
  return drafts.map((draft) =>
    (together[placeOf(draft)] ?? []).filter((other) => mustYield(draft, drafts[other]!, conflicts)),
  );
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
function mustYield(draft: MovementDraft, other: MovementDraft, conflicts: ReadonlySet<string>): boolean {
  if (draft.intersection === undefined || draft.intersection !== other.intersection) return false;
  if (draft.fromLink === other.fromLink) return false;
  if (draft.phase !== other.phase)
    return conflicts.has(`${draft.intersection} ${draft.phaseId} ${other.phaseId}`);
  return RANK[draft.turn] <= RANK.left && RANK[other.turn] >= RANK.right;
}
