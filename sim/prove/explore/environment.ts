import type { TimingTable } from "../../../src/model/timing.ts";
import { walkAgainAt } from "../../../src/signal/environment.ts";
import { headOf, timingOfPhase, walkAgain } from "../../../src/signal/heads.ts";
import { type RingEnvironment, type RingOrder, ringsWithGreen, runRings } from "../../../src/signal/rings.ts";
import type { Direction } from "../../../src/signal/round.ts";
import type { ExploreDraft } from "./state.ts";

/** Runs through all sequences of choices, each made when it is first asked for: the next sequence differs in the last choice. */
export type Choices = {
  /** A number below `count`. */
  readonly choose: (count: number) => number;
  /** Back to the begin, with the next sequence; false when there is none left. */
  readonly next: () => boolean;
};

export function createChoices(): Choices {
  const made: number[] = [];
  const counts: number[] = [];
  let place = 0;
  return {
    choose: (count) => {
      if (place === made.length) {
        made.push(0);
        counts.push(count);
      }
      const choice = made[place] ?? 0;
      place += 1;
      return choice;
    },
    next: () => {
      place = 0;
      while (made.length > 0) {
        const last = (made.pop() ?? 0) + 1;
        const count = counts.pop() ?? 0;
        if (last < count) {
          made.push(last);
          counts.push(count);
          return true;
        }
      }
      return false;
    },
  };
}

/** Answers that were given to the machine, in words; for a trace. */
export type Tell = (answer: string) => void;

const QUESTIONS = ["called", "walkCalled", "held", "ended"] as const;
const [CALLED, WALK_CALLED, HELD, ENDED] = [0, 1, 2, 3] as const;
const UNASKED = -1;

/**
 * A direction that may answer anything: every answer is chosen when it is asked for and kept until a head changes, or until the
 * round is over. Whatever detectors, call memory, plans, priority, operators and the engine may make of an instant is
 * among it: they are functions of the heads and of what does not change within a round.
 */
export function freeDirection(
  draft: ExploreDraft,
  orders: readonly RingOrder[],
  flashRequested: boolean,
  choose: Choices["choose"],
  tell: Tell | null,
): Direction {
  const { phases } = draft.table;
  const nameOf = (phase: number): string => phases[phase]?.id ?? `${phase}`;
  const answers = new Int8Array(QUESTIONS.length * phases.length).fill(UNASKED);
  // Every change of a head is told in an event.
  let told = draft.events.length;
  const answer = (question: number, phase: number): boolean => {
    if (told !== draft.events.length) {
      told = draft.events.length;
      answers.fill(UNASKED, 0, ENDED * phases.length);
    }
    const place = question * phases.length + phase;
    if (answers[place] === UNASKED) {
      answers[place] = choose(2);
      if (answers[place] === 1) tell?.(`${QUESTIONS[question]} ${nameOf(phase)}`);
    }
    return answers[place] === 1;
  };
  const yes = (question: string): boolean => {
    const chosen = choose(2) === 1;
    if (chosen) tell?.(question);
    return chosen;
  };
  const order = (): RingOrder => {
    const chosen = choose(orders.length);
    tell?.(`order ${chosen}`);
    return orders[chosen] ?? draft.rings.order;
  };
  const environment: RingEnvironment = {
    // Nobody waits for a phase that is green already.
    called: (phase) => !isServed(draft, phase) && answer(CALLED, phase),
    walkCalled: (phase) => timingOfPhase(draft, phase).walkMs > 0 && answer(WALK_CALLED, phase),
    // Asked again in the same round only for the log's words.
    ended: (phase) => (answer(ENDED, phase) ? "gapOut" : null),
    // A hold is more than a green that may not end only where its ring is ready.
    held: (phase) => isReady(draft, phase) && answer(HELD, phase),
    lasts: (phase) => yes(`lasts ${nameOf(phase)}`),
    order,
    redRest: () => yes("red rest"),
  };
  return {
    flashRequested,
    walkRests: (phase) => yes(`walk rests ${nameOf(phase)}`),
    resume: () => {
      draft.rings = ringsWithGreen(draft.table, order(), greens(draft));
    },
    sequence: () => {
      runRings(draft, environment);
      phases.forEach((_, phase) => {
        if (mayWalkAgain(draft, phase) && yes(`walk again ${nameOf(phase)}`)) walkAgain(draft, phase);
      });
    },
    coming: (phase) => isComing(draft, phase),
  };
}

/** Everybody calls for everything, nobody holds anything, each green ends when it may, orders stay as they are. */
export function fairDirection(draft: ExploreDraft): Direction {
  const environment: RingEnvironment = {
    called: (phase) => !isServed(draft, phase),
    walkCalled: () => true,
    ended: () => "gapOut",
    held: () => false,
    lasts: () => false,
    order: () => draft.rings.order,
    redRest: () => false,
  };
  return {
    flashRequested: false,
    walkRests: () => false,
    resume: () => {
      draft.rings = ringsWithGreen(draft.table, draft.rings.order, greens(draft));
    },
    sequence: () => {
      runRings(draft, environment);
    },
    coming: (phase) => isComing(draft, phase),
  };
}

function isComing({ rings }: ExploreDraft, phase: number): boolean {
  return rings.rings.some(({ next }) => next === phase);
}

function isServed(draft: ExploreDraft, phase: number): boolean {
  const { interval } = headOf(draft, phase);
  return interval === "green" || interval === "lead";
}

function isReady({ rings }: ExploreDraft, phase: number): boolean {
  return rings.rings.some(({ active, ready }) => active === phase && ready !== null);
}

/** The part of `walksAgain` that is the machine's own: who calls, and what else is wanted, is free. */
function mayWalkAgain(draft: ExploreDraft, phase: number): boolean {
  const { interval, walk, walkSince, greenAt } = headOf(draft, phase);
  if (interval !== "green" || walk !== "off" || timingOfPhase(draft, phase).walkMs === 0) return false;
  return draft.at > greenAt && draft.at >= walkAgainAt(draft, phase, walkSince);
}

function greens(draft: ExploreDraft): readonly number[] {
  return draft.heads.flatMap(({ interval }, phase) => (interval === "green" ? [phase] : []));
}

/** What is the same for a whole instant: flash by request, and the preemption input of the highest authority that is on. */
export type Inputs = { readonly flashRequested: boolean; readonly preempt: number | null };

/** Only what has authority matters: while a preemption is called nobody looks at a request for flash. */
export function inputsOf({ extras }: TimingTable): readonly Inputs[] {
  return [
    { flashRequested: false, preempt: null },
    { flashRequested: true, preempt: null },
    ...extras.preempts.map((_, preempt) => ({ flashRequested: false, preempt })),
  ];
}
