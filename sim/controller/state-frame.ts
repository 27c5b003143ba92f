import type { StateFrame } from "../../src/protocol/frames.ts";
import { isUrgent } from "../../src/signal/environment.ts";
import type { SignalState } from "../../src/signal/state.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { Operation } from "../../src/model/operation.ts";
import type { ControllerState } from "./controller.ts";
import { followsSchedule } from "./leases.ts";

/** What the street shows, as the link's frame. */
export function stateFrame(state: ControllerState): Omit<StateFrame, "seq"> {
  const { signal, table, leases, shown } = state;
  const { plan, cycle } = signal;
  const scheduled = operationOf(signal) === "normal" && followsSchedule(table, leases, state.at);
  return {
    type: "state",
    at: state.at,
    operation: operationOf(signal),
    source: scheduled ? "schedule" : plan.timing === null ? "free" : plan.source,
    plan: plan.id,
    // A plan whose turn has come waits on while the green before it is prolonged.
    pendingPlan: (leases.pending ?? signal.following)?.id ?? null,
    stage: stageShown(table, signal),
    coordination: cycle?.coordination ?? "inStep",
    intervention: scheduled ? "schedule" : interventionIn(table, signal),
    cycleStartAt: cycle?.startAt ?? state.at,
    timing: plan.timing === null ? null : { ...plan.timing, stages: [...plan.timing.stages] },
    lamps: shown.lamps,
    overlaps: shown.overlaps,
    walk: shown.walk,
    calls: callLetters(signal),
  };
}

/** The stage that runs or comes: of rings, the one that holds what is green and what is committed. */
export function stageShown(table: TimingTable, { stages, rings, heads }: SignalState): string {
  if (table.rings.length === 0) return table.stages[stages.nextStage]?.id ?? "";
  const served = rings.rings.flatMap(({ active, next }) => {
    const ends = active >= 0 && heads[active]?.interval !== "green" && heads[active]?.interval !== "lead";
    const phase = active >= 0 && !ends ? active : next;
    return phase < 0 ? [] : [phase];
  });
  const fitting =
    table.stages.find(
      ({ phases }) => phases.length === served.length && served.every((phase) => phases.includes(phase)),
    ) ??
    table.stages.find(({ phases }) => served.every((phase) => phases.includes(phase))) ??
    table.stages[0];
  return fitting?.id ?? "";
}

/** What has authority over the plan in this cycle; a bus counts to the end of the cycle whose splits it has moved. */
function interventionIn(table: TimingTable, signal: SignalState): StateFrame["intervention"] {
  const { orders, cycle, at, heads, calls } = signal;
  if (orders.stage !== null || orders.hold.length > 0) return "command";
  if (calls.some((_, phase) => isUrgent({ table, at, heads, calls }, phase))) return "wait";
  return cycle === null || cycle.disturbedBy === "nothing" ? "none" : cycle.disturbedBy;
}

function callLetters({ calls }: SignalState): string {
  return calls
    .map(({ vehicleAt, pedestrianAt }) => {
      if (vehicleAt !== null) return pedestrianAt === null ? "v" : "b";
      return pedestrianAt === null ? "-" : "p";
    })
    .join("");
}

/** What the machine is doing, as commands and plans are judged by it. */
export function operationOf({ unit }: SignalState): Operation {
  switch (unit.kind) {
    case "normal":
    case "preempt":
    case "tripped":
      return unit.kind;
    case "toFlash":
    case "flash":
      return "flash";
    case "startFlash":
    case "allRed":
      return "startUp";
    default:
      return unit satisfies never;
  }
}
