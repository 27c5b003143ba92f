import type { ExtraTiming, OverlapTiming } from "../../../src/model/extra-timing.ts";
import type { PhaseTiming, TimingTable } from "../../../src/model/timing.ts";

/**
 * A table with a planted fault as it counts in an exploration: a duration that the fault has made shorter by less than a step is a
 * whole step shorter, or the coarse time would hide it. A sound table of whole steps stays as it is.
 */
export function inWholeSteps(table: TimingTable): TimingTable {
  const down = (durationMs: number): number => Math.floor(durationMs / table.stepMs) * table.stepMs;
  return {
    ...table,
    phases: table.phases.map((phase) => phaseInSteps(phase, down)),
    extras: extrasInSteps(table.extras, down),
  };
}

type Down = (durationMs: number) => number;

function phaseInSteps(phase: PhaseTiming, down: Down): PhaseTiming {
  const { actuation } = phase;
  return {
    ...phase,
    greenMinMs: down(phase.greenMinMs),
    yellowMs: down(phase.yellowMs),
    redClearMs: down(phase.redClearMs),
    walkMs: down(phase.walkMs),
    pedestrianClearMs: down(phase.pedestrianClearMs),
    actuation: {
      ...actuation,
      redRevertMs: down(actuation.redRevertMs),
      bufferMs: down(actuation.bufferMs),
      leadMs: down(actuation.leadMs),
    },
  };
}

function overlapInSteps(overlap: OverlapTiming, down: Down): OverlapTiming {
  return overlap.kind === "normal"
    ? { ...overlap, yellowMs: down(overlap.yellowMs), redClearMs: down(overlap.redClearMs) }
    : { ...overlap, delayMs: down(overlap.delayMs) };
}

function extrasInSteps(extras: ExtraTiming, down: Down): ExtraTiming {
  const { startUp } = extras;
  return {
    ...extras,
    intergreens: new Map([...extras.intergreens].map(([pair, intergreenMs]) => [pair, down(intergreenMs)])),
    overlaps: extras.overlaps.map((overlap) => overlapInSteps(overlap, down)),
    preempts: extras.preempts.map((preempt) => ({
      ...preempt,
      entryGreenMinMs: down(preempt.entryGreenMinMs),
      entryWalkMs: down(preempt.entryWalkMs),
      entryClearMs: down(preempt.entryClearMs),
      dwellMinMs: down(preempt.dwellMinMs),
      track: preempt.track && { ...preempt.track, greenMs: down(preempt.track.greenMs) },
    })),
    startUp: startUp && { ...startUp, flashMs: down(startUp.flashMs), allRedMs: down(startUp.allRedMs) },
  };
}
