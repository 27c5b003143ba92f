import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { commandDraft, controlDraft, modeDraft, MODES } from "../../data/drafts.ts";
import { chooseGroup, selectedGroup, toggleInGroup } from "../../data/group.ts";
import { inForceText } from "../../data/operate.ts";
import { me } from "../../data/person.ts";
import { details, intersectionNames, liveById, networkView } from "../../data/store.ts";
import { SiteAlarmBadge } from "../alarms/SiteAlarm.tsx";
import { AskButton } from "./AskButton.tsx";

/** One mode, plan or area for several intersections at once: a corridor plan, an event. They are the group that the map marks. */
export function SeveralPanel(): JSX.Element {
  const all = networkView.value?.network.intersections ?? [];
  const group = selectedGroup.value;
  const ids = all.map(({ id }) => id).filter((id) => group.has(id));
  return (
    <div class="operate-grid">
      <fieldset>
        <legend>
          Intersections, {ids.length} of {all.length} chosen
        </legend>
        <div class="choices-row">
          <button type="button" onClick={() => chooseGroup(all.map(({ id }) => id))}>
            all
          </button>
          <button type="button" onClick={() => chooseGroup([])}>
            none
          </button>
        </div>
        <ul class="several">
          {all.map(({ id }) => (
            <li key={id}>
              <label>
                <input type="checkbox" checked={group.has(id)} onChange={() => toggleInGroup(id)} />
                {intersectionNames.value.get(id) ?? id} <SiteAlarmBadge intersection={id} />
                <small>
                  {liveById.value.get(id)?.mode ?? "—"} · {liveById.value.get(id)?.plan ?? "—"}
                  {inForceText(id) === "" ? "" : ` · ${inForceText(id)}`}
                </small>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <AskOfThem ids={ids} plans={plansOfAll(ids)} />
    </div>
  );
}

/** Local plans that all of them have. */
function plansOfAll(ids: readonly string[]): readonly string[] {
  const chosen = networkView.value?.network.intersections.filter(({ id }) => ids.includes(id)) ?? [];
  const [first, ...others] = chosen.map(({ plans }) => plans.map(({ id }) => id));
  return first?.filter((id) => others.every((plans) => plans.includes(id))) ?? [];
}

function AskOfThem({
  ids,
  plans,
}: {
  readonly ids: readonly string[];
  readonly plans: readonly string[];
}): JSX.Element {
  const select = useId();
  const [wanted, setWanted] = useState("");
  const plan = plans.includes(wanted) ? wanted : (plans[0] ?? null);
  const why = ids.length === 0 ? "Choose the intersections first." : null;
  const holders = holdersOf(ids);
  const some = ids.length > 0;
  return (
    <div>
      <fieldset>
        <legend>Mode</legend>
        <div class="choices-row">
          {MODES.map(([mode]) => (
            <AskButton key={mode} asks={some ? modeDraft(ids, mode) : null} why={why}>
              {mode}…
            </AskButton>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Corridor plan, while its lease lasts</legend>
        <div class="choices-row">
          <label class="spoken" for={select}>
            Local plan that all of them have
          </label>
          <select
            id={select}
            value={plan ?? ""}
            onChange={({ currentTarget }) => setWanted(currentTarget.value)}
            disabled={plan === null}
          >
            {plans.map((id) => (
              <option key={id} value={id}>
                plan {id}
              </option>
            ))}
          </select>
          <AskButton
            asks={plan === null ? null : commandDraft(ids, { kind: "pattern", plan })}
            why={why ?? (plan === null ? "They have no plan in common." : null)}
          >
            Run plan…
          </AskButton>
          <AskButton asks={some ? commandDraft(ids, { kind: "free" }) : null} why={why}>
            Free…
          </AskButton>
          <AskButton asks={some ? commandDraft(ids, { kind: "clear" }) : null} why={why}>
            Clear all…
          </AskButton>
        </div>
      </fieldset>
      <fieldset>
        <legend>Control of this area</legend>
        <div class="choices-row">
          <AskButton
            asks={some ? controlDraft(ids, holders.length === 0 ? null : holders.join(", ")) : null}
            why={why}
          >
            {holders.length === 0 ? "Take control…" : `Take control from ${holders.join(", ")}…`}
          </AskButton>
        </div>
        <p class="dim">While somebody has control, what others ask there is refused.</p>
      </fieldset>
    </div>
  );
}

/** Others who have control of some of them. */
function holdersOf(ids: readonly string[]): readonly string[] {
  const holders = ids.flatMap((id) => details.value.get(id)?.operating?.control?.by ?? []);
  return [...new Set(holders)].filter((by) => by !== me.value?.name);
}
