import * as fc from "fast-check";
import { from, lastValueFrom, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import type { Input } from "../../src/engine/input.ts";
import {
  type Barrier,
  collect,
  collectInstants,
  emptyBarrier,
  type Instant,
  WAITING_PER_LINK_MAX,
} from "../../src/pipeline/ingest.ts";
import type { FieldEvent } from "../../src/ports/field.ts";
import { instantMs } from "../../src/units.ts";
import { clockAt, frame, linkDown, linkUp, plantUp, ready, second, START } from "./field-events.ts";

/** The instants that the events release, and what is left behind them. */
function run(events: readonly FieldEvent[]): {
  readonly instants: readonly Instant[];
  readonly left: Barrier;
} {
  let barrier = emptyBarrier();
  const instants: Instant[] = [];
  for (const event of events) {
    barrier = collect(barrier, event);
    instants.push(...barrier.released);
  }
  return { instants, left: barrier };
}

/** An input in a word: the frame's name, or `up a`, `down a`, `tick`; with the seconds since the start. */
function told(input: Input): string {
  const at = (input.at - START) / 1000;
  if (input.kind === "tick") return `tick ${at}`;
  if (input.kind === "linkUp") return `up ${input.intersection} ${at}`;
  if (input.kind === "linkDown") return `down ${input.intersection} ${at}`;
  return `${input.kind === "alarm" ? input.detail : input.kind} ${at}`;
}

const toldOf = (instants: readonly Instant[]): readonly (readonly string[])[] =>
  instants.map(({ inputs }) => inputs.map(told));

describe("the barrier of an instant", () => {
  it("gives the instant on once every link has brought what the plant says", () => {
    const events = [
      plantUp(),
      linkUp("b"),
      linkUp("a"),
      frame("b", 1, START),
      frame("a", 1, START),
      frame("b", 2, START),
      ready(START, { a: 1, b: 2 }),
    ];
    expect(toldOf(run(events).instants)).toEqual([["up a 0", "a1 0", "up b 0", "b1 0", "b2 0", "tick 0"]]);
    expect(run(events.slice(0, -1)).instants, "without ready").toEqual([]);
  });

  it("waits for frames that come behind ready", () => {
    const before = [plantUp(), linkUp("a"), ready(START, { a: 2 }), frame("a", 1, START)];
    expect(run(before).instants).toEqual([]);
    expect(toldOf(run([...before, frame("a", 2, START)]).instants)).toEqual([
      ["up a 0", "a1 0", "a2 0", "tick 0"],
    ]);
  });

  it("does not wait for a link that is down, nor for one that goes down meanwhile", () => {
    expect(toldOf(run([plantUp(), ready(START, { a: 7 })]).instants)).toEqual([["tick 0"]]);
    const waiting = [plantUp(), linkUp("a"), linkUp("b"), frame("a", 1, START), ready(START, { a: 1, b: 3 })];
    expect(run(waiting).instants).toEqual([]);
    expect(toldOf(run([...waiting, linkDown("b")]).instants)).toEqual([
      ["up a 0", "a1 0", "up b 0", "down b 0", "tick 0"],
    ]);
  });

  it("does not wait for a frame that was refused", () => {
    const waiting = [plantUp(), linkUp("a"), linkUp("b"), frame("b", 1, START), ready(START, { a: 1, b: 1 })];
    expect(run(waiting).instants).toEqual([]);
    const released = run([...waiting, { kind: "refused", intersection: "a", seq: 1 }]).instants;
    expect(toldOf(released)).toEqual([["up a 0", "up b 0", "b1 0", "tick 0"]]);
  });

  it("does not wait for events of a log, which are no input", () => {
    const waiting = [plantUp(), linkUp("a"), frame("a", 1, START), ready(START, { a: 2 })];
    expect(run(waiting).instants).toEqual([]);
    const released = run([...waiting, { kind: "logged", intersection: "a", seq: 2 }]).instants;
    expect(toldOf(released)).toEqual([["up a 0", "a1 0", "tick 0"]]);
  });

  it("is not held up by a link that counts backwards", () => {
    const events = [
      plantUp(),
      linkUp("a"),
      frame("a", 9, START),
      frame("a", 3, START),
      ready(START, { a: 9 }),
    ];
    expect(toldOf(run(events).instants)).toEqual([["up a 0", "a9 0", "a3 0", "tick 0"]]);
  });

  it("says of a link that came back within an instant that it is up", () => {
    const events = [
      plantUp(),
      linkUp("a"),
      ready(START),
      frame("a", 41, second(1)),
      linkDown("a"),
      linkUp("a", second(1)),
      frame("a", 1, second(1)),
      ready(second(1), { a: 1 }),
    ];
    expect(toldOf(run(events).instants).at(-1)).toEqual(["a41 1", "down a 1", "up a 1", "a1 1", "tick 1"]);
  });

  it("stamps what is late and what is ahead with an instant of its own, in the order of the link", () => {
    const events = [
      plantUp(),
      linkUp("a"),
      ready(START),
      frame("a", 1, second(-5)),
      frame("a", 2, second(500)),
      frame("a", 3, second(0)),
      ready(second(1), { a: 3 }),
    ];
    expect(toldOf(run(events).instants)).toEqual([
      ["up a 0", "tick 0"],
      ["a1 0", "a2 1", "a3 1", "tick 1"],
    ]);
  });

  it("keeps the instant that it has when the plant says an older one", () => {
    const { instants } = run([plantUp(), ready(second(5)), ready(second(3))]);
    expect(instants.map(({ at }) => at)).toEqual([second(5), second(5)]);
  });

  it("gives nothing on without a plant's clock", () => {
    const { instants } = run([linkUp("a"), frame("a", 1, START), ready(START, { a: 1 })]);
    expect(instants).toEqual([]);
  });

  it("goes on where it was when a plant restarts", () => {
    const events = [
      plantUp(),
      linkUp("a"),
      ready(START, { a: 0 }),
      ready(second(1), { a: 3 }),
      { kind: "plantDown" } as const,
      frame("a", 3, second(1)),
      plantUp(second(60)),
      ready(second(60), { a: 3 }),
    ];
    const { instants } = run(events);
    // The plant's old word of second 1 died with it.
    expect(toldOf(instants)).toEqual([
      ["up a 0", "tick 0"],
      ["a3 60", "tick 60"],
    ]);
    expect(instants.map(({ first }) => first)).toEqual([true, false]);
    expect(instants.at(-1)?.clock).toEqual(clockAt(second(60)));
  });

  it("shows the newest positions and measures", () => {
    const measures = {
      type: "measures",
      seq: 1,
      at: START,
      vehiclesRunning: 3,
      vehiclesWaitingToEnter: 0,
      vehiclesArrived: 1,
      delaySeconds: null,
    } as const;
    const traffic = { type: "traffic", seq: 2, at: START, vehicles: [1, 2, 3, 4, 5] } as const;
    const shown: FieldEvent[] = [
      { kind: "measures", frame: measures },
      { kind: "traffic", frame: { ...traffic, vehicles: [...traffic.vehicles] } },
    ];
    const [instant] = run([plantUp(), ...shown, ready(START)]).instants;
    expect(instant).toMatchObject({ measures, traffic });
  });
});

const flood = (count: number) => Array.from({ length: count }, (_, index) => frame("a", index + 1, START));

describe("a link that floods", () => {
  it("may have so much waiting and not more; what is dropped is counted", () => {
    const { instants } = run([
      plantUp(),
      linkUp("a"),
      linkUp("b"),
      frame("b", 1, START),
      ...flood(WAITING_PER_LINK_MAX + 9),
      ready(START, { a: WAITING_PER_LINK_MAX + 9, b: 1 }),
      ready(second(1)),
    ]);
    const [first, second_] = instants;
    const ofA = first?.inputs.filter((input) => "intersection" in input && input.intersection === "a");
    expect(ofA).toHaveLength(WAITING_PER_LINK_MAX);
    expect(first?.inputs.map(told), "the other link").toContain("b1 0");
    expect(first?.flooding).toEqual(["a"]);
    // 500 places, of which the link's own coming up took one.
    expect(first?.dropped).toEqual({ alarm: 10 });
    expect(second_?.flooding, "told once").toEqual([]);
    expect(second_?.dropped, "a total").toEqual({ alarm: 10 });
  });

  it("is no flood at the limit", () => {
    const { instants } = run([plantUp(), linkUp("a"), ...flood(WAITING_PER_LINK_MAX - 1), ready(START)]);
    expect(instants[0]).toMatchObject({ flooding: [], dropped: {} });
  });

  it("cannot hide that it went down", () => {
    const { instants } = run([
      plantUp(),
      linkUp("a"),
      ...flood(WAITING_PER_LINK_MAX),
      linkDown("a"),
      ready(START),
    ]);
    expect(instants[0]?.inputs.map(told).slice(-2)).toEqual(["down a 0", "tick 0"]);
  });
});

/** A run of links that stay up: what each of them sends in each second. */
const lockStepRuns = fc
  .record({
    links: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d%2F", "Z"), { minLength: 1 }),
    counts: fc.array(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ links, counts }) => {
    const sent = new Map(links.map((link) => [link, 0]));
    return counts.map((ofSecond, index) => {
      const streams = links.map((link, position) =>
        Array.from({ length: ofSecond[position] ?? 0 }, () => {
          const seq = (sent.get(link) ?? 0) + 1;
          sent.set(link, seq);
          return frame(link, seq, second(index));
        }),
      );
      const numbers = Object.fromEntries(sent);
      return { links, streams: [...streams, [ready(second(index), numbers)]] };
    });
  });

/** Takes from the streams in an order that the numbers decide; each stream keeps its own. */
function interleave(streams: readonly (readonly FieldEvent[])[], picks: () => number): readonly FieldEvent[] {
  const rest = streams.map((stream) => [...stream]).filter((stream) => stream.length > 0);
  const out: FieldEvent[] = [];
  while (rest.length > 0) {
    const index = picks() % rest.length;
    const next = rest[index]?.shift();
    if (next !== undefined) out.push(next);
    if (rest[index]?.length === 0) rest.splice(index, 1);
  }
  return out;
}

describe("order", () => {
  it("does not depend on how the sockets were scheduled", async () => {
    let differed = 0;
    await fc.assert(
      fc.asyncProperty(lockStepRuns, fc.infiniteStream(fc.nat(99)), async (seconds, stream) => {
        const picks = (): number => stream.next().value;
        const ups = (seconds[0]?.links ?? []).map((link) => linkUp(link));
        const inTurn = [plantUp(), ...ups, ...seconds.flatMap(({ streams }) => streams.flat())];
        const mixed = [
          ...interleave([[plantUp()], ...ups.map((up) => [up])], picks),
          ...seconds.flatMap(({ streams }) => interleave(streams, picks)),
        ];
        if (JSON.stringify(mixed) !== JSON.stringify(inTurn)) differed += 1;
        const [expected, found] = await Promise.all(
          [inTurn, mixed].map(
            async (events) => await lastValueFrom(from(events).pipe(collectInstants, toArray())),
          ),
        );
        expect(found).toEqual(expected);
        expect(found).toHaveLength(seconds.length);
      }),
    );
    expect(differed, "runs that really came in another order").toBeGreaterThan(50);
  });

  const anyEvent: fc.Arbitrary<FieldEvent> = fc.oneof(
    fc
      .record({ link: fc.constantFrom("a", "b"), seq: fc.nat(9), at: fc.integer({ min: -9, max: 20 }) })
      .map(({ link, seq, at }) => frame(link, seq, second(at))),
    fc.constantFrom("a", "b").map((link) => linkUp(link)),
    fc.constantFrom("a", "b").map(linkDown),
    fc.nat(9).map((at) => plantUp(second(at))),
    fc.constant<FieldEvent>({ kind: "plantDown" }),
    fc
      .record({ at: fc.nat(9), a: fc.nat(2), b: fc.nat(2) })
      .map(({ at, a, b }) => ready(second(at), { a, b })),
  );

  it("never goes back in time, ends every instant with its tick, and loses nothing, whatever comes", () => {
    let released = 0;
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 20, maxLength: 60 }), (rest) => {
        const events = [plantUp(), ...rest];
        const { instants, left } = run(events);
        released += instants.length;
        let now = instantMs(0);
        for (const { at, inputs } of instants) {
          for (const input of inputs) {
            expect(input.at).toBeGreaterThanOrEqual(now);
            now = input.at;
          }
          expect(inputs.at(-1)).toEqual({ kind: "tick", at });
          expect(inputs.filter(({ kind }) => kind === "tick")).toHaveLength(1);
        }
        const inputs = [
          ...instants.flatMap((instant) => instant.inputs),
          ...[...left.waiting.values()].flat(),
        ];
        for (const link of ["a", "b"]) {
          const came = events.flatMap((event) => {
            if (event.kind === "frame" && event.intersection === link) return [`${link}${event.frame.seq}`];
            if (event.kind === "linkUp" && event.intersection === link) return ["linkUp"];
            return event.kind === "linkDown" && event.intersection === link ? ["linkDown"] : [];
          });
          const given = inputs.flatMap((input) => {
            if (!("intersection" in input) || input.intersection !== link) return [];
            return [input.kind === "alarm" ? input.detail : input.kind];
          });
          expect(given, `what ${link} said, in its order`).toEqual(came);
        }
      }),
    );
    expect(released, "instants that were met").toBeGreaterThan(50);
  });
});

