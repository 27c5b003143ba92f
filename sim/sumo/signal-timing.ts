import { defined } from "../../src/assert.ts";
import type { Phase } from "../../src/model/intersection.ts";
import { IMPORT_DEFAULTS as DEFAULTS } from "./import-defaults.ts";
import type { SignalGroup } from "./signal-groups.ts";
import type { ProgramStage } from "./signal-stages.ts";

/** The timing that a program stands for: its phases with their clearances, and the split of each stage. */
export type ShippedTiming = {
  readonly phases: readonly Phase[];
  readonly cycleSeconds: number;
  /** Of the stages, in their order. */
  readonly splitsSeconds: readonly number[];
  /** Longest red of any phase in the plan. */
  readonly redMaxSeconds: number;
  readonly notes: readonly string[];
};

/** The schema's resolution. */
export function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

type Clearance = { readonly yellow: number; readonly redClear: number };

export function shippedTiming(
  groups: readonly SignalGroup[],
  stages: readonly ProgramStage[],
): ShippedTiming {
  const notes: string[] = [];
  const clearances = groups.map((group, phase) => clearanceOf(group, phase, stages));
  notes.push(...yellowNotes(groups, stages, clearances));
  lengthenToShipped(groups, stages, clearances, notes);
  const intergreens = stages.map((_, index) =>
    Math.max(0, ...endingPhases(stages, index).map((phase) => totalOf(clearances[phase]))),
  );
  const splits = stages.map((stage, index) => {
    const shipped = tenths(stage.greenSeconds + stage.transitionSeconds);
    const least = tenths(defined(intergreens[index], "intergreen") + DEFAULTS.greenFloorSeconds);
    if (shipped >= least) return shipped;
    notes.push(
      `split of stage ${index + 1} lengthened from ${shipped} s to ${least} s to hold its clearance`,
    );
    return least;
  });
  fitCycle(splits, stages.length === 1, notes);
  const cycleSeconds = tenths(splits.reduce((sum, split) => sum + split, 0));
  const runs = groups.map((_, phase) => greenRuns(phase, stages, splits, intergreens, cycleSeconds));
  const phases = groups.map((group, phase): Phase => {
    const greens = defined(runs[phase], "runs");
    const { yellow, redClear } = defined(clearances[phase], "clearance");
    const greenMin = Math.min(DEFAULTS.greenMinSeconds, ...greens);
    return {
      id: group.id,
      greenMinSeconds: Math.max(DEFAULTS.greenFloorSeconds, Math.floor(greenMin * 10 + 1e-6) / 10),
      greenMaxSeconds: Math.max(
        DEFAULTS.greenMaxSeconds,
        ...greens.map((green) => Math.ceil(green * 10 - 1e-6) / 10),
      ),
      yellowSeconds: yellow,
      redClearSeconds: redClear,
    };
  });
  const redMaxSeconds = Math.max(
    0,
    ...groups.map((_, phase) => longestRed(phase, stages, splits, intergreens)),
  );
  return { phases, cycleSeconds, splitsSeconds: splits, redMaxSeconds: tenths(redMaxSeconds), notes };
}

/** Phases that are green in a stage and not in the one after it. */
function endingPhases(stages: readonly ProgramStage[], index: number): readonly number[] {
  const next = defined(stages[(index + 1) % stages.length], "stage");
  return defined(stages[index], "stage").green.filter((phase) => !next.green.includes(phase));
}

function totalOf(clearance: Clearance | undefined): number {
  return clearance === undefined ? 0 : tenths(clearance.yellow + clearance.redClear);
}

/** The longest yellow that the program shows a phase at the end of its green; `undefined` for one that never ends. */
function shownYellow(
  { aspects }: SignalGroup,
  phase: number,
  stages: readonly ProgramStage[],
): number | undefined {
  const shown = stages
    .filter((_, index) => endingPhases(stages, index).includes(phase))
    .map(({ transition }) =>
      transition.reduce((sum, { state, seconds }) => sum + (aspects[state] === "y" ? seconds : 0), 0),
    );
  return shown.length === 0 ? undefined : Math.max(...shown);
}

/** Yellow as shown, within the allowed range; red clearance as the shortest rest of the transitions that end the phase. */
function clearanceOf(group: SignalGroup, phase: number, stages: readonly ProgramStage[]): Clearance {
  const shown = shownYellow(group, phase, stages) ?? DEFAULTS.yellowMinSeconds;
  const yellow = tenths(Math.min(Math.max(shown, DEFAULTS.yellowMinSeconds), DEFAULTS.yellowMaxSeconds));
  const rests = stages
    .filter((_, index) => endingPhases(stages, index).includes(phase))
    .map(({ transitionSeconds }) => transitionSeconds - yellow);
  const rest = rests.length === 0 ? 0 : Math.min(...rests);
  return { yellow, redClear: tenths(Math.min(Math.max(rest, 0), DEFAULTS.redClearMaxSeconds)) };
}

