import type { LaneQueue } from "./lane-queue.ts";
import {
  type Departures,
  emptyDepartures,
  emptyMarks,
  emptyStates,
  type LaneStates,
  type Marks,
} from "./lane-serving.ts";

/** A green that has begun, and how it came to it. */
export type Begun = {
  readonly stage: number;
  /** The stage that was changed to now; -1 for holding. */
  readonly first: number;
  readonly greenAt: number;
  readonly leaveAt: number;
  readonly before: Label | null;
};

/** A branch: the green of a stage that may end at `at`. */
export type Label = {
  readonly begun: Begun;
  readonly at: number;
  readonly cost: number;
  /** Cost with that of those who wait. */
  readonly rank: number;
  /** First cell of its lane states. */
  readonly start: number;
};

/**
 * Memory that one search after another works in: making it anew took a tenth of a search. What a search leaves in it means nothing to
 * the next one. It grows to what the largest intersection needs.
 */
export class SearchSpace {
  /** The best label of each bucket, kind and stage. */
  readonly labels: (Label | undefined)[] = [];
  states: LaneStates = emptyStates(0);
  marks: Marks = emptyMarks(0, 0);
  /** Departures of each lane that somebody yields to, and of all foes of one lane. */
  readonly leaving: Departures[] = [];
  foes: Departures = emptyDepartures(0);
  /** What waiting costs in each lane at the instants in hand, and whether it is known. */
  waits = new Float64Array(0);
  waitsKnown = new Uint8Array(0);
  /** By lane. */
  readonly queues: LaneQueue[] = [];

  /** Makes room for a search with so many lanes, labels and instants in a green. */
  reserve(lanes: number, labels: number, instants: number): void {
    this.labels.length = labels;
    this.labels.fill(undefined);
    // A row a label, then one for the lanes as they are now, then one for a green that begins.
    if (this.states.next.length < lanes * (labels + 2)) this.states = emptyStates(lanes, labels + 2);
    if (this.marks.states.next.length < lanes * instants) this.marks = emptyMarks(lanes, instants);
    this.marks.lanes = lanes;
    if (this.waitsKnown.length < lanes) {
      this.waits = new Float64Array(lanes * instants);
      this.waitsKnown = new Uint8Array(lanes);
    }
  }

  /** Makes room for the departures of a lane that somebody yields to. */
  reserveLeaving(lane: number, vehicles: number): void {
    while (this.leaving.length <= lane) this.leaving.push(emptyDepartures(0));
    const known = this.leaving[lane];
    if (known !== undefined && known.times.length < vehicles) this.leaving[lane] = emptyDepartures(vehicles);
  }

  reserveFoes(vehicles: number): void {
    if (this.foes.times.length < vehicles) this.foes = emptyDepartures(vehicles);
  }
}
