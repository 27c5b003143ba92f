import { defined } from "../../assert.ts";
import { msToSeconds } from "../../units.ts";
import type { Outlook } from "../../model/outlook.ts";
import { cell, type LaneQueue, laneQueue, unservedCost } from "./lane-queue.ts";
import {
  copyStates,
  type Departures,
  emptyDepartures,
  emptyMarks,
  emptyStates,
  type LaneStates,
  type Marks,
  serveLane,
} from "./lane-serving.ts";
import type { TacticalParameters } from "./parameters.ts";
import type { Junction, StreetNow } from "./policy.ts";
import { flowsOn, foeLanesOf, type LaneService, type StageService, stageService } from "./stage-service.ts";

/** One green in a plan of the search; times are seconds from now. */
export type Segment = {
  readonly stage: number;
  /** When the green before ends for it. */
  readonly leaveAt: number;
  readonly greenAt: number;
};

export type SearchResult = {
  /** Cost of the best plan that stays with the running stage at first; infinite where it may not. */
  readonly holdCost: number;
  /** Cheapest plan by the stage that it changes to now. */
  readonly switchCosts: readonly number[];
  /** The best plan: the running stage first. */
  readonly segments: readonly Segment[];
  readonly expansions: number;
};

/** What is worked out once for a search and does not change in it. */
export type Problem = {
  readonly junction: Junction;
  readonly outlook: Outlook;
  readonly queues: readonly LaneQueue[];
  readonly service: StageService;
  /** By stage: lanes that somebody yields to. */
  readonly foeLanes: readonly ReadonlySet<number>[];
  /** `goesOn[from]![to]![lane]`: a lane that flows through the change. */
  readonly goesOn: readonly (readonly (readonly boolean[])[])[];
  readonly parameters: TacticalParameters;
  /** Least green of a stage, seconds. */
  readonly greenMinSeconds: readonly number[];
  readonly stage: number;
  /** Lane states as they are now. */
  readonly states: LaneStates;
  /** Longest time that the running stage may stay, seconds from now. */
  readonly holdMaxSeconds: number;
  /** Stages that may be changed to now. */
  readonly allowed: readonly boolean[];
};

/** A branch: the green of a stage that may end at `at`. */
type Label = Begun & {
  readonly at: number;
  readonly cost: number;
  /** Cost with that of those who wait. */
  readonly rank: number;
  readonly states: LaneStates;
};

/** A green that has begun, and how it came to it. */
type Begun = {
  readonly stage: number;
  /** The stage that was changed to now; -1 for holding. */
  readonly first: number;
  readonly greenAt: number;
  readonly leaveAt: number;
  readonly before: Label | null;
};

/** How long the running stage is tried to hold, and other stages to be green, seconds. */
const HOLDS_SECONDS = [1, 2, 3, 4, 6, 8, 11, 15, 20, 26, 34] as const;
const GREENS_SECONDS = [5, 8, 12, 17, 24, 34] as const;
const BUCKET_SECONDS = 3;
/** A green is not lengthened any more when it has served less than this in two steps. */
const SERVED_MIN = 0.05;
/** Foes are looked ahead for so long beyond the green: a gap at its end may be none. */
const FOE_AHEAD_SECONDS = 6;

export function problemOf(
  junction: Junction,
  street: StreetNow,
  outlook: Outlook,
  allowed: readonly boolean[],
  parameters: TacticalParameters,
): Problem {
  const { timing } = junction;
  const elapsed = msToSeconds(street.at - street.stageSince);
  const states = emptyStates(outlook.lanes.length);
  const service = stageService(junction, outlook);
  for (let lane = 0; lane < outlook.lanes.length; lane += 1) {
    // A lane that has just begun loses what is left of its start; one that flows goes on.
    states.freeAt[lane] = Math.max(0, parameters.startLostSeconds - elapsed);
    // Whose head turned out to wait for another signal is served as far as its share goes from now.
    states.released[lane] = 0;
  }
  const greenMinSeconds = timing.stages.map(({ phases }) =>
    Math.max(...phases.map((phase) => msToSeconds(defined(timing.phases[phase], "phase").serviceMinMs))),
  );
  const running = defined(timing.stages[street.stage], "stage").phases;
  const greenMaxSeconds = Math.min(
    ...running.map((phase) => msToSeconds(defined(timing.phases[phase], "phase").greenMaxMs)),
  );
  return {
    junction,
    outlook,
    queues: outlook.lanes.map((lane) => laneQueue(lane, parameters.horizonSeconds)),
    service,
    foeLanes: service.map(foeLanesOf),
    goesOn: flowsOn(junction, outlook),
    parameters,
    greenMinSeconds,
    stage: street.stage,
    states,
    holdMaxSeconds: Math.max(0, greenMaxSeconds - elapsed),
    allowed,
  };
}

