import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldOnce, partsHeldOnce } from "../../src/model/equal-parts.ts";

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

describe("documents that are read with equal parts held once", () => {
  it("are the same documents", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 3 }), (documents) => {
        const once = partsHeldOnce();
        for (const document of documents) {
          const text = JSON.stringify(document);
          expect(JSON.parse(text, once)).toEqual(JSON.parse(text));
        }
      }),
    );
  });

  it("share what is equal in them, whichever it stands in", () => {
    const once = partsHeldOnce();
    const [left] = JSON.parse(`[{ "walk": [7, 8] }]`, once) as readonly { readonly walk: unknown }[];
    const right = JSON.parse(`{ "other": [7, 8], "own": { "walk": [7, 8] } }`, once) as Record<
      string,
      unknown
    >;
    expect(right["own"]).toBe(left);
    expect(right["other"]).toBe(left?.walk);
  });
});
