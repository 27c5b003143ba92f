import { defined } from "../../src/assert.ts";
import type { Envelope, Intersection, Movement, Stage, Turn } from "../../src/model/intersection.ts";
import { modulo } from "../../src/units.ts";
import { foreignId } from "./foreign-id.ts";
import { IMPORT_DEFAULTS as DEFAULTS } from "./import-defaults.ts";
import { type LaneGraph, loopsOf, type PlacedLoop } from "./loops.ts";
import type { NetConnection, NetLane, SignalProgram, SumoNet } from "./net-file.ts";
import { conflictingPhases, type PlaceFinder } from "./signal-conflicts.ts";
import { type LinkBinding, linkBindings } from "./signal-links.ts";
import { type SignalGroups, signalGroups } from "./signal-groups.ts";
import { type ProgramStage, programStages } from "./signal-stages.ts";
import { type Profile, timingRule } from "./signal-profile.ts";
import { type ShippedTiming, shippedTiming, tenths } from "./signal-timing.ts";

/** A signal of SUMO and the intersection that it became. */
export type SignalBinding = {
  readonly intersection: string;
  readonly tls: string;
  /** In the order of SUMO's link indices. */
  readonly links: readonly LinkBinding[];
  readonly loops: readonly PlacedLoop[];
};

export type ImportedSignal = {
  readonly intersection: Intersection;
  readonly binding: SignalBinding;
  /** SUMO ids of the junctions that the signal controls. */
  readonly junctions: readonly string[];
  readonly notes: readonly string[];
};

export type SignalSurroundings = {
  readonly net: SumoNet;
  readonly graph: LaneGraph;
  readonly placeOf: PlaceFinder;
  readonly beginSeconds: number;
  readonly stepSeconds: number;
  readonly profile: Profile;
};

/** The intersection of one signal program; `undefined`, with the reason as a note, where it releases no vehicle. */
export function importSignal(
  surroundings: SignalSurroundings,
  program: SignalProgram,
): ImportedSignal | { readonly intersection: undefined; readonly notes: readonly string[] } {
  const { net, graph, placeOf, beginSeconds } = surroundings;
  const linkCount = program.phases[0]?.state.length ?? 0;
  const connections = net.connections.filter(
    ({ tl, linkIndex }) => tl === program.tls && linkIndex !== undefined,
  );
  const controlled = connections.filter(({ linkIndex }) => linkIndex !== undefined && linkIndex < linkCount);
  const linksWhere = (crossing: boolean): ReadonlySet<number> =>
    new Set(
      controlled.filter(({ to }) => to.startsWith(":") === crossing).map(({ linkIndex }) => linkIndex ?? 0),
    );
  const states = program.phases.map(({ state }) => state);
  const groups = signalGroups(states, linksWhere(false));
  const stages = programStages(
    groups.groups,
    program.phases.map(({ durationSeconds }) => durationSeconds),
    states.map((state) => /[uU]/.test(state)),
  );
  const movements = movementsOf(net, connections, groups);
  const name = `signal ${program.tls}`;
  const obstacle = movements.length === 0 ? NO_RELEASE : obstacleIn(stages);
  if (obstacle !== undefined) {
    return { intersection: undefined, notes: [`${name}: ${obstacle} and is left to SUMO`] };
  }
  const conflicts = conflictingPhases(net, connections, placeOf, groups, stages);
  const rule = timingRule(surroundings, approachSpeeds(net, connections, groups), conflicts);
  const timing = shippedTiming(groups.groups, stages, rule);
  const roads = connections.filter((connection) => isRoad(net, connection));
  const id = foreignId(program.tls);
  const junctions = junctionsOf(net, connections);
  const loops = loopsOf(net, graph, approachesOf(net, roads), [...new Set(roads.map(({ to }) => to))]);
  const plan = {
    id: foreignId(program.programId),
    cycleSeconds: timing.cycleSeconds,
    offsetSeconds: offsetOf(program, stages, beginSeconds, timing.cycleSeconds),
    stages: timing.splitsSeconds.map((splitSeconds, index) => ({ stage: stageId(index), splitSeconds })),
  };
  const intersection: Intersection = {
    version: 1,
    id,
    name: program.tls,
    node: foreignId(defined(junctions[0], `junction of ${name}`)),
    structure: "stages",
    movements: [...movements],
    phases: [...timing.phases],
    stages: stages.map((stage, index) => stageOf(stage, index, groups)),
    conflicts: conflicts.map(([left, right]) => [phaseId(groups, left), phaseId(groups, right)]),
    detectors: loops.map(({ detector }) => detector),
    envelope: envelopeOf(timing),
    plans: [plan],
    schedule: [{ from: "00:00", plan: plan.id }],
  };
  return {
    intersection,
    junctions,
    binding: {
      intersection: id,
      tls: program.tls,
      links: linkBindings(states, groups, stages, linksWhere(true)),
      loops,
    },
    notes: [...programNotes(program), ...timing.notes, ...keptGreenNotes(groups, stages)].map(
      (note) => `${name}: ${note}`,
    ),
  };
}

