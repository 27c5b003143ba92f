import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanceLive, type LiveState, NOTHING_TOLD } from "../../src/console/data/live.ts";
import type { EngineState } from "../../src/engine/state.ts";
import { engineTables } from "../../src/engine/configuration.ts";
import { startEngine } from "../../src/engine/state.ts";
import type { Scene } from "../../src/ports/audience.ts";
import type { FrameMessage, LiveMessage } from "../../src/protocol/live.ts";
import { deltaBetween, vehiclesWithin } from "../../src/server/frame-delta.ts";
import { createStage } from "../../src/server/live.ts";
import { requestBudget } from "../../src/server/live-socket.ts";
import { instantMs, MINUTE_MS } from "../../src/units.ts";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { handClock, logEntry, sceneAt, sceneOnPlan, viewer } from "./scenes.ts";

/** A street of four intersections. */
const MIDNIGHT = instantMs(1_767_596_400_000);
const TABLES = engineTables({
  network: gridNetwork(2, 2),
  midnightAt: MIDNIGHT,
  stepMs: 1000,
  intervalMs: MINUTE_MS,
  planValidMs: 15 * MINUTE_MS,
  mode: "plan",
});
const QUIET: EngineState = startEngine(TABLES, MIDNIGHT);

/** What happens to the street between two instants: to one of its intersections, or to its vehicles. */
type Happening =
  | { readonly kind: "linked"; readonly node: number; readonly linked: boolean }
  | { readonly kind: "mode"; readonly node: number; readonly mode: "local" | "adaptive" }
  | { readonly kind: "log"; readonly id: number; readonly text: string }
  | { readonly kind: "vehicles"; readonly count: number }
  | { readonly kind: "wait"; readonly wallMs: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant("linked" as const), node: fc.nat(3), linked: fc.boolean() }),
  fc.record({
    kind: fc.constant("mode" as const),
    node: fc.nat(3),
    mode: fc.constantFrom("local" as const, "adaptive" as const),
  }),
  fc.record({ kind: fc.constant("log" as const), id: fc.nat(6), text: fc.string({ maxLength: 4 }) }),
  fc.record({ kind: fc.constant("vehicles" as const), count: fc.nat(3) }),
  fc.record({ kind: fc.constant("wait" as const), wallMs: fc.nat(250) }),
);

/** The scene after something happened, one second later. */
function sceneAfter(before: Scene, happened: Happening): Scene {
  const now = instantMs(before.state.now + 1000);
  const at = happened.kind === "linked" || happened.kind === "mode" ? happened.node : -1;
  const nodes = before.state.nodes.map((node, index) => {
    if (index !== at) return node;
    if (happened.kind === "linked") return { ...node, linked: happened.linked };
    return happened.kind === "mode" ? { ...node, mode: happened.mode } : node;
  });
  const vehicles =
    happened.kind === "vehicles"
      ? Array.from({ length: happened.count }, (_, index) => [index, 10 * now, 20, 90, 45]).flat()
      : (before.traffic?.vehicles ?? []);
  return {
    ...before,
    state: { ...before.state, now, nodes },
    traffic: { type: "traffic", seq: 0, at: now, vehicles: [...vehicles] },
    effects: happened.kind === "log" ? [{ kind: "log", entry: logEntry(happened.id, happened.text) }] : [],
  };
}

