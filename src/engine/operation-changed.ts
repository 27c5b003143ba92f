import type { Operation } from "../model/operation.ts";
import type { Effect, Step } from "./effect.ts";
import type { InputOf } from "./input.ts";

const OPERATION_TEXT: Readonly<Record<Operation, string>> = {
  startUp: "Start-up",
  normal: "Normal operation",
  preempt: "Preemption",
  flash: "Flash operation",
  tripped: "Tripped: latched flash until somebody resets it at the cabinet",
};

/** Flash is somebody's business; a trip comes with the monitor's own alarm, a preemption is the street's. */
export function operationChanged(
  { state, effects }: Step,
  { at, intersection, operation }: InputOf<"state">,
): Step {
  const entry: Effect = {
    kind: "log",
    entry: {
      id: state.nextLogId,
      at,
      intersection,
      topic: "operation",
      priority: operation === "flash" || operation === "tripped" ? "P2" : "event",
      text: OPERATION_TEXT[operation],
      reason: null,
      plan: null,
      status: null,
      answer: null,
    },
  };
  return { state: { ...state, nextLogId: state.nextLogId + 1 }, effects: [...effects, entry] };
}
