import type { JSX } from "preact";
import type { AlarmView } from "../../../protocol/alarm-view.ts";
import { STATE_TEXT } from "../../data/alarm-list.ts";
import type { AlarmActName } from "../../data/alarms.ts";
import { intersectionNames } from "../../data/store.ts";
import { whoText } from "./AlarmTable.tsx";
import { begin, hindrance, openSite, refusal, selected } from "./alarm-choice.ts";
import { PriorityBadge } from "./PriorityBadge.tsx";

/** What an operator needs to answer the selected alarm, and the acts. */
export function AlarmDetail(): JSX.Element {
  const alarm = selected.value;
  if (alarm === null) {
    return (
      <section class="card alarm-detail" aria-label="Selected alarm">
        <p class="dim">No alarm is selected.</p>
      </section>
    );
  }
  const { id, priority, text, part, intersection, state, response, consequence, owner, effect } = alarm;
  const site =
    intersection === null ? "Network" : (intersectionNames.value.get(intersection) ?? intersection);
  const reason = alarm.shelved?.reason ?? alarm.outOfService?.reason ?? null;
  return (
    <section class="card alarm-detail" aria-label="Selected alarm">
      <header>
        <PriorityBadge priority={priority} />
        <h2>
          {site}
          {part !== null && <small> {part}</small>}
        </h2>
      </header>
      <p class="alarm-text">{text}</p>
      <dl>
        <dt>What to do</dt>
        <dd class="alarm-response">{response}</dd>
        <dt>Effect on control</dt>
        <dd>{effect === "" ? "not stored" : effect}</dd>
        <dt>If nobody acts</dt>
        <dd>{consequence}</dd>
        <dt>For</dt>
        <dd>{owner}</dd>
        <dt>State</dt>
        <dd>
          {STATE_TEXT[state]} {whoText(alarm)}
          {reason !== null && <q>{reason}</q>}
        </dd>
        <dt>Id</dt>
        <dd class="dim alarm-id">{id}</dd>
      </dl>
      <div class="alarm-acts">
        <Act alarm={alarm} act="acknowledge" name="Acknowledge" keyName="a" />
        {state === "shelved" ? (
          <Act alarm={alarm} act="unshelve" name="Unshelve" />
        ) : (
          <Act alarm={alarm} act="shelve" name="Shelve" keyName="s" />
        )}
        {state === "outOfService" ? (
          <Act alarm={alarm} act="return-to-service" name="Return to service" />
        ) : (
          <Act alarm={alarm} act="out-of-service" name="Out of service" />
        )}
        <button
          type="button"
          disabled={intersection === null}
          title={intersection === null ? "It is of the whole network" : "Open the intersection (Enter)"}
          onClick={() => openSite(alarm)}
        >
          Open site
        </button>
      </div>
      {refusal.value !== null && (
        <p class="alarm-refusal" role="alert">
          <span class="badge badge-p3">◆ Not done</span> {refusal.value}
        </p>
      )}
    </section>
  );
}

type ActProps = {
  readonly alarm: AlarmView;
  readonly act: AlarmActName;
  readonly name: string;
  readonly keyName?: string;
};

function Act({ alarm, act, name, keyName }: ActProps): JSX.Element {
  const hindered = hindrance(alarm, act);
  const key = keyName === undefined ? "" : ` (${keyName})`;
  return (
    <button
      type="button"
      disabled={hindered !== null}
      title={hindered ?? `${name}${key}`}
      onClick={() => begin(alarm, act)}
    >
      {name}
      {keyName !== undefined && <kbd aria-hidden="true">{keyName}</kbd>}
    </button>
  );
}
