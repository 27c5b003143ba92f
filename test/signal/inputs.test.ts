import { describe, expect, it } from "vitest";
import type { TimingTable } from "../../src/model/timing.ts";
import { advanceSignal, type SignalInput, startSignal, takeInput } from "../../src/signal/machine.ts";
import type { NextPlan, SignalState } from "../../src/signal/state.ts";
import { MIDNIGHT, second } from "./crossings.ts";
import { samePlan } from "./run.ts";
import { detector, FREE, nemaEight, orders, PEDESTRIANS, vehicle, walker } from "./street.ts";

/** What an input does in the instant in which it is taken: 5 s after the greens of 2 and 6 have begun, in free operation. */

/** The machine is due at 6 s: the minimum green, and the schedule. */
function atFive(table: TimingTable): SignalState {
  const started = startSignal(table, FREE, MIDNIGHT, second(0));
  return advanceSignal(table, started, MIDNIGHT, second(5), samePlan).state;
}

function advance(nextPlan: NextPlan) {
  return advanceSignal(WALKS, atFive(WALKS), MIDNIGHT, second(6), nextPlan);
}

const MAXIMUM = nemaEight({ "2": { recall: "maximum" } });
const WALKS = nemaEight({ "2": { pedestrian: PEDESTRIANS }, "4": { pedestrian: PEDESTRIANS } });

describe("a detector", () => {
  it("of maximum recall is heard, and nothing is looked at for it: the recall extends anyhow", () => {
    const state = atFive(MAXIMUM);
    const step = takeInput(MAXIMUM, state, detector(1, true), second(5.5));
    expect(state.dueAt).toBe(second(6));
    expect(step.state).toEqual({ ...state, at: second(5.5), calls: step.state.calls });
    expect(step.state.calls[1]).toMatchObject({ occupied: 1, actuatedAt: second(5.5) });
    expect(step.events).toEqual([]);
  });

  it.each([
    ["of another phase", [3]],
    ["that serves another phase as well", [1, 3]],
  ])("%s is looked at in the next tick", (_, phases) => {
    const input: SignalInput = { kind: "detector", phases, on: true };
    const { state, events } = takeInput(MAXIMUM, atFive(MAXIMUM), input, second(5.5));
    expect(state.dueAt).toBe(second(5.6));
    expect(state.calls[3]?.vehicleAt).toBe(second(5.5));
    expect(events).toEqual([[second(5.5), 43, 4]]);
  });
});

describe("an input that changes nothing tells nothing", () => {
  it.each<readonly [string, readonly SignalInput[]]>([
    ["a second press for the same phase", [walker(3), walker(3)]],
    ["a press where nobody crosses", [walker(0)]],
    ["a second call of the same phase", [vehicle(3), vehicle(3)]],
    ["a call of a phase that is green", [vehicle(1)]],
    ["orders that hold nothing", [orders({ flash: true })]],
  ])("%s", (_, inputs) => {
    const [last, ...before] = inputs.toReversed();
    let state = atFive(WALKS);
    for (const input of before) state = takeInput(WALKS, state, input, second(5)).state;
    const { calls } = state;
    const step = last === undefined ? undefined : takeInput(WALKS, state, last, second(5));
    expect(step?.events).toEqual([]);
    expect(step?.state.calls).toEqual(calls);
  });

  it("a second press waits since the first", () => {
    const first = takeInput(WALKS, atFive(WALKS), walker(3), second(5)).state;
    const later = takeInput(WALKS, first, walker(3), second(5.05)).state;
    expect(later.calls[3]?.pedestrianAt).toBe(second(5));
  });
});

describe("an input at an instant that is due", () => {
  it("is refused until that instant has been worked out", () => {
    const state = atFive(WALKS);
    expect(() => takeInput(WALKS, state, vehicle(3), second(6))).toThrow("worked out");
    const worked = advanceSignal(WALKS, state, MIDNIGHT, second(6), samePlan).state;
    expect(takeInput(WALKS, worked, vehicle(3), second(6)).state.calls[3]?.vehicleAt).toBe(second(6));
  });
});

describe("the plan for free operation", () => {
  it("is another when its name is", () => {
    const night = { ...FREE, id: "night" };
    expect(advance(() => night).state.plan).toBe(night);
  });

  it("stays the one that runs while its name does", () => {
    expect(advance((_, running) => ({ ...running })).state.plan).toBe(FREE);
  });

  it("has to settle: an instant that has not come to rest after 100 rounds is a mistake", () => {
    let asked = 0;
    const restless: NextPlan = () => {
      asked += 1;
      return { ...FREE, id: `plan ${asked % 2}` };
    };
    expect(() => advance(restless)).toThrow("an instant of x comes to rest");
    expect(asked).toBe(100);
  });
});
