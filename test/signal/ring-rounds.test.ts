import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { Head } from "../../src/signal/heads.ts";
import {
  idleRings,
  type RingEnvironment,
  type RingsDraft,
  type RingsState,
  ringsWithGreen,
  type RingState,
  runRings,
} from "../../src/signal/rings.ts";
import { restingState } from "../../src/signal/state.ts";
import type { InstantMs } from "../../src/units.ts";
import { second } from "./crossings.ts";
import { FREE, nemaEight, PEDESTRIANS } from "./street.ts";

/** Single rounds of the rings, phases by their numbers: 1, 2 and 5, 6 before the barrier, 3, 4 and 7, 8 behind it. */

const AT = second(1_000);
const ago = (seconds: number): InstantMs => second(1_000 - seconds);
const PLAIN = nemaEight();
const NONE = -1;

const ring = (active: number, next: number = NONE): RingState => ({
  active: active === NONE ? NONE : active - 1,
  next: next === NONE ? NONE : next - 1,
  ready: null,
});

type Round = {
  readonly table?: TimingTable;
  readonly heads?: Readonly<Record<number, Partial<Head>>>;
  readonly rings: readonly RingState[];
  readonly group?: number;
  readonly order?: RingsState["order"];
  /** Phases that somebody waits for. */
  readonly called?: readonly number[];
  /** Phases that neither detectors nor plan let end, and that are held. */
  readonly wanted?: readonly number[];
  readonly held?: readonly number[];
  readonly redRest?: boolean;
  readonly lasts?: RingEnvironment["lasts"];
};

/** One round with these rings; an active phase that no head is given for is green for a minute. */
function round({ table = PLAIN, heads = {}, rings, group = 0, ...wants }: Round): RingsDraft {
  const state = restingState(table, FREE, AT);
  const { called = [], wanted = [], held = [], redRest = false, lasts = () => false } = wants;
  const order = wants.order ?? table.rings;
  const draft: RingsDraft = {
    table,
    at: AT,
    heads: state.heads.map((head, phase) => {
      const green = rings.some(({ active }) => active === phase);
      return { ...head, ...(green ? { interval: "green", greenAt: ago(60) } : {}), ...heads[phase + 1] };
    }),
    followers: [],
    events: [],
    rings: { rings, group, order },
  };
  runRings(draft, {
    called: (phase) => called.includes(phase + 1),
    walkCalled: () => false,
    ended: (phase) => (wanted.includes(phase + 1) ? null : "gapOut"),
    held: (phase) => held.includes(phase + 1),
    lasts,
    order: () => order,
    redRest: () => redRest,
  });
  return draft;
}

const intervals = (draft: RingsDraft, ...phases: readonly number[]) =>
  phases.map((phase) => defined(draft.heads[phase - 1], "head").interval);

/** The group and the rings with these greens. */
const standing = (...green: readonly number[]) => {
  const phases = green.map((phase) => phase - 1);
  const { rings, group } = ringsWithGreen(PLAIN, PLAIN.rings, phases);
  return [group, ...rings];
};

describe("where rings stand", () => {
  it("idle: nothing is green or committed", () => {
    expect(idleRings(PLAIN)).toEqual({ rings: [ring(NONE), ring(NONE)], group: 0, order: PLAIN.rings });
  });

  it("with greens: in their group, whichever ring they are of", () => {
    expect(standing(1, 5)).toEqual([0, ring(1), ring(5)]);
    expect(standing(4)).toEqual([1, ring(4), ring(NONE)]);
    expect(standing(7)).toEqual([1, ring(NONE), ring(7)]);
    expect(standing()).toEqual([0, ring(NONE), ring(NONE)]);
  });
});

describe("red rest", () => {
  const rest = { redRest: true } as const;

  it("ends all greens when nobody waits", () => {
    const draft = round({ ...rest, rings: [ring(1), ring(5)] });
    expect(intervals(draft, 1, 5)).toEqual(["yellow", "yellow"]);
    expect(draft.rings.rings).toEqual([ring(1), ring(5)]);
  });

  it("not where one is called itself, held, or not to end", () => {
    expect(intervals(round({ ...rest, rings: [ring(1), ring(5)], called: [1] }), 1, 5)).toEqual([
      "green",
      "green",
    ]);
    expect(intervals(round({ ...rest, rings: [ring(1), ring(5)], held: [5] }), 1)).toEqual(["green"]);
    expect(intervals(round({ ...rest, rings: [ring(1), ring(5)], wanted: [5] }), 1)).toEqual(["green"]);
    expect(intervals(round({ rings: [ring(1), ring(5)] }), 1)).toEqual(["green"]);
  });

  it("not where a ring is about to begin a phase beside the green", () => {
    // Phase 1 has been red for 1 s of 2.
    const committed = { ...rest, rings: [ring(NONE, 1), ring(6)], heads: { 1: { redAt: ago(1) } } };
    expect(intervals(round(committed), 1, 6)).toEqual(["red", "green"]);
    const called = round({ ...rest, rings: [ring(NONE), ring(6)], called: [1] });
    expect(intervals(called, 1, 6)).toEqual(["green", "green"]);
  });
});

