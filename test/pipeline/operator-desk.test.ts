import * as fc from "fast-check";
import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import { defined } from "../../src/assert.ts";
import type { Input } from "../../src/engine/input.ts";
import type { Order } from "../../src/model/command.ts";
import type { Network } from "../../src/model/files.ts";
import type { Operation } from "../../src/model/operation.ts";
import { timingOf } from "../../src/model/schedule.ts";
import { createOperatorDesk } from "../../src/pipeline/operator-desk.ts";
import { type Decided, runPipeline } from "../../src/pipeline/run.ts";
import type { AuditEntry } from "../../src/ports/audit.ts";
import type { Field, FieldEvent } from "../../src/ports/field.ts";
import type { AskedOf, DeskAnswer } from "../../src/ports/operator-desk.ts";
import type { OperatorRequest } from "../../src/ports/operators.ts";
import type { AskedAnswer } from "../../src/protocol/operate.ts";
import type { SafeCommand } from "../../src/safety/gate.ts";
import { gateCommand } from "../../src/safety/gate.ts";
import { type InstantMs, MINUTE_MS } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";
import { linkUp, plantUp, ready, second, START } from "./field-events.ts";

type Options = { readonly network?: Network; readonly others?: Subject<OperatorRequest> };

/** A desk before an engine whose street does what it is told here, second by second. */
function deskOf({ network = smallNetwork(), others }: Options = {}) {
  const events = new Subject<FieldEvent>();
  const ordered: { readonly at: InstantMs; readonly command: SafeCommand }[] = [];
  const audit: AuditEntry[] = [];
  const instants: Decided[] = [];
  const desk = createOperatorDesk({
    append: (entry) => ({ ...entry, number: audit.push(entry), recordedAt: 0 }),
  });
  const field: Field = {
    events,
    push: () => true,
    order: (at, command) => ordered.push({ at, command }) > 0,
    schedule: () => true,
    heartbeat: () => undefined,
    go: () => undefined,
    disconnect: () => undefined,
  };
  runPipeline(
    { network, mode: "plan", intervalMs: MINUTE_MS, planValidMs: 15 * MINUTE_MS },
    {
      field,
      audience: { watching: false, show: () => undefined },
      operators: desk.operators(others === undefined ? undefined : { requests: others }),
    },
  ).subscribe((decided) => {
    instants.push(decided);
    desk.decided(decided);
  });
  const ids = network.intersections.map(({ id }) => id);
  let now = 0;
  /** One second more, in which these intersections are in another operation than normal. */
  const pass = (operations: Readonly<Record<string, Operation>> = {}): void => {
    const at = second(now);
    const links: Record<string, number> = {};
    for (const [index, intersection] of network.intersections.entries()) {
      const { id } = intersection;
      const timing = timingOf(defined(intersection.plans[0], "plan"));
      links[id] = now + 1;
      events.next({
        kind: "frame",
        intersection: id,
        frame: {
          type: "state",
          seq: now + 1,
          at,
          operation: operations[id] ?? "normal",
          source: "local",
          plan: defined(intersection.plans[0], "plan").id,
          pendingPlan: null,
          stage: defined(network.intersections[index]?.stages[0], "stage").id,
          coordination: "inStep",
          intervention: "none",
          cycleStartAt: START,
          timing: { ...timing, stages: [...timing.stages] },
          lamps: intersection.phases.map(() => "r").join(""),
          overlaps: "",
          walk: intersection.phases.map(() => "-").join(""),
          calls: intersection.phases.map(() => "-").join(""),
        },
      });
    }
    events.next(ready(at, links));
    now += 1;
  };
  const connect = (): void => {
    events.next(plantUp(second(now)));
    desk.plantConnected(true);
    for (const id of ids) events.next(linkUp(id, second(now)));
    pass();
  };
  const disconnect = (): void => {
    events.next({ kind: "plantDown" });
    desk.plantConnected(false);
  };
  const inputs = (): readonly Input[] => instants.flatMap(({ instant }) => instant.inputs);
  return { desk, ordered, audit, instants, pass, connect, disconnect, inputs };
}

const ASK: Omit<AskedOf, "what"> = { by: "ann", reason: "parade", dryRun: false, intersections: ["t"] };
const hold = (seconds: number) =>
  ({ kind: "command", order: { kind: "hold", phases: ["2"] }, seconds }) as const;

function answered(answer: DeskAnswer): AskedAnswer {
  if (answer.kind !== "answered") throw new Error(JSON.stringify(answer));
  return answer.answer;
}

const refusalsOf = (answer: DeskAnswer) =>
  answered(answer).answers.map(({ refusals }) => refusals.map(({ rule }) => rule));

