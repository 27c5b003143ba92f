import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { prospectOf } from "../../src/engine/asking.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input, InputOf, OperatorInput } from "../../src/engine/input.ts";
import { operatingView } from "../../src/engine/operating-view.ts";
import { startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { liveView } from "../../src/engine/view.ts";
import type { Order } from "../../src/model/command.ts";
import { type Mode, MODES } from "../../src/model/mode.ts";
import { journalLines, readLine } from "../../src/pipeline/journal.ts";
import type { CommandView } from "../../src/protocol/operating.ts";
import { after, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { BEGIN, type ClosedLoop, give, logOf, nodeOf, runLoop, started } from "./closed-loop.ts";

const ANN = { by: "ann", reason: "parade" } as const;
const BOB = { by: "bob", reason: "fire" } as const;

function mode(loop: ClosedLoop, to: Mode, seconds?: number, who: typeof ANN | typeof BOB = ANN): Input {
  const until = seconds === undefined ? {} : { until: after(loop.at, seconds * SECOND_MS) };
  return { kind: "mode", at: loop.at, intersection: "t", mode: to, ...until, ...who };
}

function control(loop: ClosedLoop, change: Partial<InputOf<"control">> = {}): InputOf<"control"> {
  const until = after(loop.at, 2 * MINUTE_MS);
  return {
    kind: "control",
    at: loop.at,
    intersection: "t",
    area: "a1",
    until,
    takeOver: false,
    ...ANN,
    ...change,
  };
}

function command(loop: ClosedLoop, order: Order, change: Partial<InputOf<"command">> = {}): Input {
  const validUntil = after(loop.at, 30 * SECOND_MS);
  const head = { kind: "command", at: loop.at, id: "c1", intersection: "t" } as const;
  return { ...head, effectiveAt: loop.at, validUntil, ...ANN, order, ...change };
}

const modeOf = (loop: ClosedLoop): Mode | null => liveView(loop.state, loop.tables)[0]?.mode ?? null;

const told = (effects: readonly Effect[]): readonly string[] =>
  logOf(effects).map(({ priority, text, reason, answer }) => [priority, text, reason, answer].join(" | "));

const shownOf = (loop: ClosedLoop): CommandView | undefined => {
  const own = defined(loop.tables.nodes[0], "tables");
  return operatingView(nodeOf(loop), own, loop.state.now).commands[0];
};

/** What the log tells in the seconds to come. */
function toldIn(loop: ClosedLoop, seconds: number): readonly string[] {
  const before = loop.effects.length;
  runLoop(loop, seconds);
  return told(loop.effects.slice(before).filter((effect) => effect.kind === "log")).filter((text) =>
    /Mode|Control/.test(text),
  );
}

describe("a mode for a time", () => {
  it("ends by itself in the second in which its time is over, and the mode that stood comes back", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    expect(told(give(loop, [mode(loop, "local", 20)]))).toEqual([
      "event | Mode plan → local | ann: parade | for 20 s, then plan",
    ]);
    runLoop(loop, 19);
    expect([modeOf(loop), nodeOf(loop).modeLease]).toEqual([
      "local",
      { until: after(BEGIN, 25_000), standing: "plan", ...ANN },
    ]);
    expect(toldIn(loop, 1)).toEqual([
      "event | Mode local → plan | its time is over, which ann had asked for: parade | ",
    ]);
    expect([modeOf(loop), nodeOf(loop).modeLease]).toEqual(["plan", null]);
    expect(toldIn(loop, 30)).toEqual([]);
  });

  it("over another one goes back to what stood before both; for good, it stays", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    give(loop, [mode(loop, "local", 60), mode(loop, "shadow", 10)]);
    expect(modeOf(loop)).toBe("shadow");
    runLoop(loop, 10);
    expect(modeOf(loop)).toBe("plan");
    give(loop, [mode(loop, "local", 10), mode(loop, "shadow")]);
    runLoop(loop, 20);
    expect([modeOf(loop), nodeOf(loop).modeLease]).toEqual(["shadow", null]);
  });

  it("is undone by asking for the mode that stood", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    give(loop, [mode(loop, "local", 60)]);
    give(loop, [mode(loop, "plan", 60)]);
    expect([modeOf(loop), nodeOf(loop).modeLease]).toEqual(["plan", null]);
    expect(toldIn(loop, 70)).toEqual([]);
  });
});

