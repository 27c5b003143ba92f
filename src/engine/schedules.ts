import type { InputOf } from "./input.ts";
import type { Step } from "./plans.ts";
import type { EngineState } from "./state.ts";

/** The answer to a stage schedule. Each second brings the next one, so only what was refused is told. */
type ScheduleAck = Extract<InputOf<"ack">, { readonly schedule: string }>;

/** Counts the controller's answer to a stage schedule; operators read why one was refused. */
export function scheduleAnswered(state: EngineState, input: ScheduleAck): Step {
  const { counts } = state;
  if (input.result === "accepted") {
    return {
      state: { ...state, counts: { ...counts, schedulesAccepted: counts.schedulesAccepted + 1 } },
      effects: [],
    };
  }
  return {
    state: {
      ...state,
      nextLogId: state.nextLogId + 1,
      counts: { ...counts, schedulesRefused: counts.schedulesRefused + 1 },
    },
    effects: [
      {
        kind: "log",
        entry: {
          id: state.nextLogId,
          at: input.at,
          intersection: input.intersection,
          topic: "plan",
          priority: "P3",
          text: `The controller refused a stage schedule (${input.schedule})`,
          reason: null,
          plan: null,
          status: "refused",
          answer: `${input.code}: ${input.detail}`,
        },
      },
    ],
  };
}
