import type { JSX } from "preact";
import { PRIORITY_SHAPE } from "../../data/alarm-list.ts";
import { alarmsCounted } from "../../data/alarms.ts";
import { addressOf } from "../../data/address.ts";
import { place } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";

/** The alarms in every view: the worst one's badge, how many there are, and the way to them. */
export function AlarmCounter(): JSX.Element {
  // Alarms are pushed of the present alone; their view reads the record of the instant.
  if (isReplay.value) {
    return (
      <a class="alarm-counter" href={addressOf({ ...place.value, view: "alarms" })}>
        Alarms of then
      </a>
    );
  }
  const { active, unacknowledged, worst } = alarmsCounted.value;
  const words =
    active === 0 ? "No alarms" : `${active} alarms, ${unacknowledged} unacknowledged, the worst is ${worst}`;
  return (
    <a
      class="alarm-counter"
      href={addressOf({ ...place.value, view: "alarms", at: null })}
      title={`${words} (g a)`}
    >
      {worst === null ? (
        <span class="dim">No alarms</span>
      ) : (
        <>
          <span
            class={unacknowledged > 0 ? `badge badge-${worst.toLowerCase()}` : "badge badge-event"}
            data-calling={unacknowledged > 0 && worst === "P1"}
          >
            {PRIORITY_SHAPE[worst]} {worst}
          </span>
          <span class="alarm-counter-text">
            <b>{unacknowledged}</b>
            <small>/{active}</small>
          </span>
          <span class="spoken">{words}</span>
        </>
      )}
    </a>
  );
}
