import { computed } from "@preact/signals";
import type { Intersection } from "../../model/intersection.ts";
import { type GreenNow, type Planned, plannedByDecision, plannedByPlan } from "../draw/planned.ts";
import { aheadOf } from "../draw/strip-layout.ts";
import { isInterruption, siteMode } from "./site.ts";
import { frameAt, networkView, selected, selectedDecision, selectedDetail, selectedLive } from "./store.ts";
import type { Service } from "./strip.ts";
import { services, stripSpanMs } from "./strip-source.ts";

type PlannedNow = {
  /** By what it is planned, in words. */
  readonly source: string;
  readonly parts: readonly Planned[];
};

/** What is planned of the selected intersection from the latest frame on, as far as the strip shows it. */
export const plannedNow = computed((): PlannedNow => {
  const intersection = selected.value;
  const live = selectedLive.value;
  const mode = siteMode(live);
  const now = frameAt.value;
  const stepMs = networkView.value?.plantStepMs ?? 1_000;
  const span = { from: now, to: now + aheadOf(stripSpanMs.value) };
  if (intersection === null) return NOTHING;
  if (isInterruption(mode)) return { source: "interrupted: nothing is planned", parts: [] };
  const decision = selectedDecision.value;
  if (mode === "schedule" && decision !== null) {
    const green = { stage: live?.stage ?? null, ...greenOf(intersection, services.value, stepMs) };
    const parts = plannedByDecision(intersection, decision, green, span, stepMs);
    return { source: "planned by the last decision", parts };
  }
  const { running = null, next = null } = selectedDetail.value ?? {};
  const cycleStartAt = live?.cycleStartAt ?? null;
  if ((mode === "plan" || mode === "local") && running !== null && cycleStartAt !== null) {
    const parts = plannedByPlan(intersection, running, cycleStartAt, next, span, stepMs);
    return { source: `planned by ${mode === "plan" ? "the engine's" : "the local"} plan`, parts };
  }
  return NOTHING;
});

const NOTHING: PlannedNow = { source: "nothing is planned", parts: [] };

/** When the running green of a phase is planned to end; null where no end is. */
export function plannedEndOf(parts: readonly Planned[], phase: string): number | null {
  return parts.find((part) => part.phase === phase && part.kind === "yellow")?.from ?? null;
}

function greenOf(
  intersection: Intersection,
  all: readonly Service[],
  stepMs: number,
): Pick<GreenNow, "greenSince" | "clearAt"> {
  const greenSince = new Map(
    all.filter(({ greenTo }) => greenTo === null).map(({ phase, from }) => [phase, from]),
  );
  const clearAt = all.reduce((latest, { index, greenTo }) => {
    const phase = intersection.phases[index];
    if (greenTo === null || phase === undefined) return latest;
    const clearMs = (phase.yellowSeconds + phase.redClearSeconds) * 1000;
    return Math.max(latest, greenTo + Math.ceil(clearMs / stepMs) * stepMs);
  }, 0);
  return { greenSince, clearAt };
}