/**
 * Searches stage sequences over the horizon: labels by time, the cheapest of each (bucket of time, stage, first decision) kept, each
 * worth at most what staying to the horizon would cost (reference `control-algorithms.md` §2). Anytime: bounded expansions.
 */
export function search(problem: Problem): SearchResult {
  return new Search(problem).run();
}

class Search {
  readonly #problem: Problem;
  readonly #lanes: number;
  /** By bucket: the best label of each stage, holding or not. */
  readonly #buckets: Map<number, Label>[] = [];
  readonly #marks: Marks;
  /** Scratch: departures of each lane that somebody yields to, and of all foes of one lane. */
  readonly #leaving: readonly Departures[];
  readonly #foes: Departures;
  readonly #last: LaneStates;
  readonly #switchCosts: number[];
  #holdCost = Number.POSITIVE_INFINITY;
  #switchCost = Number.POSITIVE_INFINITY;
  #best: Begun | null = null;
  #expansions = 0;

  constructor(problem: Problem) {
    this.#problem = problem;
    const { queues } = problem;
    this.#lanes = queues.length;
    this.#marks = emptyMarks(this.#lanes, HOLDS_SECONDS.length + 1);
    const size = Math.max(1, ...queues.map(({ count }) => count));
    this.#leaving = queues.map(() => emptyDepartures(size));
    this.#foes = emptyDepartures(size * this.#lanes);
    this.#last = emptyStates(this.#lanes);
    this.#switchCosts = problem.junction.timing.stages.map(() => Number.POSITIVE_INFINITY);
  }

