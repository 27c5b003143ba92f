import { describe, expect, it } from "vitest";
import { csvTables } from "../../sim/whatif/csv-tables.ts";
import type { RunDetail } from "../../sim/whatif/run-detail.ts";
import type { RunMeasures } from "../../sim/whatif/run.ts";

const measures = (seed: number, more: Partial<RunMeasures> = {}): RunMeasures => ({
  seed,
  delaySeconds: 61.23456,
  timeLossSeconds: 50,
  waitingSeconds: 40,
  waitMaxSeconds: 90,
  arrived: 90,
  scheduled: 100,
  neverDeparted: 2,
  jammed: false,
  safetyViolations: 0,
  monitorTrips: 0,
  plansApplied: 3,
  plansRefused: 0,
  planTransitions: 1,
  travelTimeSeconds: 120.5,
  delayP50Seconds: 55,
  delayP95Seconds: 140,
  stopsPerVehicle: 1.25,
  unfinished: 8,
  throughputVehPerHour: 360,
  queueMaxVehicles: 20,
  fuelLitersPerVehicle: 0.1,
  co2GramsPerVehicle: 235,
  busDelaySeconds: null,
  pedestrianDelaySeconds: 30,
  worstMovementDelaySeconds: 80,
  decisions: 7,
  decisionMicrosecondsMean: 123.4,
  decisionMicrosecondsP50: 100,
  decisionMicrosecondsP99: 900,
  ...more,
});

const DETAIL: RunDetail = {
  movements: [
    {
      intersection: "y",
      movement: "b",
      vehicles: 3,
      delaySeconds: 10,
      stopsPerVehicle: null,
      delayP95Seconds: 12,
    },
    {
      intersection: "x",
      movement: "a",
      vehicles: 2,
      delaySeconds: 1 / 3,
      stopsPerVehicle: 0.5,
      delayP95Seconds: 1,
    },
  ],
  modes: [{ mode: "bus", count: 4, delaySeconds: 33.25, delayP95Seconds: 60 }],
  profile: [{ fromSeconds: 300, lostVehSeconds: 1234.5678, arrived: 12, vehiclesMean: 40.1 }],
};
const NO_DETAIL: RunDetail = { movements: [], modes: [], profile: [] };

/** A core that was faster has given the second seed first. */
const tables = () =>
  csvTables(
    new Map([
      [
        "fixed",
        [
          { measures: measures(2, { jammed: true }), detail: NO_DETAIL },
          { measures: measures(1), detail: DETAIL },
        ],
      ],
      ['adaptive detector:x/a,"b"', [{ measures: measures(1), detail: NO_DETAIL }]],
    ]),
  );

const tablesOf = (each: RunMeasures) => csvTables(new Map([["fixed", [{ measures: each, detail: DETAIL }]]]));

describe("the tables of a comparison", () => {
  it("have a row for each arm and seed with every measure that is no wall time", () => {
    expect(tables()["runs.csv"].split("\n")).toEqual([
      "arm,seed,delaySeconds,timeLossSeconds,waitingSeconds,waitMaxSeconds,delayP50Seconds,delayP95Seconds,worstMovementDelaySeconds,busDelaySeconds,pedestrianDelaySeconds,stopsPerVehicle,travelTimeSeconds,throughputVehPerHour,queueMaxVehicles,fuelLitersPerVehicle,co2GramsPerVehicle,arrived,scheduled,unfinished,neverDeparted,jammed,safetyViolations,monitorTrips,plansApplied,plansRefused,planTransitions,decisions",
      "fixed,1,61.235,50,40,90,55,140,80,,30,1.25,120.5,360,20,0.1,235,90,100,8,2,0,0,0,3,0,1,7",
      "fixed,2,61.235,50,40,90,55,140,80,,30,1.25,120.5,360,20,0.1,235,90,100,8,2,1,0,0,3,0,1,7",
      '"adaptive detector:x/a,""b""",1,61.235,50,40,90,55,140,80,,30,1.25,120.5,360,20,0.1,235,90,100,8,2,0,0,0,3,0,1,7',
      "",
    ]);
  });

  it("tell movements in the order of their ids, modes, and the time of the run", () => {
    expect(tables()["movements.csv"]).toBe(
      "arm,seed,intersection,movement,vehicles,delaySeconds,delayP95Seconds,stopsPerVehicle\n" +
        "fixed,1,x,a,2,0.333,1,0.5\nfixed,1,y,b,3,10,12,\n",
    );
    expect(tables()["modes.csv"]).toBe(
      "arm,seed,mode,count,delaySeconds,delayP95Seconds\nfixed,1,bus,4,33.25,60\n",
    );
    expect(tables()["profile.csv"]).toBe(
      "arm,seed,fromSeconds,lostVehSeconds,arrived,vehiclesMean\nfixed,1,300,1234.568,12,40.1\n",
    );
  });

  it("do not change with what decisions cost on the wall clock", () => {
    const slower = measures(1, { decisionMicrosecondsMean: 9, decisionMicrosecondsP50: null });
    expect(tablesOf(slower)).toEqual(tablesOf(measures(1)));
    expect(tablesOf(measures(1, { delaySeconds: 1 }))).not.toEqual(tablesOf(measures(1)));
  });
});
