import * as fc from "fast-check";
import type { StoreRows, StoreTable, StoreTables } from "../../../src/ports/store.ts";

const at = fc.integer({ min: 0, max: 4_102_444_800_000 });
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const small = fc.integer({ min: 0, max: 65_535 });
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const someIntersection = fc.constantFrom("a", "b", "it's");
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const head = { at, intersection: someIntersection };

const ROWS: { readonly [Table in StoreTable]: fc.Arbitrary<StoreTables[Table]> } = {
  events: fc.record({ ...head, number: whole, code: small, parameter: small }),
  intervals: fc.record({
    ...head,
    detector: text,
    intervalMs: whole,
    vehicles: orNull(real),
    occupancyRatio: orNull(real),
    quality: fc.constantFrom("measured", "imputed", "missing"),
  }),
  forecasts: fc.record({
    ...head,
    movement: text,
    madeAt: at,
    intervalMs: whole,
    vehicles: real,
    low: real,
    high: real,
    counted: orNull(real),
  }),
  plans: fc.record({
    ...head,
    id: text,
    kind: text,
    status: text,
    text,
    content: orNull(text),
    entry: whole,
    priority: text,
    reason: orNull(text),
    answer: orNull(text),
  }),
  decisions: fc.record({ ...head, level: fc.constantFrom("strategic", "tactical"), id: text, content: text }),
  alarms: fc.record({ ...head, alarm: text, priority: whole, state: text, text, content: text }),
  audit: fc.record({ ...head, number: whole, who: text, action: text, content: text }),
  runs: fc.record({ ...head, run: text, content: text }),
};

/** Rows of any table with any content. */
export const someRows: fc.Arbitrary<StoreRows> = fc
  .constantFrom(...(Object.keys(ROWS) as StoreTable[]))
  .chain((table) =>
    fc
      .array<StoreTables[StoreTable]>(ROWS[table], { minLength: 1, maxLength: 5 })
      .map((rows) => ({ table, rows }) as StoreRows),
  );

/** Events of an intersection that are told apart by their number. */
export function events(intersection: string, from: number, count: number): StoreRows {
  const rows = Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return { at: 1_000 * number, intersection, number, code: 82, parameter: number % 7 };
  });
  return { table: "events", rows };
}