  run(): SearchResult {
    const { horizonSeconds, expansionsMax } = this.#problem.parameters;
    this.#roots();
    for (let bucket = 0; bucket * BUCKET_SECONDS < horizonSeconds; bucket += 1) {
      const labels = [...(this.#buckets[bucket]?.values() ?? [])].toSorted((a, b) => a.rank - b.rank);
      for (const label of labels) {
        if (this.#expansions >= expansionsMax) break;
        if (label.rank < this.#bound(label.first)) this.#expand(label, false);
      }
    }
    return {
      holdCost: this.#holdCost,
      switchCosts: this.#switchCosts,
      segments: this.#segments(),
      expansions: this.#expansions,
    };
  }

  /** What a branch must stay below to matter: the best of its kind, hold or switch, which the decision compares. */
  #bound(first: number): number {
    return first < 0 ? this.#holdCost : this.#switchCost;
  }

  /** The running stage held for some time or to the horizon, and the changes that may be made now. */
  #roots(): void {
    const { states, stage, holdMaxSeconds, parameters } = this.#problem;
    const root = { stage, first: -1, greenAt: 0, leaveAt: 0, before: null };
    const holds = HOLDS_SECONDS.filter((hold) => hold <= holdMaxSeconds && hold < parameters.horizonSeconds);
    this.#serve(stage, stage, states, 0, 0, holds);
    for (let mark = 0; mark < holds.length; mark += 1) this.#keep(root, 0, mark);
    if (holds.length > 0) this.#finish(root, 0, holds.length);
    this.#expand({ ...root, at: 0, cost: 0, rank: 0, states }, true);
  }

  /**
   * Serves all lanes from a label on, whose stage `from` ends at `leaveAt` for `to`, green from `greenAt` on, and leaves marks at the
   * given times and at the horizon.
   */
  #serve(
    from: number,
    to: number,
    states: LaneStates,
    leaveAt: number,
    greenAt: number,
    times: readonly number[],
  ): void {
    const { horizonSeconds } = this.#problem.parameters;
    const marks = this.#marks;
    marks.count = times.length + 1;
    for (let mark = 0; mark < marks.count; mark += 1) {
      marks.at[mark] = times[mark] ?? horizonSeconds;
      marks.cost[mark] = 0;
    }
    const own = defined(this.#problem.service[to], "service");
    const needed = defined(this.#problem.foeLanes[to], "foes");
    for (const departures of this.#leaving) departures.count = 0;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      if ((own[lane]?.yielding ?? 0) <= 0) this.#serveLane(from, to, states, leaveAt, greenAt, lane, needed);
    }
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      if ((own[lane]?.yielding ?? 0) > 0) this.#serveLane(from, to, states, leaveAt, greenAt, lane, needed);
    }
  }

  #serveLane(
    from: number,
    to: number,
    states: LaneStates,
    leaveAt: number,
    greenAt: number,
    lane: number,
    needed: ReadonlySet<number>,
  ): void {
    const { service, parameters, queues, goesOn } = this.#problem;
    const queue = defined(queues[lane], "queue");
    const own = defined(service[to]?.[lane], "service");
    const was = defined(service[from]?.[lane], "service");
    const last = this.#last;
    last.next[lane] = states.next[lane] ?? 0;
    last.freeAt[lane] = cell(states.freeAt, lane);
    last.released[lane] = cell(states.released, lane);
    const flows = from === to || goesOn[from]?.[to]?.[lane] === true;
    if (own.share <= 0) {
      const yellow = was.share > 0 && from !== to ? leaveAt + parameters.yellowUsedSeconds : -1;
      this.#useYellow(queue, was, lane, yellow);
      return;
    }
    if (!flows) {
      last.freeAt[lane] = Math.max(cell(last.freeAt, lane), greenAt + parameters.startLostSeconds);
      last.released[lane] = 0;
    }
    const told = needed.has(lane) ? this.#leaving[lane] : undefined;
    const foes = own.yielding > 0 ? this.#foesOf(own) : undefined;
    const toldUntil = told === undefined ? 0 : parameters.horizonSeconds + FOE_AHEAD_SECONDS;
    serveLane(queue, own, lane, last, this.#marks, parameters, foes, told, toldUntil);
  }

  /** A lane without green in the new stage: what it still uses of the yellow counts for all marks. */
  #useYellow(queue: LaneQueue, was: LaneService, lane: number, untilSeconds: number): void {
    const place = this.#last.next[lane] ?? 0;
    const due = place < queue.count ? cell(queue.earliest, place) : Number.POSITIVE_INFINITY;
    const at = Math.max(due, cell(this.#last.freeAt, lane));
    const leaves = at <= untilSeconds && was.yielding < 1;
    const cost = leaves ? cell(queue.weight, place) * (at - due) : 0;
    const marks = this.#marks;
    for (let mark = 0; mark < marks.count; mark += 1) {
      const state = defined(marks.states[mark], "mark");
      state.next[lane] = leaves ? place + 1 : place;
      state.freeAt[lane] = cell(this.#last.freeAt, lane);
      state.released[lane] = 0;
      marks.cost[mark] = cell(marks.cost, mark) + cost;
    }
  }

  /** Departures of all lanes that a yielding one must let go first, in the order of time. */
  #foesOf({ foes }: LaneService): Departures {
    const all = this.#foes;
    all.count = 0;
    for (const { lane } of foes) {
      const { count, times } = defined(this.#leaving[lane], "lane");
      for (let place = 0; place < count; place += 1) all.times[all.count + place] = cell(times, place);
      all.count += count;
    }
    if (foes.length > 1) all.times.subarray(0, all.count).sort();
    return all;
  }

  /** Every stage that may follow a label, with greens of several lengths. */
  #expand(label: Label, now: boolean): void {
    const { service, allowed, parameters, junction } = this.#problem;
    this.#expansions += 1;
    for (let stage = 0; stage < service.length; stage += 1) {
      if (stage === label.stage || junction.mayFollow[label.stage]?.[stage] !== true) continue;
      if (now && allowed[stage] !== true) continue;
      const intergreen = msToSeconds(
        defined(junction.timing.intergreenMs[label.stage]?.[stage], "intergreen"),
      );
      const greenAt = label.at + intergreen;
      if (greenAt >= parameters.horizonSeconds || !this.#servesSomebody(label, stage, greenAt)) continue;
      this.#tryStage(label, stage, greenAt, now ? stage : label.first);
    }
  }

  #servesSomebody({ states }: Label, stage: number, greenAt: number): boolean {
    const own = defined(this.#problem.service[stage], "service");
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      if ((own[lane]?.share ?? 0) <= 0) continue;
      const queue = defined(this.#problem.queues[lane], "queue");
      const place = states.next[lane] ?? 0;
      if (place < queue.count && cell(queue.earliest, place) <= greenAt + SERVICE_SOON_SECONDS) return true;
    }
    return false;
  }

  #tryStage(label: Label, stage: number, greenAt: number, first: number): void {
    const { parameters, greenMinSeconds } = this.#problem;
    const least = greenMinSeconds[stage] ?? 0;
    const times: number[] = [];
    for (const green of GREENS_SECONDS) {
      if (green >= least && greenAt + green < parameters.horizonSeconds) times.push(greenAt + green);
    }
    this.#serve(label.stage, stage, label.states, label.at, greenAt, times);
    const begun = { stage, first, greenAt, leaveAt: label.at, before: label };
    let idle = 0;
    for (let mark = 0; mark < times.length && idle < 2; mark += 1) {
      this.#keep(begun, label.cost, mark);
      idle = mark > 0 && this.#served(mark) - this.#served(mark - 1) < SERVED_MIN ? idle + 1 : 0;
    }
    this.#finish(begun, label.cost, times.length);
  }

  /** Vehicles served up to a mark. */
  #served(mark: number): number {
    const { next } = defined(this.#marks.states[mark], "mark");
    let sum = 0;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      sum += cell(defined(this.#problem.queues[lane], "queue").vehiclesSum, next[lane] ?? 0);
    }
    return sum;
  }

  /** Offers the label of a mark; kept when it is the best of its bucket, stage and kind, and may still become the best plan. */
  #keep(begun: Begun, costBefore: number, mark: number): void {
    const at = cell(this.#marks.at, mark);
    const states = defined(this.#marks.states[mark], "mark");
    const cost = costBefore + cell(this.#marks.cost, mark);
    const rank = cost + this.#unserved(states, at);
    if (rank >= this.#bound(begun.first)) return;
    const bucket = Math.floor(at / BUCKET_SECONDS);
    const labels = (this.#buckets[bucket] ??= new Map<number, Label>());
    const key = begun.first < 0 ? begun.stage : -1 - begun.stage;
    const known = labels.get(key);
    if (known !== undefined && known.rank <= rank) return;
    const kept = emptyStates(this.#lanes);
    copyStates(kept, states);
    labels.set(key, { ...begun, at, cost, rank, states: kept });
  }

  #unserved({ next }: LaneStates, atSeconds: number): number {
    const { queues, parameters } = this.#problem;
    let cost = 0;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      const queue = defined(queues[lane], "queue");
      cost += unservedCost(queue, next[lane] ?? 0, atSeconds, parameters.terminalSeconds);
    }
    return cost;
  }

  /** A plan that stays with a stage to the horizon, which the last mark tells of. */
  #finish(begun: Begun, costBefore: number, mark: number): void {
    const states = defined(this.#marks.states[mark], "mark");
    const horizon = this.#problem.parameters.horizonSeconds;
    const cost = costBefore + cell(this.#marks.cost, mark) + this.#unserved(states, horizon);
    if (cost < Math.min(this.#holdCost, this.#switchCost)) this.#best = begun;
    if (begun.first < 0) {
      this.#holdCost = Math.min(this.#holdCost, cost);
    } else {
      this.#switchCost = Math.min(this.#switchCost, cost);
      this.#switchCosts[begun.first] = Math.min(this.#switchCosts[begun.first] ?? cost, cost);
    }
  }

  #segments(): readonly Segment[] {
    const segments: Segment[] = [];
    for (let begun = this.#best; begun !== null && begun.before !== null; begun = begun.before) {
      segments.push({ stage: begun.stage, leaveAt: begun.leaveAt, greenAt: begun.greenAt });
    }
    segments.push({ stage: this.#problem.stage, leaveAt: 0, greenAt: 0 });
    return segments.toReversed();
  }
}

/** A stage is worth a try when somebody comes within so long of its begin of green. */
const SERVICE_SOON_SECONDS = 12;
