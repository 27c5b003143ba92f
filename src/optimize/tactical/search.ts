import { defined } from "../../assert.ts";
import { unservedCost } from "./lane-queue.ts";
import {
  copyState,
  type Departures,
  type LaneStates,
  type Marks,
  mergeTimes,
  serveLane,
} from "./lane-serving.ts";
import type { Problem } from "./problem.ts";
import { type Begun, type Label, SearchSpace } from "./search-space.ts";
import type { LaneService } from "./stage-service.ts";

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

/** How long the running stage is tried to hold, and other stages to be green, seconds. */
const HOLDS_SECONDS = [1, 2, 3, 4, 6, 8, 11, 15, 20, 26, 34] as const;
const GREENS_SECONDS = [5, 8, 12, 17, 24, 34] as const;
/** Instants that are looked at together: of a hold or a green, and the horizon. */
const INSTANTS_MAX = HOLDS_SECONDS.length + 1;
const BUCKET_SECONDS = 3;
/** So many labels of one bucket are expanded that hold at first, and so many that change now. */
const HOLD_LABELS_MAX = 3;
const SWITCH_LABELS_MAX = 2;
/** A green is not lengthened any more when it has served less than this in two steps. */
const SERVED_MIN = 0.05;
/** Foes are looked ahead for so long beyond the green: a gap at its end may be none. */
const FOE_AHEAD_SECONDS = 6;
/** A stage is worth a try when somebody comes within so long of its begin of green. */
const SERVICE_SOON_SECONDS = 12;

/**
 * Searches stage sequences over the horizon: labels by time, the cheapest of each (bucket of time, stage, first decision) kept, each
 * worth at most what staying to the horizon would cost (reference `control-algorithms.md` §2). Anytime: bounded expansions.
 */
export function search(problem: Problem, space: SearchSpace = new SearchSpace()): SearchResult {
  return new Search(problem, space).run();
}

class Search {
  readonly #problem: Problem;
  readonly #lanes: number;
  readonly #stages: number;
  /** The best label of each bucket, kind (holding or not) and stage; its lane states are the row of the same number. */
  readonly #labels: (Label | undefined)[];
  /** A row a label, then one for the lanes as they are now, then one for a green that begins. */
  readonly #states: LaneStates;
  readonly #entry: number;
  readonly #marks: Marks;
  /** By lane: what waiting costs at the instants in hand, and whether it is known. */
  readonly #waits: Float64Array;
  readonly #waitsKnown: Uint8Array;
  /** Scratch: departures of each lane that somebody yields to, and of all foes of one lane. */
  readonly #leaving: readonly Departures[];
  readonly #foes: Departures;
  readonly #switchCosts: number[];
  #holdCost = Number.POSITIVE_INFINITY;
  #switchCost = Number.POSITIVE_INFINITY;
  #best: Begun | null = null;
  #expansions = 0;

