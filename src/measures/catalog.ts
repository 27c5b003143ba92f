import { approachDelay, arrivalsOnGreen, coordinationDiagram } from "./arrivals.ts";
import type { MeasureConfiguration } from "./configuration.ts";
import { hasData, watchdog } from "./data-quality.ts";
import { detectorHealth } from "./detector-health.ts";
import { greenSlices, greenUtilisation } from "./green-utilisation.ts";
import { preemptionDetails, priorityDetails } from "./interruptions.ts";
import { leftTurnGaps } from "./left-turn-gaps.ts";
import { type Measure, type MeasureRow, run, type RunningMeasure } from "./measure.ts";
import { pedestrianDelay, pedestrianServices } from "./pedestrians.ts";
import { phaseWait } from "./phase-wait.ts";
import { queues } from "./queues.ts";
import { splitFailureCycles, splitFailures } from "./split-failure.ts";
import { servedSplits, splitMonitor } from "./splits.ts";
import { phaseTermination, terminations } from "./terminations.ts";
import { coordinatedGreens } from "./time-space.ts";
import { approachVolume, peakHour, turningCounts } from "./volumes.ts";
import { redOffsets, yellowRedActuations } from "./yellow-red.ts";

/** Measures of one intersection by the names that command and API take. */
export const MEASURE_NAMES = [
  "aog",
  "pcd",
  "approach-delay",
  "approach-volume",
  "peak-hour",
  "turning-counts",
  "terminations",
  "phase-termination",
  "split-monitor",
  "splits",
  "split-failure",
  "split-failure-cycles",
  "pedestrian-delay",
  "pedestrian-services",
  "preemption",
  "priority",
  "yellow-red",
  "red-offsets",
  "left-turn-gaps",
  "phase-wait",
  "green-utilisation",
  "green-slices",
  "time-space",
  "queues",
  "detector-health",
  "has-data",
  "watchdog",
] as const;

export type MeasureName = (typeof MEASURE_NAMES)[number];

type Entry = {
  /** One sentence. */
  readonly about: string;
  readonly columns: readonly string[];
  readonly start: (configuration: MeasureConfiguration) => RunningMeasure;
};

function entry<State, Row extends MeasureRow>(about: string, measure: Measure<State, Row>): Entry {
  return { about, columns: measure.columns, start: (configuration) => run(measure, configuration) };
}

export const MEASURES: Readonly<Record<MeasureName, Entry>> = {
  aog: entry("Arrivals on green and platoon ratio", arrivalsOnGreen),
  pcd: entry("Purdue coordination diagram, one row a vehicle", coordinationDiagram),
  "approach-delay": entry("Simple delay of arrivals on red", approachDelay),
  "approach-volume": entry("Vehicles by approach", approachVolume),
  "peak-hour": entry("Busiest hour, peak hour factor, K and D", peakHour),
  "turning-counts": entry("Vehicles by movement at the stop line", turningCounts),
  terminations: entry("Gap-outs, max-outs and force-offs", terminations),
  "phase-termination": entry("Purdue phase termination, one row each", phaseTermination),
  "split-monitor": entry("Served against programmed splits by pattern", splitMonitor),
  splits: entry("Each served split beside the programmed one", servedSplits),
  "split-failure": entry("Cycles that left vehicles behind", splitFailures),
  "split-failure-cycles": entry("Occupancy of green and first red by cycle", splitFailureCycles),
  "pedestrian-delay": entry("Wait for walk, actuations, recall", pedestrianDelay),
  "pedestrian-services": entry("Each walk with its delay", pedestrianServices),
  preemption: entry("Preemptions with their intervals", preemptionDetails),
  priority: entry("Transit priority, one row a check-in", priorityDetails),
  "yellow-red": entry("Crossings on yellow and red (UDOT)", yellowRedActuations),
  "red-offsets": entry("Crossings by half seconds from red (atspm)", redOffsets),
  "left-turn-gaps": entry("Gaps of the opposing flow for left turns", leftTurnGaps),
  "phase-wait": entry("From call to green, and skips", phaseWait),
  "green-utilisation": entry("Vehicles on green and the share that they use", greenUtilisation),
  "green-slices": entry("Vehicles by seconds of green", greenSlices),
  "time-space": entry("Greens of the coordinated phases", coordinatedGreens),
  queues: entry("Queues over advance loops, spillback over entry loops", queues),
  "detector-health": entry("Counts that tell a sick detector", detectorHealth),
  "has-data": entry("Whether the log covers each bin", hasData),
  watchdog: entry("Checks of records, detectors, terminations and buttons", watchdog),
};
