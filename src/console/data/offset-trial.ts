/** Seconds by which offsets are tried later than the plans say, by intersection; who is not in it is not moved. */
export type Shifts = ReadonlyMap<string, number>;

/** Offsets that are tried on the screen alone, with what was tried before and what was taken back. */
export type OffsetTrial = {
  readonly past: readonly Shifts[];
  readonly present: Shifts;
  readonly future: readonly Shifts[];
};

export const NO_TRIAL: OffsetTrial = { past: [], present: new Map(), future: [] };

/** The same offset told as the nearest one to the plan's: half a cycle later at most. */
export function nearestShift(shiftSeconds: number, cycleSeconds: number): number {
  if (cycleSeconds <= 0) return shiftSeconds;
  const inCycle = ((shiftSeconds % cycleSeconds) + cycleSeconds) % cycleSeconds;
  return inCycle > cycleSeconds / 2 ? inCycle - cycleSeconds : inCycle;
}

/** Tries another offset; what was taken back before is gone. */
export function tryShift(trial: OffsetTrial, intersection: string, shiftSeconds: number): OffsetTrial {
  if ((trial.present.get(intersection) ?? 0) === shiftSeconds) return trial;
  const present = new Map(trial.present);
  if (shiftSeconds === 0) present.delete(intersection);
  else present.set(intersection, shiftSeconds);
  return { past: [...trial.past, trial.present], present, future: [] };
}

export function undo(trial: OffsetTrial): OffsetTrial {
  const before = trial.past.at(-1);
  if (before === undefined) return trial;
  return { past: trial.past.slice(0, -1), present: before, future: [trial.present, ...trial.future] };
}

export function redo(trial: OffsetTrial): OffsetTrial {
  const [after, ...future] = trial.future;
  if (after === undefined) return trial;
  return { past: [...trial.past, trial.present], present: after, future };
}

/** Back to the plans; can be undone. */
export function resetTrial(trial: OffsetTrial): OffsetTrial {
  if (trial.present.size === 0) return trial;
  return { past: [...trial.past, trial.present], present: new Map(), future: [] };
}