/** What a console shows, the order of the log's entries of one instant apart. */
const shown = ({ frame, details, decisions, log }: LiveState) => ({
  frame,
  details: new Map([...details].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  decisions,
  log,
});

function hear(state: LiveState, messages: readonly LiveMessage[]): LiveState {
  return messages.reduce(advanceLive, state);
}

describe("what a console knows", () => {
  it("equals what the server knows, whatever messages were lost on the way, once it has asked for everything anew", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(happening, fc.boolean()), { minLength: 1, maxLength: 30 }),
        (happenings) => {
          const hand = handClock();
          const stage = createStage(hand.clock);
          let scene: Scene = { ...sceneAt(0), state: QUIET, tables: TABLES };
          stage.show(scene);
          const console = viewer();
          const seat = stage.join(console.one);
          let known: LiveState = NOTHING_TOLD;
          const listen = (lost: boolean): void => {
            const messages = console.messages.splice(0);
            known = hear(known, lost ? messages.slice(1) : messages);
          };
          listen(false);
          for (const [happened, lost] of happenings) {
            if (happened.kind === "wait") hand.advance(happened.wallMs);
            else stage.show((scene = sceneAfter(scene, happened)));
            listen(lost);
            if (known.lost) seat.ask({ kind: "resync" });
            listen(false);
          }
          // What was lost last is noticed with the next message.
          stage.show((scene = sceneAfter(scene, { kind: "vehicles", count: 1 })));
          for (let turn = 0; turn < 3; turn += 1) {
            hand.advance(100);
            listen(false);
            if (known.lost) seat.ask({ kind: "resync" });
          }
          const fresh = viewer();
          stage.join(fresh.one);
          expect(shown(known)).toEqual(shown(hear(NOTHING_TOLD, fresh.messages)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is what was before until everything that is told anew has come, and never a delta of nothing", () => {
    const stage = createStage(handClock().clock);
    stage.show(sceneOnPlan(0, "day"));
    const console = viewer();
    stage.join(console.one);
    const known = hear(NOTHING_TOLD, console.messages);
    expect(known.frame?.intersections).toMatchObject([{ id: "t", plan: "day" }]);
    const begun = advanceLive(known, { seq: 1, kind: "log", entries: [] });
    expect(begun.frame, "still shown").toBe(known.frame);
    expect(begun.log).toEqual([]);
    const delta = { kind: "delta", at: 5, intersections: [], counters: [] } as const;
    expect(advanceLive(begun, { seq: 2, ...delta }), "of a frame of before").toMatchObject({ lost: true });
    expect(advanceLive(known, { seq: known.seq + 2, ...delta }), "after a gap").toMatchObject({ lost: true });
    expect(advanceLive({ ...known, lost: true }, { seq: known.seq + 1, ...delta }).frame?.at).not.toBe(5);
  });
});

describe("a delta", () => {
  const FRAME: FrameMessage = {
    kind: "frame",
    at: 1000,
    speedFactor: 1,
    plantConnected: true,
    intersections: [
      {
        id: "ash",
        linked: true,
        mode: "plan",
        stateAt: 1000,
        operation: "normal",
        source: "plan",
        plan: "p1",
        stage: "A",
        coordination: "inStep",
        cycleStartAt: 0,
        lamps: "Gr",
        walk: "--",
      },
    ],
    vehicles: [],
    measures: null,
    counters: [
      { name: "forecasts", label: "forecasts", value: 3 },
      { name: "alarms", label: "alarms", value: 0 },
    ],
  };

  it("holds the fields and counters that changed, and nothing else", () => {
    const [ash] = FRAME.intersections;
    const later: FrameMessage = {
      ...FRAME,
      at: 2000,
      plantConnected: false,
      intersections: ash === undefined ? [] : [{ ...ash, stateAt: 2000, lamps: "yr" }],
      counters: [
        { name: "forecasts", label: "forecasts", value: 4 },
        { name: "alarms", label: "alarms", value: 0 },
        { name: "overflow.state", label: "state inputs dropped", value: 1 },
      ],
    };
    expect(deltaBetween(FRAME, later)).toEqual({
      kind: "delta",
      at: 2000,
      plantConnected: false,
      intersections: [{ id: "ash", stateAt: 2000, lamps: "yr" }],
      counters: [
        { name: "forecasts", label: "forecasts", value: 4 },
        { name: "overflow.state", label: "state inputs dropped", value: 1 },
      ],
    });
  });

  it("has the vehicles whose front lies in an area that is looked at", () => {
    const vehicles = [7, 100, 200, 90, 45, 8, 500, 200, 90, 45];
    expect(vehiclesWithin(vehicles, null)).toBe(vehicles);
    expect(vehiclesWithin(vehicles, [])).toEqual([]);
    expect(vehiclesWithin(vehicles, [{ west: 0, south: 0, east: 10, north: 20 }])).toEqual([
      7, 100, 200, 90, 45,
    ]);
    expect(vehiclesWithin(vehicles, [{ west: 0, south: 0, east: 9.9, north: 20 }])).toEqual([]);
  });
});

describe("a console that says what it looks at", () => {
  const traffic = {
    type: "traffic" as const,
    seq: 1,
    at: 1,
    vehicles: [7, 100, 200, 90, 45, 8, 500, 200, 90, 45],
  };

  it("is told only of vehicles there, and at once of those where it looks next", () => {
    const hand = handClock();
    const stage = createStage(hand.clock);
    stage.show(sceneAt(0, { traffic }));
    const { one, messages } = viewer();
    const seat = stage.join(one);
    expect(messages.at(-1), "everywhere at first").toMatchObject({ vehicles: traffic.vehicles });
    seat.ask({ kind: "view", vehicles: true, bounds: [{ west: 0, south: 0, east: 20, north: 30 }] });
    hand.advance(100);
    expect(messages.at(-1), "although the street stands").toMatchObject({
      kind: "delta",
      vehicles: [7, 100, 200, 90, 45],
    });
  });

  it("costs the plant nothing where it looks at none", () => {
    const hand = handClock();
    const stage = createStage(hand.clock);
    stage.show(sceneAt(0, { traffic }));
    const { one, messages } = viewer();
    const seat = stage.join(one);
    expect(stage.watching).toBe(true);
    seat.ask({ kind: "view", vehicles: false, bounds: null });
    hand.advance(100);
    expect(stage.watching).toBe(false);
    expect(messages.at(-1)).toMatchObject({ vehicles: [] });
    stage.show(sceneAt(1));
    hand.advance(100);
    expect(messages.at(-1), "nor is it told so again").not.toHaveProperty("vehicles");
  });

  it("may move a map as fast as a hand can, and no faster for long", () => {
    const allows = requestBudget();
    const view = { kind: "view", bounds: null, vehicles: true } as const;
    const dragged = Array.from({ length: 400 }, (_, index) => allows(view, index * 200));
    expect(dragged.every(Boolean), "five times a second").toBe(true);
    const flooding = requestBudget();
    expect(Array.from({ length: 101 }, () => flooding(view, 0)).lastIndexOf(true)).toBe(99);
    const again = requestBudget();
    expect(Array.from({ length: 6 }, () => again({ kind: "resync" }, 0)).lastIndexOf(true)).toBe(4);
  });
});

it("details of a large network come some at a time, so that a screen does not stand still", () => {
  const hand = handClock();
  const stage = createStage(hand.clock);
  const tables = engineTables({ ...TABLES.configuration, network: gridNetwork(5, 6) });
  stage.show({ ...sceneAt(0), state: startEngine(tables, MIDNIGHT), tables });
  const { one, messages } = viewer();
  stage.join(one);
  for (let turn = 0; turn < 5; turn += 1) hand.advance(100);
  const told = messages.flatMap((message) =>
    message.kind === "detail" ? [message.intersections.length] : [],
  );
  expect(told).toEqual([25, 5]);
  expect(messages.filter(({ kind }) => kind !== "detail").map(({ kind }) => kind)).toEqual(["log", "frame"]);
});
