import type { Point } from "../../src/model/network.ts";

/**
 * What an engineer would know of a street network before timing it. The main street runs from west to east, cross streets
 * from south to north; everything else is computed from this.
 */
export type NetworkDescription = {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly region: string;
  readonly junctions: readonly JunctionDescription[];
  readonly boundaries: readonly BoundaryDescription[];
  readonly roads: readonly RoadDescription[];
  /** Names of the two directions of the main street, as routes. */
  readonly routes: { readonly eastbound: string; readonly westbound: string };
  readonly buses: readonly BusLineDescription[];
  readonly emergency: readonly EmergencyDescription[];
  /** How traffic was distributed when the local plans were last timed; today's where the plans are up to date. */
  readonly timedFor: TimingSurvey;
};

export type JunctionDescription = {
  readonly id: string;
  readonly name: string;
  readonly at: Point;
  /**
   * Left turns from the cross street: with arrows of their own, or yielding during the cross street's green. Left turns from
   * the main street are protected everywhere.
   */
  readonly crossLefts: "protected" | "permissive";
  /** By the leg that the traffic comes from. */
  readonly turning: Readonly<Record<"west" | "east" | "south" | "north", TurningShares>>;
  /** Persons an hour on each crosswalk in the busiest hours; other hours are a share of it. */
  readonly pedestriansPerHour: number;
};

/** Shares of an approach; where a leg is missing, its share goes to those that are there, in proportion. */
export type TurningShares = { readonly left: number; readonly through: number; readonly right: number };

export type BoundaryDescription = {
  readonly id: string;
  readonly at: Point;
  readonly vehiclesPerHour: DayVolumes;
};

/** Vehicles an hour in each period of the day. */
export type DayVolumes = {
  readonly night: number;
  readonly morning: number;
  readonly midday: number;
  readonly evening: number;
};

export type Period = keyof DayVolumes;
export const PERIODS: readonly Period[] = ["night", "morning", "midday", "evening"];

/** One direction of a bus line along the main street, on which it does not turn. */
export type BusLineDescription = {
  readonly id: string;
  readonly name: string;
  /** Boundaries and junctions on the way, the first and the last being boundaries. */
  readonly places: readonly string[];
  readonly busesPerHour: DayVolumes;
  /** Junctions in front of which it stops. */
  readonly stopsBefore: readonly string[];
};

/** The way from a station to where most calls come from. */
export type EmergencyDescription = {
  readonly id: string;
  readonly name: string;
  readonly places: readonly string[];
  readonly vehiclesPerHour: DayVolumes;
};

export type RoadDescription = {
  readonly name: string;
  readonly axis: "main" | "cross";
  /** Its western or southern end. */
  readonly from: string;
  /** Its eastern or northern end. */
  readonly to: string;
  /** Between the ends, where the road bends. */
  readonly bends: readonly Point[];
  /** 85th-percentile speed, which clearances are designed for and vehicles drive at. */
  readonly speedMilesPerHour: number;
  /** Of each direction, besides pockets. */
  readonly lanes: number;
  /** Length of the left-turn pocket at each end that has left turns. */
  readonly pocketMeters: number;
};

/** The counts that the local plans were timed for, relative to today's demand. */
export type TimingSurvey = {
  /** Factor on the volume of each boundary; 1 where it is not listed. */
  readonly volumeFactor: number;
  readonly boundaryFactors: Readonly<Record<string, number>>;
  /** Factor on the shares of left turns; through traffic takes the rest. */
  readonly leftFactor: number;
};
