import type { PlantResult } from "../field/plant.ts";
import { readXml, requiredNumber } from "./xml-reader.ts";

type Trips = {
  readonly scheduled: number;
  readonly arrived: number;
  readonly neverInserted: number;
  readonly timeLossSeconds: number;
  readonly departDelaySeconds: number;
  readonly waitingSeconds: number;
};

/** More never-inserted vehicles than this share of the scheduled ones are a jam: DESIGN §2. */
const NEVER_INSERTED_RATIO_MAX = 0.02;

/** What only the vehicles knew while they were on the road. */
type Stood = { readonly stoodTooLong: () => boolean; readonly stoodMaxSeconds: () => number };

/**
 * Measures of DESIGN §2 from SUMO's trip file, written with unfinished and undeparted vehicles at the end of the run. SUMO
 * drops vehicles that are due before the begin, and lists among the undeparted only those that are due by the end.
 */
export async function tripMeasures(file: string, stood: Stood): Promise<PlantResult> {
  const trips = await readTrips(file);
  const mean = (total: number): number => (trips.scheduled === 0 ? 0 : total / trips.scheduled);
  return {
    vehiclesScheduled: trips.scheduled,
    vehiclesArrived: trips.arrived,
    vehiclesNeverInserted: trips.neverInserted,
    delaySeconds: mean(trips.timeLossSeconds + trips.departDelaySeconds),
    timeLossSeconds: mean(trips.timeLossSeconds),
    waitingSeconds: mean(trips.waitingSeconds),
    waitMaxSeconds: stood.stoodMaxSeconds(),
    jammed: stood.stoodTooLong() || trips.neverInserted > trips.scheduled * NEVER_INSERTED_RATIO_MAX,
    pedestrianDelaySeconds: undefined,
  };
}

async function readTrips(file: string): Promise<Trips> {
  let scheduled = 0;
  let arrived = 0;
  let neverInserted = 0;
  let timeLossSeconds = 0;
  let departDelaySeconds = 0;
  let waitingSeconds = 0;
  await readXml(file, {
    open: (element) => {
      if (element.name !== "tripinfo") return;
      const inserted = requiredNumber(element, "depart") >= 0;
      // Who is due at the very end of the run is listed, without any delay, and no longer belongs to it.
      if (!inserted && requiredNumber(element, "departDelay") <= 0) return;
      scheduled += 1;
      timeLossSeconds += requiredNumber(element, "timeLoss");
      departDelaySeconds += requiredNumber(element, "departDelay");
      waitingSeconds += requiredNumber(element, "waitingTime");
      if (!inserted) neverInserted += 1;
      else if (requiredNumber(element, "arrival") >= 0) arrived += 1;
    },
  });
  return { scheduled, arrived, neverInserted, timeLossSeconds, departDelaySeconds, waitingSeconds };
}