  constructor(problem: Problem, space: SearchSpace) {
    this.#problem = problem;
    const { queues, service, parameters } = problem;
    this.#lanes = queues.length;
    this.#stages = service.length;
    const rows = Math.ceil(parameters.horizonSeconds / BUCKET_SECONDS) * 2 * this.#stages;
    space.reserve(this.#lanes, rows, INSTANTS_MAX);
    this.#labels = space.labels;
    this.#states = space.states;
    this.#entry = (rows + 1) * this.#lanes;
    this.#marks = space.marks;
    this.#waits = space.waits;
    this.#waitsKnown = space.waitsKnown.fill(0);
    let foes = 0;
    for (const [lane, { count }] of queues.entries()) {
      if (!service.some((stage) => stage.isFoe[lane])) continue;
      space.reserveLeaving(lane, count);
      foes += count;
    }
    space.reserveFoes(foes);
    this.#leaving = space.leaving;
    this.#foes = space.foes;
    this.#switchCosts = service.map(() => Number.POSITIVE_INFINITY);
  }

  run(): SearchResult {
    const { expansionsMax } = this.#problem.parameters;
    this.#roots();
    const size = 2 * this.#stages;
    for (let first = 0; first < this.#labels.length; first += size) {
      for (const label of this.#promising(first, size)) {
        if (this.#expansions >= expansionsMax) break;
        if (label.rank < this.#bound(label.begun.first)) this.#expand(label, false);
      }
    }
    return {
      holdCost: this.#holdCost,
      switchCosts: this.#switchCosts,
      segments: this.#segments(),
      expansions: this.#expansions,
    };
  }

  /** The labels of a bucket that are expanded, the cheapest first. */
  #promising(first: number, size: number): readonly Label[] {
    const found: Label[] = [];
    for (let kind = first; kind < first + size; kind += this.#stages) {
      const labels: Label[] = [];
      for (let row = kind; row < kind + this.#stages; row += 1) {
        const label = this.#labels[row];
        if (label !== undefined) labels.push(label);
      }
      const most = kind === first ? HOLD_LABELS_MAX : SWITCH_LABELS_MAX;
      found.push(...(labels.length > most ? labels.toSorted(byRank).slice(0, most) : labels));
    }
    return found.toSorted(byRank);
  }

  /** What a branch must stay below to matter: the best of its kind, hold or switch, which the decision compares. */
  #bound(first: number): number {
    return first < 0 ? this.#holdCost : this.#switchCost;
  }

  /** The running stage held for some time or to the horizon, and the changes that may be made now. */
  #roots(): void {
    const { states, stage, holdMaxSeconds, parameters } = this.#problem;
    const start = this.#labels.length * this.#lanes;
    for (let lane = 0; lane < this.#lanes; lane += 1) copyState(this.#states, start + lane, states, lane);
    const begun: Begun = { stage, first: -1, greenAt: 0, leaveAt: 0, before: null };
    const now: Label = { begun, at: 0, cost: 0, rank: 0, start };
    const { at } = this.#marks;
    let count = 0;
    for (const hold of HOLDS_SECONDS) {
      if (hold <= holdMaxSeconds && hold < parameters.horizonSeconds) at[count++] = hold;
    }
    if (count > 0) {
      this.#serve(now, stage, 0, count, Number.POSITIVE_INFINITY);
      this.#finish(begun, count);
      for (let mark = 0; mark < count; mark += 1) this.#keep(begun, mark);
    }
    this.#expand(now, true);
  }

  /**
   * Serves all lanes from a label on, whose stage ends for `to`, green from `greenAt` on, up to the first `count` marks and the
   * horizon, without those at the end that do not stay below `bound`.
   */
  #serve(label: Label, to: number, greenAt: number, count: number, bound: number): void {
    const { service, parameters } = this.#problem;
    const marks = this.#marks;
    marks.at[count] = parameters.horizonSeconds;
    marks.count = count + 1;
    for (let mark = 0; mark <= count; mark += 1) {
      marks.cost[mark] = label.cost;
      marks.waitingCost[mark] = 0;
      marks.vehicles[mark] = 0;
    }
    const from = label.begun.stage;
    const before = defined(service[from], "service");
    const after = defined(service[to], "service");
    for (const lane of after.red) {
      this.#wait(label, lane, from === to ? undefined : before.lanes[lane]);
    }
    this.#serveGreen(label, to, greenAt, bound);
  }

