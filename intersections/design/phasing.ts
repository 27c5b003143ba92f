import { defined } from "../../src/assert.ts";
import {
  configuredYellowSeconds,
  extendedYellowSeconds,
  flashingDontWalkSeconds,
  kinematicYellowSeconds,
  PEDESTRIAN_BUFFER_MIN_SECONDS,
  queueGreenMinSeconds,
  redClearSeconds,
  TURN_ENTRY_METERS_PER_SECOND,
  walkSeconds,
} from "../../src/model/clearance.ts";
import type { Intersection, Movement, Phase, Stage } from "../../src/model/intersection.ts";
import type { Link } from "../../src/model/network.ts";
import { byCodeUnit } from "../../src/units.ts";
import { STOP_LINE_DETECTOR_METERS } from "./detection.ts";
import { roundTo } from "./geometry.ts";
import { EXIT_SIDE, type Junction, type Leg, SIDES, type Side, STOP_LINE_SETBACK_METERS } from "./streets.ts";

/** NEMA numbers: odd are lefts, even are through with right; 1, 2, 5, 6 on the main street. */
const PHASE_OF: Readonly<Record<Side, { readonly left: string; readonly through: string }>> = {
  west: { left: "5", through: "2" },
  east: { left: "1", through: "6" },
  north: { left: "7", through: "4" },
  south: { left: "3", through: "8" },
};

/** Ring → barrier group → phases, leading lefts. */
const RINGS: readonly (readonly (readonly string[])[])[] = [
  [
    ["1", "2"],
    ["3", "4"],
  ],
  [
    ["5", "6"],
    ["7", "8"],
  ],
];

const HEADING: Readonly<Record<Side, { readonly short: string; readonly long: string }>> = {
  west: { short: "EB", long: "eastbound" },
  east: { short: "WB", long: "westbound" },
  south: { short: "NB", long: "northbound" },
  north: { short: "SB", long: "southbound" },
};

/**
 * Discharge of one lane: 1900 passenger cars per hour of green, 3 % heavy vehicles, and the usual factors 0.95 for a
 * protected left and 0.85 for a right turn.
 */
const SATURATION_VEH_PER_HOUR = { left: 1750, through: 1840, right: 1570 } as const;
/** What drivers expect of a green, in seconds. */
const EXPECTED_GREEN_SECONDS = { left: 7, mainThrough: 10, crossThrough: 7 } as const;
const GREEN_MAX_SECONDS = { left: 40, mainThrough: 90, crossThrough: 60 } as const;

/** Where fewer want to cross the main street, most of its greens across would show walk to nobody. */
const PUSH_BUTTON_BELOW_PER_HOUR = 60;

export type Phasing = Pick<
  Intersection,
  "structure" | "movements" | "phases" | "stages" | "conflicts" | "rings"
>;

/** Movements, phases, stages and conflicts of a junction whose legs decide which NEMA phases it has. */
export function designPhasing(junction: Junction, linkOf: (id: string) => Link): Phasing {
  const legs = SIDES.flatMap((side) => junction.legs[side] ?? []);
  const movements = legs.flatMap((leg) => movementsFrom(junction, leg, linkOf(leg.inLink)));
  const phaseIds = [...new Set(movements.map(({ phase }) => phase))].toSorted(byCodeUnit);
  const phases = phaseIds.map((id) => designPhase(junction, id));
  const permissiveCross = junction.description.crossLefts === "permissive";
  const stages = permissiveCross ? withPermissiveCross(ringStages(phaseIds)) : ringStages(phaseIds);
  return {
    structure: permissiveCross ? "stages" : "ringBarrier",
    movements,
    phases,
    ...(permissiveCross ? {} : { rings: ringsOf(phaseIds) }),
    stages,
    conflicts: conflictsOf(phaseIds),
  };
}

/** The dual ring reduced to the phases that the junction has. */
export function ringsOf(phaseIds: readonly string[]): string[][][] {
  return RINGS.map((ring) => ring.map((group) => group.filter((id) => phaseIds.includes(id))));
}

function movementsFrom(junction: Junction, leg: Leg, link: Link): Movement[] {
  const lanes = link.lanes.map(({ id }) => id);
  const centre = defined(lanes[lanes.length - 1], "lane at the centre");
  const kerb = defined(lanes[0], "lane at the kerb");
  const exits = EXIT_SIDE[leg.side];
  const hasLeft = junction.legs[exits.left] !== undefined;
  const hasThrough = junction.legs[exits.through] !== undefined;
  const movements: Movement[] = [];
  for (const turn of ["left", "through", "right"] as const) {
    const exit = junction.legs[exits[turn]];
    if (!exit) continue;
    // The stem of a T has one green for both of its turns.
    const separate = turn === "left" && hasThrough;
    const throughLanes = hasLeft ? lanes.slice(0, -1) : lanes;
    movements.push({
      id: `${HEADING[leg.side].short}${turn.slice(0, 1).toUpperCase()}`,
      turn,
      fromLink: leg.inLink,
      fromLanes: turn === "through" ? throughLanes : [turn === "left" ? centre : kerb],
      toLink: exit.outLink,
      phase: separate ? PHASE_OF[leg.side].left : PHASE_OF[leg.side].through,
      saturationFlowVehPerHour: SATURATION_VEH_PER_HOUR[turn],
    });
  }
  return movements;
}

