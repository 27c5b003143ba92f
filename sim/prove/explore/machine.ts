import { assert, defined } from "../../../src/assert.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import { type Lamps, lampsAt } from "../../../src/signal/lamps.ts";
import type { RingOrder } from "../../../src/signal/rings.ts";
import { runRound } from "../../../src/signal/round.ts";
import type { ActivePlan } from "../../../src/signal/coordination.ts";
import { powerUp } from "../../../src/signal/machine.ts";
import { resetTrip, trip } from "../../../src/signal/unit.ts";
import { type InstantMs, instantMs } from "../../../src/units.ts";
import { createChoices, fairDirection, freeDirection, type Inputs, inputsOf } from "./environment.ts";
import { createCodec, type ExploreDraft, NOT_CALLED, NOW, ringOrders } from "./state.ts";

/** The phase-timing machine as a graph, one step of time an edge; its states are numbered as they are met. */
export type ExploredMachine = {
  /** After power has come back: where every run begins, and begins anew after a loss of power. */
  readonly start: number;
  /** Every state that a step may lead to, each once. */
  readonly successors: (state: number) => readonly number[];
  /** The state after a step in which everybody calls and nobody interferes; after a trip somebody resets it. */
  readonly fairSuccessor: (state: number) => number;
  readonly draftOf: (state: number) => ExploreDraft;
  /** The monitor has taken over. */
  readonly isTripped: (state: number) => boolean;
  readonly outputsOf: (state: number) => Lamps;
  /** What is put in and answered in the step from one state to the other. */
  readonly answersOf: (from: number, to: number) => string;
};

const FREE: ActivePlan = { id: "free", source: "local", timing: null };

/** A change within one instant leads to no more than a few others; more is a mistake of the machine. */
const ROUNDS_MAX = 100;

export function exploredMachine(table: TimingTable): ExploredMachine {
  const orders = ringOrders(table);
  const codec = createCodec(table, orders);
  const inputs = inputsOf(table);
  const numbers = new Map<string, number>();
  const keys: string[] = [];
  const tripped: boolean[] = [];
  const numberOf = (draft: ExploreDraft): number => {
    const key = codec.encode(draft, 1);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, keys.length);
    keys.push(key);
    tripped.push(draft.unit.kind === "tripped");
    return keys.length - 1;
  };
  const draftOf = (state: number): ExploreDraft => codec.decode(defined(keys[state], "state"));

  /** Tells every end of the next instant, and what leads to it. */
  const step = (state: number, told: boolean, ends: (end: ExploreDraft, answers: string) => void): void => {
    for (const input of inputs) {
      runInstant(withInput(draftOf(state), input), input, orders, codec.encode, told, ends);
    }
    const interrupted = draftOf(state);
    if (interrupted.unit.kind === "tripped") {
      resetTrip(interrupted);
      ends(interrupted, "reset");
    } else {
      trip(interrupted);
      ends(interrupted, "trip");
    }
  };

  return {
    start: numberOf(poweredUp(table, NOW)),
    draftOf,
    isTripped: (state) => tripped[state] === true,
    outputsOf: (state) => lampsAt(table, draftOf(state)),
    successors: (state) => {
      const found = new Set<number>();
      step(state, false, (end) => found.add(numberOf(end)));
      return [...found];
    },
    fairSuccessor: (state) => {
      const draft = draftOf(state);
      if (draft.unit.kind === "tripped") resetTrip(draft);
      else runFairInstant(draft, codec.encode);
      return numberOf(draft);
    },
    answersOf: (from, to) => {
      let found: string | undefined;
      step(from, true, (end, answers) => {
        if (found === undefined && numberOf(end) === to) found = answers;
      });
      return found ?? "loss of power";
    },
  };
}

type Encode = ReturnType<typeof createCodec>["encode"];

/**
 * One instant with every sequence of answers: rounds are run from each state that the instant may pass through. It may end in
 * those in which a round may change nothing.
 */
function runInstant(
  draft: ExploreDraft,
  { flashRequested }: Inputs,
  orders: readonly RingOrder[],
  encode: Encode,
  told: boolean,
  ends: (end: ExploreDraft, answers: string) => void,
): void {
  const seen = new Set([encode(draft, 0)]);
  let ended = false;
  const pending = [{ draft, answers: wordsOf(draft, flashRequested) }];
  for (const { draft: before, answers } of pending) {
    const key = encode(before, 0);
    const choices = createChoices();
    let rests = false;
    do {
      const next = copyOf(before);
      const words: string[] = [];
      const tell = told ? (word: string) => words.push(word) : null;
      runRound(next, freeDirection(next, orders, flashRequested, choices.choose, tell));
      const nextKey = encode(next, 0);
      if (nextKey === key) rests = true;
      else if (!seen.has(nextKey)) {
        seen.add(nextKey);
        pending.push({
          draft: next,
          answers: told ? [answers, ...words].filter((word) => word !== "").join(", ") : "",
        });
      }
    } while (choices.next());
    if (rests) ends(before, answers);
    ended ||= rests;
  }
  assert(ended, "an instant comes to rest");
}

function runFairInstant(draft: ExploreDraft, encode: Encode): void {
  for (let round = 0; ; round += 1) {
    assert(round < ROUNDS_MAX, "an instant comes to rest");
    const before = encode(draft, 0);
    runRound(draft, fairDirection(draft));
    if (encode(draft, 0) === before) return;
  }
}

function copyOf(draft: ExploreDraft): ExploreDraft {
  const { heads, followers, preempts } = draft;
  return { ...draft, heads: [...heads], followers: [...followers], preempts: [...preempts], events: [] };
}

/** An input that is on has been on for its delay, and never for its longest presence: what is ignored is off. */
function withInput(draft: ExploreDraft, { preempt }: Inputs): ExploreDraft {
  const preempts = draft.table.extras.preempts.map(({ delayMs }, index) =>
    index === preempt ? { onAt: instantMs(draft.at - delayMs), ignored: false } : NOT_CALLED,
  );
  return { ...draft, preempts };
}

function wordsOf({ preempts, table }: ExploreDraft, flashRequested: boolean): string {
  const called = preempts.findIndex(({ onAt }) => onAt !== null);
  if (called >= 0) return `preempt ${table.extras.preempts[called]?.id}`;
  return flashRequested ? "flash requested" : "";
}

/** Flash after power has come back; nothing that was before is known. */
function poweredUp(table: TimingTable, at: InstantMs): ExploreDraft {
  assert(table.rings.length > 0 && table.extras.startUp !== null, "rings with a start-up are explored");
  const { unit, heads, followers, rings, preempts } = powerUp(table, FREE, at).state;
  return {
    table,
    at,
    unit,
    heads: [...heads],
    followers: [...followers],
    rings,
    preempts: [...preempts],
    events: [],
  };
}
