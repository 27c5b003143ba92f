import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PersistentList } from "../../src/engine/persistent-list.ts";

const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe("a persistent list", () => {
  it("is what an array is after the same changes, and every list before stays what it was", () => {
    let changes = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.tuple(fc.nat(), fc.integer()), { maxLength: 20 }),
        (length, updates) => {
          const lists = [{ list: PersistentList.from(numbers(length)), array: numbers(length) }];
          for (const [place, item] of updates) {
            const { list, array } = lists.at(-1) ?? expect.unreachable();
            const index = place % length;
            lists.push({ list: list.with(index, item), array: array.with(index, item) });
            changes += 1;
          }
          for (const { list, array } of lists) {
            expect([...list]).toEqual(array);
            expect([...list.entries()]).toEqual([...array.entries()]);
            expect(numbers(length + 1).map((index) => list.at(index))).toEqual([...array, undefined]);
            const mapped = list.map((item, index) => item * 3 + index);
            expect(Array.from(mapped)).toEqual(array.map((item, index) => item * 3 + index));
            expect(list.length).toBe(length);
          }
        },
      ),
    );
    expect(changes).toBeGreaterThan(200);
  });

  it("copies one chunk for one change and shares the others", () => {
    const before = PersistentList.from(numbers(200));
    const after = before.with(70, -1);
    expect(after.chunks.map((chunk, place) => chunk === before.chunks[place])).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it("has nothing outside, and takes nothing there", () => {
    const list = PersistentList.from(numbers(65));
    expect([list.at(-1), list.at(64), list.at(65)]).toEqual([undefined, 64, undefined]);
    expect(() => list.with(65, 0)).toThrow(RangeError);
    expect(() => list.with(128, 0)).toThrow(RangeError);
    expect([...PersistentList.from([])]).toEqual([]);
  });

  it("is written out whole", () => {
    expect(JSON.stringify(PersistentList.from([7, 8]))).toBe('{"length":2,"chunks":[[7,8]]}');
  });
});
