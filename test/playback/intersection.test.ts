import { describe, expect, it } from "vitest";
import {
  type ControllerState,
  receiveCommand,
  resetController,
  restartController,
  tripController,
} from "../../sim/controller/controller.ts";
import type { Preempt } from "../../src/model/intersection.ts";
import { startIntersection } from "../../src/playback/intersection.ts";
import { LOG_LOST_CODE } from "../../src/protocol/frames.ts";
import { after } from "../../src/units.ts";
import { commandFrame } from "../controller/frames.ts";
import { crossing, leftTurnCrossing, MIDNIGHT, nemaCrossing, second, tableOf } from "../signal/crossings.ts";
import { FIRE, RAIL } from "../signal/preempts.ts";
import { type Driven, drive } from "./drive.ts";

type Event = readonly [seconds: number, code: number, parameter: number];

const eventsOf = (events: readonly Event[]) =>
  events.map(([at, code, parameter]) => ({ at: second(at), code, parameter }));

/** Lamps at some seconds, from events by hand. */
function lampsAt(
  intersection: Parameters<typeof tableOf>[0],
  events: readonly Event[],
  seconds: readonly number[],
) {
  const player = startIntersection(tableOf(intersection), false);
  player.take(eventsOf(events));
  return seconds.map((at) => {
    const { lamps, walk } = player.playedAt(second(at));
    return [lamps, walk];
  });
}

/** Straight on A, left B that yields to it and then has a stage of its own, side street C. */
const BEFORE: readonly Event[] = [
  [-9, 9, 1],
  [-9, 10, 1],
  [-9, 9, 2],
  [-9, 10, 2],
  [-9, 8, 3],
  [-6, 9, 3],
  [-6, 10, 3],
];

describe("an intersection's log by hand", () => {
  it("tells green, yellow and red of each phase, and which green yields", () => {
    const events: readonly Event[] = [
      ...BEFORE,
      [0, 0, 1],
      [0, 1, 1],
      [0, 0, 2],
      [0, 1, 2],
      // A ends; 3 s later B has the crossing alone.
      [27, 7, 1],
      [27, 8, 1],
      [30, 9, 1],
      [30, 10, 1],
      [37, 7, 2],
      [37, 8, 2],
      [40, 9, 2],
      [40, 10, 2],
      [40, 0, 3],
      [40, 1, 3],
    ];
    expect(lampsAt(leftTurnCrossing(), events, [-7, -1, 0, 26, 27, 29, 30, 36, 37, 39, 40])).toEqual(
      ["rry", "rrr", "Ggr", "Ggr", "ygr", "ygr", "rGr", "rGr", "ryr", "ryr", "rrG"].map((lamps) => [
        lamps,
        "---",
      ]),
    );
  });

  it("tells nothing before each phase has been told of, nor after a loss of events", () => {
    const events: readonly Event[] = [...BEFORE, [5, LOG_LOST_CODE, 12], [6, 0, 1], [6, 1, 1]];
    expect(lampsAt(leftTurnCrossing(), events, [-10, -9, 4, 5, 6])).toEqual([
      ["", "---"],
      ["rry", "---"],
      ["rrr", "---"],
      ["", "---"],
      ["", "---"],
    ]);
  });

  it("tells walk, flashing don't walk and don't walk", () => {
    const intersection = crossing({
      phases: { A: [5, 3, 2, 7, 10], B: [5, 3, 2] },
      stages: { a: ["A"], b: ["B"] },
      conflicts: ["A/B"],
      plans: { day: { a: 30, b: 20 } },
    });
    const events: readonly Event[] = [
      [-9, 9, 1],
      [-9, 10, 1],
      [-9, 9, 2],
      [-9, 10, 2],
      [0, 0, 1],
      [0, 21, 1],
      [0, 1, 1],
      [7, 22, 1],
      [17, 23, 1],
    ];
    expect(lampsAt(intersection, events, [-10, -1, 0, 6, 7, 16, 17])).toEqual([
      ["", ""],
      ["rr", "D-"],
      ["Gr", "W-"],
      ["Gr", "W-"],
      ["Gr", "F-"],
      ["Gr", "F-"],
      ["Gr", "D-"],
    ]);
  });

  it("tells flash, all red and what runs", () => {
    const player = startIntersection(tableOf(leftTurnCrossing()), true);
    player.take(
      eventsOf([
        [0, 131, 1],
        [0, 150, 1],
        [0, 0, 1],
        [0, 1, 1],
        [10, 150, 5],
        [20, 173, 6],
        [30, 173, 7],
        [40, 173, 2],
        [46, 0, 1],
        [46, 1, 1],
        [50, 131, 253],
        [50, 150, 3],
        [60, 131, 254],
        [60, 150, 0],
      ]),
    );
    const told = [0, 10, 20, 30, 40, 46, 50, 60].map((at) => {
      const { lamps, operation, source, plan, coordination, cycleStartAt } = player.playedAt(second(at));
      const cycle = cycleStartAt === null ? null : (cycleStartAt - MIDNIGHT) / 1_000;
      return [lamps, operation, source, plan, coordination, cycle];
    });
    expect(told).toEqual([
      ["Grr", "normal", "local", "day", "inStep", null],
      ["Grr", "normal", "local", "day", "inStep", 10],
      ["xxx", "tripped", "local", "day", "inStep", 10],
      ["xxx", "startUp", "local", "day", "inStep", 10],
      ["rrr", "startUp", "local", "day", "inStep", 10],
      ["Grr", "normal", "local", "day", "inStep", 10],
      ["Grr", "normal", "plan", null, "transition", 10],
      ["Grr", "normal", "free", "free", null, null],
    ]);
  });
});

