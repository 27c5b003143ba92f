import { advanceController, type ControllerState, startController } from "../../sim/controller/controller.ts";
import { stateFrame } from "../../sim/controller/state-frame.ts";
import { QUIET_STREET, type StreetReport } from "../../sim/controller/street-inputs.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { LoggedEvent } from "../../src/playback/logged-event.ts";
import type { StateFrame } from "../../src/protocol/frames.ts";
import { lampsAt } from "../../src/signal/lamps.ts";
import { after } from "../../src/units.ts";
import { MIDNIGHT, second } from "../signal/crossings.ts";

type Shown = Pick<StateFrame, "at" | "lamps" | "walk" | "operation" | "cycleStartAt">;

/** A controller alone, second by second: what it said it shows, and its log. */
export type Driven = {
  readonly controller: ControllerState;
  readonly shown: readonly Shown[];
  readonly events: readonly LoggedEvent[];
};

export function drive(
  intersection: Intersection,
  seconds: number,
  happens: {
    readonly street?: (second: number) => Partial<StreetReport>;
    /** What is done to the controller before a second. */
    readonly acts?: Readonly<Record<number, (controller: ControllerState) => ControllerState>>;
  } = {},
): Driven {
  let controller = startController({ intersection, stepMs: 1_000, midnightAt: MIDNIGHT, at: second(0) });
  const shown: Shown[] = [stateFrame(controller)];
  const events: LoggedEvent[] = [];
  for (let next = 1; next <= seconds; next += 1) {
    const before = controller;
    controller = happens.acts?.[next]?.(controller) ?? controller;
    // What was done is in the log at the very instant; the frame that tells it follows with the next step.
    shown[next - 1] = { ...stateFrame(controller), ...lampsAt(controller.table, controller.signal) };
    // Its memory goes with its power; what it had sent is stored.
    if (controller.log.next < before.log.next) events.push(...eventsIn(before));
    const report = { ...QUIET_STREET, ...happens.street?.(next) };
    controller = advanceController(controller, after(controller.at, 1_000), report).state;
    shown.push(stateFrame(controller));
  }
  events.push(...eventsIn(controller));
  return { controller, shown, events };
}

function eventsIn({ log }: ControllerState): readonly LoggedEvent[] {
  return log.pieces.flat().map(([at, code, parameter]) => ({ at, code, parameter }));
}
