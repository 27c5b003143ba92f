import { defined } from "../assert.ts";
import { MODE_DUTIES } from "../model/mode.ts";
import { type CycleTiming, sameSequence, sameTiming, type TimingPlan } from "../model/plan.ts";
import type { LogEntry } from "../protocol/live.ts";
import type { RetimeChoice } from "../optimize/retime.ts";
import { expectedDelaySeconds } from "../optimize/split-choice.ts";
import { gate, type SafePlan } from "../safety/gate.ts";
import type { Result } from "../result.ts";
import type { Violation } from "../safety/rule.ts";
import { after, type InstantMs, SECOND_MS } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import { forecastCount, laneDemands, streamFlows } from "./demand.ts";
import type { Effect, Step } from "./effect.ts";
import { comparedPlan } from "./shadow.ts";
import { countedRules, type EngineState, type NodeState, type PlanRecord } from "./state.ts";
import { timingInForce } from "./timing-in-force.ts";

/** A plan whose state is older than this is not made: the controller would refuse it as stale. */
const STREET_AGE_MAX_MS = 10 * SECOND_MS;
/** Records of plans that are kept for the console and for late answers. */
const RECORDS_MAX = 6;

/** Linked, its street known and in normal operation: what is sent now would be taken. */
export function mayBeSent({ linked, street }: NodeState, at: InstantMs): boolean {
  return linked && street !== null && street.operation === "normal" && at - street.at <= STREET_AGE_MAX_MS;
}

/** A plan for one intersection, the gate's verdict of it, and what it is to follow. */
export type Draft = {
  readonly index: number;
  readonly plan: TimingPlan;
  readonly verdict: Result<SafePlan, readonly Violation[]>;
  readonly previous: CycleTiming;
  readonly degreeOfSaturation: readonly number[];
  readonly logId: number;
};

type Wanted = Pick<RetimeChoice, "timing" | "reason" | "degreeOfSaturation"> & {
  readonly id: string;
  readonly logId: number;
};

/** What is wanted as a plan from `at` on, judged by the gate against what the street shows now. */
export function draft(
  state: EngineState,
  tables: EngineTables,
  index: number,
  { id, logId, timing, reason, degreeOfSaturation }: Wanted,
  at: InstantMs,
): Draft {
  const { planValidMs, midnightAt } = tables.configuration;
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  const street = defined(node.street ?? undefined, "street");
  const previous = timingInForce(node, own, midnightAt, at);
  const plan: TimingPlan = {
    ...timing,
    id,
    intersection: own.id,
    basedOnAt: street.at,
    effectiveAt: at,
    validUntil: after(at, planValidMs),
    reason,
  };
  const { operation, coordination } = street;
  const verdict = gate(
    plan,
    {
      table: own.timing,
      operation,
      coordination,
      // In free operation it follows nothing.
      previous: street.timing === null ? null : previous,
      cycleChangedAt: node.cycleChangedAt,
    },
    at,
  );
  return { index, plan, verdict, previous, degreeOfSaturation, logId };
}

/** Passes a choice through the gate, and sends or shows it as the intersection's mode says, or tells the operator why not. */
export function propose(
  { state, effects }: Step,
  tables: EngineTables,
  index: number,
  choice: RetimeChoice,
  at: InstantMs,
): Step {
  const id = `${at}-${state.nextPlanNumber}`;
  const reason = `${choice.reason}${imputedText(defined(state.nodes.at(index), "node"))}`;
  const drafted = draft(state, tables, index, { ...choice, reason, id, logId: state.nextLogId }, at);
  const numbered = {
    ...state,
    nextLogId: state.nextLogId + 1,
    nextPlanNumber: state.nextPlanNumber + 1,
    counts: { ...state.counts, plansProposed: state.counts.plansProposed + 1 },
  };
  const before = { state: numbered, effects };
  if (!drafted.verdict.ok) return refused(before, drafted, drafted.verdict.error, at);
  const duty = MODE_DUTIES[defined(state.nodes.at(index), "node").mode].plans;
  if (duty === "advised") return advised(before, tables, drafted, at);
  if (duty === "shown") return shown(before, tables, drafted, at);
  return pushed(before, drafted, drafted.verdict.value, at, null);
}

/** Whoever reads or approves a plan is told that it is made for counts which stand for those of detectors that are not trusted. */
function imputedText({ health: { replaced } }: NodeState): string {
  const imputed = replaced.filter((vehicles) => vehicles !== null).length;
  return imputed === 0 ? "" : `; counts of ${imputed} of ${replaced.length} movements imputed`;
}