/** What the log of a controller tells of every second at which it said what it shows. */
function playedOf({ controller, shown, events }: Driven) {
  const player = startIntersection(controller.table, true);
  player.take(events);
  return shown.map(({ at }) => {
    const { lamps, walk } = player.playedAt(at);
    return { at, lamps, walk };
  });
}

const lampsOf = ({ shown }: Driven) => shown.map(({ at, lamps, walk }) => ({ at, lamps, walk }));

const preemptInput = (preempt: string, on: boolean, at: number) => ({
  preempts: [{ preempt, on, at: second(at) }],
});

/** The crossing has no phase 8. */
const RAIL_HERE: Preempt = { ...RAIL, exit: { phases: ["4"] } };
const FIRE_HERE: Preempt = { ...FIRE, dwell: { phases: ["4"], greenMinSeconds: 5 } };

const START_UP = { flashSeconds: 5, allRedSeconds: 6, phases: ["2", "6"], flashYellow: ["2", "6"] };

const flash = (state: ControllerState): ControllerState => {
  const command = {
    id: "c1",
    intersection: "x",
    effectiveAt: state.at,
    validUntil: after(state.at, 60_000),
    by: "test",
    reason: "test",
    order: { kind: "flash" as const },
  };
  return receiveCommand(state, commandFrame(command)).state;
};

describe("the log of a controller tells what it showed in every second", () => {
  it("with a left that yields and then does not", () => {
    const driven = drive(leftTurnCrossing(), 240);
    expect(playedOf(driven)).toEqual(lampsOf(driven));
    expect(driven.shown.map(({ lamps }) => lamps)).toEqual(expect.arrayContaining(["Ggr", "ygr", "rGr"]));
  });

  it("and would not without one of its events", () => {
    const driven = drive(leftTurnCrossing(), 240);
    const yellow = driven.events.findIndex(({ code }) => code === 8);
    expect(yellow).toBeGreaterThan(0);
    const played = playedOf({ ...driven, events: driven.events.toSpliced(yellow, 1) });
    const unlike = played.filter(({ lamps }, index) => lamps !== driven.shown[index]?.lamps);
    expect(unlike.length, "the seconds of that yellow").toBe(3);
  });

  it("with a flashing yellow arrow", () => {
    const arrow = {
      id: "F",
      kind: "flashingYellowArrow",
      left: "5",
      opposing: "6",
      delaySeconds: 2,
    } as const;
    const driven = drive({ ...nemaCrossing(), overlaps: [arrow] }, 240);
    expect(playedOf(driven)).toEqual(lampsOf(driven));
    const lefts = new Set(driven.shown.map(({ lamps }) => lamps[3]));
    expect(lefts).toEqual(new Set(["G", "g", "y", "r"]));
  });

  it("through railway and emergency preemption", () => {
    const intersection = { ...nemaCrossing(), preempts: [RAIL_HERE, FIRE_HERE] };
    const inputs: Readonly<Record<number, ReturnType<typeof preemptInput>>> = {
      40: preemptInput("rail", true, 39),
      90: preemptInput("rail", false, 89),
      200: preemptInput("fire", true, 199),
      230: preemptInput("fire", false, 229),
    };
    const driven = drive(intersection, 360, { street: (at) => inputs[at] ?? {} });
    expect(playedOf(driven)).toEqual(lampsOf(driven));
    expect(driven.shown.map(({ operation }) => operation)).toContain("preempt");
  });

  it("through a trip, a loss of power and flash by command", () => {
    const acts = { 50: tripController, 80: resetController, 150: restartController, 230: flash };
    const driven = drive({ ...nemaCrossing(), startUp: START_UP }, 400, { acts });
    expect(playedOf(driven)).toEqual(lampsOf(driven));
    expect(new Set(driven.shown.map(({ operation }) => operation))).toEqual(
      new Set(["normal", "tripped", "startUp", "flash"]),
    );
  });
});
