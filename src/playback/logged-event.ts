import { EVENT_CODE as EVENT } from "../model/event-code.ts";
import { LOG_LOST_CODE } from "../protocol/frames.ts";

/** An event of one controller's high-resolution log. */
export type LoggedEvent = { readonly at: number; readonly code: number; readonly parameter: number };

/** Codes that say who has the intersection, beside those of `EVENT_CODE`: power restored, unit flash status (NTCIP 1202). */
export const POWER_RESTORED = 184;
export const UNIT_FLASH = 173;

/** Parameters of `UNIT_FLASH`. */
export const FLASH_STATUS = { allRed: 2, commanded: 3, monitor: 6, startUp: 7 } as const;

/** All codes that a period is played from. */
export const PLAYED_CODES: readonly number[] = [
  EVENT.phaseOn,
  EVENT.beginGreen,
  EVENT.gapOut,
  EVENT.maxOut,
  EVENT.endGreen,
  EVENT.beginYellow,
  EVENT.endYellow,
  EVENT.beginRedClear,
  EVENT.endRedClear,
  EVENT.phaseInactive,
  EVENT.beginWalk,
  EVENT.beginPedestrianClear,
  EVENT.beginDontWalk,
  EVENT.beginPermissive,
  EVENT.endPermissive,
  EVENT.preemptEntry,
  EVENT.preemptExit,
  EVENT.pattern,
  EVENT.coordinationState,
  EVENT.coordinatedYield,
  UNIT_FLASH,
  POWER_RESTORED,
  LOG_LOST_CODE,
];

/** Told only when it changes, which may be once a day: which plan runs. */
export const PLAN_CODES: readonly number[] = [EVENT.pattern];