describe("control of an intersection", () => {
  it("leaves its holder everything and others nothing, whatever they ask, until it ends by itself", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    expect(told(give(loop, [control(loop)]))).toEqual(["event | Control taken for 2 min | ann: parade | "]);
    const others = [
      mode(loop, "local", undefined, BOB),
      command(loop, { kind: "clear" }, BOB),
      { ...control(loop, BOB), area: "b1" },
      {
        kind: "review",
        at: loop.at,
        intersection: "t",
        plan: "p",
        approved: false,
        ...BOB,
      } as const satisfies Input,
    ];
    const why = "ann has control for another 2 min: parade";
    const refused = others.flatMap((input) => give(loop, [input]));
    expect(told(refused)).toEqual([
      `P3 | Mode not changed to local: CONTROL ${why} | bob: fire | `,
      `P3 | Command not sent, clear (c1): ${why} | bob: fire | `,
      `P3 | Control not taken: ${why} | bob: fire | `,
      `P3 | Rejection of plan p changes nothing: ${why} | bob: fire | `,
    ]);
    expect(refused.map(({ kind }) => kind)).toEqual(["log", "log", "log", "log"]);
    expect(modeOf(loop)).toBe("plan");
    const own = give(loop, [command(loop, { kind: "clear" }, { id: "c2" }), mode(loop, "local")]);
    expect(own.map(({ kind }) => kind)).toEqual(["order", "log", "log"]);
    expect(toldIn(loop, 119)).toEqual([]);
    expect(toldIn(loop, 1)).toEqual(["event | Control is over: its time has run out | ann: parade | "]);
    give(loop, [mode(loop, "shadow", undefined, BOB)]);
    expect(modeOf(loop)).toBe("shadow");
  });

  it("is given up by its holder; taken from him only by who says so, and that is told as P2", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    give(loop, [control(loop)]);
    const release = control(loop, { until: null });
    expect(told(give(loop, [{ ...release, ...BOB }]))).toEqual([
      "P3 | Control not given up: ann has control for another 2 min: parade | bob: fire | ",
    ]);
    const over = { ...control(loop, BOB), area: "b1", takeOver: true };
    expect(told(give(loop, [over]))).toEqual(["P2 | Control taken from ann for 2 min | bob: fire | "]);
    expect(nodeOf(loop).control).toMatchObject({ area: "b1", by: "bob", since: loop.at });
    expect(told(give(loop, [{ ...release, ...BOB, area: "b1" }]))).toEqual([
      "event | Control given up | bob: fire | ",
    ]);
    expect(nodeOf(loop).control).toBeNull();
  });
});

describe("what is shown of a command", () => {
  it("is what was asked beside what the street shows: asked, not yet shown, shown, expired", () => {
    const loop = runLoop(started({ mode: "local" }), 12);
    const stages = nodeOf(loop).street;
    const own = defined(loop.tables.nodes[0], "tables").timing.intersection;
    const other = defined(
      own.stages.find(({ id }) => id !== stages?.stage),
      "another stage",
    ).id;
    give(loop, [command(loop, { kind: "forceStage", stage: other })]);
    const life: string[] = [];
    for (let second = 0; second < 40; second += 1) {
      const { state = "", ended = null, street = null } = shownOf(loop) ?? {};
      const now = `${state} ${ended ?? ""} ${street === null ? "" : String(street.asAsked)}`.trim();
      if (life.at(-1) !== now) life.push(now);
      runLoop(loop, 1);
    }
    expect(life).toEqual(["asked  false", "inForce  false", "inForce  true", "ended expired"]);
    expect(shownOf(loop)).toMatchObject({
      by: "ann",
      reason: "parade",
      text: `stage ${other}`,
      street: null,
    });
    // Ten minutes after its end nobody needs it any more.
    const table = defined(loop.tables.nodes[0], "tables");
    const shownAt = (seconds: number) =>
      operatingView(nodeOf(loop), table, after(BEGIN, (12 + 30 + seconds) * SECOND_MS)).commands.length;
    expect([shownAt(599), shownAt(600)]).toEqual([1, 0]);
  });

  it("says what ended it: another of its kind, a release, a clear", () => {
    const loop = runLoop(started({ mode: "local" }), 12);
    const phase = defined(loop.tables.nodes[0]?.timing.intersection.phases[0], "phase").id;
    const asks: readonly (readonly [string, Order])[] = [
      ["p1", { kind: "pattern", plan: "day" }],
      ["p2", { kind: "free" }],
      ["h1", { kind: "hold", phases: [phase] }],
      ["h2", { kind: "hold", phases: [phase] }],
      ["r", { kind: "release" }],
      ["c", { kind: "clear" }],
    ];
    give(
      loop,
      asks.map(([id, order]) => command(loop, order, { id })),
    );
    runLoop(loop, 1);
    const own = defined(loop.tables.nodes[0], "tables");
    const { commands } = operatingView(nodeOf(loop), own, loop.state.now);
    expect(commands.map(({ id, state, ended }) => [id, state, ended])).toEqual([
      ["c", "done", null],
      ["r", "done", null],
      ["h2", "ended", "released"],
      ["h1", "ended", "released"],
      ["p2", "ended", "cleared"],
      ["p1", "ended", "replaced"],
    ]);
  });

  it("claims nothing of a street that is not heard", () => {
    const loop = runLoop(started({ mode: "local" }), 12);
    give(loop, [command(loop, { kind: "free" })]);
    runLoop(loop, 1);
    expect(shownOf(loop)?.street?.asAsked).not.toBeNull();
    give(loop, [{ kind: "linkDown", at: loop.at, intersection: "t", reason: "gone" }]);
    expect(shownOf(loop)?.street).toEqual({ asAsked: null, text: "the controller is not heard" });
  });
});