function designPhase(junction: Junction, id: string): Phase {
  const side = defined(
    SIDES.find((candidate) => PHASE_OF[candidate].left === id || PHASE_OF[candidate].through === id),
    `side of phase ${id}`,
  );
  const leg = defined(junction.legs[side], `leg of phase ${id}`);
  const left = PHASE_OF[side].left === id;
  const kind = left ? "left" : leg.road.axis === "main" ? "mainThrough" : "crossThrough";
  const opposite = junction.legs[EXIT_SIDE[side].through];
  const crossingMeters = Math.max(
    ...[EXIT_SIDE[side].left, EXIT_SIDE[side].right].map((other) => junction.legs[other]?.widthMeters ?? 0),
  );
  const turnsOnly = left || opposite === undefined;
  const speed = leg.speedMetersPerSecond;
  const computedYellow = turnsOnly
    ? extendedYellowSeconds(speed, TURN_ENTRY_METERS_PER_SECOND)
    : kinematicYellowSeconds(speed);
  const pathMeters = turnsOnly
    ? leftPathMeters(crossingMeters, leg.widthMeters)
    : throughPathMeters(crossingMeters);
  const crossed = left ? undefined : junction.legs[EXIT_SIDE[side].right];
  const onCall =
    kind === "crossThrough" && junction.description.pedestriansPerHour < PUSH_BUTTON_BELOW_PER_HOUR;
  return {
    id,
    name: `${HEADING[side].long} ${phaseTurns(junction, side, left)}`,
    greenMinSeconds: Math.max(EXPECTED_GREEN_SECONDS[kind], queueGreenMinSeconds(STOP_LINE_DETECTOR_METERS)),
    greenMaxSeconds: GREEN_MAX_SECONDS[kind],
    yellowSeconds: configuredYellowSeconds(computedYellow),
    redClearSeconds: redClearSeconds(pathMeters, turnsOnly ? TURN_ENTRY_METERS_PER_SECOND : speed),
    ...(crossed ? { pedestrian: { ...pedestrianTimes(crossed), ...(onCall ? { recall: false } : {}) } } : {}),
  };
}

function phaseTurns(junction: Junction, side: Side, left: boolean): string {
  if (left) return "left";
  const exits = EXIT_SIDE[side];
  const hasThrough = junction.legs[exits.through] !== undefined;
  const turns = [...(hasThrough ? ["through"] : ["left"]), ...(junction.legs[exits.right] ? ["right"] : [])];
  return turns.join(" and ");
}

/** Straight over the crossing carriageway. */
function throughPathMeters(crossingMeters: number): number {
  return STOP_LINE_SETBACK_METERS + crossingMeters;
}

/** A quarter of an ellipse whose half axes are half of the two carriageways. */
function leftPathMeters(crossingMeters: number, ownMeters: number): number {
  const meanSquare = ((crossingMeters / 2) ** 2 + (ownMeters / 2) ** 2) / 2;
  return STOP_LINE_SETBACK_METERS + (Math.PI / 2) * Math.sqrt(meanSquare);
}

/** Pedestrians walk beside the through traffic, over the leg on its right. */
function pedestrianTimes(crossed: Leg): NonNullable<Phase["pedestrian"]> {
  const crosswalkMeters = roundTo(crossed.widthMeters, 1);
  const bufferSeconds = PEDESTRIAN_BUFFER_MIN_SECONDS;
  const clearSeconds = flashingDontWalkSeconds(crosswalkMeters, bufferSeconds);
  return {
    crosswalkMeters,
    walkSeconds: walkSeconds(crosswalkMeters, clearSeconds + bufferSeconds),
    clearSeconds,
    bufferSeconds,
    crosses: crossed.outLink,
  };
}

const COMPATIBLE: ReadonlySet<string> = new Set(["1-5", "1-6", "2-5", "2-6", "3-7", "3-8", "4-7", "4-8"]);

/** Every pair but the eight that NEMA allows together. */
function conflictsOf(phaseIds: readonly string[]): [string, string][] {
  return phaseIds.flatMap((left, index) =>
    phaseIds
      .slice(index + 1)
      .filter((right) => !COMPATIBLE.has(`${left}-${right}`))
      .map((right): [string, string] => [left, right]),
  );
}

/** Each pair of compatible phases, and a phase alone where its group has nothing in the other ring. */
function ringStages(phaseIds: readonly string[]): Stage[] {
  const rings = ringsOf(phaseIds);
  return [0, 1].flatMap((group) => {
    const [first, second] = rings.map((ring) => ring[group] ?? []);
    if (!first?.length || !second?.length) {
      return [...(first ?? []), ...(second ?? [])].map((phase) => stageOf([phase]));
    }
    return first.flatMap((left) => second.map((right) => stageOf([left, right])));
  });
}

function stageOf(phases: string[]): Stage {
  return { id: phases.join("-"), phases, permissive: [] };
}

/** One stage of a cross street whose lefts yield, in place of the stages that gave them a green of their own. */
function withPermissiveCross(stages: readonly Stage[]): Stage[] {
  const cross = ["3", "4", "7", "8"];
  return [
    ...stages.filter(({ phases }) => phases.every((phase) => !cross.includes(phase))),
    { ...stageOf(cross), permissive: ["3", "7"] },
  ];
}
