import { assert, defined } from "../../../src/assert.ts";
import { intergreenKey } from "../../../src/model/extra-timing.ts";
import type { TimingTable } from "../../../src/model/timing.ts";
import { OVERLAP_RED_REVERT_MS } from "../../../src/signal/guards.ts";
import type { Follower, Head } from "../../../src/signal/heads.ts";
import { idleRings, type RingOrder, type RingsDraft } from "../../../src/signal/rings.ts";
import type { PreemptCall, PreemptStep, UnitDraft, UnitState } from "../../../src/signal/unit.ts";
import { instantMs } from "../../../src/units.ts";

/** The machine while an instant is explored: heads, followers, rings, unit; without calls, plan and orders. */
export type ExploreDraft = UnitDraft & RingsDraft;

/** Every explored instant is this one; what was before it is told by its age. */
export const NOW = instantMs(1_000_000_000);

/** Values of a timer: its age in whole steps, from none to the duration that is asked of it. */
const TIMER_VALUES = 4;
/** A planted fault may lengthen a duration by a step. */
const RADIX = TIMER_VALUES + 1;
/** Phases are counted from 0, and -1 is none. */
const PLACES = 17;

const INTERVALS = ["red", "lead", "green", "yellow", "redClear"] as const;
const WALKS = ["off", "walk", "clear"] as const;
const KINDS = ["normal", "startFlash", "allRed", "toFlash", "flash", "tripped"] as const;
const STEPS: readonly PreemptStep[] = ["entry", "track", "toDwell", "dwell", "exit"];

/** Between a machine's state and the text that is the same for states with the same future. */
export type Codec = {
  /** The state as it is `agedSteps` after the draft's instant when nothing happens until then. */
  readonly encode: (draft: ExploreDraft, agedSteps: number) => string;
  readonly decode: (key: string) => ExploreDraft;
};

/** Ages in steps that are told apart, of each timer of a head. */
type Caps = {
  readonly lead: number;
  readonly yellow: number;
  readonly redClear: number;
  readonly green: number;
  readonly ended: number;
  readonly red: number;
  readonly walk: number;
  readonly clear: number;
  readonly off: number;
};

/**
 * Keeps of each instant its age in steps, up to the longest duration that the machine compares it with, and nothing of an instant
 * that is not looked at any more in this interval. While something else has the intersection the rings count as idle: they are
 * set anew when it gives it back. Of the order of service that of the present barrier group is kept; the others are chosen
 * when their group is entered.
 */
export function createCodec(table: TimingTable, orders: readonly RingOrder[]): Codec {
  const { stepMs } = table;
  const steps = (durationMs: number): number => {
    const count = Math.ceil(durationMs / stepMs);
    assert(count < RADIX, `a duration of ${durationMs} ms has more than ${TIMER_VALUES} values`);
    return count;
  };
  const caps = table.phases.map((_, phase) => capsOf(table, phase, steps));
  const presents = new WeakMap<RingOrder, readonly number[]>();
  const presentOf = (order: RingOrder, group: number): number => {
    const known = presents.get(order) ?? presentOrders(orders, order);
    presents.set(order, known);
    return defined(known[group], "a known order");
  };
  const since = (count: number) => instantMs(NOW - count * stepMs);

  const encode = (draft: ExploreDraft, agedSteps: number): string => {
    const aged = (instant: number, cap: number): number =>
      instant === 0 ? cap : Math.min(cap, Math.round((draft.at - instant) / stepMs) + agedSteps);
    const codes: number[] = draft.heads.map((head, phase) =>
      headCode(head, defined(caps[phase], "caps"), aged),
    );
    draft.followers.forEach(({ interval, since: began }, index) => {
      codes.push(
        INTERVALS.indexOf(interval) * RADIX + aged(began, followerCap(table, index, interval, steps)),
      );
    });
    const normal = draft.unit.kind === "normal";
    const { rings, group, order } = normal ? draft.rings : idleRings(table);
    for (const { active, next, ready } of rings) {
      codes.push(((active + 1) * PLACES + next + 1) * 2 + (ready === null ? 0 : 1));
    }
    codes.push(group, presentOf(order, group), unitCode(draft, aged, steps));
    return String.fromCharCode(...codes);
  };

  const decode = (key: string): ExploreDraft => {
    let place = 0;
    const next = (): number => key.charCodeAt(place++);
    const heads = table.phases.map(() => headOfCode(next(), since));
    const followers = table.extras.overlaps.map((): Follower => {
      const code = next();
      const interval = defined(INTERVALS[Math.floor(code / RADIX)], "interval");
      assert(interval !== "lead", "an overlap has no leading walk");
      return { interval, since: since(code % RADIX) };
    });
    const rings = table.rings.map(() => {
      const code = next();
      const places = code >> 1;
      return {
        active: Math.floor(places / PLACES) - 1,
        next: (places % PLACES) - 1,
        ready: (code & 1) === 1 ? ("gapOut" as const) : null,
      };
    });
    const group = next();
    const order = defined(orders[next()], "order");
    const unit = unitOfCode(next(), since);
    const preempts: PreemptCall[] = table.extras.preempts.map(() => NOT_CALLED);
    return { table, at: NOW, heads, followers, events: [], rings: { rings, group, order }, unit, preempts };
  };

  return { encode, decode };
}

