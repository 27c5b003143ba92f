import { describe, expect, it } from "vitest";
import { refusalOf } from "../../sim/controller/acceptance.ts";
import { commandRefusalOf } from "../../sim/controller/command-acceptance.ts";
import { scheduleRefusalOf } from "../../sim/controller/schedule-acceptance.ts";
import { generateNetwork } from "../../sim/prove/generate/generate.ts";
import { createHostileStream, type Hostile, type TimedHostile } from "../../sim/prove/hostile/stream.ts";
import { type CommandIntent, drawCommand } from "../../sim/prove/hostile/commands.ts";
import { drawPlan, type PlanIntent } from "../../sim/prove/hostile/plans.ts";
import { drawSchedule, type ScheduleIntent } from "../../sim/prove/hostile/schedules.ts";
import { createRandom } from "../../sim/prove/random.ts";
import { shapeOf } from "../../src/model/fault.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import {
  CommandFrame,
  type RefusalCode,
  StageScheduleFrame,
  TimingPlanFrame,
} from "../../src/protocol/frames.ts";
import { after, HOUR_MS, type InstantMs, instantMs, MINUTE_MS } from "../../src/units.ts";
import { NEMA } from "./examples.ts";
import { intersectionOf } from "./features.ts";

const STARTS_AT = instantMs(1_767_571_200_000);
const TABLES = Array.from({ length: 200 }, (_, seed) =>
  timingTable(intersectionOf(generateNetwork(seed)), 100),
);

/** What the controller says of a plan that comes at once, out of nothing; the ids before it were seen. */
function planVerdict(table: TimingTable, frame: TimingPlanFrame): RefusalCode | "accepted" {
  const seen = new Set(Array.from({ length: frame.seq }, (_, number) => `plan-${number}`));
  const context = { operation: "normal", coordination: "inStep", running: null } as const;
  return refusalOf(frame, { ...context, table, at: frame.at, seen })?.code ?? "accepted";
}

function commandVerdict(table: TimingTable, frame: CommandFrame): RefusalCode | "accepted" {
  const seen = new Set(Array.from({ length: frame.seq }, (_, number) => `command-${number}`));
  return commandRefusalOf(frame, { table, at: frame.at, seen, operation: "normal" })?.code ?? "accepted";
}

function eventsOf(seed: number, table: TimingTable, durationMs: number): TimedHostile[] {
  const stream = createHostileStream(seed, table, STARTS_AT);
  const events: TimedHostile[] = [];
  while (stream.nextAt() <= STARTS_AT + durationMs) events.push(stream.next());
  return events;
}

const whatOf = ({ hostile }: TimedHostile): string[] =>
  "arrival" in hostile ? [hostile.kind, `${hostile.kind} ${hostile.arrival}`] : [hostile.kind];

/** What is on, in or wrong after some events. */
function openIn(hostiles: readonly Hostile[]): readonly string[] {
  const open = new Set<string>();
  const keep = (what: string, on: boolean) => (on ? open.add(what) : open.delete(what));
  for (const hostile of hostiles) {
    if (hostile.kind === "detector") keep(hostile.actuation.detector, hostile.actuation.on);
    if (hostile.kind === "preempt") keep(hostile.preempt, hostile.on);
    if (hostile.kind === "link") keep("link", !hostile.up);
    if (hostile.kind === "priority") {
      const { kind, link, vehicle, checkedIn } = hostile.call;
      keep(`${kind} ${link} ${vehicle}`, checkedIn);
    }
    if (hostile.kind === "clockStep" || hostile.kind === "clockDrift") keep("clock", true);
    if (hostile.kind === "clockSet") keep("clock", false);
  }
  return [...open];
}

