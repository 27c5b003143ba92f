import { defined } from "../assert.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { Input } from "../engine/input.ts";
import { movementsCounted } from "../engine/interval.ts";
import type { EngineState } from "../engine/state.ts";
import type { RecordedInterval } from "../model/recorded-counts.ts";
import type { ReplayedLine } from "./replay.ts";

/** An interval of which less than this was recorded is left out. */
const COVERAGE_MIN = 0.9;

/** What a journal's detectors told, gathered line by line as the engine takes them again. It is changed in place. */
export type RecordedCounts = {
  readonly intervals: RecordedInterval[];
  /** Of the open interval: calls of pedestrians by intersection and phase. */
  calls: Map<string, Map<string, number>>;
  /** Whether area detectors told of vehicles. */
  zones: boolean;
};

export function noRecordedCounts(): RecordedCounts {
  return { intervals: [], calls: new Map(), zones: false };
}

/** Takes a line that the engine has taken in the state `before`. */
export function countLine(
  counts: RecordedCounts,
  tables: EngineTables,
  before: EngineState,
  { input, replay }: ReplayedLine,
): void {
  if (input?.kind === "state") countCalls(counts, tables, before, input);
  if (input?.kind === "zone") counts.zones = true;
  const from = before.intervalStartsAt;
  const until = replay.state.intervalStartsAt;
  if (input?.kind !== "tick" || until === from) return;
  if (until - from >= COVERAGE_MIN * tables.configuration.intervalMs) {
    counts.intervals.push({
      from,
      until,
      intersections: tables.nodes.map((own, index) => {
        const { id, timing } = own;
        const counted = movementsCounted(defined(before.nodes.at(index), "node"), tables, own, until);
        return {
          intersection: id,
          movements: timing.intersection.movements.map(({ fromLink, toLink }, movement) => {
            return { fromLink, toLink, ...defined(counted[movement], "movement") };
          }),
          pedestrianCalls: counts.calls.get(id) ?? new Map<string, number>(),
        };
      }),
    });
  }
  counts.calls = new Map();
}

/** A call begins where the controller told of none the second before. */
function countCalls(
  { calls }: RecordedCounts,
  { nodes, nodeIndex }: EngineTables,
  before: EngineState,
  input: Extract<Input, { readonly kind: "state" }>,
): void {
  const index = defined(nodeIndex.get(input.intersection), input.intersection);
  const last = before.nodes.at(index)?.street?.calls ?? "";
  const phases = defined(nodes[index], "tables").timing.intersection.phases;
  for (const [phase, { id }] of phases.entries()) {
    if (!isPedestrian(input.calls[phase]) || isPedestrian(last[phase])) continue;
    const own = calls.get(input.intersection) ?? new Map<string, number>();
    calls.set(input.intersection, own.set(id, (own.get(id) ?? 0) + 1));
  }
}

function isPedestrian(letter: string | undefined): boolean {
  return letter === "p" || letter === "b";
}