/** The state of `a`, as its clock has it. */
const stateAt = (seq: number, at: number): FieldEvent => ({
  kind: "frame",
  intersection: "a",
  frame: {
    type: "state",
    seq,
    at,
    operation: "normal",
    source: "plan",
    plan: "day",
    pendingPlan: null,
    stage: "A",
    coordination: "inStep",
    intervention: "none",
    cycleStartAt: at,
    timing: null,
    lamps: "Gr",
    overlaps: "",
    walk: "--",
    calls: "--",
  },
});

const driftOf = (aheadMs: number) =>
  run([
    plantUp(),
    linkUp("a"),
    ready(START),
    stateAt(1, second(1) + aheadMs),
    ready(second(1), { a: 1 }),
  ]).instants.at(-1)?.drifting;

describe("a controller's clock", () => {
  it.each([
    [0, []],
    [2_000, []],
    [2_001, [{ intersection: "a", aheadMs: 2_001 }]],
    // The last instant is as good: what is late on its way is no drift.
    [-3_000, []],
    [-3_001, [{ intersection: "a", aheadMs: -2_001 }]],
  ])("that is %i ms ahead of the instant", (aheadMs, expected) => {
    expect(driftOf(aheadMs)).toEqual(expected);
  });

  it("counts as off until it tells a right instant, or its link ends", () => {
    const off = [plantUp(), linkUp("a"), ready(START), stateAt(1, second(9)), ready(second(1), { a: 1 })];
    const { instants } = run([...off, ready(second(2)), stateAt(2, second(3)), ready(second(3), { a: 2 })]);
    expect(instants.map(({ drifting }) => drifting.length)).toEqual([0, 1, 1, 0]);
    const ended = run([...off, linkDown("a"), ready(second(2))]).instants;
    expect(ended.at(-1)?.drifting).toEqual([]);
  });
});