describe("hostile plans", () => {
  it("are accepted when they are meant to be good, and refused for what is wrong with them", () => {
    const expected: Partial<Record<PlanIntent, readonly (RefusalCode | "accepted")[]>> = {
      valid: ["accepted"],
      edge: ["accepted"],
      wrongSum: ["SPLIT_SUM"],
      oddStep: ["MALFORMED"],
      unknownStage: ["MALFORMED"],
      offsetBeyondCycle: ["OFFSET"],
      hugeSplit: ["CYCLE", "SPLIT_SUM"],
      expired: ["EXPIRED"],
      longLease: ["LEASE"],
      effectiveAfterLease: ["LEASE"],
      staleBase: ["STALE_BASE"],
      futureBase: ["STALE_BASE"],
      duplicateId: ["DUPLICATE"],
      otherIntersection: ["IDENTITY"],
      foreignField: ["MALFORMED"],
    };
    const accepts = shapeOf(TimingPlanFrame).accepts;
    const seen = new Map<PlanIntent, Set<string>>();
    for (const [seed, table] of TABLES.entries()) {
      const random = createRandom(seed, "test");
      for (let number = 4; number < 34; number += 1) {
        const { intent, frame } = drawPlan(random, table, STARTS_AT, number, "any", undefined);
        const verdict = planVerdict(table, frame);
        seen.set(intent, (seen.get(intent) ?? new Set()).add(verdict));
        expect(accepts(frame), `seed ${seed}, ${intent}: ${JSON.stringify(frame)}`).toBe(
          intent !== "foreignField",
        );
        expect(expected[intent] ?? [verdict], `seed ${seed}, plan ${number}, ${intent}`).toContain(verdict);
      }
    }
    expect(seen.size).toBe(22);
    // What a change of splits or stages breaks depends on the intersection; much of it is found.
    expect([...(seen.get("shortSplit") ?? [])]).toEqual(expect.arrayContaining(["MIN_GREEN", "CLEARANCE"]));
    expect([...(seen.get("shuffledStages") ?? [])]).toEqual(expect.arrayContaining(["SEQUENCE"]));
    expect([...(seen.get("leftOutStage") ?? [])]).toEqual(expect.arrayContaining(["MAX_WAIT"]));
    expect([...(seen.get("cycleBelowEnvelope") ?? [])]).toEqual(expect.arrayContaining(["CYCLE"]));
    expect([...(seen.get("cycleAboveEnvelope") ?? [])]).toEqual(expect.arrayContaining(["CYCLE"]));
  });

  it("move an offset up to the bound of one move, and in bad times beyond it", () => {
    const seen = { good: new Set<string>(), any: new Set<string>() };
    for (const [seed, table] of TABLES.entries()) {
      const random = createRandom(seed, "test");
      const before = drawPlan(random, table, STARTS_AT, 4, "good", undefined).frame;
      for (const intents of ["good", "any"] as const) {
        for (let number = 5; number < 15; number += 1) {
          const { intent, frame } = drawPlan(random, table, STARTS_AT, number, intents, before);
          if (intent !== "movedOffset") continue;
          const context = { operation: "normal", coordination: "inStep", seen: new Set<string>() } as const;
          const refusal = refusalOf(frame, { ...context, table, at: frame.at, running: before });
          seen[intents].add(refusal?.code ?? "accepted");
        }
      }
    }
    expect([...seen.good]).toEqual(["accepted"]);
    expect([...seen.any].toSorted()).toEqual(["RATE", "accepted"]);
  });

  it("reach the edges of the envelope", () => {
    const reached = { shortestCycle: 0, longestCycle: 0, lastOffset: 0, longestLease: 0 };
    for (const [seed, table] of TABLES.entries()) {
      const { cycleMinSeconds, cycleMaxSeconds, planValidMaxSeconds } = table.intersection.envelope;
      const random = createRandom(seed, "test");
      for (let number = 0; number < 10; number += 1) {
        const { frame } = drawPlan(random, table, STARTS_AT, number, "good", undefined);
        reached.shortestCycle += frame.cycleMs === Math.round(cycleMinSeconds * 1000) ? 1 : 0;
        reached.longestCycle += frame.cycleMs === Math.round(cycleMaxSeconds * 1000) ? 1 : 0;
        reached.lastOffset += frame.offsetMs === frame.cycleMs - 100 ? 1 : 0;
        reached.longestLease += frame.validUntil - STARTS_AT === planValidMaxSeconds * 1000 ? 1 : 0;
      }
    }
    for (const [edge, count] of Object.entries(reached)) expect(count, edge).toBeGreaterThan(50);
  });
});

