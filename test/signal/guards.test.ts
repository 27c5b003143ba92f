import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Overlap } from "../../src/model/intersection.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import {
  arrowMayBegin,
  mayBegin,
  mayEnd,
  mayGain,
  overlapMayBegin,
  withOpposing,
} from "../../src/signal/guards.ts";
import type { Follower, Head, HeadsDraft } from "../../src/signal/heads.ts";
import type { InstantMs } from "../../src/units.ts";
import { second } from "./crossings.ts";
import { FREE, nemaEight, PEDESTRIANS } from "./street.ts";
import { restingState } from "../../src/signal/state.ts";

const AT = second(1_000);
const ago = (seconds: number): InstantMs => second(1_000 - seconds);

/** Heads by the phase's number; those that are not named are red and always were. */
type Heads = Readonly<Record<number, Partial<Head>>>;

/** The dual ring at an instant at which its heads and followers show this. Lefts clear for 4 s, throughs for 5 s. */
function draft(table: TimingTable, heads: Heads, followers: readonly Follower[] = []): HeadsDraft {
  const resting = restingState(table, FREE, AT);
  return {
    table,
    at: AT,
    heads: resting.heads.map((head, phase) => ({ ...head, ...heads[phase + 1] })),
    followers: resting.followers.map((follower, index) => followers[index] ?? follower),
    events: [],
  };
}

const [ONE, TWO, FIVE] = [0, 1, 4];
const PLAIN = nemaEight();
const YIELDS = { interval: "green", yields: true, greenAt: ago(60) } as const;
const FULL = { interval: "green", yields: false, greenAt: ago(60) } as const;
const never = (): boolean => false;
const always = (): boolean => true;

const shows = (interval: Follower["interval"], since: InstantMs): Follower => ({ interval, since });

/** Whether phase 1 may begin. */
const beginsOne = (heads: Heads, table = PLAIN, beside?: (other: number) => boolean) =>
  mayBegin(draft(table, heads), ONE, beside);

describe("a phase may begin", () => {
  it("where nothing was ever green, and once its red revert of 2 s is over", () => {
    expect(beginsOne({})).toBe(true);
    expect(beginsOne({ 1: { redAt: ago(1.9) } })).toBe(false);
    expect(beginsOne({ 1: { redAt: ago(2) } })).toBe(true);
    expect(beginsOne({ 1: FULL })).toBe(false);
  });

  it("when each of its foes is red and has cleared, pedestrians too", () => {
    for (const interval of ["lead", "green", "yellow", "redClear"] as const) {
      expect(beginsOne({ 2: { interval } }), interval).toBe(false);
      expect(beginsOne({ 8: { interval } }), interval).toBe(false);
      // Phases 5 and 6 run beside it.
      expect(beginsOne({ 6: { interval } }), interval).toBe(true);
    }
    expect(beginsOne({ 2: { walk: "clear" } })).toBe(false);
    expect(beginsOne({ 2: { greenEndedAt: ago(4.9) } })).toBe(false);
    expect(beginsOne({ 2: { greenEndedAt: ago(5) } })).toBe(true);
    expect(beginsOne({ 3: { greenEndedAt: ago(3.9) } })).toBe(false);
    expect(beginsOne({ 3: { greenEndedAt: ago(4) } })).toBe(true);
  });

  it("after the intergreen of the pair, where one is configured", () => {
    const table = nemaEight({}, { intergreens: [["2", "1", 7]] });
    expect(beginsOne({ 2: { greenEndedAt: ago(6.9) } }, table)).toBe(false);
    expect(beginsOne({ 2: { greenEndedAt: ago(7) } }, table)).toBe(true);
  });

  it("after the pedestrians' buffer, without a green too", () => {
    const table = nemaEight({ "2": { pedestrian: PEDESTRIANS } });
    expect(beginsOne({ 2: { walkSince: ago(2.9) } }, table)).toBe(false);
    expect(beginsOne({ 2: { walkSince: ago(3) } }, table)).toBe(true);
  });

  it("beside a foe's green where one of the two yields, but not beside its yellow", () => {
    expect(beginsOne({ 2: FULL }, PLAIN, never)).toBe(false);
    expect(beginsOne({ 2: FULL }, PLAIN, always)).toBe(true);
    expect(beginsOne({ 2: { ...FULL, yieldsSince: ago(1) } }, PLAIN, always)).toBe(true);
    expect(beginsOne({ 2: { interval: "yellow" } }, PLAIN, always)).toBe(false);
  });

  it("beside a foe that gave up full right of way, when that has cleared like a green", () => {
    expect(beginsOne({ 2: { ...YIELDS, yieldsSince: ago(4.9) } }, PLAIN, always)).toBe(false);
    expect(beginsOne({ 2: { ...YIELDS, yieldsSince: ago(5) } }, PLAIN, always)).toBe(true);
    // One that yielded from its begin has nothing to clear.
    const young = { ...YIELDS, greenAt: ago(1), yieldsSince: ago(1) };
    expect(beginsOne({ 2: young }, PLAIN, always)).toBe(true);
  });
});

