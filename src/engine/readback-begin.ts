import { defined } from "../assert.ts";
import { sameSequence } from "../model/plan.ts";
import { instantMs, SECOND_MS } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import type { InputOf } from "./input.ts";
import { expectCycle, type Readback } from "./readback.ts";
import type { NodeState } from "./state.ts";

/** A cycle that has begun longer ago than controllers tell of themselves has not been seen from its begin. */
const CYCLE_SEEN_MAX_MS = SECOND_MS;

/** A cycle of an accepted plan that begins now is compared from its first green on. */
export function beginReadback(
  { configuration: { midnightAt }, nodes }: EngineTables,
  index: number,
  node: NodeState,
  input: InputOf<"state">,
  before: NodeState["street"],
): Readback | null {
  const { timing } = defined(nodes[index], "tables");
  const record = node.plans.find(({ plan, status }) => plan.id === input.plan && status === "accepted");
  if (record === undefined || input.source !== "plan") return null;
  const cycleStartAt = instantMs(input.cycleStartAt);
  // In the middle of a cycle there is nothing to compare from: the next one is taken.
  if (before?.cycleStartAt === cycleStartAt) return null;
  if (input.at - cycleStartAt > Math.max(CYCLE_SEEN_MAX_MS, timing.stepMs)) return null;
  // The first cycle of another sequence is partly the old one's: a left that has just led is not served again to lag.
  if (before?.timing && !sameSequence(before.timing, record.plan)) return null;
  return expectCycle(timing, record.plan, midnightAt, cycleStartAt, input.lamps);
}