describe("hostile commands", () => {
  it("are accepted when they are meant to be good, and refused for what is wrong with them", () => {
    const expected: Partial<Record<CommandIntent, readonly (RefusalCode | "accepted")[]>> = {
      valid: ["accepted"],
      expired: ["EXPIRED"],
      // A lease of its own, and never so long that others wait too long.
      longLease: ["LEASE", "MAX_WAIT"],
      effectiveAfterLease: ["LEASE"],
      duplicateId: ["DUPLICATE"],
      otherIntersection: ["IDENTITY"],
      unknownName: ["MALFORMED"],
      anonymous: ["AUTH"],
      foreignField: ["MALFORMED"],
    };
    const accepts = shapeOf(CommandFrame).accepts;
    const seen = { intents: new Set<string>(), kinds: new Set<string>(), holds: new Set<string>() };
    for (const [seed, table] of TABLES.entries()) {
      const random = createRandom(seed, "test");
      for (let number = 4; number < 34; number += 1) {
        const { intent, frame } = drawCommand(random, table, STARTS_AT, number, "any");
        const verdict = commandVerdict(table, frame);
        seen.intents.add(intent);
        if (verdict === "accepted") seen.kinds.add(frame.order.kind);
        if (intent === "conflictingHold") seen.holds.add(verdict);
        expect(accepts(frame), `seed ${seed}, ${intent}: ${JSON.stringify(frame)}`).toBe(
          intent !== "foreignField",
        );
        expect(expected[intent] ?? [verdict], `seed ${seed}, command ${number}, ${intent}`).toContain(
          verdict,
        );
      }
    }
    expect(seen.intents.size).toBe(10);
    expect(seen.kinds.size).toBe(8);
    expect([...seen.holds]).toContain("CONFLICT");
  });
});

describe("hostile stage schedules", () => {
  it("are accepted when they are meant to be good, and refused for what is wrong with them", () => {
    const expected: Partial<Record<ScheduleIntent, readonly (RefusalCode | "accepted")[]>> = {
      // Where every stage traps a turn of some other, the first one may.
      valid: ["accepted", "YELLOW_TRAP"],
      edge: ["accepted", "YELLOW_TRAP"],
      unknownStage: ["MALFORMED"],
      unorderedStarts: ["MALFORMED"],
      startBeforeEffect: ["MALFORMED"],
      tooManyStages: ["MALFORMED"],
      longRed: ["MALFORMED"],
      foreignField: ["MALFORMED"],
      expired: ["EXPIRED"],
      longLease: ["LEASE"],
      effectiveAfterLease: ["LEASE"],
      staleBase: ["STALE_BASE"],
      futureBase: ["STALE_BASE"],
      duplicateId: ["DUPLICATE"],
      otherIntersection: ["IDENTITY"],
    };
    const accepts = shapeOf(StageScheduleFrame).accepts;
    const seen = new Map<ScheduleIntent, string[]>();
    for (const [seed, table] of TABLES.entries()) {
      const random = createRandom(seed, "test");
      let before: StageScheduleFrame | undefined;
      for (let number = 4; number < 34; number += 1) {
        const { intent, frame } = drawSchedule(random, table, STARTS_AT, number, "any", before);
        const answered = new Set(Array.from({ length: number }, (_, other) => `schedule-${other}`));
        const verdict =
          scheduleRefusalOf(frame, {
            table,
            at: STARTS_AT,
            seen: answered,
            operation: "normal",
            stage: table.stages[number % table.stages.length]?.id ?? "",
            heldBasedOnAt: before?.basedOnAt ?? null,
          })?.code ?? "accepted";
        seen.set(intent, [...(seen.get(intent) ?? []), verdict]);
        expect(accepts(frame), `seed ${seed}, ${intent}: ${JSON.stringify(frame)}`).toBe(
          intent !== "foreignField" && intent !== "tooManyStages",
        );
        expect(expected[intent] ?? [verdict], `seed ${seed}, schedule ${number}, ${intent}`).toContain(
          verdict,
        );
        if (verdict === "accepted") before = frame;
      }
    }
    expect(seen.size).toBe(18);
    const good = [...(seen.get("valid") ?? []), ...(seen.get("edge") ?? [])];
    expect(good.filter((verdict) => verdict === "accepted").length / good.length).toBeGreaterThan(0.99);
    expect(seen.get("shortStage")).toEqual(expect.arrayContaining(["MIN_GREEN", "CLEARANCE"]));
    expect(seen.get("longWait")).toEqual(expect.arrayContaining(["MAX_WAIT"]));
    expect(seen.get("trappingChange")).toEqual(expect.arrayContaining(["YELLOW_TRAP"]));
  });
});