/** Whether phase 1, which yields to 2, may get full right of way. */
const gains = (foe: Partial<Head>, beside = never) =>
  mayGain(draft(PLAIN, { 1: YIELDS, 2: foe }), ONE, beside);

describe("a green that yields may get full right of way", () => {
  it("when its foes have cleared, or yield themselves", () => {
    expect(gains({})).toBe(true);
    expect(gains(FULL)).toBe(false);
    expect(gains({ interval: "redClear" })).toBe(false);
    expect(gains({ greenEndedAt: ago(4.9) })).toBe(false);
    expect(gains({ greenEndedAt: ago(5) })).toBe(true);
    expect(gains({ ...YIELDS, yieldsSince: ago(5) }, always)).toBe(true);
    expect(gains({ ...YIELDS, yieldsSince: ago(4.9) }, always)).toBe(false);
  });
});

const normal = (id: string, included: string): Overlap => ({
  id,
  kind: "normal",
  included: [included],
  minus: [],
  yellowSeconds: 4,
  redClearSeconds: 1,
});
const arrow = (left: string, opposing: string): Overlap => ({
  id: left,
  kind: "flashingYellowArrow",
  left,
  opposing,
  delaySeconds: 3,
});

describe("what follows phases keeps one from beginning", () => {
  it("an overlap that it crosses, until that is red", () => {
    const table = nemaEight({}, { overlaps: [normal("O", "2")] });
    const may = (phase: number, follower: Follower) => mayBegin(draft(table, {}, [follower]), phase);
    for (const interval of ["green", "yellow", "redClear"] as const) {
      expect(may(ONE, shows(interval, ago(1))), interval).toBe(false);
      expect(may(FIVE, shows(interval, ago(1))), interval).toBe(true);
    }
    expect(may(ONE, shows("red", ago(0)))).toBe(true);
  });

  it("a flashing yellow arrow: its left for the red revert, its opposing phase until it is red", () => {
    const table = nemaEight({}, { overlaps: [arrow("1", "2")] });
    const may = (phase: number, follower?: Follower) =>
      mayBegin(draft(table, {}, follower === undefined ? [] : [follower]), phase);
    expect(may(ONE)).toBe(true);
    expect(may(ONE, shows("green", ago(9)))).toBe(false);
    expect(may(ONE, shows("red", ago(1.9)))).toBe(false);
    expect(may(ONE, shows("red", ago(2)))).toBe(true);
    expect(may(TWO, shows("yellow", ago(1)))).toBe(false);
    expect(may(TWO, shows("red", ago(1)))).toBe(true);
    // Phase 5 runs beside the left, and so beside its arrow.
    expect(may(FIVE, shows("green", ago(1)))).toBe(true);
  });
});

describe("greens may end together", () => {
  const CIRCULAR = nemaEight({ "1": { permissiveDisplay: "circular" } });
  const may = (heads: Heads, phases: readonly number[], table = CIRCULAR) =>
    mayEnd(draft(table, heads), phases, null);

  it("when each has had its minimum and its pedestrians are through", () => {
    expect(may({ 2: { ...FULL, greenAt: ago(5.9) } }, [TWO])).toBe(false);
    expect(may({ 2: { ...FULL, greenAt: ago(6) } }, [TWO])).toBe(true);
    expect(may({ 2: { ...FULL, walk: "clear" } }, [TWO])).toBe(false);
    expect(may({ 2: { interval: "yellow", greenAt: ago(60) } }, [TWO])).toBe(false);
    expect(may({ 2: FULL, 5: { ...FULL, greenAt: ago(3.9) } }, [TWO, FIVE])).toBe(false);
  });

  it("but not a circular green that yields, alone, while what it yields to stays green", () => {
    expect(may({ 1: YIELDS, 2: FULL }, [ONE])).toBe(false);
    expect(may({ 1: YIELDS, 2: FULL }, [ONE, TWO])).toBe(true);
    expect(may({ 1: YIELDS, 2: YIELDS }, [ONE])).toBe(true);
    expect(may({ 1: YIELDS, 2: { interval: "yellow" } }, [ONE])).toBe(true);
    expect(may({ 1: FULL, 2: FULL }, [ONE])).toBe(true);
    expect(may({ 1: YIELDS, 5: FULL }, [ONE])).toBe(true);
    expect(may({ 1: YIELDS, 2: FULL }, [ONE], PLAIN)).toBe(true);
  });

  it("what it yields to ends with it", () => {
    const ending = (heads: Heads, table = CIRCULAR) => withOpposing(draft(table, heads), [ONE]);
    expect(ending({ 1: YIELDS, 2: FULL, 5: FULL })).toEqual([ONE, TWO]);
    expect(ending({ 1: YIELDS, 2: YIELDS })).toEqual([ONE]);
    expect(ending({ 1: YIELDS, 2: { interval: "yellow" } })).toEqual([ONE]);
    expect(ending({ 1: FULL, 2: FULL })).toEqual([ONE]);
    expect(ending({ 1: YIELDS, 2: FULL }, PLAIN)).toEqual([ONE]);
    expect(withOpposing(draft(CIRCULAR, { 1: YIELDS, 2: FULL }), [ONE, TWO])).toEqual([ONE, TWO]);
  });
});