/** The defaults, widened where the shipped plan lies outside. */
function envelopeOf({ cycleSeconds, redMaxSeconds }: ShippedTiming): Envelope {
  return {
    cycleMinSeconds: Math.min(DEFAULTS.cycleMinSeconds, cycleSeconds),
    cycleMaxSeconds: Math.max(DEFAULTS.cycleMaxSeconds, cycleSeconds),
    splitStepSeconds: DEFAULTS.splitStepSeconds,
    cycleChangeMinSeconds: DEFAULTS.cycleChangeMinSeconds,
    waitMaxSeconds: Math.max(DEFAULTS.waitMaxSeconds, redMaxSeconds),
    planValidMaxSeconds: DEFAULTS.planValidMaxSeconds,
    transitionLengthenRatio: DEFAULTS.transitionLengthenRatio,
    transitionShortenRatio: DEFAULTS.transitionShortenRatio,
  };
}

const NO_RELEASE = "never releases a vehicle";

/** Why a program cannot be run as stages and clearances; `undefined` where it can. */
function obstacleIn(stages: readonly ProgramStage[]): string | undefined {
  if (stages.length === 0) return NO_RELEASE;
  const longest = Math.max(...stages.map(({ transitionSeconds }) => transitionSeconds));
  if (stages.length === 1 && longest > 0)
    return "closes a single stage for a while without releasing another one";
  const limit = DEFAULTS.yellowMaxSeconds + DEFAULTS.redClearMaxSeconds;
  if (longest > limit)
    return `clears for ${tenths(longest)} s, more than the ${limit} s that phases may take`;
  return undefined;
}

function stageId(index: number): string {
  return `s${index + 1}`;
}

function phaseId(groups: SignalGroups, phase: number): string {
  return defined(groups.groups[phase], "phase").id;
}

function stageOf(stage: ProgramStage, index: number, groups: SignalGroups): Stage {
  return {
    id: stageId(index),
    phases: stage.green.map((phase) => phaseId(groups, phase)),
    permissive: stage.permissive.map((phase) => phaseId(groups, phase)),
  };
}

/**
 * Lag of the first stage's green behind midnight. SUMO 1.15 runs a program at position (time − offset) modulo its cycle,
 * whatever the begin of the simulation; the plan's first stage begins `startSeconds` into it.
 */
function offsetOf(
  program: SignalProgram,
  stages: readonly ProgramStage[],
  beginSeconds: number,
  cycleSeconds: number,
): number {
  const { startSeconds } = defined(stages[0], "stage");
  const zero = program.offsetSeconds === "begin" ? beginSeconds : program.offsetSeconds;
  const offset = tenths(modulo(zero + startSeconds, cycleSeconds));
  return offset >= cycleSeconds ? 0 : offset;
}

const TURNS: Readonly<Record<string, Turn>> = {
  s: "through",
  l: "left",
  L: "left",
  r: "right",
  R: "right",
  t: "uturn",
  T: "uturn",
};

function isRoad(net: SumoNet, { from, fromLane, to, toLane }: NetConnection): boolean {
  return laneOf(net, from, fromLane)?.motor === true && laneOf(net, to, toLane)?.motor === true;
}