export const NOT_CALLED: PreemptCall = { onAt: null, ignored: false };

type Aged = (instant: number, cap: number) => number;
type Since = (count: number) => ReturnType<typeof instantMs>;

function capsOf(table: TimingTable, phase: number, steps: (durationMs: number) => number): Caps {
  const { greenMinMs, yellowMs, redClearMs, walkMs, pedestrianClearMs, actuation } = defined(
    table.phases[phase],
    "phase",
  );
  const delays = table.extras.overlaps.map((overlap) =>
    overlap.kind === "flashingYellowArrow" && overlap.opposing === phase ? overlap.delayMs : 0,
  );
  const clearances = table.phases.map(
    (_, other) => table.extras.intergreens.get(intergreenKey(phase, other)) ?? yellowMs + redClearMs,
  );
  return {
    lead: steps(actuation.leadMs),
    yellow: steps(yellowMs),
    redClear: steps(redClearMs),
    green: steps(Math.max(table.stepMs, greenMinMs, ...delays)),
    ended: steps(Math.max(...clearances)),
    red: steps(Math.max(table.stepMs, actuation.redRevertMs)),
    walk: steps(walkMs),
    clear: steps(pedestrianClearMs),
    off: walkMs > 0 ? steps(Math.max(table.stepMs, actuation.bufferMs)) : 0,
  };
}

function headCode(
  { interval, since, greenAt, greenEndedAt, redAt, yields, walk, walkSince }: Head,
  caps: Caps,
  aged: Aged,
): number {
  assert(!yields, "in rings a phase yields by its flashing yellow arrow only");
  const timed = interval === "lead" || interval === "yellow" || interval === "redClear";
  const ages = [
    timed ? aged(since, caps[interval]) : 0,
    // What the next change sets anew counts as long ago.
    interval === "green" ? aged(greenAt, caps.green) : caps.green,
    interval === "green" ? caps.ended : aged(greenEndedAt, caps.ended),
    interval === "green" || interval === "yellow" ? caps.red : aged(redAt, caps.red),
    aged(walkSince, caps[walk]),
  ];
  const intervals = INTERVALS.indexOf(interval) * WALKS.length + WALKS.indexOf(walk);
  return ages.reduce((code, own) => code * RADIX + own, intervals);
}

function headOfCode(code: number, sinceSteps: Since): Head {
  let rest = code;
  const age = () => {
    const own = rest % RADIX;
    rest = Math.floor(rest / RADIX);
    return sinceSteps(own);
  };
  const walkSince = age();
  const redAt = age();
  const greenEndedAt = age();
  const greenAt = age();
  const since = age();
  const walk = defined(WALKS[rest % WALKS.length], "walk");
  const interval = defined(INTERVALS[Math.floor(rest / WALKS.length)], "interval");
  return {
    interval,
    since,
    greenAt,
    greenEndedAt,
    redAt,
    yields: false,
    yieldsSince: since,
    walk,
    walkSince,
  };
}

