import { defined } from "../../src/assert.ts";
import type { TimingTable } from "../../src/model/timing.ts";

/** What one round over all phases takes at most when every green ends as soon as it may. */
export function rotationMs(table: TimingTable): number {
  const { rings, phases, stages, intergreenMs, extras, stepMs } = table;
  const turnMs = (phase: number): number => {
    const { serviceMinMs, yellowMs, redClearMs, actuation } = defined(phases[phase], "phase");
    // An input and a change of stage take a step each.
    return serviceMinMs + yellowMs + redClearMs + actuation.redRevertMs + 2 * stepMs;
  };
  const overlapsMs = sum(
    extras.overlaps.map((overlap) => (overlap.kind === "normal" ? overlap.yellowMs + overlap.redClearMs : 0)),
  );
  if (rings.length > 0) return sum(phases.map((_, phase) => turnMs(phase))) + overlapsMs;
  return sum(
    stages.map((stage, index) => longestMs(stage.phases.map(turnMs)) + longestMs(intergreenMs[index])),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function longestMs(list: readonly number[] | undefined): number {
  return Math.max(0, ...(list ?? []));
}
