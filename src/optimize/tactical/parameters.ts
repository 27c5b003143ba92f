/**
 * The one set of parameters, for every intersection of every network; reference `control-algorithms.md` §2, with its reasons there.
 */
export type TacticalParameters = {
  /** How far the search looks, seconds. */
  readonly horizonSeconds: number;
  /** From the begin of green to the first departure. */
  readonly startLostSeconds: number;
  /** How much of yellow a lane that loses its green still uses. */
  readonly yellowUsedSeconds: number;
  /** What a new stop costs beside its delay. */
  readonly stopCostSeconds: number;
  /** What a next service of those who are left at the horizon is expected to take. */
  readonly terminalSeconds: number;
  /** Labels that one search may expand. */
  readonly expansionsMax: number;
};

export const TACTICAL_DEFAULTS: TacticalParameters = {
  horizonSeconds: 50,
  startLostSeconds: 2.5,
  yellowUsedSeconds: 0.5,
  stopCostSeconds: 3,
  terminalSeconds: 15,
  expansionsMax: 400,
};
