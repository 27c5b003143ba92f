import { describe, expect, it } from "vitest";
import type { Head } from "../../src/signal/heads.ts";
import { restingState } from "../../src/signal/state.ts";
import {
  callPreempt,
  leastTimes,
  targetPhases,
  trip,
  type UnitDraft,
  type UnitState,
} from "../../src/signal/unit.ts";
import type { InstantMs } from "../../src/units.ts";
import { second } from "./crossings.ts";
import { RAIL } from "./preempts.ts";
import { FREE, nemaEight } from "./street.ts";

/** What has authority over the sequence at one instant; RAIL clears the track with 4, dwells in 2 and 6, goes out with 4 and 8. */

const AT = second(1_000);
const ago = (seconds: number): InstantMs => second(1_000 - seconds);
const TABLE = nemaEight(
  {},
  {
    preempts: [RAIL],
    startUp: { flashSeconds: 5, allRedSeconds: 4, phases: ["1", "5"], flashYellow: [] },
    overlaps: [{ id: "F", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 0 }],
  },
);

function draft(unit: UnitState, heads: Readonly<Record<number, Partial<Head>>> = {}): UnitDraft {
  const state = restingState(TABLE, FREE, AT);
  return {
    table: TABLE,
    at: AT,
    heads: state.heads.map((head, phase) => ({ ...head, ...heads[phase + 1] })),
    followers: [{ interval: "green", since: ago(9) }],
    events: [],
    unit,
    preempts: [...state.preempts],
  };
}

const preempted = (step: Extract<UnitState, { kind: "preempt" }>["step"]): UnitState => ({
  kind: "preempt",
  preempt: 0,
  step,
  since: ago(1),
});

describe("the phases that come next", () => {
  it.each<readonly [string, UnitState, readonly number[]]>([
    ["all red", { kind: "allRed", since: ago(1) }, [0, 4]],
    ["normal operation", { kind: "normal" }, []],
    ["on the way to flash", { kind: "toFlash", since: ago(1) }, []],
    ["entry", preempted("entry"), [3]],
    ["track clearance", preempted("track"), []],
    ["on the way to dwell", preempted("toDwell"), [1, 5]],
    ["dwell", preempted("dwell"), []],
    ["exit", preempted("exit"), [3, 7]],
  ])("in %s", (_, unit, phases) => {
    expect(targetPhases(draft(unit))).toEqual(phases);
  });
});

describe("the least times of a preemption", () => {
  it("hold in its entry alone, and not for what it lets go on", () => {
    const entry = { greenMs: 2_000, walkMs: 0, clearMs: 4_000 };
    expect(leastTimes(draft(preempted("entry")), 1)).toEqual(entry);
    expect(leastTimes(draft(preempted("entry")), 3)).toBeNull();
    expect(leastTimes(draft(preempted("exit")), 1)).toBeNull();
    expect(leastTimes(draft({ kind: "normal" }), 1)).toBeNull();
  });
});

describe("a call of a preemption", () => {
  it("counts from its begin, and is forgotten with its end", () => {
    const none = { onAt: null, ignored: false };
    const called = callPreempt(none, true, ago(5));
    expect(called).toEqual({ onAt: ago(5), ignored: false });
    expect(callPreempt({ ...called, ignored: true }, true, AT)).toEqual({ onAt: ago(5), ignored: true });
    expect(callPreempt({ ...called, ignored: true }, false, AT)).toEqual(none);
  });
});

describe("the monitor's trip", () => {
  it("makes every head red at once: greens, yellows, walkers and arrows", () => {
    const tripped = draft(
      { kind: "normal" },
      {
        2: { interval: "green", greenAt: ago(9), walk: "clear", walkSince: ago(2) },
        4: { interval: "yellow", greenEndedAt: ago(1) },
        6: { walk: "walk", walkSince: ago(2) },
        8: { since: ago(30), redAt: ago(30), greenEndedAt: ago(35) },
      },
    );
    trip(tripped);
    const red = { interval: "red", since: AT, redAt: AT, walk: "off", walkSince: AT };
    expect(tripped.heads[1]).toMatchObject({ ...red, greenEndedAt: AT });
    expect(tripped.heads[3]).toMatchObject({ ...red, greenEndedAt: ago(1) });
    expect(tripped.heads[5]).toMatchObject({ ...red, greenEndedAt: 0 });
    // Who is red already stays as it is.
    expect(tripped.heads[7]).toMatchObject({ since: ago(30), redAt: ago(30), greenEndedAt: ago(35) });
    expect(tripped.followers).toEqual([{ interval: "red", since: AT }]);
    expect(tripped.unit).toEqual({ kind: "tripped", since: AT });
  });
});