/** Anything that an operator may ask of the T, sensible or not. */
function requests(loop: ClosedLoop): fc.Arbitrary<OperatorInput> {
  const { phases, stages } = defined(loop.tables.nodes[0], "tables").timing.intersection;
  const phase = fc.constantFrom(...phases.map(({ id }) => id), "99");
  const order: fc.Arbitrary<Order> = fc.oneof(
    fc.record({
      kind: fc.constant("hold" as const),
      phases: fc.array(phase, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant("forceStage" as const),
      stage: fc.constantFrom(...stages.map(({ id }) => id), "none"),
    }),
    fc.record({ kind: fc.constant("placeCall" as const), phase, pedestrian: fc.boolean() }),
    fc.record({ kind: fc.constant("pattern" as const), plan: fc.constantFrom("day", "none") }),
    fc.constantFrom(...(["release", "free", "flash", "clear"] as const)).map((kind) => ({ kind })),
  );
  const head = { at: fc.constant(loop.at), intersection: fc.constant("t") };
  const who = { by: fc.constantFrom("ann", "bob"), reason: fc.constantFrom("parade", " ") };
  const until = fc.integer({ min: -5, max: 4000 }).map((seconds) => after(loop.at, seconds * SECOND_MS));
  return fc.oneof(
    fc.record({
      kind: fc.constant("command" as const),
      ...head,
      id: fc.uuid().map((id) => `c-${id}`),
      effectiveAt: fc.constant(loop.at),
      validUntil: until,
      ...who,
      order,
    }),
    fc.record({ kind: fc.constant("mode" as const), ...head, mode: fc.constantFrom(...MODES), ...who }),
    fc.record({
      kind: fc.constant("control" as const),
      ...head,
      area: fc.constantFrom("a1", "b1"),
      until: fc.option(until),
      takeOver: fc.boolean(),
      ...who,
    }),
  );
}

describe("what a request would come to", () => {
  const loop = runLoop(started({ mode: "plan" }), 70);

  it("is what the engine makes of it: refused where it says so, done where it does not", () => {
    const begin = loop.state;
    fc.assert(
      fc.property(fc.array(requests(loop), { maxLength: 6 }), (asked) => {
        let state = begin;
        for (const input of asked) {
          const { refusals } = prospectOf(state, loop.tables, input);
          const next = step(state, input, loop.tables);
          const entry = logOf(next.effects).at(-1);
          const refused = entry?.priority === "P3";
          expect(refusals.length > 0, `${JSON.stringify(input)} ${entry?.text}`).toBe(refused);
          const sent = next.effects.some(({ kind }) => kind === "order");
          if (input.kind === "command") expect(sent).toBe(!refused);
          ({ state } = next);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("names what would be another one than now", () => {
    const changesOf = (order: Order) =>
      prospectOf(loop.state, loop.tables, command(loop, order) as OperatorInput).changes;
    const running = defined(nodeOf(loop).street ?? undefined, "street");
    expect(changesOf({ kind: "flash" })).toEqual([{ what: "operation", from: "normal", to: "flash" }]);
    expect(changesOf({ kind: "forceStage", stage: running.stage })).toEqual([]);
    const later = mode(loop, "local", 60) as OperatorInput;
    expect(prospectOf(loop.state, loop.tables, later).changes).toEqual([
      { what: "mode", from: "plan", to: "local" },
      { what: "mode afterwards", from: "local", to: "plan" },
    ]);
  });
});

it("the same inputs out of a journal give the same effects", () => {
  const loop = runLoop(started({ mode: "plan" }), 5);
  give(loop, [mode(loop, "local", 20), control(loop), mode(loop, "shadow", 5, BOB)]);
  runLoop(loop, 3);
  give(loop, [{ ...control(loop, BOB), takeOver: true }, control(loop, { ...BOB, until: null })]);
  runLoop(loop, 30);
  let state = startEngine(loop.tables, BEGIN);
  const effects: Effect[] = [];
  for (const text of journalLines(loop.inputs, [])) {
    const read = readLine("journal", text);
    if (!read.ok || read.value.kind !== "in") throw new Error(JSON.stringify(read));
    const next = step(state, read.value.input, loop.tables);
    ({ state } = next);
    effects.push(...next.effects);
  }
  expect(JSON.stringify(effects)).toBe(JSON.stringify(loop.effects));
});
