import { defined } from "../../../src/assert.ts";
import type { Intersection } from "../../../src/model/intersection.ts";
import { after } from "../../../src/units.ts";
import { conflictMonitor, STRICT_LIMITS, type Outputs, type Trip } from "../../controller/monitor/monitor.ts";
import { absoluteState, relativeState } from "../../controller/monitor/relative.ts";
import type { MonitorRule } from "../../controller/monitor/watch.ts";
import { NOW } from "./state.ts";

/** What the monitor makes of the outputs a step later. */
export type Observation = {
  readonly next: number;
  readonly trips: readonly Trip[];
  readonly atLimit: readonly MonitorRule[];
};

/** The monitor as a graph: its states are numbered as they are met, and so are outputs. */
export type ExploredMonitor = {
  readonly outputsNumber: (outputs: Outputs) => number;
  readonly observe: (state: number, outputs: number) => Observation;
  readonly count: () => number;
};

/** The monitor that has seen nothing: at the begin, after a loss of power, and as long as it has tripped. */
export const UNSEEN = 0;

const OUTPUTS_MAX = 2 ** 20;

export function exploredMonitor(intersection: Intersection, stepMs: number): ExploredMonitor {
  const monitor = conflictMonitor(intersection, { stepMs, limits: STRICT_LIMITS });
  const at = after(NOW, stepMs);
  const states = new Map<string, number>([["", UNSEEN]]);
  const texts = [""];
  const shown = new Map<string, number>();
  const outputsOf: Outputs[] = [];
  const observations = new Map<number, Observation>();
  return {
    count: () => texts.length,
    outputsNumber: (outputs) => {
      const text = [outputs.lamps, outputs.walk, outputs.overlaps, outputs.preempting].join(" ");
      const known = shown.get(text);
      if (known !== undefined) return known;
      shown.set(text, outputsOf.length);
      outputsOf.push(outputs);
      return outputsOf.length - 1;
    },
    observe: (state, outputs) => {
      const place = state * OUTPUTS_MAX + outputs;
      const known = observations.get(place);
      if (known !== undefined) return known;
      const before =
        state === UNSEEN ? monitor.start() : absoluteState(monitor, defined(texts[state], "state"), NOW);
      const step = monitor.observe(before, at, defined(outputsOf[outputs], "outputs"));
      const text = relativeState(monitor, step.state, at, Number.POSITIVE_INFINITY);
      const next = states.get(text) ?? texts.length;
      if (next === texts.length) {
        states.set(text, next);
        texts.push(text);
      }
      const observation = { next, trips: step.trips, atLimit: step.atLimit };
      observations.set(place, observation);
      return observation;
    },
  };
}