describe("the barrier", () => {
  it("is crossed together, each green by its own reason", () => {
    const draft = round({ rings: [ring(1), ring(5)], called: [4] });
    expect(intervals(draft, 1, 5)).toEqual(["yellow", "yellow"]);
    expect([draft.rings.group, ...draft.rings.rings]).toEqual([1, ring(1, 4), ring(5)]);
    expect(draft.events.filter(([, code]) => code >= 4 && code <= 6)).toEqual([
      [AT, 4, 1],
      [AT, 4, 5],
    ]);
  });

  it("is not crossed while a ring has a phase to serve before it", () => {
    const draft = round({ rings: [ring(1), ring(6)], called: [2, 4], wanted: [1] });
    expect(intervals(draft, 1, 6)).toEqual(["green", "green"]);
    expect(draft.rings.rings).toEqual([ring(1), ring(6)]);
  });

  it("is crossed towards a group that only some rings have", () => {
    const [first = [], [before = []] = []] = PLAIN.rings;
    const table = { ...PLAIN, rings: [first, [before]] };
    expect(round({ table, rings: [ring(2), ring(6)], called: [4] }).rings.group).toBe(1);
  });

  it("a phase is not followed by itself", () => {
    expect(intervals(round({ rings: [ring(2), ring(6)], called: [2] }), 2)).toEqual(["green"]);
  });

  it("no phase is committed behind it while greens before it clear", () => {
    const clearing = { interval: "yellow", since: ago(1), greenEndedAt: ago(1) } as const;
    const second2 = round({
      rings: [ring(NONE), ring(6, 8)],
      group: 1,
      heads: { 6: clearing },
      called: [3],
    });
    expect(second2.rings.rings).toEqual([ring(NONE), ring(6, 8)]);
    const first1 = round({
      rings: [ring(1, 4), ring(NONE)],
      group: 1,
      heads: { 1: clearing },
      called: [7],
    });
    expect(first1.rings.rings).toEqual([ring(1, 4), ring(NONE)]);
    // Behind it a ring joins in.
    const joined = round({ rings: [ring(NONE), ring(8)], group: 1, called: [3] });
    expect(joined.rings.rings).toEqual([ring(3), ring(8)]);
  });
});

describe("dual entry", () => {
  const table = nemaEight({ "8": { dualEntry: true } });

  it("brings up a phase of a ring without a call, also when all rings are idle", () => {
    const draft = round({ table, rings: [ring(NONE), ring(NONE)], group: 1, called: [4] });
    expect(draft.rings.rings).toEqual([ring(4), ring(8)]);
  });

  it("not one that conflicts with what was called", () => {
    const conflicts = table.conflicts.map((foes, phase) =>
      phase === 7 ? new Set([...foes, 3]) : phase === 3 ? new Set([...foes, 7]) : foes,
    );
    const crossed = { ...table, conflicts };
    const draft = round({ table: crossed, rings: [ring(NONE), ring(NONE)], group: 1, called: [4] });
    expect(draft.rings.rings).toEqual([ring(4), ring(NONE)]);
  });
});

describe("conditional service", () => {
  const table = nemaEight({
    "1": { pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } },
    "2": { conditionalService: true },
    "6": { conditionalService: true },
  });
  const waits = { table, called: [1, 4], wanted: [6], rings: [ring(2), ring(6)] };
  // 5 s of phase 2's clearance, 3 s of lead, the service of phase 1, 4 s of its clearance.
  const neededMs = 12_000 + defined(table.phases[0], "phase").serviceMinMs;

  it("takes place where the other ring lasts long enough, itself aside", () => {
    const served = round({ ...waits, lasts: (phase, ms) => phase === 5 && ms <= neededMs });
    expect(intervals(served, 2, 6)).toEqual(["yellow", "green"]);
    expect(served.rings.rings).toEqual([ring(2, 1), ring(6)]);
    const short = round({ ...waits, lasts: (phase, ms) => phase === 5 && ms < neededMs });
    expect(intervals(short, 2)).toEqual(["green"]);
    expect(intervals(round({ ...waits, lasts: (phase) => phase !== 5 }), 2)).toEqual(["green"]);
  });

  it("of a ring beside phase 1", () => {
    const beside = { table, called: [5, 4], wanted: [1], rings: [ring(1), ring(6)] };
    expect(round({ ...beside, lasts: (phase) => phase === 0 }).rings.rings).toEqual([ring(1), ring(6, 5)]);
  });
});