describe("the hostile stream", () => {
  const table = timingTable(NEMA, 100);
  const days = Array.from({ length: 12 }, (_, seed) => eventsOf(seed, table, 4 * HOUR_MS));
  const all = days.flat();

  it("goes forward in tenths of a second and is the same for the same seed", () => {
    for (const events of days) {
      expect(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? STARTS_AT))).toBe(true);
      expect(events.every(({ at }) => (at - STARTS_AT) % 100 === 0)).toBe(true);
    }
    expect(eventsOf(3, table, 4 * HOUR_MS)).toEqual(days[3]);
    expect(days[4]).not.toEqual(days[3]);
  });

  it("brings everything: kinds, arrivals, spoiled frames in bad episodes", () => {
    const counts = new Map<string, number>();
    for (const event of all) {
      for (const what of whatOf(event)) counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    const frames = ["plan", "command", "schedule"].flatMap((kind) =>
      ["once", "late", "again", "replayed"].map((arrival) => `${kind} ${arrival}`),
    );
    const kinds = ["detector", "pedestrian", "priority", "link", "clockStep", "clockDrift", "clockSet"];
    for (const what of [...frames, ...kinds, "heartbeat once", "monitorReset", "restart"]) {
      expect(counts.get(what) ?? 0, what).toBeGreaterThan(5);
    }
  });

  it("brings preemption storms where there are preempts", () => {
    const own = TABLES.find(({ extras }) => extras.preempts.length > 1) ?? table;
    const changes = [1, 2, 3, 4].flatMap((seed) =>
      eventsOf(seed, own, 4 * HOUR_MS).filter(({ hostile }) => hostile.kind === "preempt"),
    );
    const gaps = changes.slice(1).map(({ at }, index) => at - (changes[index]?.at ?? at));
    expect(gaps.filter((gap) => gap > 0 && gap <= 500).length).toBeGreaterThan(10);
  });

  it("is quiet for minutes at times, and a storm at others", () => {
    const calls = days.map((events) => events.filter(({ hostile }) => hostile.kind !== "heartbeat"));
    const rest = calls.map((events) =>
      Math.max(...events.map(({ at }, index) => at - (events[index - 1]?.at ?? STARTS_AT))),
    );
    expect(rest.filter((gap) => gap >= 2 * MINUTE_MS).length).toBeGreaterThan(5);
    const burst = calls.map((events) =>
      Math.max(
        ...events.map(({ at }, index) =>
          at - (events[index - 30]?.at ?? Number.NEGATIVE_INFINITY) < 10_000 ? 1 : 0,
        ),
      ),
    );
    expect(burst.filter((storm) => storm === 1).length).toBeGreaterThan(5);
  });

  it("lets silence and loss be felt: heartbeats are missing", () => {
    const beats = all.filter(({ hostile }) => hostile.kind === "heartbeat").length;
    expect(beats).toBeLessThan(12 * 4 * 3600);
    expect(beats).toBeGreaterThan(0.8 * 12 * 4 * 3600);
  });
});

describe("healing", () => {
  it("lets go what hangs, and then has only calls that begin and end", () => {
    let hung = 0;
    for (const [seed, table] of TABLES.slice(0, 60).entries()) {
      const stream = createHostileStream(seed, table, STARTS_AT);
      const before: Hostile[] = [];
      const healsAt: InstantMs = after(STARTS_AT, (20 + seed) * MINUTE_MS);
      while (stream.nextAt() < healsAt) before.push(stream.next().hostile);
      stream.heal(healsAt);
      const letGo: Hostile[] = [];
      while (letGo.at(-1)?.kind !== "monitorReset") {
        expect(stream.nextAt()).toBe(healsAt);
        letGo.push(stream.next().hostile);
      }
      expect(openIn([...before, ...letGo]), `seed ${seed}`).toEqual([]);
      hung += openIn(before).length;
      const healed: TimedHostile[] = [];
      while (stream.nextAt() < healsAt + HOUR_MS) healed.push(stream.next());
      const kinds = new Set(healed.map(({ hostile }) => hostile.kind));
      expect([...kinds].filter((kind) => !["heartbeat", "detector", "pedestrian"].includes(kind))).toEqual(
        [],
      );
      expect(healed.filter(({ hostile }) => hostile.kind === "heartbeat")).toHaveLength(3600);
      expect(kinds.has("detector")).toBe(true);
      // The last ones may still stand on their loops.
      expect(openIn(healed.map(({ hostile }) => hostile)).length).toBeLessThan(10);
    }
    expect(hung).toBeGreaterThan(30);
  });
});
