import { expect, describe, it } from "vitest";
import { type GreenTally, NO_GREENS, tallyGreens } from "../../src/estimate/lane-greens.ts";
import { loopEvent, loopLamps, type LoopQueues } from "../../src/estimate/loop-queue.ts";
import { ADVANCE, begin, LINE, pass, seconds, street } from "./loop-street.ts";

const place = street();
const GREEN = "GGGG";
const RED = "rrrr";

/** Lamps from an instant on, and the tally that they leave. */
function shown(
  known: { readonly queues: LoopQueues; readonly tally: readonly GreenTally[] },
  lamps: string,
  at: number,
) {
  const queues = loopLamps(known.queues, place.table, lamps, seconds(at));
  return { queues, tally: tallyGreens(known.tally, place.table, known.queues, queues, seconds(at)) };
}

/** Six vehicles over the advance loop of lane 0 in red, due at the line by 62 s; green from 70 s on. */
function waiting() {
  let queues = loopLamps(begin(place), place.table, RED, seconds(0));
  for (let at = 40; at < 52; at += 2) queues = pass(queues, place, ADVANCE[0], at, at + 0.7);
  const first = loopEvent(queues, place.table, { detector: LINE[0], on: true, at: seconds(50) });
  return shown({ queues: first, tally: [NO_GREENS, NO_GREENS] }, GREEN, 70);
}

/** So many of them leave, one in two seconds, and the next one rolls onto the line. */
function departed(count: number) {
  let { queues, tally } = waiting();
  for (let left = 0; left < count; left += 1) {
    queues = loopEvent(queues, place.table, { detector: LINE[0], on: false, at: seconds(72 + 2 * left) });
    if (left === 5) break;
    queues = loopEvent(queues, place.table, { detector: LINE[0], on: true, at: seconds(73 + 2 * left) });
  }
  return { queues, tally };
}

describe("the greens of a lane", () => {
  it("are counted when they end, and none before", () => {
    expect(waiting().tally).toEqual([NO_GREENS, NO_GREENS]);
    expect(shown(waiting(), "yyyy", 80).tally).toEqual([NO_GREENS, NO_GREENS]);
  });

  it("have failed when somebody is left who had waited for them", () => {
    expect(shown(departed(3), RED, 84).tally[0]).toEqual({ greens: 1, failures: 1 });
  });

  it("have not when all who had waited are gone, although others have come since", () => {
    const { queues, tally } = departed(6);
    const late = pass(queues, place, ADVANCE[0], 82, 82.7);
    expect(shown({ queues: late, tally }, RED, 96).tally).toEqual([
      { greens: 1, failures: 0 },
      { greens: 1, failures: 0 },
    ]);
  });

  it("have failed when the queue reaches back onto the advance loop, whoever stands there", () => {
    const { queues, tally } = departed(6);
    const on = (at: number) =>
      loopEvent(queues, place.table, { detector: ADVANCE[0], on: true, at: seconds(at) });
    expect(shown({ queues: on(93), tally }, RED, 96).tally[0]).toEqual({ greens: 1, failures: 0 });
    expect(shown({ queues: on(92), tally }, RED, 96).tally[0]).toEqual({ greens: 1, failures: 1 });
    // Occupied for three minutes it tells nothing any more.
    expect(shown({ queues: on(-100), tally }, RED, 96).tally[0]).toEqual({ greens: 1, failures: 0 });
    // The loop lies before lane 0 alone.
    expect(shown({ queues: on(92), tally }, RED, 96).tally[1]).toEqual({ greens: 1, failures: 0 });
  });

  it("add up over the interval", () => {
    const first = shown(departed(3), RED, 84);
    const second = shown(shown(first, GREEN, 120), RED, 121);
    expect(second.tally[0]?.greens).toBe(2);
  });
});
