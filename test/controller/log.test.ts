import { describe, expect, it } from "vitest";
import {
  advanceController,
  type ControllerState,
  receiveCommand,
  receiveHeartbeat,
  receivePlan,
  receiveWelcome,
  reportLog,
  startController,
} from "../../sim/controller/controller.ts";
import { QUIET_STREET, type StreetReport } from "../../sim/controller/street-inputs.ts";
import { after } from "../../src/units.ts";
import { nemaPlan } from "../safety/plans.ts";
import { MIDNIGHT, nemaCrossing, second, timing } from "../signal/crossings.ts";
import { commandFrame, heartbeatFrame, planFrame, welcomeFrame } from "./frames.ts";

type Event = readonly [seconds: number, code: number, parameter: number];

/** The log of a controller that is moved on second by second up to and including `until`, times in seconds. */
function logOf(
  from: ControllerState,
  until: number,
  reportAt: (at: number) => Partial<StreetReport> = () => ({}),
): { readonly state: ControllerState; readonly events: readonly Event[] } {
  const { stored } = from.log;
  let state = receiveWelcome(from, welcomeFrame({ logStored: stored, logReceived: stored }));
  const events: Event[] = [];
  for (let at = after(from.at, 1_000); at <= second(until); at = after(at, 1_000)) {
    const report = { ...QUIET_STREET, ...reportAt((at - MIDNIGHT) / 1_000) };
    const sent = reportLog(advanceController(state, at, report).state);
    state = receiveHeartbeat(sent.state, heartbeatFrame(sent.state.log.next));
    for (const frame of sent.frames) {
      if (frame.type !== "log") continue;
      for (const [when, code, parameter] of frame.events)
        events.push([(when - MIDNIGHT) / 1_000, code, parameter]);
    }
  }
  return { state, events };
}

function start(): ControllerState {
  return startController({
    intersection: nemaCrossing(),
    stepMs: 1_000,
    midnightAt: MIDNIGHT,
    at: second(0),
  });
}

const longer = timing([
  ["2-6", 32],
  ["side", 17],
  ["1-5", 11],
  ["1-6", 10],
]);

describe("the log of a controller", () => {
  it("begins with the plan that runs and what is green", () => {
    const { events } = logOf(start(), 1);
    expect(events.filter(([at]) => at === 0)).toMatchObject([
      [0, 131, 1],
      [0, 132, 60],
      [0, 133, 0],
      ...events.filter(([at, code]) => at === 0 && code >= 134 && code <= 149),
      [0, 150, 1],
      ...events.filter(([at, code]) => at === 0 && code < 100),
    ]);
    expect(events.filter(([at, code]) => at === 0 && code === 1)).toHaveLength(2);
  });

  it("tells a plan of the engine when it takes over: pattern, cycle, offset and the split of every phase", () => {
    const { state } = logOf(start(), 20);
    const plan = nemaPlan({
      basedOnAt: state.at,
      effectiveAt: state.at,
      validUntil: after(state.at, 900_000),
      ...longer,
    });
    const { events } = logOf(receivePlan(state, planFrame(plan)).state, 140);
    const written = events.filter(([, code]) => code >= 131 && code <= 149);
    expect(written.slice(0, 3)).toEqual([
      // With the last green of the cycle: the stages choose what comes next when one ends.
      [56, 131, 253],
      [56, 132, 70],
      [56, 133, Math.round(longer.offsetMs / 1_000)],
    ]);
    const splits = written.slice(3);
    expect(splits.length).toBe(state.table.phases.length);
    expect(splits.every(([at]) => at === 56)).toBe(true);
    // Phase 2 has the first stage, of 32 s, and nothing else: its split is the stage's.
    expect(splits).toContainEqual([56, 135, 32]);
  });

  it("tells each cycle's begin, coordinated greens and yield points", () => {
    const { events } = logOf(start(), 130);
    expect(events.filter(([, code, parameter]) => code === 150 && parameter === 5).map(([at]) => at)).toEqual(
      [60, 120],
    );
    const begun = events.filter(([at, code]) => code === 152 && at > 0 && at <= 60);
    // Phase 6 is green from the stage before on.
    expect(begun).toEqual([
      [50, 152, 6],
      [60, 152, 2],
    ]);
    const yielded = events.filter(([at, code]) => code === 151 && at <= 60).map(([at]) => at);
    const ended = events
      .filter(([at, code, phase]) => code === 7 && at <= 60 && phase === 2)
      .map(([at]) => at);
    expect(yielded).toContain(ended[0]);
  });

  it("writes down detectors and buttons in the order of time, before the calls that they make", () => {
    const loops = [
      { intersection: "x", detector: "nobody", at: second(0.3), on: true },
      { intersection: "x", detector: "nobody", at: second(0.7), on: false },
    ];
    const { events } = logOf(start(), 30, (at) => (at === 1 ? { actuations: loops } : {}));
    const instants = events.map(([at]) => at);
    expect(instants).toEqual(instants.toSorted((left, right) => left - right));
    expect(events).toContainEqual([0.3, 82, 0]);
    expect(events).toContainEqual([0.7, 81, 0]);
  });

  it("tells a hold that an operator orders, and its end", () => {
    const { state } = logOf(start(), 5);
    const command = {
      id: "c1",
      intersection: "x",
      effectiveAt: state.at,
      validUntil: after(state.at, 10_000),
      by: "test",
      reason: "test",
      order: { kind: "hold" as const, phases: ["2"] },
    };
    const { events } = logOf(receiveCommand(state, commandFrame(command)).state, 20);
    expect(events.filter(([, code]) => code === 41 || code === 42)).toEqual([
      [5, 41, 2],
      [15, 42, 2],
    ]);
  });

  it("has the end of yellow and the begin of red clearance in the same tick, always", () => {
    const { events } = logOf(start(), 180);
    const nines = events.filter(([, code]) => code === 9).map(([at, , phase]) => [at, phase]);
    const tens = events.filter(([, code]) => code === 10).map(([at, , phase]) => [at, phase]);
    expect(nines.length).toBeGreaterThan(5);
    expect(tens).toEqual(nines);
  });
});
