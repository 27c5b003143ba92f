import { defined } from "../assert.ts";
import { MODE_DUTIES, type ModeDuties } from "../model/mode.ts";
import { type RetimeNode, retimed } from "../optimize/retime.ts";
import { cycleSplits } from "../signal/cycle.ts";
import { type InstantMs, instantMs, msToSeconds } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import {
  forecastCount,
  highCount,
  laneDemands,
  progressionLink,
  steadyCount,
  streamFlows,
} from "./demand.ts";
import { heldPhases, isReplaced } from "./detector-health.ts";
import type { Step } from "./effect.ts";
import type { EngineState, NodeState } from "./state.ts";
import { mayBeSent, propose } from "./propose.ts";
import { timingInForce } from "./timing-in-force.ts";
import { type MadeTimings, problemOf, recordedTiming } from "./timing-record.ts";
import type { TimingProblem } from "../explain/timing-problem.ts";
import { currentForecast, type ForecastSeries } from "../forecast/series.ts";

export type { Step } from "./effect.ts";

/**
 * Re-times every group for the interval that begins at `at` and pushes what the gate lets pass. Who takes no plans holds what he runs,
 * and the others are re-timed without him: no plan of theirs depends on one that may never run. What he is shown or advised is what
 * he would get if all of the group that is decided for took plans.
 */
export function decide(state: EngineState, tables: EngineTables, at: InstantMs): Step {
  let step: Step = { state, effects: [] };
  const dutyOf = (index: number): ModeDuties["plans"] =>
    MODE_DUTIES[defined(state.nodes.at(index), "node").mode].plans;
  for (const group of tables.groups) {
    const able = (index: number): boolean => isAble(defined(state.nodes.at(index), "node"), at);
    const known = group.filter(
      (index) => dutyOf(index) !== "nothing" && isKnown(defined(state.nodes.at(index), "node")),
    );
    const taking = known.filter((index) => dutyOf(index) === "sent");
    if (taking.some(able)) {
      step = proposeAll(step, tables, retime(state, tables, taking, at), able, at);
    }
    const others = known.filter((index) => dutyOf(index) !== "sent" && able(index));
    if (others.length > 0) {
      const made = retime(state, tables, known, at);
      step = proposeAll(step, tables, made, (index) => others.includes(index), at);
    }
  }
  return step;
}

/** Proposes what was chosen for those of a group whom it is for; where decisions are recorded, each is told with what it was made on. */
function proposeAll(
  before: Step,
  tables: EngineTables,
  made: MadeTimings,
  isFor: (index: number) => boolean,
  at: InstantMs,
): Step {
  let step = before;
  let problem: TimingProblem | undefined;
  let problemIn: string | undefined;
  for (const [place, index] of made.group.entries()) {
    if (!isFor(index)) continue;
    const effectsBefore = step.effects.length;
    step = propose(step, tables, index, defined(made.retiming.choices[place], "choice"), at);
    if (!tables.records.timings) continue;
    problem ??= problemOf(before.state, tables, made, at);
    const { id, ...recorded } = recordedTiming(step, tables, made, problem, {
      place,
      problemIn,
      effectsBefore,
    });
    step = recorded;
    problemIn ??= id;
  }
  return step;
}

/** Intervals, newest first, of which at least one must have been counted: older demand is no basis for another timing. */
const COUNTED_WITHIN_INTERVALS = 4;

/** What runs there and what comes is known at least by and by: its neighbours' timing reckons with it, whether it gets a plan or not. */
function isKnown({ linked, street, series, health }: NodeState): boolean {
  return (
    linked &&
    street !== null &&
    series.every((one, movement) => isReplaced(health, movement) || currentForecast(one) !== null)
  );
}

/**
 * Linked, its street known and in normal operation, and every movement counted of late. Who is not gets no plan, not even his own
 * again: without counts, or with too many detectors failed, the lease ends, and with it a timing that was made for another hour.
 */
function isAble(node: NodeState, at: InstantMs): boolean {
  return (
    mayBeSent(node, at) &&
    !node.health.leftToPlan &&
    node.series.every(
      (series, movement) =>
        isReplaced(node.health, movement) ||
        (currentForecast(series) !== null &&
          series.recent.slice(-COUNTED_WITHIN_INTERVALS).some((count) => !Number.isNaN(count))),
    )
  );
}

function retime(
  state: EngineState,
  tables: EngineTables,
  group: readonly number[],
  at: InstantMs,
): MadeTimings {
  const { midnightAt, intervalMs } = tables.configuration;
  const { strategic, forecast } = tables.parameters;
  const steady = (series: ForecastSeries): number => steadyCount(series, forecast.steadyIntervals);
  const high = (series: ForecastSeries): number => highCount(series, forecast.capacityQuantile);
  const flows = new Map<number, readonly number[]>();
  const nodes = group.map((index): RetimeNode => {
    const node = defined(state.nodes.at(index), "node");
    const own = defined(tables.nodes[index], "tables");
    flows.set(index, streamFlows(own, node, intervalMs, steady));
    return {
      id: own.id,
      table: own.timing,
      running: timingInForce(node, own, midnightAt, at),
      cycleChangedAt: node.cycleChangedAt,
      lanes: laneDemands(
        own,
        streamFlows(own, node, intervalMs, forecastCount),
        streamFlows(own, node, intervalMs, high),
      ),
      frozen: node.street?.coordination === "transition" || !isAble(node, at),
      nextCycleSeconds: nextCycleSeconds(node, own, midnightAt, at),
      heldPhases: heldPhases(node, tables, own),
    };
  });
  const links = tables.couplings.flatMap((coupling) => {
    const from = ends(tables, group, flows, coupling.fromIntersection);
    const to = ends(tables, group, flows, coupling.toIntersection);
    if (from === undefined || to === undefined) return [];
    const link = progressionLink(coupling, from, to);
    return link.departing.length > 0 && link.arriving.length > 0 ? [link] : [];
  });
  return { group, nodes, links, retiming: retimed(nodes, links, at, strategic) };
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