function laneOf(net: SumoNet, edge: string, index: number): NetLane | undefined {
  return net.edges.get(edge)?.lanes.find((lane) => lane.index === index);
}

function movementsOf(
  net: SumoNet,
  connections: readonly NetConnection[],
  groups: SignalGroups,
): readonly Movement[] {
  const found = new Map<string, Movement>();
  for (const connection of connections) {
    const phase = groups.phaseOfLink[connection.linkIndex ?? -1];
    const lane = laneOf(net, connection.from, connection.fromLane);
    if (phase === undefined || lane === undefined || !isRoad(net, connection)) continue;
    const id = foreignId(`${connection.from}_${connection.to}_${phaseId(groups, phase)}`);
    const fromLane = foreignId(lane.id);
    const known = found.get(id);
    const turn = TURNS[connection.dir] ?? "through";
    found.set(id, {
      id,
      turn: known?.turn ?? turn,
      fromLink: foreignId(connection.from),
      fromLanes: [...new Set([...(known?.fromLanes ?? []), fromLane])],
      toLink: foreignId(connection.to),
      phase: phaseId(groups, phase),
      saturationFlowVehPerHour:
        turn === "through" ? DEFAULTS.throughSaturationFlowVehPerHour : DEFAULTS.turnSaturationFlowVehPerHour,
    });
  }
  return [...found.values()];
}

/** By phase, the highest speed limit of the lanes that it releases, m/s. */
function approachSpeeds(
  net: SumoNet,
  connections: readonly NetConnection[],
  { groups, phaseOfLink }: SignalGroups,
): readonly number[] {
  const speeds = groups.map(() => 0);
  for (const { from, fromLane, linkIndex } of connections) {
    const phase = phaseOfLink[linkIndex ?? -1];
    const speed = laneOf(net, from, fromLane)?.speedMetersPerSecond ?? 0;
    if (phase !== undefined) speeds[phase] = Math.max(speeds[phase] ?? 0, speed);
  }
  return speeds;
}

/** Lanes with a stop line of the signal, in the order of its links. */
function approachesOf(net: SumoNet, roads: readonly NetConnection[]): readonly NetLane[] {
  const lanes = new Map<string, NetLane>();
  for (const { from, fromLane } of roads.toSorted((a, b) => (a.linkIndex ?? 0) - (b.linkIndex ?? 0))) {
    const lane = laneOf(net, from, fromLane);
    if (lane !== undefined) lanes.set(lane.id, lane);
  }
  return [...lanes.values()];
}

/** The junctions at whose stop lines the signal stands; the one with most links first. */
function junctionsOf(net: SumoNet, connections: readonly NetConnection[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { from } of connections) {
    const junction = net.edges.get(from)?.to;
    if (junction !== undefined) counts.set(junction, (counts.get(junction) ?? 0) + 1);
  }
  return [...counts].toSorted((left, right) => right[1] - left[1]).map(([junction]) => junction);
}

function programNotes(program: SignalProgram): readonly string[] {
  const notes: string[] = [];
  if (program.type !== "static") {
    notes.push(
      `the ${program.type} program ${program.programId} is run with its listed durations as a fixed plan`,
    );
  }
  if (program.branches) notes.push(`the program's branches (next="…") are not followed`);
  return notes;
}

/** Phases that the program shows yellow between two greens: with us they stay green, as no green may follow yellow. */
function keptGreenNotes(groups: SignalGroups, stages: readonly ProgramStage[]): readonly string[] {
  const kept = stages.flatMap((stage, index) => {
    const next = (index + 1) % stages.length;
    return stage.green
      .filter((phase) => stages[next]?.green.includes(phase))
      .filter((phase) =>
        stage.transition.some(({ state }) => !/[Gg]/.test(groups.groups[phase]?.aspects[state] ?? "")),
      )
      .map((phase) => `${phaseId(groups, phase)} from ${stageId(index)} to ${stageId(next)}`);
  });
  if (kept.length === 0) return [];
  return [
    `phases that stay green where the shipped program shows yellow or red in between: ${kept.join(", ")}`,
  ];
}
