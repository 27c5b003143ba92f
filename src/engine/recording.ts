import { defined } from "../assert.ts";
import { type Realised, realisedContent, realisedId } from "../explain/record.ts";
import { expectedDelaySeconds } from "../optimize/split-choice.ts";
import { after, type InstantMs, MINUTE_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { laneDemands, streamFlows } from "./demand.ts";
import { isReplaced } from "./detector-health.ts";
import type { Effect, Step } from "./effect.ts";
import type { NodeRecording } from "./recording-state.ts";
import type { NodeState } from "./state.ts";

/** Longer than the longest horizon that can be set. */
const SHOWN_MS = 3 * MINUTE_MS;

/** What the heads show now: kept when it is another green. */
export function shownTold(node: NodeState): NodeState {
  const { recording, tactical } = node;
  const { street } = tactical;
  if (recording === undefined || street === null || street.changing) return node;
  if (recording.shown.at(-1)?.stage === street.stage) return node;
  const since = after(street.at, -SHOWN_MS);
  // The one that was shown then is needed too.
  const first = Math.max(
    0,
    recording.shown.findLastIndex(({ at }) => at <= since),
  );
  const shown = [...recording.shown.slice(first), { stage: street.stage, at: street.at }];
  return { ...node, recording: { ...recording, shown } };
}

/** Vehicles that left over stop-line loops. */
export function servedTold(
  node: NodeState,
  { lanes }: NodeTables,
  events: readonly { readonly detector: number; readonly on: boolean }[],
): NodeState {
  const { recording } = node;
  if (recording === undefined) return node;
  const left = events.filter(
    ({ detector, on }) => !on && defined(lanes.streamsOfLoop[detector], "loop").length > 0,
  ).length;
  return left === 0 ? node : { ...node, recording: { ...recording, served: recording.served + left } };
}

/** What came of the stages that were chosen a horizon ago. */
export function tellRealisedStages(step: Step, tables: EngineTables, at: InstantMs): Step {
  if (!tables.records.stages) return step;
  return tellNodes(
    step,
    tables,
    (node, own, recording) => {
      const due = recording.stages.filter(({ untilAt }) => untilAt <= at);
      if (due.length === 0) return undefined;
      const stages = recording.stages.slice(due.length);
      const told = due.map((open): Realised => {
        const first = recording.shown.findLastIndex((shown) => shown.at <= open.at);
        return {
          level: "tactical",
          of: open.id,
          untilAt: at,
          served: recording.served - open.served,
          shown: recording.shown.slice(Math.max(0, first)).map((shown) => ({
            stage: defined(own.timing.stages[shown.stage], "stage").id,
            at: shown.at,
          })),
        };
      });
      return { node: { ...node, recording: { ...recording, stages } }, told };
    },
    at,
  );
}

/** What came of the timings that were chosen for the interval that has just been closed. */
export function tellRealisedTimings(step: Step, tables: EngineTables, at: InstantMs): Step {
  if (!tables.records.timings) return step;
  return tellNodes(
    step,
    tables,
    (node, own, recording) => {
      const { timing } = recording;
      if (timing === null) return undefined;
      const counted = node.series.map((series, movement) => ({
        movement: defined(own.timing.intersection.movements[movement], "movement").id,
        vehicles: known(series.recent.at(-1)),
      }));
      const whole = counted.every(
        ({ vehicles }, movement) => vehicles !== null || isReplaced(node.health, movement),
      );
      const lanes = laneDemands(
        own,
        streamFlows(own, node, tables.configuration.intervalMs, ({ recent }) => recent.at(-1) ?? 0),
      );
      const told: Realised = {
        level: "strategic",
        of: timing.id,
        untilAt: at,
        status: node.plans.find(({ plan }) => plan.id === timing.plan)?.status ?? null,
        counted,
        delaySeconds: whole ? expectedDelaySeconds(own.timing, timing.timing, lanes) : null,
      };
      return { node: { ...node, recording: { ...recording, timing: null } }, told: [told] };
    },
    at,
  );
}

function known(count: number | undefined): number | null {
  return count === undefined || Number.isNaN(count) ? null : count;
}

type Told = { readonly node: NodeState; readonly told: readonly Realised[] };

function tellNodes(
  { state, effects }: Step,
  tables: EngineTables,
  tell: (node: NodeState, own: NodeTables, recording: NodeRecording) => Told | undefined,
  at: InstantMs,
): Step {
  const added: Effect[] = [];
  const nodes = state.nodes.map((node, index) => {
    const own = defined(tables.nodes[index], "tables");
    const told = node.recording === undefined ? undefined : tell(node, own, node.recording);
    if (told === undefined) return node;
    for (const realised of told.told) added.push(realisedEffect(own.id, at, realised));
    return told.node;
  });
  return { state: { ...state, nodes }, effects: [...effects, ...added] };
}

function realisedEffect(intersection: string, at: InstantMs, realised: Realised): Effect {
  const { level, of } = realised;
  return {
    kind: "decision",
    at,
    intersection,
    level,
    id: realisedId(of),
    content: realisedContent(realised),
  };
}
