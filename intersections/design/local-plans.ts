import { assert, defined } from "../../src/assert.ts";
import { QUEUE_HEADWAY_SECONDS, STARTUP_LOST_SECONDS } from "../../src/model/clearance.ts";
import type { LocalPlan, Movement, Phase, Stage } from "../../src/model/intersection.ts";
import { type Phasing, ringsOf } from "./phasing.ts";
import { type PhaseSplit, type RingSplits, ringPlanToStages } from "./ring-plan.ts";
import { type LinkVolumes, type Turning, turnVolume } from "./volumes.ts";

/** What a phase needs of the cycle. */
export type PhaseNeed = {
  readonly phase: string;
  /** Critical flow ratio: the largest of its lane groups' volume over saturation flow. */
  readonly flowRatio: number;
  /** Yellow and red clearance on a plant with steps of a second, which rounds each of them up. */
  readonly clearanceSeconds: number;
  /** Part of the split in which nobody leaves. */
  readonly lostSeconds: number;
  /** Shortest split: the green that serves vehicles and pedestrians, and the clearance. */
  readonly splitMinSeconds: number;
};

/** Ring → barrier group → needs in the order of service. */
export type RingNeeds = readonly (readonly (readonly PhaseNeed[])[])[];

const CYCLE_STEP_SECONDS = 5;
/** Of turns alone: lost at the start, and on average half a headway at the end, because only whole vehicles leave. */
const TURN_LOST_SECONDS = STARTUP_LOST_SECONDS + QUEUE_HEADWAY_SECONDS / 2;
/** What a stage between two ends of leading phases lasts besides its clearance. */
const STAGE_MIN_SECONDS = 1;

export function ringNeeds(phasing: Phasing, volumes: LinkVolumes, turning: Turning): RingNeeds {
  // Permissive lefts take no time of their own; they find their gaps beside the phases that are timed.
  const yielding = new Set(phasing.stages.flatMap(({ permissive }) => permissive));
  const timed = phasing.phases.map(({ id }) => id).filter((id) => !yielding.has(id));
  const phaseOf = (id: string): Phase =>
    defined(
      phasing.phases.find((candidate) => candidate.id === id),
      `phase ${id}`,
    );
  const rings = ringsOf(timed);
  return rings.map((ring) =>
    ring.map((row, group) =>
      row.map((id, position): PhaseNeed => {
        // Phases that end together wait for the longest clearance.
        const peers = rings.flatMap((other) => other[group]?.[position] ?? []);
        const ending = [...peers, ...yieldingBeside(phasing, id)];
        const clearanceSeconds = Math.max(...ending.map((other) => coarseClearanceSeconds(phaseOf(other))));
        return {
          phase: id,
          flowRatio: phaseFlowRatio(phasing.movements, id, volumes, turning),
          clearanceSeconds,
          lostSeconds: clearanceSeconds + (turnsOnly(phasing.movements, id) ? TURN_LOST_SECONDS : 0),
          splitMinSeconds: Math.ceil(serviceMinSeconds(phaseOf(id))) + clearanceSeconds,
        };
      }),
    ),
  );
}

/** Phases that yield during the stages of a phase and end with it. */
function yieldingBeside(phasing: Phasing, phase: string): readonly string[] {
  return phasing.stages
    .filter(({ phases }) => phases.includes(phase))
    .flatMap(({ permissive }) => permissive);
}

/**
 * Through traffic gains at the end of green, in yellow, what it loses at the start; a queue that turns is too slow for that
 * and stops.
 */
function turnsOnly(movements: readonly Movement[], phase: string): boolean {
  return movements.every((movement) => movement.phase !== phase || movement.turn !== "through");
}

function coarseClearanceSeconds(phase: Phase): number {
  return Math.ceil(phase.yellowSeconds) + Math.ceil(phase.redClearSeconds);
}

function serviceMinSeconds(phase: Phase): number {
  const walking = phase.pedestrian ? phase.pedestrian.walkSeconds + phase.pedestrian.clearSeconds : 0;
  return Math.max(phase.greenMinSeconds, walking);
}

