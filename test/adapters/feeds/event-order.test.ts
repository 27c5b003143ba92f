import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventOrder, ORDER_BOUND_MS, type Verdict } from "../../../src/adapters/feeds/event-order.ts";
import type { LogEvent } from "../../../src/adapters/feeds/log-record.ts";
import { instantMs } from "../../../src/units.ts";

type Row = readonly [at: number, code: number, parameter: number | null, device?: string];

const eventOf = ([at, code, parameter, device = "a"]: Row): LogEvent => ({
  device,
  at: instantMs(at),
  code,
  parameter,
});
const rowOf = ({ at, code, parameter, device }: LogEvent): Row => [at, code, parameter, device];

const sorted = (all: readonly Row[]): readonly string[] => all.map((row) => row.join()).toSorted();

function ordered(rows: readonly Row[]): {
  readonly out: readonly Row[];
  readonly verdicts: readonly Verdict[];
} {
  const out: Row[] = [];
  const order = createEventOrder((event) => out.push(rowOf(event)));
  const verdicts = rows.map((row) => order.accept(eventOf(row)));
  order.flush();
  return { out, verdicts };
}

describe("the order of a log", () => {
  it("is restored where an event comes late within the bound", () => {
    const { out, verdicts } = ordered([
      [15_900, 82, 41],
      [15_300, 81, 41],
      [27_000, 82, 50],
    ]);
    expect(out.map(([at]) => at)).toEqual([15_300, 15_900, 27_000]);
    expect(verdicts).toEqual(["inOrder", "putRight", "inOrder"]);
  });

  it("keeps events of the same instant as they came, and drops those that came before", () => {
    const { out, verdicts } = ordered([
      [100, 7, 2],
      [100, 8, 2],
      [100, 7, 2],
      [100, 7, null],
      [100, 7, 65_535],
      [100, 7, null],
    ]);
    expect(out.map(([, code, parameter]) => [code, parameter])).toEqual([
      [7, 2],
      [8, 2],
      [7, null],
      [7, 65_535],
    ]);
    expect(verdicts.map((one) => one === "duplicate")).toEqual([false, false, true, false, false, true]);
  });

  it("is restored just up to the bound", () => {
    const { verdicts } = ordered([
      [100_000, 1, 1],
      [100_000 - ORDER_BOUND_MS, 1, 2],
      [100_000 - ORDER_BOUND_MS - 1, 1, 3],
    ]);
    expect(verdicts).toEqual(["inOrder", "putRight", "tooLate"]);
  });

  it("begins anew where a log goes back, so that one time too far ahead costs nothing", () => {
    const year = 31_536_000_000;
    const { out, verdicts } = ordered([
      [1_000, 1, 1],
      [year, 1, 2],
      [1_100, 1, 3],
      [900, 1, 4],
      [1_200, 1, 5],
    ]);
    expect(out.map(([at]) => at)).toEqual([1_000, year, 900, 1_100, 1_200]);
    expect(verdicts).toEqual(["inOrder", "inOrder", "tooLate", "putRight", "inOrder"]);
  });

  it("is each controller's own", () => {
    const { out, verdicts } = ordered([
      [100_000, 1, 1, "a"],
      [1, 1, 1, "b"],
      [100_000, 1, 1, "a"],
      [2, 1, 1, "b"],
    ]);
    expect(verdicts).toEqual(["inOrder", "inOrder", "duplicate", "inOrder"]);
    expect(out).toHaveLength(3);
  });

  it("waits for no more events than a controller can log", () => {
    let waiting = 0;
    let most = 0;
    const order = createEventOrder(() => {
      waiting -= 1;
    });
    for (let index = 0; index < 30_000; index += 1) {
      waiting += 1;
      order.accept(eventOf([5, index, 0]));
      most = Math.max(most, waiting);
    }
    expect(most).toBe(10_000);
    order.flush();
    expect(waiting).toBe(0);
  });

  const rows = fc.array(
    fc.tuple(
      fc.nat({ max: 40 }).map((half) => half * 500),
      fc.constantFrom(81, 82),
      fc.constantFrom(1, null),
      fc.constantFrom("a", "b"),
    ),
    { maxLength: 60 },
  );

  it("hands on each event once, whatever the order they come in", () => {
    const met = new Set<Verdict>();
    fc.assert(
      fc.property(rows, (events) => {
        const { out, verdicts } = ordered(events);
        const kept = events.filter((_, index) => verdicts[index] !== "duplicate");
        expect(sorted(out)).toEqual(sorted(kept));
        // A duplicate is one of something that was kept.
        expect(new Set(sorted(kept))).toEqual(new Set(sorted(events)));
        verdicts.forEach((verdict) => met.add(verdict));
      }),
    );
    expect([...met].toSorted()).toEqual(["duplicate", "inOrder", "putRight", "tooLate"]);
  });

  it("is that of a sort where nothing is behind by more than the bound", () => {
    const jitter = fc.array(fc.tuple(fc.nat({ max: 3_000 }), fc.nat({ max: ORDER_BOUND_MS })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(jitter, (steps) => {
        let clock = 0;
        const events = steps.map(([step, behind], index): Row => {
          clock += step;
          return [clock - behind, index, 1];
        });
        const { out, verdicts } = ordered(events);
        const latest = events.reduce<readonly number[]>(
          (all, [at]) => [...all, Math.max(all.at(-1) ?? at, at)],
          [],
        );
        fc.pre(events.every(([at], index) => at >= (latest[index] ?? at) - ORDER_BOUND_MS));
        expect(verdicts).not.toContain("tooLate");
        expect(out.map(([at]) => at)).toEqual(
          events.map(([at]) => at).toSorted((left, right) => left - right),
        );
      }),
    );
  });
});
