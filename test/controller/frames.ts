import type { Command } from "../../src/model/command.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import type {
  CommandFrame,
  HeartbeatFrame,
  StageScheduleFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";

/** The plan as the engine puts it on the link. */
export function planFrame(plan: TimingPlan): TimingPlanFrame {
  return { type: "timingPlan", seq: 1, at: plan.basedOnAt, ...plan, stages: [...plan.stages] };
}

/** The stage schedule as the engine puts it on the link. */
export function scheduleFrame(schedule: StageSchedule): StageScheduleFrame {
  return { type: "stageSchedule", seq: 1, at: schedule.basedOnAt, ...schedule, stages: [...schedule.stages] };
}

/** The command as the engine puts it on the link. */
export function commandFrame(command: Command): CommandFrame {
  const { order } = command;
  const own = order.kind === "hold" ? { ...order, phases: [...order.phases] } : order;
  return { type: "command", seq: 1, at: command.effectiveAt, ...command, order: own };
}

/** The engine's welcome to a controller of which it has stored nothing. */
export function welcomeFrame(change: Partial<WelcomeFrame> = {}): WelcomeFrame {
  return {
    type: "welcome",
    seq: 0,
    at: 0,
    session: "s",
    version: 1,
    heartbeatMs: 1_000,
    linkLostMs: 3_000,
    logStored: 0,
    logReceived: 0,
    logWindow: 10_000,
    ...change,
  };
}

export function heartbeatFrame(logStored = 0): HeartbeatFrame {
  return { type: "heartbeat", seq: 0, at: 0, logStored };
}
