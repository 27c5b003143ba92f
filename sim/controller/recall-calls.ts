import type { TimingTable } from "../../src/model/timing.ts";
import type { SignalInput } from "../../src/signal/machine.ts";
import type { SignalState } from "../../src/signal/state.ts";
import type { InstantMs } from "../../src/units.ts";
import { followsSchedule, type Leases } from "./leases.ts";
import { operationOf } from "./state-frame.ts";

/**
 * While a stage schedule is followed: the calls that recalls stand for, of phases that are not green. A plan serves its recalls by
 * itself; where stages are scheduled, second by second and without end, only a call makes the longest wait count for them too.
 */
export function recallCalls(
  table: TimingTable,
  leases: Leases,
  signal: SignalState,
  at: InstantMs,
): readonly SignalInput[] {
  const { heads, calls } = signal;
  if (operationOf(signal) !== "normal" || !followsSchedule(table, leases, at)) return [];
  return table.phases.flatMap(({ walkMs, actuation: { recall, pedestrianRecall } }, phase) => {
    const [head, call] = [heads[phase], calls[phase]];
    if (head === undefined || call === undefined) return [];
    if (head.interval === "green" || head.interval === "lead") return [];
    const placed: SignalInput[] = [];
    const vehicles = recall === "minimum" || recall === "maximum";
    if (vehicles && call.vehicleAt === null) placed.push({ kind: "vehicleCall", phase });
    if (pedestrianRecall && walkMs > 0 && call.pedestrianAt === null) {
      placed.push({ kind: "pedestrianCall", phase });
    }
    return placed;
  });
}
