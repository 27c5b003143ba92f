import { type EngineTables, engineTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import { intervalMsOf, type Setting, settingsWith } from "../engine/parameters/settings.ts";
import type { EngineState } from "../engine/state.ts";
import { step } from "../engine/step.ts";
import { PhasewiseError } from "../errors.ts";
import { type CycleTiming, sameTiming } from "../model/plan.ts";
import type { StageSchedule } from "../model/stage-schedule.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { ReplayedLine } from "./replay.ts";

/** What an intersection is to do: the stage of the second, or the timing of the interval. */
type DecisionKind = "stage" | "plan";

/** Decisions that differ, of one intersection and for as long as they differ in the same way. */
export type DecisionDifference = {
  readonly kind: DecisionKind;
  readonly intersection: string;
  readonly from: InstantMs;
  /** The last instant of it. */
  readonly until: InstantMs;
  /** How often it was decided so. */
  readonly decisions: number;
  readonly recorded: string;
  readonly set: string;
};

export type DecisionCounts = { readonly compared: number; readonly differ: number };

/** Decisions of a journal beside those that other parameters would have made of the same knowledge. */
export type SetComparison = {
  readonly tables: EngineTables;
  /** What is set otherwise than recorded. */
  readonly settings: readonly Setting[];
  readonly stages: DecisionCounts;
  readonly plans: DecisionCounts;
  readonly differences: readonly DecisionDifference[];
  /** Place in `differences` of the last one of each intersection and kind. */
  readonly latest: ReadonlyMap<string, number>;
};

const NONE: DecisionCounts = { compared: 0, differ: 0 };

/**
 * Compares with an engine that has other parameters. Throws OPTION_INVALID for the strategic interval: what was learnt by intervals of one
 * length says nothing of another.
 */
export function startComparison(recorded: EngineTables, settings: readonly Setting[]): SetComparison {
  if (intervalMsOf(settings) !== undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      "--set strategic.intervalMinutes: a journal's counts are of its own intervals; allowed with replay are all other parameters",
    );
  }
  const { configuration } = recorded;
  const tables = engineTables({
    ...configuration,
    settings: settingsWith(configuration.settings ?? [], settings),
  });
  return { tables, settings, stages: NONE, plans: NONE, differences: [], latest: new Map() };
}

/** The state with the other parameters over those that a change put in force while it was recorded. */
function otherwiseTuned(state: EngineState, settings: readonly Setting[]): EngineState {
  const { tuning } = state;
  if (tuning === null) return state;
  return { ...state, tuning: { ...tuning, settings: settingsWith(tuning.settings, settings) } };
}

/**
 * What the other parameters make of an instant, from the very state that the recorded engine was in before it; that engine goes on as it was
 * recorded, so that every decision is compared on the same knowledge and the same street.
 */
export function compareLine(
  comparison: SetComparison,
  before: EngineState,
  { input, effects }: ReplayedLine,
): SetComparison {
  if (input?.kind !== "tick") return comparison;
  const other = step(otherwiseTuned(before, comparison.settings), input, comparison.tables).effects;
  let found = comparison;
  for (const [index, { id }] of comparison.tables.nodes.entries()) {
    const lent = before.nodes.at(index)?.tactical.lent ?? null;
    found = withStage(
      found,
      input.at,
      id,
      stageAsked(effects, id, lent, input.at),
      stageAsked(other, id, lent, input.at),
    );
    found = withPlan(found, input.at, id, planOf(effects, id), planOf(other, id));
  }
  return found;
}

/** The stage that an intersection is asked for: of a new schedule, or of the one that it has; `null` where it has none. */
function stageAsked(
  effects: readonly Effect[],
  id: string,
  lent: StageSchedule | null,
  at: InstantMs,
): string | null {
  for (const effect of effects) {
    if (effect.kind === "schedule" && effect.schedule.intersection === id) {
      return effect.schedule.stages[0]?.stage ?? null;
    }
  }
  if (lent === null || lent.validUntil <= at) return null;
  return lent.stages.findLast(({ startAt }) => startAt <= at)?.stage ?? null;
}

function planOf(effects: readonly Effect[], id: string): CycleTiming | undefined {
  for (const effect of effects)
    if (effect.kind === "push" && effect.plan.intersection === id) return effect.plan;
  return undefined;
}

function withStage(
  comparison: SetComparison,
  at: InstantMs,
  intersection: string,
  recorded: string | null,
  set: string | null,
): SetComparison {
  if (recorded === null && set === null) return comparison;
  const stages = counted(comparison.stages, recorded !== set);
  if (recorded === set) return { ...comparison, stages };
  const texts = { recorded: recorded ?? "none", set: set ?? "none" };
  return withDifference({ ...comparison, stages }, { kind: "stage", intersection, at, ...texts });
}

function withPlan(
  comparison: SetComparison,
  at: InstantMs,
  intersection: string,
  recorded: CycleTiming | undefined,
  set: CycleTiming | undefined,
): SetComparison {
  if (recorded === undefined && set === undefined) return comparison;
  const same = recorded !== undefined && set !== undefined && sameTiming(recorded, set);
  const plans = counted(comparison.plans, !same);
  if (same) return { ...comparison, plans };
  const texts = { recorded: timingText(recorded), set: timingText(set) };
  return withDifference({ ...comparison, plans }, { kind: "plan", intersection, at, ...texts });
}

function counted({ compared, differ }: DecisionCounts, differs: boolean): DecisionCounts {
  return { compared: compared + 1, differ: differ + Number(differs) };
}

function timingText(timing: CycleTiming | undefined): string {
  if (timing === undefined) return "none";
  const stages = timing.stages.map(({ stage, splitMs }) => `${stage} ${msToSeconds(splitMs)}`).join(", ");
  return `cycle ${msToSeconds(timing.cycleMs)} s, offset ${msToSeconds(timing.offsetMs)} s: ${stages}`;
}

/** A second is the end of what differed in the second before, if in the same way. */
const NEXT_MS = 1000;

type Differing = Pick<DecisionDifference, "kind" | "intersection" | "recorded" | "set"> & {
  readonly at: InstantMs;
};

function withDifference(comparison: SetComparison, { at, ...found }: Differing): SetComparison {
  const { differences, latest } = comparison;
  const key = `${found.kind} ${found.intersection}`;
  const place = latest.get(key) ?? -1;
  const last = differences[place];
  if (
    last !== undefined &&
    at - last.until <= NEXT_MS &&
    last.recorded === found.recorded &&
    last.set === found.set
  ) {
    const longer = { ...last, until: at, decisions: last.decisions + 1 };
    return { ...comparison, differences: differences.with(place, longer) };
  }
  return {
    ...comparison,
    differences: [...differences, { ...found, from: at, until: at, decisions: 1 }],
    latest: new Map(latest).set(key, differences.length),
  };
}
