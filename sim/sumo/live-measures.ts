import { closeSync, openSync, readSync } from "node:fs";
import type { LiveMeasures } from "../field/plant.ts";
import { asNumber, type TraciValue } from "./traci-codec.ts";
import { VARIABLE } from "./traci-commands.ts";

/** Standing this long in one place is a jam: DESIGN §2. */
const JAM_STANDING_SECONDS = 300;
/** The live delay is as old as this at most. */
const SURVEY_SECONDS_MAX = 60;
/** By so much the longest stop may be told too short. */
const STOOD_MAX_TOLERANCE_SECONDS = 5;

/** What is asked of every vehicle in a survey. */
export const SURVEY_VARIABLES = [VARIABLE.waitingSeconds, VARIABLE.timeLossSeconds] as const;

/**
 * Keeps the live measures of a run. Counts come each step; what only vehicles know is asked in surveys: at the latest when a vehicle
 * that stands now could have stood for 300 s, so that none is missed, and when one could have stood 5 s longer than any before.
 */
export type MeasureKeeper = {
  readonly surveyDue: (nowSeconds: number) => boolean;
  readonly survey: (
    nowSeconds: number,
    vehicles: ReadonlyMap<string, ReadonlyMap<number, TraciValue>>,
  ) => void;
  readonly step: (counts: StepCounts, stepSeconds: number) => LiveMeasures;
  readonly stoodTooLong: () => boolean;
  /** The longest that any vehicle has stood in one place, at most 5 s less than it was. */
  readonly stoodMaxSeconds: () => number;
};

type StepCounts = {
  readonly departed: number;
  readonly arrived: number;
  readonly pending: number;
};

export function measureKeeper(beginSeconds: number, tripFile: string): MeasureKeeper {
  const trips = tripTail(tripFile);
  let surveyAt = beginSeconds + STOOD_MAX_TOLERANCE_SECONDS;
  let stoodMaxSeconds = 0;
  let stoodTooLong = false;
  let departed = 0;
  let arrived = 0;
  let pendingSeconds = 0;
  let timeLossMeanSeconds: number | undefined;
  return {
    surveyDue: (nowSeconds) => nowSeconds >= surveyAt,
    survey: (nowSeconds, vehicles) => {
      let longest = 0;
      let timeLossSeconds = 0;
      for (const values of vehicles.values()) {
        longest = Math.max(longest, asNumber(values.get(VARIABLE.waitingSeconds)));
        timeLossSeconds += asNumber(values.get(VARIABLE.timeLossSeconds));
      }
      stoodTooLong ||= longest >= JAM_STANDING_SECONDS;
      stoodMaxSeconds = Math.max(stoodMaxSeconds, longest);
      const untilLongest = stoodMaxSeconds - longest + STOOD_MAX_TOLERANCE_SECONDS;
      const untilJam = stoodTooLong ? SURVEY_SECONDS_MAX : JAM_STANDING_SECONDS - longest;
      surveyAt = nowSeconds + Math.min(SURVEY_SECONDS_MAX, untilJam, untilLongest);
      const finished = trips.read();
      const count = finished.count + vehicles.size;
      timeLossMeanSeconds = count === 0 ? undefined : (finished.timeLossSeconds + timeLossSeconds) / count;
    },
    step: (counts, stepSeconds) => {
      departed += counts.departed;
      arrived += counts.arrived;
      // Whoever is due and not yet in waits this step: summed up, that is everybody's departure delay, but for the part
      // of a step until SUMO first tries to insert a vehicle.
      pendingSeconds += counts.pending * stepSeconds;
      const scheduled = departed + counts.pending;
      return {
        vehiclesRunning: departed - arrived,
        vehiclesWaitingToEnter: counts.pending,
        vehiclesArrived: arrived,
        delaySeconds:
          timeLossMeanSeconds === undefined || scheduled === 0
            ? undefined
            : (timeLossMeanSeconds * departed + pendingSeconds) / scheduled,
      };
    },
    stoodTooLong: () => stoodTooLong,
    stoodMaxSeconds: () => stoodMaxSeconds,
  };
}

/** Sums up the trips that SUMO has written so far; it writes in blocks, so the last few arrivals are still missing. */
function tripTail(file: string): {
  readonly read: () => { readonly count: number; readonly timeLossSeconds: number };
} {
  const block = Buffer.alloc(65_536);
  let position = 0;
  let rest = "";
  let count = 0;
  let timeLossSeconds = 0;
  return {
    read: () => {
      const descriptor = openSync(file, "r");
      try {
        for (;;) {
          const length = readSync(descriptor, block, 0, block.length, position);
          if (length === 0) break;
          position += length;
          const lines = (rest + block.toString("latin1", 0, length)).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) {
            const loss = /<tripinfo .* timeLoss="([\d.]+)"/.exec(line)?.[1];
            if (loss === undefined) continue;
            count += 1;
            timeLossSeconds += Number(loss);
          }
        }
      } finally {
        closeSync(descriptor);
      }
      return { count, timeLossSeconds };
    },
  };
}
