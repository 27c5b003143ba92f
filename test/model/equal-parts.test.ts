import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldOnce } from "../../src/model/equal-parts.ts";

describe("equal values", () => {
  it("are held once", () => {
    const once = heldOnce<readonly ReadonlySet<number>[]>();
    const first = [new Set([1, 2]), new Set<number>()];
    expect(once(first)).toBe(first);
    expect(once([new Set([1, 2]), new Set<number>()])).toBe(first);
  });

  it("are those that a comparison cannot tell apart", () => {
    const plain = fc.oneof(fc.integer(), fc.constantFrom(undefined, null, Number.NaN, Infinity), fc.string());
    const list = fc.array(plain, { maxLength: 2 });
    const value = fc.oneof(
      list,
      fc.record({ at: plain }),
      list.map((items) => new Set(items)),
      fc.array(fc.tuple(fc.string(), plain), { maxLength: 2 }).map((items) => new Map(items)),
    );
    fc.assert(
      fc.property(value, value, (left, right) => {
        const once = heldOnce<object>();
        once(left);
        expect(once(right)).toEqual(right);
      }),
    );
  });
});