/** Movements that share a lane share its capacity; their ratio is spread over the lanes they have together. */
function phaseFlowRatio(
  movements: readonly Movement[],
  phase: string,
  volumes: LinkVolumes,
  turning: Turning,
): number {
  const groups: { lanes: Set<string>; ratio: number; single: number }[] = [];
  for (const movement of movements.filter((candidate) => candidate.phase === phase)) {
    const ratio =
      turnVolume(volumes, turning, movement.fromLink, movement.toLink) / movement.saturationFlowVehPerHour;
    const shared = groups.find(({ lanes }) => movement.fromLanes.some((lane) => lanes.has(lane)));
    const group = shared ?? { lanes: new Set<string>(), ratio: 0, single: 0 };
    if (!shared) groups.push(group);
    for (const lane of movement.fromLanes) group.lanes.add(lane);
    group.ratio += ratio;
    group.single = Math.max(group.single, ratio / movement.fromLanes.length);
  }
  return Math.max(0, ...groups.map(({ lanes, ratio, single }) => Math.max(single, ratio / lanes.size)));
}

/** Time of a row of phases when each gets `scale` seconds per unit of flow ratio, but never less than its minimum. */
function rowSeconds(row: readonly PhaseNeed[], scale: number): number {
  return row.reduce((sum, need) => sum + splitSeconds(need, scale), 0);
}

function splitSeconds(need: PhaseNeed, scale: number): number {
  return Math.max(need.splitMinSeconds, need.lostSeconds + need.flowRatio * scale);
}

function groupSeconds(rings: RingNeeds, group: number, scale: number): number {
  return Math.max(0, ...rings.map((ring) => rowSeconds(ring[group] ?? [], scale)));
}

function groupsOf(rings: RingNeeds): readonly number[] {
  return (rings[0] ?? []).map((_, group) => group);
}