  /** Gives up the last marks that no lane more can bring below the bound: each adds to what they cost. */
  #dropHopeless(bound: number): void {
    const marks = this.#marks;
    const { cost, waitingCost } = marks;
    let { count } = marks;
    while (count > 0 && (cost[count - 1] ?? 0) + (waitingCost[count - 1] ?? 0) >= bound) count -= 1;
    marks.count = count;
  }

  #serveGreen(label: Label, to: number, greenAt: number, bound: number): void {
    const { parameters, queues, goesOn, service } = this.#problem;
    const from = label.begun.stage;
    const after = defined(service[to], "service");
    const goOn = defined(goesOn[from]?.[to], "stages");
    const states = this.#states;
    for (const departures of this.#leaving) departures.count = 0;
    for (const lane of after.served) {
      this.#dropHopeless(bound);
      if (this.#marks.count === 0) return;
      const queue = defined(queues[lane], "queue");
      const own = defined(after.lanes[lane], "service");
      const start = this.#entry + lane;
      copyState(states, start, states, label.start + lane);
      if (from !== to && goOn[lane] !== true) {
        states.freeAt[start] = Math.max(states.freeAt[start] ?? 0, greenAt + parameters.startLostSeconds);
        states.released[start] = 0;
      }
      const told = after.isFoe[lane] === true ? this.#leaving[lane] : undefined;
      const toldUntil = told === undefined ? 0 : parameters.horizonSeconds + FOE_AHEAD_SECONDS;
      const foes = own.yielding > 0 ? this.#foesOf(own) : undefined;
      serveLane(queue, own, lane, states, start, this.#marks, parameters, foes, told, toldUntil);
    }
  }

  /** A lane without green in the new stage: what it still uses of the yellow after the stage before counts for all marks. */
  #wait({ at: leaveAt, start }: Label, lane: number, was: LaneService | undefined): void {
    const states = this.#states;
    const { queues, parameters } = this.#problem;
    const queue = defined(queues[lane], "queue");
    const own = this.#entry + lane;
    copyState(states, own, states, start + lane);
    states.released[own] = 0;
    let place = states.next[own] ?? 0;
    if (place >= queue.count) return;
    const marks = this.#marks;
    if (was !== undefined && was.share > 0 && was.yielding < 1) {
      const due = queue.earliest[place] ?? 0;
      const at = Math.max(due, states.freeAt[own] ?? 0);
      if (at <= leaveAt + parameters.yellowUsedSeconds) {
        const cost = (queue.weight[place] ?? 0) * (at - due);
        for (let mark = 0; mark < marks.count; mark += 1) marks.cost[mark] = (marks.cost[mark] ?? 0) + cost;
        place += 1;
        states.next[own] = place;
        if (place >= queue.count) return;
      }
    }
    const { at, waitingCost, count } = marks;
    const row = lane * INSTANTS_MAX;
    if (this.#waitsKnown[lane] !== 1) {
      this.#waitsKnown[lane] = 1;
      for (let mark = 0; mark < count; mark += 1) {
        this.#waits[row + mark] = unservedCost(queue, place, at[mark] ?? 0, parameters.terminalSeconds);
      }
    }
    for (let mark = 0; mark < count; mark += 1) {
      waitingCost[mark] = (waitingCost[mark] ?? 0) + (this.#waits[row + mark] ?? 0);
    }
  }

  /** Departures of all lanes that a yielding one must let go first, in the order of time. */
  #foesOf({ foes }: LaneService): Departures {
    const [only] = foes;
    if (only !== undefined && foes.length === 1) return defined(this.#leaving[only], "lane");
    const all = this.#foes;
    all.count = 0;
    for (const lane of foes) mergeTimes(all, defined(this.#leaving[lane], "lane"));
    return all;
  }

  /** Every stage that may follow a label, with greens of several lengths. */
  #expand(label: Label, now: boolean): void {
    const { allowed, parameters, junction, intergreenSeconds, greenMinSeconds } = this.#problem;
    const { stage: from, first } = label.begun;
    this.#expansions += 1;
    let sharedGreenAt = Number.NaN;
    let sharedLeast = Number.NaN;
    for (let stage = 0; stage < this.#stages; stage += 1) {
      if (stage === from || junction.mayFollow[from]?.[stage] !== true) continue;
      if (now && allowed[stage] !== true) continue;
      const greenAt = label.at + defined(intergreenSeconds[from]?.[stage], "intergreen");
      if (greenAt >= parameters.horizonSeconds || !this.#servesSomebody(label, stage, greenAt)) continue;
      const least = greenMinSeconds[stage] ?? 0;
      // With the same instants the lanes without green cost the same after this label, whatever is green instead.
      if (greenAt !== sharedGreenAt || least !== sharedLeast) this.#waitsKnown.fill(0);
      sharedGreenAt = greenAt;
      sharedLeast = least;
      this.#tryStage(label, stage, greenAt, least, now ? stage : first);
    }
  }

  #servesSomebody({ start }: Label, stage: number, greenAt: number): boolean {
    const { queues, service } = this.#problem;
    for (const lane of defined(service[stage], "service").served) {
      const queue = defined(queues[lane], "queue");
      const place = this.#states.next[start + lane] ?? 0;
      if (place < queue.count && (queue.earliest[place] ?? 0) <= greenAt + SERVICE_SOON_SECONDS) return true;
    }
    return false;
  }

  #tryStage(label: Label, stage: number, greenAt: number, least: number, first: number): void {
    const { parameters } = this.#problem;
    const { at, vehicles } = this.#marks;
    let count = 0;
    for (const green of GREENS_SECONDS) {
      if (green >= least && greenAt + green < parameters.horizonSeconds) at[count++] = greenAt + green;
    }
    // The first choices are all told, with their costs; what follows has to be better than what is known.
    const bound = label.at > 0 ? this.#bound(first) : Number.POSITIVE_INFINITY;
    this.#serve(label, stage, greenAt, count, bound);
    const hopeful = this.#marks.count;
    if (hopeful === 0) return;
    const begun: Begun = { stage, first, greenAt, leaveAt: label.at, before: label };
    if (hopeful > count) this.#finish(begun, count);
    let idle = 0;
    for (let mark = 0; mark < Math.min(hopeful, count) && idle < 2; mark += 1) {
      this.#keep(begun, mark);
      idle = mark > 0 && (vehicles[mark] ?? 0) - (vehicles[mark - 1] ?? 0) < SERVED_MIN ? idle + 1 : 0;
    }
  }

  /** Offers the label of a mark; kept when it is the best of its bucket, stage and kind, and may still become the best plan. */
  #keep(begun: Begun, mark: number): void {
    const { at, cost, waitingCost, states: served } = this.#marks;
    const instant = at[mark] ?? 0;
    const total = cost[mark] ?? 0;
    const rank = total + (waitingCost[mark] ?? 0);
    if (rank >= this.#bound(begun.first)) return;
    const kind = begun.first < 0 ? 0 : 1;
    const row = (Math.floor(instant / BUCKET_SECONDS) * 2 + kind) * this.#stages + begun.stage;
    const known = this.#labels[row];
    if (known !== undefined && known.rank <= rank) return;
    const start = row * this.#lanes;
    this.#labels[row] = { begun, at: instant, cost: total, rank, start };
    const { red, served: green } = defined(this.#problem.service[begun.stage], "service");
    const states = this.#states;
    for (const lane of red) copyState(states, start + lane, states, this.#entry + lane);
    for (const lane of green) copyState(states, start + lane, served, mark * this.#lanes + lane);
  }

  /** A plan that stays with a stage to the horizon, which the last mark tells of. */
  #finish(begun: Begun, mark: number): void {
    const cost = (this.#marks.cost[mark] ?? 0) + (this.#marks.waitingCost[mark] ?? 0);
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
    for (let begun = this.#best; begun !== null && begun.before !== null; begun = begun.before.begun) {
      segments.push({ stage: begun.stage, leaveAt: begun.leaveAt, greenAt: begun.greenAt });
    }
    segments.push({ stage: this.#problem.stage, leaveAt: 0, greenAt: 0 });
    return segments.toReversed();
  }
}

function byRank(left: Label, right: Label): number {
  return left.rank - right.rank;
}
