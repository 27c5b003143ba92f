import type { JSX } from "preact";
import type { AlarmPriority } from "../../../model/alarm.ts";
import { PRIORITY_SHAPE } from "../../data/alarm-list.ts";

/** A filled badge with shape and text; `calling` where it is a P1 that nobody has acknowledged, which blinks once a second. */
export function PriorityBadge({
  priority,
  calling = false,
}: {
  readonly priority: AlarmPriority;
  readonly calling?: boolean;
}): JSX.Element {
  return (
    <span class={`badge badge-${priority.toLowerCase()}`} data-calling={calling && priority === "P1"}>
      <span aria-hidden="true">{PRIORITY_SHAPE[priority]}</span> {priority}
    </span>
  );
}
