import { describe, expect, it } from "vitest";
import { loopEvent } from "../../src/estimate/loop-queue.ts";
import { loopStock } from "../../src/estimate/loop-stock.ts";
import { ADVANCE, begin, LINE, pass, seconds, street } from "./loop-street.ts";

const place = street();

describe("the stock of a road", () => {
  it("is nobody before anybody came, and nobody of lanes that it is not asked for", () => {
    expect(loopStock(begin(place), [0, 1], seconds(5))).toBe(0);
    const passed = pass(begin(place), place, ADVANCE[0], 0, 0.7);
    expect(loopStock(passed, [7], seconds(5))).toBe(0);
  });

  it("is who passed the advance loops, but for the 2 in 100 that never come", () => {
    let state = begin(place);
    for (const second of [0, 3, 6]) state = pass(state, place, ADVANCE[0], second, second + 0.7);
    expect(loopStock(state, [0, 1], seconds(8))).toBeCloseTo(3 * 0.98, 6);
  });

  it("has who stands on an advance loop, and as many more as came before in the time since", () => {
    let state = begin(place);
    // One in three seconds for five minutes over a line that nobody is late for; then one stands for a minute.
    for (let second = 0; second < 300; second += 3) {
      state = pass(state, place, ADVANCE[0], second, second + 0.7);
    }
    const before = loopStock(state, [0, 1], seconds(300));
    const stands = loopEvent(state, place.table, { detector: ADVANCE[0], on: true, at: seconds(300) });
    // Three seconds of a loop that is on are a vehicle that passes.
    expect(loopStock(stands, [0, 1], seconds(303))).toBeLessThanOrEqual(before);
    // Those who passed are late for a line where nobody was seen, so they are gone; behind who stands, as many as came before.
    const stock = (second: number): number => loopStock(stands, [0, 1], seconds(second));
    const perSecond = (stock(360) - stock(345)) / 15;
    // A rate that remembers 300 s has come to 1 - 1/e of it after as long.
    expect(perSecond).toBeCloseTo((1 - 1 / Math.E) / 3, 2);
    // And himself.
    expect(stock(360) - 60 * perSecond).toBeGreaterThan(1);
    expect(stock(360) - 60 * perSecond).toBeLessThan(1.5);
  });

  it("loses who leaves", () => {
    let state = pass(begin(place), place, ADVANCE[0], 0, 0.7);
    state = loopEvent(state, place.table, { detector: LINE[0], on: true, at: seconds(10) });
    expect(loopStock(state, [0, 1], seconds(10.5))).toBeCloseTo(1, 1);
    state = loopEvent(state, place.table, { detector: LINE[0], on: false, at: seconds(11) });
    expect(loopStock(state, [0, 1], seconds(11.5))).toBeLessThan(0.2);
  });
});
