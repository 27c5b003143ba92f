/**
 * Codes of the Indiana enumerations, the high-resolution log that controllers write and measures are computed from (reference
 * `signal-control.md` §6). The parameter is the phase where nothing else is said.
 */
export const EVENT_CODE = {
  phaseOn: 0,
  beginGreen: 1,
  /** A conflicting call: maximum green counts from here. */
  phaseCheck: 2,
  minimumComplete: 3,
  gapOut: 4,
  maxOut: 5,
  forceOff: 6,
  endGreen: 7,
  beginYellow: 8,
  endYellow: 9,
  beginRedClear: 10,
  endRedClear: 11,
  phaseInactive: 12,
  beginWalk: 21,
  beginPedestrianClear: 22,
  beginDontWalk: 23,
  /** Parameter: barrier. */
  barrier: 31,
  beginPermissive: 32,
  endPermissive: 33,
  holdOn: 41,
  holdOff: 42,
  callOn: 43,
  callOff: 44,
  pedestrianCall: 45,
  /** Parameter of 61 to 65: overlap. */
  overlapGreen: 61,
  overlapYellow: 63,
  overlapRedClear: 64,
  overlapOff: 65,
  overlapWalk: 67,
  /** Parameter of 81 to 88: detector channel. */
  detectorOff: 81,
  detectorOn: 82,
  detectorRestored: 83,
  detectorFaultFirst: 84,
  detectorFaultLast: 88,
  /** Parameter of 89 to 92: pedestrian channel. */
  pedestrianDetectorOff: 89,
  pedestrianDetectorOn: 90,
  /** Parameter of 102 to 111: preemption. */
  preemptCallOn: 102,
  preemptGateDown: 103,
  preemptCallOff: 104,
  preemptEntry: 105,
  preemptTrack: 106,
  preemptDwell: 107,
  preemptPresence: 110,
  preemptExit: 111,
  /** Parameter of 112 to 119: priority. */
  priorityCheckIn: 112,
  priorityEarlyGreen: 113,
  priorityExtension: 114,
  priorityCheckOut: 115,
  priorityBegin: 118,
  priorityEnd: 119,
  /** Parameter: pattern; 254 is free operation, 255 flash (NTCIP 1202). */
  pattern: 131,
  /** Parameter: seconds, up to 255; what is beyond stands in `cycleExcess`. */
  cycleLength: 132,
  offset: 133,
  /** Splits of phases 1 to 16: 134 to 149; parameter: seconds. */
  splitFirst: 134,
  splitLast: 149,
  /** Parameter: `COORDINATION_STATE`. */
  coordinationState: 150,
  coordinatedYield: 151,
  coordinatedBegin: 152,
  cycleExcess: 156,
  /** Splits of phases 17 to 32: 203 to 218. */
  splitSeventeen: 203,
  splitThirtyTwo: 218,
} as const;

/** Parameters of `coordinationState`: reference §6; 0, 1 and 5 as Oregon's log of 2024 has them. */
export const COORDINATION_STATE = {
  free: 0,
  inStep: 1,
  adding: 2,
  subtracting: 3,
  dwelling: 4,
  localZero: 5,
  pickUp: 6,
} as const;

/** Parameters of `pattern`: local plans have their places from 1; a plan that was lent over the link has this one. */
export const PATTERN = { leased: 253, free: 254 } as const;

/** Phase whose split an event tells; `undefined` for any other code. */
export function splitPhaseOf(code: number): number | undefined {
  if (code >= EVENT_CODE.splitFirst && code <= EVENT_CODE.splitLast) return code - EVENT_CODE.splitFirst + 1;
  if (code >= EVENT_CODE.splitSeventeen && code <= EVENT_CODE.splitThirtyTwo) {
    return code - EVENT_CODE.splitSeventeen + 17;
  }
  return undefined;
}

/** Code that tells the split of a phase; `undefined` beyond phase 32. */
export function splitCodeOf(phase: number): number | undefined {
  if (phase >= 1 && phase <= 16) return EVENT_CODE.splitFirst + phase - 1;
  return phase >= 17 && phase <= 32 ? EVENT_CODE.splitSeventeen + phase - 17 : undefined;
}
