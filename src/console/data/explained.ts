import type {
  ExplainedDecisionView,
  ListedDecisionView,
  StageOutcomeView,
} from "../../protocol/decision-answers.ts";

export type DecisionLevel = "tactical" | "strategic";

export const LEVEL_TEXT: Readonly<Record<DecisionLevel, string>> = {
  tactical: "Stage",
  strategic: "Timing plan",
};

/** Decisions that are listed at most; older ones are read when somebody steps back to them. */
const LISTED_MAX = 400;

/** What is listed once more decisions were read: by instant, none twice. */
export function listedAfter(
  before: readonly ListedDecisionView[],
  read: readonly ListedDecisionView[],
): readonly ListedDecisionView[] {
  const known = new Set(before.map(({ id }) => id));
  const news = read.filter(({ id }) => !known.has(id));
  if (news.length === 0) return before;
  return [...before, ...news].toSorted((left, right) => left.at - right.at).slice(-LISTED_MAX);
}

/** The decision before or after the one in force at an instant; null where none is listed. */
export function neighbour(
  listed: readonly ListedDecisionView[],
  level: DecisionLevel,
  at: number,
  step: 1 | -1,
): ListedDecisionView | null {
  const own = listed.filter((decision) => decision.level === level);
  const place = own.findLastIndex((decision) => decision.at <= at);
  return own[place + step] ?? null;
}

/** A choice that was looked at, with what it would lose against the cheapest one. */
export type CandidateBar = {
  readonly stage: string;
  readonly costVehSeconds: number;
  readonly lossVehSeconds: number;
  readonly chosen: boolean;
};

export function candidateBars({ stages, candidates }: StageOutcomeView): readonly CandidateBar[] {
  const chosen = stages[0]?.stage;
  const least = Math.min(...candidates.map(({ costVehSeconds }) => costVehSeconds));
  return candidates.map(({ stage, costVehSeconds }) => ({
    stage,
    costVehSeconds,
    lossVehSeconds: costVehSeconds - least,
    chosen: stage === chosen,
  }));
}

export type SplitBar = {
  readonly stage: string;
  readonly fromMs: number;
  readonly splitMs: number;
};

/** Splits of a cycle one after the other. */
export function splitBars(
  stages: readonly { readonly stage: string; readonly splitMs: number }[],
): readonly SplitBar[] {
  let fromMs = 0;
  return stages.map(({ stage, splitMs }) => {
    const bar = { stage, fromMs, splitMs };
    fromMs += splitMs;
    return bar;
  });
}

/** Inputs with other values than they had. */
export type Edits = ReadonlyMap<string, number>;

/** With another value of an input; with the value that it had, without. A value that is none, or outside its bounds, changes nothing. */
export function editedWith(
  edits: Edits,
  variable: { readonly path: string; readonly value: number; readonly min: number; readonly max: number },
  text: string,
): Edits {
  const value = Number(text);
  const allowed = text.trim() !== "" && value >= variable.min && value <= variable.max;
  if (!allowed) return edits;
  const next = new Map(edits);
  if (sameFigure(value, variable.value)) next.delete(variable.path);
  else next.set(variable.path, value);
  return next;
}

/** Fields show two decimals: what is shown is not taken for a change. */
function sameFigure(left: number, right: number): boolean {
  return figure(left) === figure(right);
}

/** A number with two decimals at most. */
export function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Whole numbers with their thousands apart and a real minus sign. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-GB").replace("-", "−");
}

/** The whole explanation as text, to be passed on. */
export function asText(
  { intersection, sentences, id }: Pick<ExplainedDecisionView, "intersection" | "sentences" | "id">,
  address: string,
): string {
  return [`Decision ${id} of ${intersection}`, "", ...sentences, "", address, ""].join("\n");
}
