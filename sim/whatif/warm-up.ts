import { PhasewiseError } from "../../src/errors.ts";
import type { MovementPassages, PlantRecord, PlantResult, Trip } from "../field/plant.ts";
import { meanOf } from "./statistics.ts";

/**
 * What a run came to for those who were scheduled at the end of its warm-up or later, by the definitions of DESIGN §2: means, counts, trips,
 * passages of stop lines, pedestrians. What is no vehicle's own stays that of the whole run: the longest wait in one place, jams, the
 * greatest queue, the profile over time. Without a warm-up, the result as it is.
 */
export function measuredAfter(result: PlantResult, warmupSeconds: number): PlantResult {
  if (warmupSeconds === 0) return result;
  const record = recordAfter(result.record, warmupSeconds);
  const { trips, pedestrianWaitsSeconds } = record;
  const count = (outcome: Trip["outcome"]): number => trips.filter((trip) => trip.outcome === outcome).length;
  const mean = (of: (trip: Trip) => number): number => meanOf(trips.map(of)) ?? 0;
  return {
    ...result,
    vehiclesScheduled: trips.length,
    vehiclesArrived: count("arrived"),
    vehiclesNeverInserted: count("neverInserted"),
    delaySeconds: mean(({ lostSeconds, departDelaySeconds }) => lostSeconds + departDelaySeconds),
    timeLossSeconds: mean(({ lostSeconds }) => lostSeconds),
    waitingSeconds: mean(({ standingSeconds }) => standingSeconds),
    pedestrianDelaySeconds: meanOf(pedestrianWaitsSeconds) ?? undefined,
    record,
  };
}

function recordAfter(record: PlantRecord, warmupSeconds: number): PlantRecord {
  const isMeasured = (seconds: number): boolean => seconds >= warmupSeconds;
  const { trips, passages, pedestrianCameSeconds, pedestrianWaitsSeconds } = record;
  return {
    ...record,
    trips: trips.filter(({ scheduledSeconds }) => isMeasured(scheduledSeconds)),
    passages: passages.flatMap((passage) => passagesAfter(passage, isMeasured)),
    pedestrianWaitsSeconds: pedestrianWaitsSeconds.filter((_, one) =>
      isMeasured(pedestrianCameSeconds[one] ?? 0),
    ),
    pedestrianCameSeconds: pedestrianCameSeconds.filter(isMeasured),
  };
}

/** A movement that nobody else made is left out. */
function passagesAfter(
  { lostSeconds, scheduledSeconds, stops, ...place }: MovementPassages,
  isMeasured: (seconds: number) => boolean,
): readonly MovementPassages[] {
  const kept = (values: readonly number[]): readonly number[] =>
    values.filter((_, vehicle) => isMeasured(scheduledSeconds[vehicle] ?? 0));
  const lost = kept(lostSeconds);
  if (lost.length === 0) return [];
  const scheduled = kept(scheduledSeconds);
  return [
    { ...place, lostSeconds: lost, scheduledSeconds: scheduled, stops: stops === null ? null : kept(stops) },
  ];
}

/** Throws OPTION_INVALID where nothing of a run is left to be measured. */
export function checkWarmUp(warmupSeconds: number, runSeconds: number): void {
  if (warmupSeconds < runSeconds) return;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--warmup ${warmupSeconds}: the run has ${runSeconds} s; allowed is less than that`,
  );
}

/** What is not measured, in a few words; `undefined` without a warm-up. */
export function warmUpText(warmupSeconds: number | undefined): string | undefined {
  return warmupSeconds === undefined
    ? undefined
    : `after a warm-up of ${warmupSeconds} s: who was scheduled in it is not measured`;
}
