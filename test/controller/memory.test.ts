import { describe, expect, it } from "vitest";
import {
  advanceController,
  type ControllerState,
  receiveCommand,
  receivePlan,
  restartController,
  startController,
} from "../../sim/controller/controller.ts";
import { QUIET_STREET } from "../../sim/controller/street-inputs.ts";
import type { Order } from "../../src/model/command.ts";
import { holdCommand } from "../safety/commands.ts";
import { nemaPlan } from "../safety/plans.ts";
import { MIDNIGHT, nemaCrossing, second } from "../signal/crossings.ts";
import { commandFrame, planFrame } from "./frames.ts";

function running(until: number, from = start()): ControllerState {
  let state = from;
  for (let at = (state.at - MIDNIGHT) / 1_000 + 1; at <= until; at += 1) {
    state = advanceController(state, second(at), QUIET_STREET).state;
  }
  return state;
}

function start(): ControllerState {
  return startController({
    intersection: nemaCrossing(),
    stepMs: 1_000,
    midnightAt: MIDNIGHT,
    at: second(0),
  });
}

const plan = planFrame(
  nemaPlan({ basedOnAt: second(129), effectiveAt: second(130), validUntil: second(900) }),
);

function commandSent(order: Order, id = "c1") {
  return commandFrame(holdCommand({ id, order, effectiveAt: second(130), validUntil: second(190) }));
}

describe("a controller that comes back after a loss of power", () => {
  const taken = receiveCommand(receivePlan(running(130), plan).state, commandSent({ kind: "free" })).state;
  const restarted = running(160, restartController(taken));

  it("takes nothing again that it had taken before, and has no lease of it", () => {
    const again = { result: "refused", code: "DUPLICATE" };
    expect(receivePlan(restarted, plan).frames).toMatchObject([again]);
    expect(receiveCommand(restarted, commandSent({ kind: "free" })).frames).toMatchObject([again]);
    expect(restarted.leases).toEqual({ runningUntil: null, pending: null, commands: [], schedules: [] });
  });

  it("takes what is new", () => {
    expect(receivePlan(restarted, { ...plan, id: "new" }).frames).toMatchObject([{ result: "accepted" }]);
  });

  it("remembers an id once, however often it comes", () => {
    expect(receivePlan(restarted, plan).state.answered).toEqual(restarted.answered);
  });
});

describe("holds", () => {
  const hold: Order = { kind: "hold", phases: ["2"] };
  let full = running(130);
  const answers = Array.from({ length: 17 }, (_, index) => {
    const answered = receiveCommand(full, commandSent(hold, `h${index}`));
    full = answered.state;
    return answered.frames[0];
  });

  it("are sixteen at most: the next is refused, and none that was accepted is dropped for it", () => {
    expect(answers.slice(0, 16)).toEqual(
      Array.from({ length: 16 }, (_, index) =>
        expect.objectContaining({ command: `h${index}`, result: "accepted" }),
      ),
    );
    expect(answers[16]).toMatchObject({
      result: "refused",
      code: "RATE",
      detail: "16 holds are in force, at most 16",
    });
    expect(full.leases.commands).toHaveLength(16);
  });

  it("leave room for other orders, and for holds again once they are released", () => {
    const free = receiveCommand(full, commandSent({ kind: "free" }, "f"));
    expect(free.frames).toMatchObject([{ result: "accepted" }]);
    const released = receiveCommand(full, commandSent({ kind: "release" }, "r")).state;
    expect(receiveCommand(released, commandSent(hold, "again")).frames).toMatchObject([
      { result: "accepted" },
    ]);
  });
});
