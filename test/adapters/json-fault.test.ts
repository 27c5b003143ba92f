import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/adapters/json-fault.ts";

function told(text: string): string {
  const parsed = parseJson("x.json", text);
  return parsed.ok ? "ok" : `${parsed.error.found}; ${parsed.error.allowed}`;
}

describe("parseJson", () => {
  it.each([
    ['{"a": 1,}', '"}" at line 1, column 9; a property name in double quotes'],
    ['{\n "a": 1\n "b": 2}', '"\\"b\\": 2}" at line 3, column 2; "," or "}"'],
    ["", "the end of the file at line 1, column 1; a JSON value"],
    ["[1, 2", 'the end of the file at line 1, column 6; "," or "]"'],
    ['{"a": tru}', '"tru}" at line 1, column 7; a JSON value'],
    ['{"a" 1}', '"1}" at line 1, column 6; ":"'],
    ["{} {}", '"{}" at line 1, column 4; the end of the file'],
    ["[01]", '"1]" at line 1, column 3; "," or "]"'],
    ["[NaN]", '"NaN]" at line 1, column 2; a JSON value'],
    [
      '["a\nb"]',
      '"\\"a\\nb\\"]" at line 1, column 2; a string that is closed on its line, with valid escapes',
    ],
    ['{"a": 1, "a": 2}', '"\\"a\\": 2}" at line 1, column 10; each property once in an object'],
    ['{"a": 1, "\\u0061": 2}', '"\\"\\\\u0061\\": 2}" at line 1, column 10; each property once in an object'],
    ["[".repeat(66), '"[" at line 1, column 66; at most 64 levels of nesting'],
  ])("says where %j stops being JSON", (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it("reads every JSON text as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(parseJson("x.json", text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it("refuses whatever JSON.parse refuses", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.string({ maxLength: 2 }), (json, at, piece) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + piece + json.slice(place + 1);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
          refused += 1;
        }
        const parsed = parseJson("x.json", text);
        // The one thing that is refused besides: a property twice.
        const twice = !parsed.ok && parsed.error.allowed === "each property once in an object";
        expect(valid ? parsed.ok || twice : !parsed.ok, text).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});
