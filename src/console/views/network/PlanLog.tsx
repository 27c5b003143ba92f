import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { LogEntry } from "../../../protocol/live.ts";
import { filterLog, LOG_TOPICS } from "../../data/log.ts";
import { clock, intersectionNames, logEntries, select, selectedId } from "../../data/store.ts";
import { StatusBadge } from "../parts/StatusBadge.tsx";
import { logOfSelectedOnly, logTopics, toggleTopic } from "../shell/switches.ts";

const PRIORITY_SIGN: Readonly<Record<LogEntry["priority"], string>> = {
  P1: "■",
  P2: "▲",
  P3: "◆",
  event: "",
};

/** Rows that are laid out at first, and more at once: all 300 take a frame's time many times over when a hundred plans come. */
const ROWS = 30;

export function PlanLog(): JSX.Element {
  const rows = useSignal(ROWS);
  const entries = useComputed(() =>
    filterLog(logEntries.value, {
      topics: logTopics.value,
      intersection: logOfSelectedOnly.value ? selectedId.value : null,
    }),
  );
  const { time } = clock.value;
  const shown = entries.value.slice(0, rows.value);
  const older = entries.value.length - shown.length;
  return (
    <section class="log" aria-labelledby="log-heading">
      <header class="log-head">
        <h2 id="log-heading">Log</h2>
        <div class="filters" role="group" aria-label="Topics shown">
          {LOG_TOPICS.map((topic) => (
            <button
              key={topic}
              type="button"
              aria-pressed={logTopics.value.has(topic)}
              onClick={() => toggleTopic(topic)}
            >
              {topic}
            </button>
          ))}
        </div>
        <button
          type="button"
          aria-pressed={logOfSelectedOnly.value}
          onClick={() => (logOfSelectedOnly.value = !logOfSelectedOnly.value)}
        >
          this intersection
        </button>
        <span class="log-count">
          {entries.value.length} of {logEntries.value.length} entries, newest first
        </span>
      </header>
      <div class="log-scroll live" tabIndex={0} aria-label="Log entries" role="region">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Priority</th>
              <th scope="col">Intersection</th>
              <th scope="col">What</th>
              <th scope="col">Reason</th>
              <th scope="col">Acknowledgement</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <EntryRow
                key={entry.id}
                entry={entry}
                time={time(entry.at)}
                name={intersectionNames.value.get(entry.intersection ?? "") ?? entry.intersection}
              />
            ))}
          </tbody>
        </table>
        {older > 0 && (
          <button type="button" class="log-older" onClick={() => (rows.value += ROWS)}>
            show {Math.min(ROWS, older)} older entries of {older}
          </button>
        )}
        {entries.value.length === 0 && <p class="reason dim">Nothing of this kind has happened yet.</p>}
      </div>
    </section>
  );
}

type RowProps = { readonly entry: LogEntry; readonly time: string; readonly name: string | null };

function EntryRow({ entry, time, name }: RowProps): JSX.Element {
  const { intersection, priority } = entry;
  return (
    <tr
      class={intersection === null ? "" : "clickable"}
      onClick={() => intersection !== null && select(intersection)}
    >
      <td class="number">{time}</td>
      <td>
        <span class={`badge badge-${priority.toLowerCase()}`}>
          {priority === "event" ? entry.topic : `${PRIORITY_SIGN[priority]} ${priority} ${entry.topic}`}
        </span>
      </td>
      <td>{intersection === null ? "—" : <button type="button">{name}</button>}</td>
      <td>{entry.text}</td>
      <td class="log-reason">{entry.reason ?? ""}</td>
      <td>
        {entry.status !== null && <StatusBadge status={entry.status} />} {entry.answer ?? ""}
      </td>
    </tr>
  );
}