function followerCap(
  table: TimingTable,
  index: number,
  interval: Follower["interval"],
  steps: (durationMs: number) => number,
): number {
  const overlap = defined(table.extras.overlaps[index], "overlap");
  const left = overlap.kind === "normal" ? undefined : defined(table.phases[overlap.left], "left");
  const { yellowMs, redClearMs } = overlap.kind === "normal" ? overlap : defined(left, "left");
  if (interval === "yellow") return steps(yellowMs);
  if (interval === "redClear") return steps(redClearMs);
  if (interval === "green") return steps(table.stepMs);
  return steps(left?.actuation.redRevertMs ?? OVERLAP_RED_REVERT_MS);
}

function unitCode({ table, unit }: ExploreDraft, aged: Aged, steps: (durationMs: number) => number): number {
  if (unit.kind === "normal") return 0;
  if (unit.kind === "preempt") {
    const { track, dwellMinMs } = defined(table.extras.preempts[unit.preempt], "preempt");
    const durations: Partial<Record<PreemptStep, number>> = { track: track?.greenMs ?? 0, dwell: dwellMinMs };
    const place = unit.preempt * STEPS.length + STEPS.indexOf(unit.step);
    return (KINDS.length + place) * RADIX + aged(unit.since, steps(durations[unit.step] ?? 0));
  }
  const { startUp } = table.extras;
  const durations: Partial<Record<UnitState["kind"], number>> = {
    startFlash: startUp?.flashMs ?? 0,
    allRed: defined(startUp ?? undefined, "a start-up").allRedMs,
  };
  return KINDS.indexOf(unit.kind) * RADIX + aged(unit.since, steps(durations[unit.kind] ?? 0));
}

function unitOfCode(code: number, sinceSteps: Since): UnitState {
  const place = Math.floor(code / RADIX);
  const since = sinceSteps(code % RADIX);
  const kind = KINDS[place];
  if (kind === "normal") return { kind };
  if (kind !== undefined) return { kind, since };
  const preempt = Math.floor((place - KINDS.length) / STEPS.length);
  return {
    kind: "preempt",
    preempt,
    step: defined(STEPS[(place - KINDS.length) % STEPS.length], "step"),
    since,
  };
}

/**
 * Orders of service among which every barrier group has each of its own. Which one another group has is chosen when that group is
 * entered, so these stand for every combination. The first is that of the table.
 */
export function ringOrders({ rings }: TimingTable): readonly RingOrder[] {
  const groups = groupOrders(rings);
  const count = Math.max(...groups.map(({ length }) => length));
  const made = Array.from({ length: count }, (_, place) =>
    rings.map((cells, ring) =>
      cells.map((_cell, group) => {
        const orders = defined(groups[group], "group");
        return defined(orders[place % orders.length]?.[ring], "ring");
      }),
    ),
  );
  return [rings, ...made.slice(1)];
}

/** Of each barrier group, the phases of every ring in every order. */
export function groupOrders(rings: RingOrder): readonly (readonly RingOrder[number][])[] {
  const count = Math.max(...rings.map((groups) => groups.length));
  return Array.from({ length: count }, (_, group) =>
    product(rings.map((groups) => permutations(groups[group] ?? []))),
  );
}

/** For each barrier group, the first order that serves it like this one. */
function presentOrders(orders: readonly RingOrder[], order: RingOrder): readonly number[] {
  const count = Math.max(...order.map((groups) => groups.length));
  return Array.from({ length: count }, (_, group) =>
    orders.findIndex((other) => wordsOfGroup(other, group) === wordsOfGroup(order, group)),
  );
}

/** The phases of a barrier group in their order, as `1-2 5-6` in indices. */
export function wordsOfGroup(order: RingOrder, group: number): string {
  return order.map((groups) => (groups[group] ?? []).join("-")).join(" ");
}

function product<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return choices.reduce<readonly (readonly T[])[]>(
    (made, choice) => made.flatMap((one) => choice.map((next) => [...one, next])),
    [[]],
  );
}

function permutations(phases: readonly number[]): readonly (readonly number[])[] {
  if (phases.length < 2) return [phases];
  return phases.flatMap((first) =>
    permutations(phases.filter((phase) => phase !== first)).map((rest) => [first, ...rest]),
  );
}
