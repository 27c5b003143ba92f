import { defined } from "../assert.ts";
import { changeAt, lastChange } from "../detect/changes.ts";
import { usualOf } from "../detect/health-evidence.ts";
import { opened, substituteOf } from "../detect/health-kept.ts";
import type { DetectorStateView } from "../protocol/detector-view.ts";
import { DAY_MS, HOUR_MS, modulo } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { isReplaced } from "./detector-health.ts";
import type { EngineState, NodeState } from "./state.ts";

const MINUTES_PER_HOUR = 60;

/** Every detector of an intersection, good ones too. */
export function detectorStates(
  state: EngineState,
  tables: EngineTables,
  index: number,
): readonly DetectorStateView[] {
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  const hour = Math.floor(modulo(state.now - tables.configuration.midnightAt, DAY_MS) / HOUR_MS);
  return node.health.detectors.map((kept, detector): DetectorStateView => {
    const health = opened(kept);
    const expected = usualOf(health, hour);
    return {
      intersection: own.id,
      detector: defined(own.health.ids[detector], "detector"),
      role: defined(own.health.roles[detector], "role"),
      movements: movementsOf(own, detector).map((movement) => movementText(own, movement)),
      state: health.state,
      since: health.since,
      fault: health.finding?.rule ?? null,
      reason: health.finding?.reason ?? null,
      lastHitAt: changeAt(lastChange(defined(node.cleaning.loops[detector], "loop").changes), 0)?.at ?? null,
      hitsPerHour: Math.round(health.recent * MINUTES_PER_HOUR),
      expectedPerHour: expected === null ? null : Math.round(expected * MINUTES_PER_HOUR),
      linked: node.linked,
      effect: detectorEffect(node, own, tables, detector),
    };
  });
}

/** What an engine that hears a detector which is not good does about it; `null` where it is used as it is. */
export function detectorEffect(
  node: NodeState,
  own: NodeTables,
  { healthUse }: EngineTables,
  detector: number,
): string | null {
  const health = defined(node.health.detectors[detector], "detector");
  const { state } = health;
  if (state === "good") return null;
  if (healthUse === "told") return "None: its counts are used as they are";
  const movements = movementsOf(own, detector);
  const names = movements.map((movement) => movementText(own, movement)).join(", ");
  const basis = substituteOf(health)?.basis;
  const source = basis === "usual" ? "its own usual ones at this hour" : "those of its neighbours";
  if (state === "suspect") {
    return movements.length === 0
      ? "Its counts teach nothing while it is doubted"
      : `${names}: its counts or ${source}, whichever are greater; nothing is learnt from it`;
  }
  const replaced = movements.filter((movement) => isReplaced(node.health, movement));
  const counts =
    movements.length === 0
      ? `Its counts are replaced by ${source}`
      : replaced.length === 0
        ? `${names}: nothing stands for its counts yet, forecasts go on without them`
        : `${replaced.map((movement) => movementText(own, movement)).join(", ")}: counts imputed from ${source}`;
  const held = phasesOf(own, detector);
  const greens = held.length === 0 ? "" : `; ${held.map((id) => `∅${id}`).join(", ")} given no less green`;
  const heard = state === "failed" ? "; not heard by the adaptive level" : "; heard again, with doubt";
  return `${counts}${greens}${heard}`;
}

/** Movements that its counts are counts of: a stop-line loop's. */
function movementsOf({ lanes }: NodeTables, detector: number): readonly number[] {
  const streams = defined(lanes.streamsOfLoop[detector], "streams");
  return [...new Set(streams.map((stream) => defined(lanes.streams[stream], "stream").movement))];
}

/** Phases of the lanes that it looks after at the stop line or before it. */
function phasesOf({ lanes, timing }: NodeTables, detector: number): readonly string[] {
  const phases = lanes.lanes.flatMap(({ stopLineLoops, advanceLoops, streams }) =>
    [...stopLineLoops, ...advanceLoops].includes(detector)
      ? streams.map((stream) => defined(lanes.streams[stream], "stream").phase)
      : [],
  );
  return [...new Set(phases)].map((phase) => defined(timing.intersection.phases[phase], "phase").id);
}

function movementText({ timing }: NodeTables, index: number): string {
  const { id, phase } = defined(timing.intersection.movements[index], "movement");
  return `${id} ∅${phase}`;
}