describe("what people ask", () => {
  it("goes to the engine with the next instant, who and why as they were asked, its time counted from there", () => {
    const { desk, connect, pass, ordered, inputs } = deskOf();
    connect();
    const answer = answered(desk.ask({ ...ASK, what: hold(60) }));
    expect(answer).toMatchObject({ at: second(0), dryRun: false });
    const id = defined(answer.answers[0]?.id ?? undefined, "an id");
    expect(ordered).toEqual([]);
    pass();
    const command = {
      id,
      intersection: "t",
      effectiveAt: second(1),
      validUntil: second(61),
      by: "ann",
      reason: "parade",
      order: { kind: "hold", phases: ["2"] },
    };
    expect(ordered).toEqual([{ at: second(1), command }]);
    expect(inputs().filter(({ kind }) => kind === "command")).toEqual([
      { kind: "command", at: second(1), ...command },
    ]);
    expect(desk.commands()?.intersections[0]?.commands[0]).toMatchObject({ id, state: "asked" });
  });

  it("lasts the usual time where none was said: half an hour, or as long as the envelope lets it", () => {
    const { desk, connect } = deskOf();
    connect();
    const until = (what: AskedOf["what"]) =>
      answered(desk.ask({ ...ASK, dryRun: true, what })).answers.map(
        (one) => one.until !== null && (one.until - second(0)) / 1000,
      )[0];
    const { envelope } = defined(smallNetwork().intersections[0], "the T");
    expect(until({ kind: "command", order: { kind: "hold", phases: ["2"] } })).toBe(envelope.waitMaxSeconds);
    expect(until({ kind: "command", order: { kind: "free" } })).toBe(
      Math.min(1800, envelope.planValidMaxSeconds),
    );
    expect(until({ kind: "command", order: { kind: "clear" } })).toBe(10);
    expect(until({ kind: "mode", mode: "local" })).toBe(1800);
    expect(until({ kind: "mode", mode: "local", seconds: null })).toBe(false);
    expect(until({ kind: "control", takeOver: false })).toBe(1800);
  });

  it("in a dry run is answered alike, given to nobody and audited nowhere", () => {
    const { desk, connect, pass, inputs, audit } = deskOf();
    connect();
    for (const what of [hold(60), hold(1000)]) {
      const { answers } = answered(desk.ask({ ...ASK, dryRun: true, what }));
      const [real] = answered(desk.ask({ ...ASK, what })).answers;
      expect(answers).toEqual([{ ...real, id: null }]);
    }
    pass();
    expect(inputs().filter(({ kind }) => kind === "command")).toHaveLength(1);
    expect(audit).toHaveLength(1);
  });

  it("and is refused now is told by rule, audited, and never reaches the engine", () => {
    const { desk, connect, pass, inputs, audit } = deskOf();
    connect();
    const answer = desk.ask({ ...ASK, what: hold(1000) });
    expect(refusalsOf(answer)).toEqual([["S8", "S9"]]);
    expect(answered(answer).error).toMatch(/^nothing was done: t: S8 held for 1000 s/);
    pass();
    expect(inputs().filter(({ kind }) => kind === "command")).toEqual([]);
    expect(audit).toMatchObject([
      {
        who: "ann",
        action: "command.ask",
        where: "t",
        reason: "parade",
        result: expect.stringMatching(/^refused: S8 held for 1000 s.*S9 lease of 1000 s/),
      },
    ]);
  });

  it("of nobody who is there, or of a place that is not there, is not asked", () => {
    const { desk, connect, disconnect, pass, inputs, audit } = deskOf();
    expect(desk.commands()).toBeUndefined();
    expect(desk.ask({ ...ASK, what: hold(60) }).kind).toBe("unavailable");
    connect();
    expect(desk.ask({ ...ASK, intersections: ["t", "x"], what: hold(60) })).toEqual({
      kind: "unknown",
      why: "no intersection x",
    });
    // What waits when the plant goes away is not done to the one that comes back.
    desk.ask({ ...ASK, what: hold(60) });
    disconnect();
    expect(desk.ask({ ...ASK, what: hold(60) }).kind).toBe("unavailable");
    connect();
    pass();
    expect(inputs().filter(({ kind }) => kind === "command")).toEqual([]);
    expect(audit).toMatchObject([{ action: "command.ask", result: "not given: the plant went away" }]);
  });

  it("goes beside what others ask, as the scenario's operator", () => {
    const others = new Subject<OperatorRequest>();
    const { connect, pass, inputs } = deskOf({ others });
    connect();
    others.next({ kind: "mode", intersection: "t", mode: "local", by: "scenario", reason: "an event" });
    pass();
    expect(inputs().filter(({ kind }) => kind === "mode")).toMatchObject([{ by: "scenario", mode: "local" }]);
  });
});