describe("an overlap may turn green", () => {
  const table = nemaEight(
    {},
    { overlaps: [normal("O", "2"), normal("P", "6"), arrow("1", "2"), arrow("5", "6")] },
  );
  const overlap = defined(table.extras.overlaps[0], "overlap");
  const may = (heads: Heads, ...followers: readonly Follower[]) =>
    overlap.kind === "normal" && overlapMayBegin(draft(table, heads, followers), overlap, 0);
  const red = shows("red", ago(60));

  it("once it has been red for 2 s", () => {
    expect(may({ 2: FULL })).toBe(true);
    expect(may({ 2: FULL }, shows("red", ago(1.9)))).toBe(false);
    expect(may({ 2: FULL }, shows("red", ago(2)))).toBe(true);
    for (const interval of ["green", "yellow", "redClear"] as const) {
      expect(may({ 2: FULL }, shows(interval, ago(9))), interval).toBe(false);
    }
  });

  it("when all that it crosses is red, arrows too", () => {
    expect(may({ 2: FULL, 4: { interval: "redClear" } })).toBe(false);
    expect(may({ 2: FULL, 6: FULL })).toBe(true);
    expect(may({ 2: FULL }, red, red, shows("yellow", ago(1)))).toBe(false);
    // The other overlap and the arrow of phase 5 run beside it.
    expect(may({ 2: FULL }, red, shows("green", ago(1)), red, shows("green", ago(1)))).toBe(true);
  });
});

describe("a flashing yellow arrow may begin", () => {
  const table = nemaEight(
    {},
    { overlaps: [arrow("1", "2"), normal("O", "2"), normal("P", "5"), arrow("5", "6")] },
  );
  const overlap = defined(table.extras.overlaps[0], "overlap");
  const may = (heads: Heads, ...followers: readonly Follower[]) =>
    overlap.kind === "flashingYellowArrow" && arrowMayBegin(draft(table, heads, followers), overlap, 0);
  const red = shows("red", ago(60));

  it("3 s after its opposing phase, while that is green", () => {
    expect(may({ 2: { ...FULL, greenAt: ago(3) } })).toBe(true);
    expect(may({ 2: { ...FULL, greenAt: ago(2.9) } })).toBe(false);
    expect(may({ 2: { ...FULL, interval: "yellow" } })).toBe(false);
  });

  it("when arrow and left have been red for the red revert", () => {
    expect(may({ 1: { interval: "redClear" }, 2: FULL })).toBe(false);
    expect(may({ 1: { redAt: ago(1.9) }, 2: FULL })).toBe(false);
    expect(may({ 1: { redAt: ago(2) }, 2: FULL })).toBe(true);
    expect(may({ 2: FULL }, shows("red", ago(1.9)))).toBe(false);
    expect(may({ 2: FULL }, shows("red", ago(2)))).toBe(true);
    for (const interval of ["green", "yellow", "redClear"] as const) {
      expect(may({ 2: FULL }, shows(interval, ago(9))), interval).toBe(false);
    }
  });

  it("when all else that it crosses has cleared", () => {
    expect(may({ 2: FULL, 3: FULL })).toBe(false);
    expect(may({ 2: FULL, 3: { greenEndedAt: ago(3.9) } })).toBe(false);
    expect(may({ 2: FULL, 3: { greenEndedAt: ago(4) } })).toBe(true);
    expect(may({ 2: FULL }, red, shows("green", ago(9)))).toBe(false);
    // Neither an overlap that it does not cross nor another arrow is in its way.
    expect(may({ 2: FULL }, red, red, shows("green", ago(9)), shows("green", ago(9)))).toBe(true);
  });
});
