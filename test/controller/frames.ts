import type { TimingPlan } from "../../src/model/plan.ts";
import type { TimingPlanFrame } from "../../src/protocol/frames.ts";

/** The plan as the engine puts it on the link. */
export function planFrame(plan: TimingPlan): TimingPlanFrame {
  return { type: "timingPlan", seq: 1, at: plan.basedOnAt, ...plan, stages: [...plan.stages] };
}