describe("several intersections at once", async () => {
  const read = await readNetworkFolder("intersections/corridor");
  if (!read.ok) throw new Error("the corridor");
  const network = read.value;
  const ids = network.intersections.map(({ id }) => id);
  const [one = "", two = "", three = ""] = ids;

  it("answer each for itself: who is preempted is left out, the others are asked", () => {
    const { desk, connect, pass, ordered } = deskOf({ network });
    connect();
    pass({ [two]: "preempt" });
    const what = { kind: "command", order: { kind: "free" }, seconds: 600 } as const;
    const answer = desk.ask({ ...ASK, intersections: ids, what });
    expect(refusalsOf(answer)).toEqual(ids.map((id) => (id === two ? ["S16"] : [])));
    expect(answered(answer).error).toBeUndefined();
    pass();
    expect(ordered.map(({ command }) => command.intersection)).toEqual(ids.filter((id) => id !== two));
    expect(new Set(ordered.map(({ command }) => command.id)).size).toBe(ids.length - 1);
  });

  it("are taken control of whole or not at all, and given up together", () => {
    const { desk, connect, pass, audit } = deskOf({ network });
    connect();
    const take = { kind: "control", takeOver: false } as const;
    const mine = answered(desk.ask({ ...ASK, intersections: [one, two], what: take }));
    pass();
    const area = defined(mine.answers[0]?.id ?? undefined, "an area");
    expect(desk.control()?.areas).toEqual([
      {
        area,
        by: "ann",
        reason: "parade",
        since: second(1),
        until: second(1801),
        intersections: [one, two],
      },
    ]);
    const bob = { ...ASK, by: "bob", intersections: [two, three] };
    expect(answered(desk.ask({ ...bob, what: take })).error).toMatch(
      new RegExp(`^nothing was done: ${two}: CONTROL ann has control for another 30 min: parade$`),
    );
    pass();
    expect(desk.control()?.areas).toHaveLength(1);
    // In an emergency, half of it.
    desk.ask({ ...bob, what: { ...take, takeOver: true } });
    pass();
    expect(desk.control()?.areas.map(({ by, intersections }) => [by, intersections])).toEqual([
      ["ann", [one]],
      ["bob", [two, three]],
    ]);
    const release = { kind: "release", area, takeOver: false } as const;
    expect(refusalsOf(desk.ask({ ...bob, intersections: [], what: release }))).toEqual([["CONTROL"]]);
    desk.ask({ ...ASK, intersections: [], what: release });
    pass();
    expect(desk.control()?.areas.map(({ by }) => by)).toEqual(["bob"]);
    expect(desk.ask({ ...ASK, intersections: [], what: release })).toEqual({
      kind: "unknown",
      why: "no such area is held",
    });
    expect(audit.map(({ who, action, where }) => `${who} ${action} ${where}`)).toEqual([
      `bob control.take ${two}`,
      `bob control.release ${one}`,
    ]);
  });
});

it("nothing that the gate refuses reaches the field, whatever is asked and whatever the street does", () => {
  const order: fc.Arbitrary<Order> = fc.oneof(
    fc.record({
      kind: fc.constant("hold" as const),
      phases: fc.array(fc.constantFrom("2", "4", "6", "9"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("forceStage" as const), stage: fc.constantFrom("2-6", "4", "x") }),
    fc.record({
      kind: fc.constant("placeCall" as const),
      phase: fc.constantFrom("2", "9"),
      pedestrian: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("pattern" as const), plan: fc.constantFrom("day", "x") }),
    fc.constantFrom(...(["release", "free", "flash", "clear"] as const)).map((kind) => ({ kind })),
  );
  const ask = fc.record({
    order,
    seconds: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
    by: fc.constantFrom("ann", "bob"),
    reason: fc.constantFrom("parade", " "),
  });
  const operation = fc.constantFrom<Operation>("normal", "normal", "preempt", "flash", "startUp", "tripped");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(ask, { maxLength: 3 }), operation), { maxLength: 6 }),
      (seconds) => {
        const { desk, connect, pass, ordered, instants } = deskOf();
        connect();
        const passed = new Set<string | null>();
        for (const [asks, next] of seconds) {
          for (const { order: one, seconds: lasts, by, reason } of asks) {
            const what = { kind: "command", order: one, seconds: lasts } as const;
            const { answers } = answered(desk.ask({ ...ASK, by, reason, what }));
            for (const { id, refusals } of answers) {
              expect(id === null).toBe(refusals.length > 0);
              passed.add(id);
            }
          }
          pass({ t: next });
        }
        for (const { at, command } of ordered) {
          expect(passed.has(command.id)).toBe(true);
          const decided = defined(
            instants.find(({ instant }) => instant.at === at),
            "the instant",
          );
          const table = defined(decided.tables.nodes[0], "tables").timing;
          const street = defined(decided.state.nodes.at(0)?.street ?? undefined, "street");
          expect(gateCommand({ ...command }, { table, operation: street.operation }, at).ok).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
});
