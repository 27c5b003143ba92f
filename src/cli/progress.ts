import type { LiveMeasures } from "../../sim/field/plant.ts";
import { type InstantMs, MINUTE_MS } from "../units.ts";

/** Simulated time between two lines of progress. */
const PROGRESS_MS = 5 * MINUTE_MS;

/** A line every five simulated minutes, on standard error. */
export function createProgress(
  timeZone: string,
  startsAt: InstantMs,
): (at: InstantMs, measures: LiveMeasures) => void {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short", hourCycle: "h23" });
  let nextAt = startsAt + PROGRESS_MS;
  return (at, { vehiclesRunning, vehiclesArrived, vehiclesWaitingToEnter, delaySeconds }) => {
    if (at < nextAt) return;
    nextAt += PROGRESS_MS;
    const delay = delaySeconds === undefined ? "" : `, mean delay ${delaySeconds.toFixed(1)} s/veh`;
    console.error(
      `${clock.format(at)}  ${vehiclesRunning} vehicles running, ${vehiclesArrived} arrived, ${vehiclesWaitingToEnter} waiting to enter${delay}`,
    );
  };
}