/** What the gate does not let pass is told with the rules. */
export function refused(
  { state, effects }: Step,
  drafted: Draft,
  violations: readonly Violation[],
  at: InstantMs,
): Step {
  const rules = violations.map(({ rule, detail }) => `${rule} ${detail}`).join("; ");
  const text = `Plan refused by the safety gate: ${rules}`;
  const { counts } = state;
  return {
    state: {
      ...state,
      counts: {
        ...counts,
        plansRefusedByGate: counts.plansRefusedByGate + 1,
        gateRules: countedRules(counts.gateRules, violations),
      },
    },
    effects: [...effects, told(drafted, at, { priority: "P3", text, status: "refused" })],
  };
}

/** Sends a plan; `approvedBy`: who had to be asked, and why he agreed. */
export function pushed(
  { state, effects }: Step,
  drafted: Draft,
  safe: SafePlan,
  at: InstantMs,
  approvedBy: string | null,
): Step {
  const { index, plan, previous, degreeOfSaturation, logId } = drafted;
  const node = defined(state.nodes.at(index), "node");
  const record: PlanRecord = {
    plan,
    status: "pushed",
    pushedAt: at,
    effectiveAt: null,
    cycleChangedBefore: node.cycleChangedAt,
    logId,
  };
  // Safety rule S10 bounds how often either changes.
  const changedCycle = plan.cycleMs !== previous.cycleMs || !sameSequence(plan, previous);
  const nodes = state.nodes.with(index, {
    ...node,
    plans: [...node.plans, record].slice(-RECORDS_MAX),
    degreeOfSaturation,
    cycleChangedAt: changedCycle ? at : node.cycleChangedAt,
  });
  const what = sameTiming(plan, previous) ? "Timing plan renewed" : `New timing plan, ${describe(plan)}`;
  const text = approvedBy === null ? what : `${what}; approved by ${approvedBy}`;
  return {
    state: { ...state, nodes, counts: { ...state.counts, plansPushed: state.counts.plansPushed + 1 } },
    effects: [
      ...effects,
      { kind: "push", at, plan: safe },
      told(drafted, at, { priority: "event", text, status: "pushed" }),
    ],
  };
}

/** The plan waits for an operator until the interval that it was made for ends. */
function advised({ state, effects }: Step, tables: EngineTables, drafted: Draft, at: InstantMs): Step {
  const { index, plan, previous, degreeOfSaturation, logId } = drafted;
  const { cycleMs, offsetMs, stages, id, reason } = plan;
  const node = defined(state.nodes.at(index), "node");
  const proposal = {
    id,
    timing: { cycleMs, offsetMs, stages },
    reason,
    degreeOfSaturation,
    expiresAt: after(at, tables.configuration.intervalMs),
    logId,
  };
  const what = sameTiming(plan, previous) ? "the running timing, renewed" : describe(plan);
  const text = `Timing plan waits for approval: ${what}`;
  return {
    state: { ...state, nodes: state.nodes.with(index, { ...node, proposal }) },
    effects: [...effects, told(drafted, at, { priority: "P3", text, status: "proposed" })],
  };
}

/** The plan is compared with the running one and not sent. */
function shown({ state, effects }: Step, tables: EngineTables, drafted: Draft, at: InstantMs): Step {
  const { index, plan, previous } = drafted;
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  const lanes = laneDemands(own, streamFlows(own, node, tables.configuration.intervalMs, forecastCount));
  const ownSeconds = expectedDelaySeconds(own.timing, plan, lanes);
  const runningSeconds = expectedDelaySeconds(own.timing, previous, lanes);
  const score = comparedPlan(node.score, ownSeconds, runningSeconds);
  const text =
    `Shadow plan, not sent: ${describe(plan)}; expected ${ownSeconds.toFixed(1)} s/veh, ` +
    `${runningSeconds.toFixed(1)} of what runs`;
  return {
    state: { ...state, nodes: state.nodes.with(index, { ...node, score }) },
    effects: [...effects, told(drafted, at, { priority: "event", text, status: null })],
  };
}

function told(
  { plan, logId }: Draft,
  at: InstantMs,
  entry: Pick<LogEntry, "priority" | "text" | "status">,
): Effect {
  const { id, intersection, reason } = plan;
  return {
    kind: "log",
    entry: { id: logId, at, intersection, topic: "plan", reason, plan: id, answer: null, ...entry },
  };
}

function describe({ cycleMs, offsetMs, stages }: CycleTiming): string {
  const splits = stages.map(({ stage, splitMs }) => `${stage} ${splitMs / SECOND_MS}`).join(", ");
  return `cycle ${cycleMs / SECOND_MS} s, offset ${offsetMs / SECOND_MS} s, splits ${splits} s`;
}
