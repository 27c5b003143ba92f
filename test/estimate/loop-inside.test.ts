import { describe, expect, it } from "vitest";
import { heardAgain } from "../../src/estimate/loop-doubt.ts";
import { countsInside, isLateInside } from "../../src/estimate/loop-inside.ts";
import { loopEvent, loopLamps, type LoopQueues } from "../../src/estimate/loop-queue.ts";
import { ADVANCE, begin, ENTRY, LINE, pass, seconds, street } from "./loop-street.ts";

const place = street();

const lamps = (state: LoopQueues, shown: string, at: number) =>
  loopLamps(state, place.table, shown, seconds(at));
const out = (state: LoopQueues, at: number) => pass(state, place, ENTRY, at, at + 0.7);
const isLate = ({ inside }: LoopQueues, at: number) => isLateInside(inside, seconds(at));

/** Green from 0 s on, and red again; two vehicles have left the stop-line loops after 1 and 2 s. */
function twoIn(): LoopQueues {
  const first = pass(lamps(begin(place), "GGGG", 0), place, LINE[0], 0.2, 1);
  return pass(first, place, LINE[1], 1.2, 2);
}

/** The next green begins. */
const again = (at: number) => lamps(lamps(twoIn(), "rrrr", 3), "GGGG", at);

/** Stages of 20 s, in each of which one vehicle passes the line and is counted out, or not. */
function stages(from: LoopQueues, first: number, counted: readonly boolean[]): LoopQueues {
  return counted.reduce((state, leaves, index) => {
    const at = (first + index) * 20;
    const came = pass(lamps(lamps(state, "rrrr", at), "GGGG", at + 1), place, LINE[0], at + 2, at + 3);
    return leaves ? out(came, at + 6) : came;
  }, from);
}

describe("who passed a stop line and came onto no exit", () => {
  it("is inside, and late after six seconds", () => {
    expect(isLate(twoIn(), 7)).toBe(false);
    expect(isLate(twoIn(), 7.1)).toBe(true);
  });

  it("is out with the loop of an exit, whoever has been inside for about four seconds", () => {
    // After 5 s it is the one who passed the line at 1 s, after 6.1 s the other.
    const first = out(twoIn(), 5);
    expect(isLate(first, 8)).toBe(false);
    expect(isLate(first, 8.1)).toBe(true);
    expect(isLate(out(twoIn(), 6.1), 7.1)).toBe(true);
    expect(isLate(out(first, 6), 60)).toBe(false);
  });

  it("is not counted by advance loops, nor while on the stop-line loop, nor out before anybody came in", () => {
    expect(isLate(pass(begin(place), place, ADVANCE[0], 0, 1), 60)).toBe(false);
    const standing = loopEvent(begin(place), place.table, { detector: LINE[0], on: true, at: seconds(0) });
    expect(isLate(standing, 60)).toBe(false);
    expect(isLate(pass(out(begin(place), 0), place, LINE[0], 1, 2), 8.1)).toBe(true);
  });

  it("is forgotten when another green begins, but for who passed the line within the last two seconds", () => {
    expect(isLate(again(5), 60)).toBe(false);
    expect(isLate(again(3.9), 8.1)).toBe(true);
  });

  it("is forgotten with all else when the controller was not linked", () => {
    expect(isLate(heardAgain(twoIn(), seconds(3)), 60)).toBe(false);
  });
});

describe("a count that is wrong", () => {
  it("three times in a row is not believed any more, until it was right often enough", () => {
    // What a stage leaves inside is judged when the next begins.
    const wrong = [false, false, false];
    expect(isLate(stages(begin(place), 0, wrong), 60)).toBe(true);
    const four = stages(begin(place), 0, [...wrong, false]);
    expect(isLate(four, 80)).toBe(false);
    expect(isLate(stages(four, 4, [true]), 100)).toBe(false);
    expect(isLate(stages(four, 4, [true, true, false]), 140)).toBe(false);
    expect(isLate(stages(four, 4, [true, true, true, false]), 160)).toBe(true);
  });
});

it("all that comes in and goes out must be counted", () => {
  expect(countsInside(place.table)).toBe(true);
  const { lanes, exits } = place.table;
  expect(countsInside({ ...place.table, exits: exits.map((exit) => ({ ...exit, entryLoops: [] })) })).toBe(
    false,
  );
  expect(countsInside({ ...place.table, lanes: lanes.map((lane) => ({ ...lane, stopLineLoops: [] })) })).toBe(
    false,
  );
});