function yellowNotes(
  groups: readonly SignalGroup[],
  stages: readonly ProgramStage[],
  clearances: readonly Clearance[],
): readonly string[] {
  const changed = groups.flatMap((group, phase) => {
    const shown = shownYellow(group, phase, stages);
    const { yellow } = defined(clearances[phase], "clearance");
    return shown === undefined || Math.abs(yellow - shown) < 0.05
      ? []
      : [`${group.id} from ${tenths(shown)} s to ${yellow} s`];
  });
  return changed.length === 0 ? [] : [`yellow changed: ${changed.join(", ")}`];
}

/** A change of stages may never clear in less time than the program gives it: lengthens red clearances where it would. */
function lengthenToShipped(
  groups: readonly SignalGroup[],
  stages: readonly ProgramStage[],
  clearances: Clearance[],
  notes: string[],
): void {
  for (const [index, stage] of stages.entries()) {
    const ending = endingPhases(stages, index);
    const intergreen = Math.max(0, ...ending.map((phase) => totalOf(clearances[phase])));
    const shipped = tenths(stage.transitionSeconds);
    if (ending.length > 0 && intergreen < shipped) {
      for (const phase of ending) {
        const { yellow } = defined(clearances[phase], "clearance");
        const redClear = tenths(Math.min(shipped - yellow, DEFAULTS.redClearMaxSeconds));
        clearances[phase] = { yellow, redClear };
      }
      const ids = ending.map((phase) => groups[phase]?.id).join(", ");
      notes.push(`red clearance of phases ${ids} lengthened for the ${shipped} s after stage ${index + 1}`);
    }
    if (ending.length > 0 && Math.max(...ending.map((phase) => totalOf(clearances[phase]))) !== shipped) {
      notes.push(`the change after stage ${index + 1} does not take the ${shipped} s of the shipped program`);
    }
  }
}

/** The schema's bounds of a cycle; what does not fit is taken from, or given to, the longest split. */
const CYCLE_SECONDS_MIN = 10;
const CYCLE_SECONDS_MAX = 300;

function fitCycle(splits: number[], single: boolean, notes: string[]): void {
  const total = splits.reduce((sum, split) => sum + split, 0);
  const fitted = Math.min(Math.max(total, CYCLE_SECONDS_MIN), CYCLE_SECONDS_MAX);
  if (fitted === total) return;
  let missing = tenths(fitted - total);
  while (missing !== 0) {
    const longest = splits.indexOf(Math.max(...splits));
    const split = defined(splits[longest], "split");
    const second = splits.length > 1 ? Math.max(...splits.filter((_, index) => index !== longest)) : 0;
    const change = missing > 0 ? missing : Math.max(missing, Math.min(-0.1, tenths(second - split)));
    splits[longest] = tenths(split + change);
    missing = tenths(missing - change);
  }
  if (!single) notes.push(`cycle set from ${tenths(total)} s to ${fitted} s, the limit of a timing plan`);
}

/** The greens of a phase in the plan, seconds; the whole cycle for one that never ends. */
function greenRuns(
  phase: number,
  stages: readonly ProgramStage[],
  splits: readonly number[],
  intergreens: readonly number[],
  cycleSeconds: number,
): readonly number[] {
  const count = stages.length;
  const has = (slot: number): boolean => stages[(slot + count) % count]?.green.includes(phase) === true;
  if (stages.every((_, slot) => has(slot))) return [cycleSeconds];
  return stages.flatMap((_, first) => {
    if (!has(first) || has(first - 1)) return [];
    let green = 0;
    let slot = first;
    for (; has(slot); slot += 1) green += splits[slot % count] ?? 0;
    return [green - (intergreens[(slot - 1) % count] ?? 0)];
  });
}

function longestRed(
  phase: number,
  stages: readonly ProgramStage[],
  splits: readonly number[],
  intergreens: readonly number[],
): number {
  const count = stages.length;
  const has = (slot: number): boolean => stages[(slot + count) % count]?.green.includes(phase) === true;
  const reds = stages.flatMap((_, first) => {
    if (has(first) || !has(first - 1)) return [];
    let red = intergreens[(first + count - 1) % count] ?? 0;
    for (let slot = first; !has(slot); slot += 1) red += splits[slot % count] ?? 0;
    return [red];
  });
  return Math.max(0, ...reds);
}
