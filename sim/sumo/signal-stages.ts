import { defined } from "../../src/assert.ts";
import type { SignalGroup } from "./signal-groups.ts";

/** A run of states of the program in which nothing changes for our phases. */
export type ProgramStage = {
  /** Index of its first state in the program. */
  readonly firstState: number;
  /** Position of its begin in the program, seconds. */
  readonly startSeconds: number;
  readonly greenSeconds: number;
  /** What follows up to the begin of the next stage: yellow and red clearance. */
  readonly transition: readonly TransitionState[];
  readonly transitionSeconds: number;
  /** Indices of phases that are green, ascending; `permissive` are those of them that show `g`. */
  readonly green: readonly number[];
  readonly permissive: readonly number[];
};

type TransitionState = {
  /** Index of the state in the program. */
  readonly state: number;
  readonly seconds: number;
};

/** A state without yellow that only lets a transition clear lasts no longer than the longest red clearance allowed. */
const CLEARANCE_SECONDS_MAX = 6;

/**
 * Cuts a program into its stages, in the order of the program. A state is a stage when something is green, nothing is
 * yellow and it is no red clearance; equal neighbours are merged, round the end of the cycle too. A stage that appears
 * twice in a cycle is two stages, so that each has its own split. Empty where nothing is ever green. `changing` marks
 * the states that show red-yellow to somebody.
 */
export function programStages(
  groups: readonly SignalGroup[],
  durations: readonly number[],
  changing: readonly boolean[],
): readonly ProgramStage[] {
  const count = durations.length;
  const greenAt = durations.map((_, state) => greens(groups, state, /[Gg]/));
  const permissiveAt = durations.map((_, state) => greens(groups, state, /g/));
  const isStage = durations.map((seconds, state) => {
    const green = defined(greenAt[state], "state");
    if (changing[state] === true || green.length === 0 || seconds === 0) return false;
    if (groups.some(({ aspects }) => aspects[state] === "y")) return false;
    return !clears(groups, greenAt, changing, state, seconds);
  });
  const keyOf = (state: number): string => groups.map(({ aspects }) => aspects[state]).join("");
  const continues = (state: number): boolean => {
    const before = (state + count - 1) % count;
    return isStage[state] === true && isStage[before] === true && keyOf(state) === keyOf(before);
  };
  const starts = durations.map((_, state) => state).filter((state) => isStage[state] && !continues(state));
  const only = isStage.indexOf(true);
  if (starts.length === 0 && only >= 0) starts.push(only);
  const positions: number[] = [];
  let position = 0;
  for (const seconds of durations) {
    positions.push(position);
    position += seconds;
  }
  return starts.map((start, index): ProgramStage => {
    const next = defined(starts[(index + 1) % starts.length], "stage");
    const length = next > start ? next - start : next + count - start;
    let greenSeconds = 0;
    const transition: TransitionState[] = [];
    for (let step = 0; step < length; step += 1) {
      const state = (start + step) % count;
      const seconds = defined(durations[state], "duration");
      if (isStage[state] === true) greenSeconds += seconds;
      else transition.push({ state, seconds });
    }
    return {
      firstState: start,
      startSeconds: defined(positions[start], "position"),
      greenSeconds,
      transition,
      transitionSeconds: transition.reduce((sum, { seconds }) => sum + seconds, 0),
      green: defined(greenAt[start], "green"),
      permissive: defined(permissiveAt[start], "permissive"),
    };
  });
}

function greens(groups: readonly SignalGroup[], state: number, wanted: RegExp): readonly number[] {
  return groups.flatMap(({ aspects }, phase) => (wanted.test(aspects[state] ?? "") ? [phase] : []));
}

/**
 * Whether a state is the red clearance after a yellow: it releases nobody new, and everybody whom it leaves green is
 * green afterwards as well, together with somebody more.
 */
function clears(
  groups: readonly SignalGroup[],
  greenAt: readonly (readonly number[])[],
  changing: readonly boolean[],
  state: number,
  seconds: number,
): boolean {
  if (seconds > CLEARANCE_SECONDS_MAX) return false;
  const count = greenAt.length;
  const before = (state + count - 1) % count;
  if (!groups.some(({ aspects }) => aspects[before] === "y")) return false;
  const green = defined(greenAt[state], "state");
  const earlier = defined(greenAt[before], "state");
  let after = (state + 1) % count;
  while (changing[after] === true && after !== state) after = (after + 1) % count;
  const later = defined(greenAt[after], "state");
  return (
    later.length > green.length && green.every((phase) => earlier.includes(phase) && later.includes(phase))
  );
}