/** The largest scale at which `secondsAt` still fits; `secondsAt` grows with the scale. */
function fittingScale(secondsAt: (scale: number) => number, available: number): number {
  let low = 0;
  let high = 1e6;
  for (let round = 0; round < 80; round += 1) {
    const middle = (low + high) / 2;
    if (secondsAt(middle) <= available) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Critical volume over capacity at a cycle: the equal degree of saturation of the critical phases under Webster's splits,
 * with every minimum kept.
 */
export function criticalSaturation(rings: RingNeeds, cycleSeconds: number): number {
  const scale = fittingScale(
    (candidate) => groupsOf(rings).reduce((sum, group) => sum + groupSeconds(rings, group, candidate), 0),
    cycleSeconds,
  );
  return cycleSeconds / scale;
}

/** The shortest cycle, in steps of 5 s, that keeps minimums and stays at or below a degree of saturation. */
export function shortestCycleSeconds(
  rings: RingNeeds,
  saturationMax: number,
  cycleMinSeconds: number,
): number {
  const minimum = groupsOf(rings).reduce((sum, group) => sum + groupSeconds(rings, group, 0), 0);
  let cycle = Math.ceil(Math.max(minimum, cycleMinSeconds) / CYCLE_STEP_SECONDS) * CYCLE_STEP_SECONDS;
  while (criticalSaturation(rings, cycle) > saturationMax) {
    cycle += CYCLE_STEP_SECONDS;
    assert(cycle <= 300, "the demand can be served at some cycle");
  }
  return cycle;
}

/**
 * Splits of a coordinated plan, in whole seconds, and the stages they make: each the one of `stages` whose phases that do not
 * yield are those of the rings.
 */
export function designStages(
  rings: RingNeeds,
  cycleSeconds: number,
  stages: readonly Stage[],
): LocalPlan["stages"] {
  const scale = fittingScale(
    (candidate) => groupsOf(rings).reduce((sum, group) => sum + groupSeconds(rings, group, candidate), 0),
    cycleSeconds,
  );
  const groups = wholeSeconds(
    groupsOf(rings).map((group) => ({
      exact: groupSeconds(rings, group, scale),
      minimum: Math.ceil(groupSeconds(rings, group, 0)),
    })),
    cycleSeconds,
  );
  const splits = rings.map((ring) =>
    ring.map((row, group) => rowSplits(row, defined(groups[group], "group"))),
  );
  const aligned = spaceOverlaps(rings, splits, groups);
  const idOf = new Map(
    stages.map(({ id, phases, permissive }) => [
      phases.filter((phase) => !permissive.includes(phase)).join("-"),
      id,
    ]),
  );
  return ringPlanToStages(aligned, coordinatedStage(rings)).map(({ stage, splitSeconds: seconds }) => ({
    stage: defined(idOf.get(stage), `stage ${stage}`),
    splitSeconds: seconds,
  }));
}

function coordinatedStage(rings: RingNeeds): string {
  return rings.map((ring) => defined(ring[0]?.at(-1), "a main through phase").phase).join("-");
}

function rowSplits(row: readonly PhaseNeed[], available: number): readonly PhaseSplit[] {
  if (row.length === 0) return [];
  const scale = fittingScale((candidate) => rowSeconds(row, candidate), available);
  const seconds = wholeSeconds(
    row.map((need) => ({ exact: splitSeconds(need, scale), minimum: need.splitMinSeconds })),
    available,
  );
  return row.map(({ phase }, index) => ({ phase, splitSeconds: defined(seconds[index], phase) }));
}

/** Rounds parts to whole seconds that add up to the total; the last part takes what is left. */
function wholeSeconds(
  parts: readonly { readonly exact: number; readonly minimum: number }[],
  total: number,
): readonly number[] {
  const rounded = parts.map(({ exact, minimum }) => Math.max(minimum, Math.round(exact)));
  let rest = total - rounded.reduce((sum, value) => sum + value, 0);
  for (let index = rounded.length - 1; rest !== 0 && index >= 0; index -= 1) {
    const value = defined(rounded[index], "part");
    const moved = Math.max(defined(parts[index], "part").minimum, value + rest);
    rest -= moved - value;
    rounded[index] = moved;
  }
  assert(rest === 0, `minimums fit into ${total} s`);
  return rounded;
}

/**
 * Where the leading phases of the two rings end so close together that the stage between them would be shorter than its
 * clearance, they end together or far enough apart, whichever moves less time.
 */
function spaceOverlaps(rings: RingNeeds, splits: RingSplits, groups: readonly number[]): RingSplits {
  return splits.map((ring, ringIndex) =>
    ring.map((row, group) => {
      const other = splits[1 - ringIndex]?.[group] ?? [];
      const needs = rings.map((needRow) => needRow[group] ?? []);
      const [lead, follow] = row;
      const otherLead = other[0];
      if (row.length !== 2 || other.length !== 2 || !lead || !follow || !otherLead) return row;
      const total = defined(groups[group], "group");
      const [own] = spacedLeads(lead.splitSeconds, otherLead.splitSeconds, needs, ringIndex, total);
      return [
        { phase: lead.phase, splitSeconds: own },
        { phase: follow.phase, splitSeconds: total - own },
      ];
    }),
  );
}

/** Splits of the leading phase of one ring and of the other one. */
function spacedLeads(
  own: number,
  other: number,
  needs: readonly (readonly PhaseNeed[])[],
  ring: number,
  total: number,
): readonly [number, number] {
  const gap = Math.max(...needs.map((row) => row[0]?.clearanceSeconds ?? 0)) + STAGE_MIN_SECONDS;
  const difference = Math.abs(own - other);
  if (difference === 0 || difference >= gap) return [own, other];
  const later = Math.max(own, other);
  const earlier = Math.min(own, other);
  const laterRing = own > other ? ring : 1 - ring;
  const room = (ringIndex: number): number => total - (needs[ringIndex]?.[1]?.splitMinSeconds ?? 0);
  const apart = earlier + gap <= room(laterRing) && gap - difference < difference;
  assert(apart || later <= room(1 - laterRing), "room for leading phases that end together");
  const moved = apart ? [earlier + gap, earlier] : [later, later];
  const [forLater, forEarlier] = [moved[0] ?? later, moved[1] ?? earlier];
  return own > other ? [forLater, forEarlier] : [forEarlier, forLater];
}
