import { defined } from "../../../src/assert.ts";
import type { Intersection } from "../../../src/model/intersection.ts";
import { type TimingTable, timingTable } from "../../../src/model/timing.ts";
import type { Outputs } from "../../controller/monitor/monitor.ts";
import { MONITOR_RULES, type MonitorRule } from "../../controller/monitor/watch.ts";
import { createCoverage } from "./coverage.ts";
import { inWholeSteps } from "./fault.ts";
import { longestWaits } from "./liveness.ts";
import { type ExploredMachine, exploredMachine } from "./machine.ts";
import { exploredMonitor, UNSEEN } from "./monitor.ts";

export type ExploreOptions = {
  readonly intersection: Intersection;
  /** Of the machine: every duration is rounded up to it, and lasts at most three of it. */
  readonly stepMs: number;
  /** A fault that is put into the machine's timing; the monitor keeps the configuration. */
  readonly weaken?: (table: TimingTable) => TimingTable;
  /** Stops when so many states have been found, with a frontier that is not empty. */
  readonly statesMax?: number;
  /** Stops at the first violation. */
  readonly untilViolation?: boolean;
  readonly progress?: (progress: Progress) => void;
};

export type Progress = {
  /** Pairs of a state of the machine and one of its monitor. */
  readonly states: number;
  readonly transitions: number;
  /** Steps from the start. */
  readonly depth: number;
  /** States whose successors have not been looked at. */
  readonly frontier: number;
};

export type TraceStep = { readonly answers: string; readonly outputs: Outputs };

export type Violation = {
  /** A rule of the monitor, or `STARVATION`. */
  readonly rule: MonitorRule | "STARVATION";
  readonly detail: string;
  /** From the start, a step each. */
  readonly trace: readonly TraceStep[];
};

export type Exploration = Progress & {
  readonly machineStates: number;
  readonly monitorStates: number;
  /** The first of each rule. What comes after a violation is not explored. */
  readonly violations: readonly Violation[];
  /** Phases that were green together, such as `1-5`. */
  readonly pairs: readonly string[];
  /** Orders of service that were run through from barrier to barrier, all around. */
  readonly orders: readonly string[];
  /** How many transitions met a rule with nothing to spare. */
  readonly bounds: Readonly<Record<MonitorRule, number>>;
  /** The longest that a phase waits for its green, from any state, when everybody calls and nobody interferes. */
  readonly longestWaitMs: number;
};

const MONITOR_STATES_MAX = 2 ** 24;
const PROGRESS_STATES = 10_000;

/**
 * Explores the phase-timing machine of an intersection with rings and a start-up, watched by its monitor, breadth first: every
 * answer that the machine may be given, every input, in every step (DESIGN.md, Exhaustive).
 */
export function explore(options: ExploreOptions): Exploration {
  const { intersection, stepMs, weaken, progress } = options;
  const table = timingTable(intersection, stepMs);
  const machine = exploredMachine(weaken === undefined ? table : inWholeSteps(weaken(table)));
  const monitor = exploredMonitor(intersection, stepMs);
  const coverage = createCoverage(machine, table);
  const search = createSearch();
  const bounds = emptyBounds();
  const violations: Violation[] = [];
  const outputs: number[] = [];
  const successors: (readonly number[])[] = [];
  let transitions = 0;

  const outputsOf = (state: number): number =>
    (outputs[state] ??= monitor.outputsNumber(machine.outputsOf(state)));

  const violate = (rule: Violation["rule"], detail: string, parent: number, state: number): void => {
    if (violations.some((known) => known.rule === rule)) return;
    const trace = traceOf(machine, [...search.pathTo(parent), state]);
    violations.push({ rule, detail, trace });
  };

  /** What the monitor makes of the machine's step to `next`. */
  const watch = (parent: number, monitored: number, next: number): void => {
    transitions += 1;
    // What flashes after a trip is the monitor, until somebody resets it.
    if (machine.isTripped(next)) {
      search.find(next, UNSEEN, parent);
      return;
    }
    const { trips, atLimit, next: after } = monitor.observe(monitored, outputsOf(next));
    for (const rule of atLimit) bounds[rule] += 1;
    for (const { rule, detail } of trips) violate(rule, detail, parent, next);
    if (trips.length === 0) search.find(next, after, parent);
  };

  watch(NO_PARENT, UNSEEN, machine.start);
  let place = 0;
  const told = (): Progress => ({
    states: search.count(),
    transitions,
    depth: search.depthOf(place),
    frontier: search.count() - place,
  });
  const goesOn = (): boolean =>
    search.count() < (options.statesMax ?? Infinity) &&
    !(options.untilViolation === true && violations.length > 0);
  for (; place < search.count() && goesOn(); place += 1) {
    if (place % PROGRESS_STATES === 0) progress?.(told());
    const { state, monitored } = search.at(place);
    let nexts = successors[state];
    if (nexts === undefined) {
      nexts = machine.successors(state);
      successors[state] = nexts;
      coverage.meet(state, nexts);
    }
    for (const next of nexts) watch(place, monitored, next);
    // A loss of power leads from everywhere to the start, which has been explored.
    transitions += 1;
  }
  const last = { ...told(), depth: search.depthOf(place - 1) };
  progress?.(last);
  // Only what has been explored to the end is known to be closed.
  const explored = violations.length === 0 && last.frontier === 0;
  const waits = longestWaits(machine, explored ? successors.length : 0);
  for (const { phase, state } of waits.starved) {
    const detail = `phase ${phase} is not served though everybody lets it`;
    violate("STARVATION", detail, search.placeOf(state), machine.fairSuccessor(state));
  }
  return {
    ...last,
    machineStates: successors.length,
    monitorStates: monitor.count(),
    violations,
    pairs: coverage.pairs(),
    orders: coverage.orders(),
    bounds,
    longestWaitMs: waits.longestSteps * stepMs,
  };
}

const NO_PARENT = -1;

/** States that were found, in the order in which they were. */
function createSearch() {
  const states: number[] = [];
  const monitors: number[] = [];
  const parents: number[] = [];
  const depths: number[] = [];
  const seen = new Set<number>();
  return {
    count: () => states.length,
    at: (place: number) => ({
      state: defined(states[place], "state"),
      monitored: defined(monitors[place], "monitor"),
    }),
    depthOf: (place: number): number => depths[Math.min(place, depths.length - 1)] ?? 0,
    placeOf: (state: number): number => states.indexOf(state),
    find: (state: number, monitored: number, parent: number): void => {
      const pair = state * MONITOR_STATES_MAX + monitored;
      if (seen.has(pair)) return;
      seen.add(pair);
      states.push(state);
      monitors.push(monitored);
      parents.push(parent);
      depths.push((depths[parent] ?? NO_PARENT) + 1);
    },
    /** The machine's states on the way from the start. */
    pathTo: (last: number): readonly number[] => {
      const path: number[] = [];
      for (let place = last; place !== NO_PARENT; place = defined(parents[place], "parent")) {
        path.push(defined(states[place], "state"));
      }
      return path.toReversed();
    },
  };
}

function traceOf(machine: ExploredMachine, path: readonly number[]): readonly TraceStep[] {
  return path.map((state, index) => {
    const before = path[index - 1];
    const answers = before === undefined ? "power" : machine.answersOf(before, state);
    return { answers, outputs: machine.outputsOf(state) };
  });
}

function emptyBounds(): Record<MonitorRule, number> {
  // The keys are those of the table.
  const rules = Object.keys(MONITOR_RULES) as MonitorRule[];
  return Object.fromEntries(rules.map((rule) => [rule, 0])) as Record<MonitorRule, number>;
}
