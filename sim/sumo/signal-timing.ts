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

export type Clearance = { readonly yellow: number; readonly redClear: number };

/** What replaces parts of the shipped timing. */
export type TimingRule = {
  /** The clearance of a phase from the one that the program shows. */
  readonly clearanceOf: (phase: number, shipped: Clearance) => Clearance;
  /** Least green of every phase, for which time is moved between the stages; `undefined`: short greens stay short. */
  readonly greenMinSeconds: number | undefined;
};

export function shippedTiming(
  groups: readonly SignalGroup[],
  stages: readonly ProgramStage[],
  rule?: TimingRule,
): ShippedTiming {
  const notes: string[] = [];
  const clearances = groups.map((group, phase) => clearanceOf(group, phase, stages));
  notes.push(...yellowNotes(groups, stages, clearances));
  lengthenToShipped(groups, stages, clearances, notes);
  if (rule !== undefined) {
    // What is said of the shipped clearances does not hold for others.
    notes.length = 0;
    for (const [phase, shipped] of clearances.entries()) clearances[phase] = rule.clearanceOf(phase, shipped);
  }
  const intergreens = stages.map((_, index) =>
    Math.max(0, ...clearingPhases(stages, index).map((phase) => totalOf(clearances[phase]))),
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
  if (rule?.greenMinSeconds !== undefined) {
    notes.push(...holdGreens(stages, splits, intergreens, rule.greenMinSeconds));
  }
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

/** Phases that have to clear after a stage: those that end, and those that yield from then on (`clearanceMs`). */
function clearingPhases(stages: readonly ProgramStage[], index: number): readonly number[] {
  const next = defined(stages[(index + 1) % stages.length], "stage");
  const { green, permissive } = defined(stages[index], "stage");
  return green.filter(
    (phase) =>
      !next.green.includes(phase) || (!permissive.includes(phase) && next.permissive.includes(phase)),
  );
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

/**
 * Gives every green of the plan its minimum: what is missing goes to the last stage of the green, from the stages that have most to
 * spare, so that the cycle stays; where no stage can spare any more, the cycle grows.
 */
function holdGreens(
  stages: readonly ProgramStage[],
  splits: number[],
  intergreens: readonly number[],
  greenMinSeconds: number,
): readonly string[] {
  const before = [...splits];
  const runs = phaseRuns(stages);
  const greenOf = ({ slots, last }: Run): number =>
    slots.reduce((sum, slot) => sum + (splits[slot] ?? 0), 0) - (intergreens[last] ?? 0);
  const spareOf = (slot: number): number =>
    Math.min(
      (splits[slot] ?? 0) - (intergreens[slot] ?? 0) - DEFAULTS.greenFloorSeconds,
      ...runs.filter(({ slots }) => slots.includes(slot)).map((run) => greenOf(run) - greenMinSeconds),
    );
  for (const run of runs) {
    let missing = tenths(greenMinSeconds - greenOf(run));
    if (missing <= 0) continue;
    splits[run.last] = tenths((splits[run.last] ?? 0) + missing);
    while (missing > 0) {
      const spares = splits.map((_, slot) => (run.slots.includes(slot) ? 0 : tenths(spareOf(slot))));
      const most = Math.max(...spares);
      if (most <= 0) break;
      const donor = spares.indexOf(most);
      // By whole seconds where possible, so that several stages share what is asked of them.
      const taken = Math.min(missing, most, 1);
      splits[donor] = tenths((splits[donor] ?? 0) - taken);
      missing = tenths(missing - taken);
    }
  }
  const changed = splits.flatMap((split, slot) =>
    split === before[slot] ? [] : [`stage ${slot + 1} from ${before[slot]} s to ${split} s`],
  );
  return changed.length === 0
    ? []
    : [`splits changed for greens of ${greenMinSeconds} s or more: ${changed.join(", ")}`];
}

/** A green of a phase: the successive stages that it lasts for. */
type Run = { readonly slots: readonly number[]; readonly last: number };

/** Every green of every phase, but of those that never end. */
function phaseRuns(stages: readonly ProgramStage[]): readonly Run[] {
  const count = stages.length;
  const phases = [...new Set(stages.flatMap(({ green }) => green))].toSorted((left, right) => left - right);
  return phases.flatMap((phase) => {
    const has = (slot: number): boolean => stages[(slot + count) % count]?.green.includes(phase) === true;
    if (stages.every((_, slot) => has(slot))) return [];
    return stages.flatMap((_, first) => {
      if (!has(first) || has(first - 1)) return [];
      const slots: number[] = [];
      for (let slot = first; has(slot); slot += 1) slots.push(slot % count);
      return [{ slots, last: defined(slots.at(-1), "slot") }];
    });
  });
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
