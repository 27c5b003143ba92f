import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitLinear } from "../../src/forecast/least-squares.ts";
import { learnRow, startRecursion } from "../../src/forecast/recursive.ts";

function learn(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  forgetting: number,
): ReturnType<typeof learnRow> {
  const order = rows[0]?.length ?? 0;
  const start = {
    recursion: startRecursion(order, 1, forgetting),
    weights: Array.from({ length: order + 1 }, () => 0),
  };
  return rows.reduce<ReturnType<typeof learnRow>>(
    ({ recursion, weights }, row, index) => learnRow(recursion, weights, row, targets[index] ?? 0),
    start,
  );
}

describe("recursive least squares", () => {
  const rows = Array.from({ length: 200 }, (_, row) => [Math.sin(row), Math.cos(2.3 * row)]);
  const targets = rows.map(([a = 0, b = 0], row) => 5 + 2 * a - 3 * b + 0.3 * Math.sin(7.7 * row));

  it("ends where least squares on all rows ends, when nothing is forgotten", () => {
    const { weights } = learn(rows, targets, 1);
    const fit = fitLinear(rows, targets);
    expect(weights[0]).toBeCloseTo(fit?.intercept ?? Number.NaN, 3);
    expect(weights[1]).toBeCloseTo(fit?.weights[0] ?? Number.NaN, 3);
    expect(weights[2]).toBeCloseTo(fit?.weights[1] ?? Number.NaN, 3);
  });

  it("ends where weighted least squares ends, a row counting λ to the power of its age", () => {
    const forgetting = 0.97;
    const { weights } = learn(rows, targets, forgetting);
    const rowWeights = rows.map((_, row) => forgetting ** (rows.length - 1 - row));
    const fit = fitLinear(rows, targets, { rowWeights });
    expect(weights[1]).toBeCloseTo(fit?.weights[0] ?? Number.NaN, 3);
    expect(weights[2]).toBeCloseTo(fit?.weights[1] ?? Number.NaN, 3);
  });

  it("follows a change, the sooner the more it forgets", () => {
    const changed = targets.map((target, row) => (row < 100 ? target : target + 10));
    const slow = learn(rows, changed, 1).weights[0] ?? 0;
    const fast = learn(rows, changed, 0.9).weights[0] ?? 0;
    expect(Math.abs(fast - 15)).toBeLessThan(0.3);
    expect(Math.abs(slow - 15)).toBeGreaterThan(3);
  });

  it("stays finite while nothing happens, however long", () => {
    let learned = learn(rows, targets, 0.9);
    for (let row = 0; row < 20_000; row += 1) {
      learned = learnRow(learned.recursion, learned.weights, [0, 0], 0);
    }
    expect([...learned.weights, ...learned.recursion.inverse].every(Number.isFinite)).toBe(true);
    // And it still learns.
    const again = rows.reduce(
      (state, row, index) => learnRow(state.recursion, state.weights, row, targets[index] ?? 0),
      learned,
    );
    expect(again.weights[2]).toBeCloseTo(-3, 0);
  });

  it("never loses what it may forget, and keeps its matrix even", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 3, maxLength: 80 }),
        (values) => {
          const { recursion } = learn(
            values.map((value, index) => [value, values[index - 1] ?? 0]),
            values,
            0.99,
          );
          const { inverse } = recursion;
          expect(inverse.every(Number.isFinite)).toBe(true);
          for (const [row, column] of [
            [0, 1],
            [0, 2],
            [1, 2],
          ] as const) {
            expect(inverse[row * 3 + column]).toBe(inverse[column * 3 + row]);
          }
        },
      ),
    );
  });
});
