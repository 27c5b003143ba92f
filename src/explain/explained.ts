import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import { boundsOf, type Change, type Decidable, type WholeTimingRecord } from "./decidable.ts";
import { explanation, insteadText, outcomeText, type Telling } from "./explanation.ts";
import { inputsOf } from "./inputs.ts";
import type { Realised, StageRecord, TimingRecord } from "./record.ts";
import { nearestFirst, type Sensitivity, sensitivityOf, type Threshold } from "./sensitivity.ts";
import { tableOf } from "./site.ts";

type Variable = Pick<Sensitivity, "path" | "title" | "unit" | "value" | "min" | "max">;

type Told = {
  readonly sentences: readonly string[];
  readonly bounds: readonly {
    readonly rule: string;
    readonly title: string;
    readonly changes: Change;
    readonly instead: string;
  }[];
  /** Inputs that can be tried with other values. */
  readonly variables: readonly (Variable & { readonly step: number })[];
  /** Nearest first; `null` where it was not asked for. */
  readonly sensitivity:
    | readonly (Variable & { readonly below: Turned | null; readonly above: Turned | null })[]
    | null;
};

/** Another choice in words, and the value at which it would have been made. */
type Turned = { readonly value: number; readonly choice: string };

type RealisedOf<Level> = Omit<Extract<Realised, { readonly level: Level }>, "level" | "of">;

/** A decision with its reasons, without the problem that it was made from: what a page about it shows. */
export type ExplainedDecision = Told &
  (
    | (Omit<StageRecord, "problem"> & {
        readonly running: string;
        readonly horizonSeconds: number;
        readonly realised: RealisedOf<"tactical"> | null;
      })
    | (Omit<TimingRecord, "problem" | "problemIn"> & {
        readonly running: CycleTiming;
        /** Those whose timings were chosen together. */
        readonly group: readonly string[];
        readonly realised: RealisedOf<"strategic"> | null;
      })
  );

/** Up to seconds of processor: each rule is taken away once, and with `sensitivity` each input is varied. */
export function explained(
  record: Decidable,
  realised: Realised | null,
  clock: Telling["clock"],
  { sensitivity: wanted }: { readonly sensitivity: boolean },
): ExplainedDecision {
  const bounds = boundsOf(record);
  const sensitivity = wanted ? nearestFirst(sensitivityOf(record)) : undefined;
  const telling = { clock, bounds, realised: realised ?? undefined };
  const told: Told = {
    sentences: explanation(record, sensitivity === undefined ? telling : { ...telling, sensitivity }),
    bounds: bounds.map((bound) => {
      const { rule, title, changes } = bound;
      return { rule, title, changes, instead: insteadText(bound, clock) };
    }),
    variables: inputsOf(record).map(({ path, title, unit, value, min, max, step }) => ({
      path,
      title,
      unit,
      value,
      min,
      max,
      step,
    })),
    sensitivity:
      sensitivity?.map(({ below, above, ...variable }) => ({
        ...variable,
        below: turned(below, clock),
        above: turned(above, clock),
      })) ?? null,
  };
  if (record.level === "tactical") {
    const { id, at, intersection, level, sent, observed, inputs, decided, problem } = record;
    const { site } = problem.junction;
    const running = defined(tableOf(site).stages[problem.street.stage], "stage").id;
    const { horizonSeconds } = problem.parameters;
    const came = realised?.level === "tactical" ? realised : null;
    return {
      ...told,
      id,
      at,
      intersection,
      level,
      sent,
      observed,
      inputs,
      decided,
      running,
      horizonSeconds,
      realised: came && { untilAt: came.untilAt, served: came.served, shown: came.shown },
    };
  }
  const { id, at, intersection, level, inputs, decided, fate, problem } = record;
  const came = realised?.level === "strategic" ? realised : null;
  return {
    ...told,
    id,
    at,
    intersection,
    level,
    inputs,
    decided,
    fate,
    running: runningOf(record),
    group: problem.nodes.map((node) => node.id),
    realised: came && {
      untilAt: came.untilAt,
      status: came.status,
      counted: came.counted,
      delaySeconds: came.delaySeconds,
    },
  };
}

function runningOf({ problem, intersection }: WholeTimingRecord): CycleTiming {
  return defined(
    problem.nodes.find(({ id }) => id === intersection),
    "node",
  ).running;
}

function turned(threshold: Threshold | null, clock: Telling["clock"]): Turned | null {
  return threshold && { value: threshold.value, choice: outcomeText(threshold.decided, clock) };
}
