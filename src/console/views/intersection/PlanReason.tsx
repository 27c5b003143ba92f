import type { JSX } from "preact";
import type { TimingView } from "../../../protocol/live.ts";
import { clock } from "../../data/store.ts";
import { StatusBadge } from "../parts/StatusBadge.tsx";

/** Which plan it is, what became of it, how long it holds, and why it was made. */
export function PlanReason({
  timing,
  absent,
}: {
  readonly timing: TimingView | null;
  readonly absent: string;
}): JSX.Element {
  if (timing === null) return <p class="reason dim">{absent}</p>;
  const { time } = clock.value;
  return (
    <div class="reason live">
      <p class="reason-facts">
        <StatusBadge status={timing.status} />
        <span class="plan-id">{timing.id}</span>
        {timing.effectiveAt !== null && <span>from {time(timing.effectiveAt)}</span>}
        {timing.validUntil !== null && <span>until {time(timing.validUntil)}</span>}
      </p>
      <p class="reason-text">
        <b>Why</b> {timing.reason}
      </p>
    </div>
  );
}
