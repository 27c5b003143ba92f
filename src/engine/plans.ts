import { defined } from "../assert.ts";
import { type CycleTiming, sameSequence, sameTiming, type TimingPlan } from "../model/plan.ts";
import { scheduledPlan, timingOf } from "../model/schedule.ts";
import { type RetimeChoice, type RetimeNode, retimeGroup } from "../optimize/retime.ts";
import type { GateContext } from "../safety/context.ts";
import { gate } from "../safety/gate.ts";
import { cycleSplits } from "../signal/cycle.ts";
import { after, type InstantMs, instantMs, msToSeconds, SECOND_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { forecastCount, laneDemands, progressionLink, steadyCount, streamFlows } from "./demand.ts";
import type { Effect } from "./effect.ts";
import type { EngineState, NodeState, PlanRecord, StreetState } from "./state.ts";
import { currentForecast } from "../forecast/series.ts";

export type Step = { readonly state: EngineState; readonly effects: readonly Effect[] };

/** A plan whose state is older than this is not made: the controller would refuse it as stale. */
const STREET_AGE_MAX_MS = 10 * SECOND_MS;
/** Records of plans that are kept for the console and for late answers. */
const RECORDS_MAX = 6;

/** Re-times every group for the interval that begins at `at` and pushes what the gate lets pass. */
export function decide(state: EngineState, tables: EngineTables, at: InstantMs): Step {
  let step: Step = { state, effects: [] };
  for (const group of tables.groups) {
    const isAbleNode = (index: number): boolean => isAble(defined(state.nodes[index], "node"), at);
    if (!group.some(isAbleNode)) continue;
    const known = group.filter((index) => isKnown(defined(state.nodes[index], "node")));
    for (const { index, choice } of retime(state, tables, known, at)) {
      if (isAbleNode(index)) step = propose(step, tables, index, choice, at);
    }
  }
  return step;
}

/** Intervals, newest first, of which at least one must have been counted: older demand is no basis for another timing. */
const COUNTED_WITHIN_INTERVALS = 4;

/** What runs there and what comes is known at least by and by: its neighbours' timing reckons with it, whether it gets a plan or not. */
function isKnown({ linked, street, series }: NodeState): boolean {
  return linked && street !== null && series.every((one) => currentForecast(one) !== null);
}

/**
 * Linked, its street known and in normal operation, and every movement counted of late. Who is not gets no plan, not even his own
 * again: without counts the lease ends, and with it a timing that was made for another hour.
 */
function isAble(node: NodeState, at: InstantMs): boolean {
  return (
    node.linked &&
    node.street !== null &&
    node.street.operation === "normal" &&
    at - node.street.at <= STREET_AGE_MAX_MS &&
    node.series.every(
      (series) =>
        currentForecast(series) !== null &&
        series.recent.slice(-COUNTED_WITHIN_INTERVALS).some((count) => count !== null),
    )
  );
}

/**
 * What the intersection runs or will run next: the plan it was given, the timing that it told, or, where it is in free operation and
 * runs none, what its schedule would have it run.
 */
export function timingInForce(
  node: NodeState,
  { timing }: NodeTables,
  midnightAt: InstantMs,
  at: InstantMs,
): CycleTiming {
  const street = node.street;
  // What the controller names is in force, whatever became of its answer.
  const planned = node.plans.findLast(
    ({ plan }) => plan.id === street?.plan || plan.id === street?.pendingPlan,
  );
  if (planned !== undefined) return planned.plan;
  return street?.timing ?? timingOf(scheduledPlan(timing.intersection, midnightAt, at));
}

function retime(
  state: EngineState,
  tables: EngineTables,
  group: readonly number[],
  at: InstantMs,
): readonly { readonly index: number; readonly choice: RetimeChoice }[] {
  const { midnightAt, intervalMs } = tables.configuration;
  const flows = new Map<number, readonly number[]>();
  const nodes = group.map((index): RetimeNode => {
    const node = defined(state.nodes[index], "node");
    const own = defined(tables.nodes[index], "tables");
    flows.set(index, streamFlows(own, node, intervalMs, steadyCount));
    return {
      id: own.id,
      table: own.timing,
      running: timingInForce(node, own, midnightAt, at),
      cycleChangedAt: node.cycleChangedAt,
      lanes: laneDemands(own, streamFlows(own, node, intervalMs, forecastCount)),
      frozen: node.street?.coordination === "transition" || !isAble(node, at),
      nextCycleSeconds: nextCycleSeconds(node, own, midnightAt, at),
    };
  });
  const links = tables.couplings.flatMap((coupling) => {
    const from = ends(tables, group, flows, coupling.fromIntersection);
    const to = ends(tables, group, flows, coupling.toIntersection);
    if (from === undefined || to === undefined) return [];
    const link = progressionLink(coupling, from, to);
    return link.departing.length > 0 && link.arriving.length > 0 ? [link] : [];
  });
  return retimeGroup(nodes, links, at).map((choice, position) => ({
    index: defined(group[position], "node of the group"),
    choice,
  }));
}

/** When the cycle after the running one is due, seconds after midnight: corrections of the offset included. */
function nextCycleSeconds(node: NodeState, own: NodeTables, midnightAt: InstantMs, at: InstantMs): number {
  const running = timingInForce(node, own, midnightAt, at);
  const startAt = instantMs(node.street?.cycleStartAt ?? at);
  const { splitsMs } = cycleSplits(own.timing, running, midnightAt, startAt);
  return msToSeconds(startAt + splitsMs.reduce((sum, splitMs) => sum + splitMs, 0) - midnightAt);
}

function ends(
  tables: EngineTables,
  group: readonly number[],
  flows: ReadonlyMap<number, readonly number[]>,
  intersection: string,
) {
  const node = tables.nodeIndex.get(intersection);
  const index = node === undefined ? -1 : group.indexOf(node);
  if (node === undefined || index < 0) return undefined;
  return { index, tables: defined(tables.nodes[node], "tables"), flows: defined(flows.get(node), "flows") };
}

/** What a plan that is to follow `previous` is judged against; in free operation it follows nothing. */
function gateContext(
  { cycleChangedAt }: NodeState,
  { operation, coordination, timing: told }: StreetState,
  { timing }: NodeTables,
  previous: CycleTiming,
): GateContext {
  return {
    table: timing,
    operation,
    coordination,
    previous: told === null ? null : previous,
    cycleChangedAt,
  };
}

/** Passes a choice through the gate and pushes it, or tells the operator why not. */
function propose(
  { state, effects }: Step,
  tables: EngineTables,
  index: number,
  choice: RetimeChoice,
  at: InstantMs,
): Step {
  const { planValidMs, midnightAt } = tables.configuration;
  const node = defined(state.nodes[index], "node");
  const own = defined(tables.nodes[index], "tables");
  const previous = timingInForce(node, own, midnightAt, at);
  const street = defined(node.street ?? undefined, "street");
  const plan: TimingPlan = {
    ...choice.timing,
    id: `${at}-${state.nextPlanNumber}`,
    intersection: own.id,
    basedOnAt: street.at,
    effectiveAt: at,
    validUntil: after(at, planValidMs),
    reason: choice.reason,
  };
  const verdict = gate(plan, gateContext(node, street, own, previous), at);
  const entry = {
    id: state.nextLogId,
    at,
    intersection: own.id,
    topic: "plan",
    reason: plan.reason,
    plan: plan.id,
    answer: null,
  } as const;
  const counted = { ...state.counts, plansProposed: state.counts.plansProposed + 1 };
  const numbered = { ...state, nextLogId: state.nextLogId + 1, nextPlanNumber: state.nextPlanNumber + 1 };
  if (!verdict.ok) {
    const text = `Plan refused by the safety gate: ${verdict.error.map(({ rule, detail }) => `${rule} ${detail}`).join("; ")}`;
    return {
      state: { ...numbered, counts: { ...counted, plansRefusedByGate: counted.plansRefusedByGate + 1 } },
      effects: [...effects, { kind: "log", entry: { ...entry, priority: "P3", text, status: "refused" } }],
    };
  }
  const record: PlanRecord = {
    plan,
    status: "pushed",
    pushedAt: at,
    effectiveAt: null,
    cycleChangedBefore: node.cycleChangedAt,
    logId: entry.id,
  };
  // Safety rule S10 bounds how often either changes.
  const changedCycle = plan.cycleMs !== previous.cycleMs || !sameSequence(plan, previous);
  const nodes = state.nodes.with(index, {
    ...node,
    plans: [...node.plans, record].slice(-RECORDS_MAX),
    degreeOfSaturation: choice.degreeOfSaturation,
    cycleChangedAt: changedCycle ? at : node.cycleChangedAt,
  });
  const text = sameTiming(plan, previous) ? "Timing plan renewed" : `New timing plan, ${describe(plan)}`;
  return {
    state: { ...numbered, nodes, counts: { ...counted, plansPushed: counted.plansPushed + 1 } },
    effects: [
      ...effects,
      { kind: "push", at, plan: verdict.value },
      { kind: "log", entry: { ...entry, priority: "event", text, status: "pushed" } },
    ],
  };
}

function describe({ cycleMs, offsetMs, stages }: CycleTiming): string {
  const splits = stages.map(({ stage, splitMs }) => `${stage} ${splitMs / SECOND_MS}`).join(", ");
  return `cycle ${cycleMs / SECOND_MS} s, offset ${offsetMs / SECOND_MS} s, splits ${splits} s`;
}
