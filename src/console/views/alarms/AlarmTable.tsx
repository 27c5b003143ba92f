import type { JSX } from "preact";
import type { AlarmView } from "../../../protocol/alarm-view.ts";
import { type AlarmRow, isUnacknowledged, STATE_TEXT } from "../../data/alarm-list.ts";
import { ageText } from "../../data/clock.ts";
import { clock, frameAt, intersectionNames } from "../../data/store.ts";
import {
  choose,
  opened,
  openSite,
  pastAt,
  rows,
  selected,
  shownById,
  toggleChildren,
} from "./alarm-choice.ts";
import { PriorityBadge } from "./PriorityBadge.tsx";

/** The alarms of the filter, the gravest first; the selected one's answer stands beside. */
export function AlarmTable(): JSX.Element {
  const listed = rows.value;
  return (
    <div class="alarm-scroll live" tabIndex={0} role="region" aria-label="Alarms, the gravest first">
      <table class="alarm-table">
        <thead>
          <tr>
            <th scope="col">Priority</th>
            <th scope="col">Site</th>
            <th scope="col">Alarm</th>
            <th scope="col">Since</th>
            <th scope="col" class="number">
              Count
            </th>
            <th scope="col">State</th>
            <th scope="col">Effect on control</th>
          </tr>
        </thead>
        <tbody>
          {listed.map((row) => (
            <Row key={`${row.depth} ${row.alarm.id}`} row={row} />
          ))}
        </tbody>
      </table>
      {listed.length === 0 && <p class="alarm-empty dim">No alarm here.</p>}
    </div>
  );
}

function Row({ row: { alarm, depth } }: { readonly row: AlarmRow }): JSX.Element {
  const { id, priority, intersection, part, text, state, occurrences, children, firstOut, effect } = alarm;
  const site =
    intersection === null ? "Network" : (intersectionNames.value.get(intersection) ?? intersection);
  const isOpen = opened.value.has(id);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || intersection === null) return;
    event.preventDefault();
    openSite(alarm);
  };
  return (
    <tr
      aria-selected={selected.value?.id === id}
      style={{ "--depth": depth }}
      data-asks={isUnacknowledged(alarm)}
      onClick={() => choose(id)}
    >
      <td>
        <PriorityBadge
          priority={priority}
          calling={state === "activeUnacknowledged" && pastAt.value === null}
        />
        {firstOut && (
          <span class="first-out" title="The first alarm of the flood that is on">
            1st
          </span>
        )}
      </td>
      <td>{site}</td>
      <th scope="row">
        <button type="button" data-alarm={id} onFocus={() => choose(id)} onKeyDown={onKeyDown}>
          {text}
        </button>
        {part !== null && <small class="alarm-part"> {part}</small>}
        {children > 0 && (
          <button
            type="button"
            class="alarm-children"
            aria-expanded={isOpen}
            onClick={() => toggleChildren(id)}
          >
            {isOpen ? "−" : "+"} {children} with it
          </button>
        )}
      </th>
      <td class="alarm-since">{sinceText(alarm)}</td>
      <td class="number">{occurrences}</td>
      <td>
        {STATE_TEXT[state]}
        {depth === 0 && <small class="alarm-who">{whoText(alarm)}</small>}
      </td>
      <td class="alarm-effect">{effect === "" ? "not stored" : effect}</td>
    </tr>
  );
}

function sinceText({ activeSince }: AlarmView): JSX.Element {
  if (activeSince === null) return <>over</>;
  const now = pastAt.value ?? frameAt.value;
  return (
    <>
      {clock.value.time(activeSince)} <small>{ageText(now - activeSince)}</small>
    </>
  );
}

/** Who acknowledged it, or silenced it and until when. */
export function whoText({ acknowledged, shelved, outOfService, suppressedBy }: AlarmView): string {
  if (outOfService !== null) return `by ${outOfService.by} at ${clock.value.time(outOfService.at)}`;
  if (shelved !== null) {
    const until = Number.isNaN(shelved.until)
      ? "its end is not stored"
      : `until ${clock.value.time(shelved.until)}`;
    return `${until}, by ${shelved.by}`;
  }
  if (suppressedBy !== null) return `with: ${shownById.value.get(suppressedBy)?.text ?? suppressedBy}`;
  return acknowledged === null ? "" : `by ${acknowledged.by} at ${clock.value.time(acknowledged.at)}`;
}
