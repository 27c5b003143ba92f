import { stageDecidedAgain, timingDecidedAgain } from "./outcomes.ts";
import type { DecisionRecord, StageOutcome, StageRecord, TimingOutcome, TimingRecord } from "./record.ts";
import { STAGE_RULE_IDS, STAGE_RULES, type StageRuleId } from "./stage-rules.ts";
import { TIMING_RULE_IDS, TIMING_RULES, type TimingRuleId, timingWithout } from "./timing-rules.ts";
import type { StageProblem } from "./stage-problem.ts";
import type { TimingProblem } from "./timing-problem.ts";

/** A stage record with its junction. */
export type WholeStageRecord = StageRecord & { readonly problem: StageProblem };

/** A timing record with the problem of its group. */
export type WholeTimingRecord = TimingRecord & { readonly problem: TimingProblem };

/** A record that can be decided again by itself. */
export type Decidable = WholeStageRecord | WholeTimingRecord;

/** The record that has what a record leaves out; its own id where it leaves nothing out. */
export function holderOf(record: DecisionRecord): string {
  if (record.level === "strategic") return record.problemIn;
  const { junction } = record.problem;
  return "in" in junction ? junction.in : record.id;
}

/** A record with all that it was decided by. `holder`: the record that `holderOf` names. `undefined`: it does not have it. */
export function decidable(record: DecisionRecord, holder: DecisionRecord): Decidable | undefined {
  if (holder.id !== holderOf(record)) return undefined;
  if (record.level === "strategic") {
    const problem = holder.level === "strategic" ? holder.problem : undefined;
    return problem === undefined ? undefined : { ...record, problem };
  }
  const junction = holder.level === "tactical" ? holder.problem.junction : undefined;
  if (junction === undefined || "in" in junction) return undefined;
  return { ...record, problem: { ...record.problem, junction } };
}

/**
 * The decision made again from what the record holds; of an unchanged record the same, character for character. What the record tells of
 * its inputs beside the problem is not made anew.
 */
export function decideAgain<Kind extends Decidable>(record: Kind): Kind {
  return record.level === "tactical"
    ? { ...record, decided: stageDecidedAgain(record.problem) }
    : { ...record, decided: timingDecidedAgain(record.problem, record.intersection) };
}

export type RuleId = StageRuleId | TimingRuleId;

/** What becomes other without a rule: the choice itself, or only when the next change is planned. */
export type Change = "choice" | "time";

/** A rule that bound a decision: without it another one is made. */
export type Bound = {
  readonly rule: RuleId;
  readonly title: string;
  readonly changes: Change;
  readonly without: Decidable["decided"];
};

/** The rules that say anything of a decision. */
export function rulesOf(record: Decidable): readonly RuleId[] {
  return record.level === "tactical"
    ? STAGE_RULE_IDS.filter((rule) => STAGE_RULES[rule].applies(record.problem))
    : TIMING_RULE_IDS.filter((rule) => TIMING_RULES[rule].applies(record.problem));
}

/** The decision made again as if a rule were not there. Only to be looked at: nothing of it can be sent. */
export function withoutConstraint<Kind extends Decidable>(record: Kind, rule: RuleId): Kind {
  if (record.level === "tactical") {
    const known = STAGE_RULE_IDS.find((id) => id === rule);
    const problem = known === undefined ? record.problem : STAGE_RULES[known].without(record.problem);
    return decideAgain({ ...record, problem });
  }
  const known = TIMING_RULE_IDS.find((id) => id === rule);
  const problem = known === undefined ? record.problem : timingWithout(record.problem, known);
  return decideAgain({ ...record, problem });
}

/**
 * The rules that bound a decision, found by deciding again without each: those that another choice would be made without first. S3 stands for
 * minimum green and pedestrians where neither binds alone.
 */
export function boundsOf(record: Decidable): readonly Bound[] {
  const found = rulesOf(record).flatMap((rule): readonly Bound[] => {
    const without = withoutConstraint(record, rule).decided;
    const changes = changeBetween(record.decided, without);
    return changes === null ? [] : [{ rule, title: titleOf(record.level, rule), changes, without }];
  });
  const apart = found.some(({ rule }) => rule === "S22" || rule === "S23");
  const bounds = apart ? found.filter(({ rule }) => rule !== "S3") : found;
  return [
    ...bounds.filter(({ changes }) => changes === "choice"),
    ...bounds.filter(({ changes }) => changes === "time"),
  ];
}

export function titleOf(level: Decidable["level"], rule: RuleId): string {
  const titles: Readonly<Record<string, { readonly title: string }>> =
    level === "tactical" ? STAGE_RULES : TIMING_RULES;
  return titles[rule]?.title ?? rule;
}

/** How two outcomes of one decision differ; `null`: not at all. */
export function changeBetween(before: Decidable["decided"], after: Decidable["decided"]): Change | null {
  if ("timing" in before || "timing" in after) {
    return timingText(before) === timingText(after) ? null : "choice";
  }
  const [first, next] = before.stages;
  const [otherFirst, otherNext] = after.stages;
  if (first?.stage !== otherFirst?.stage) return "choice";
  return next?.stage === otherNext?.stage && next?.startAt === otherNext?.startAt ? null : "time";
}

function timingText(decided: StageOutcome | TimingOutcome): string {
  return "timing" in decided ? JSON.stringify(decided.timing) : "";
}
