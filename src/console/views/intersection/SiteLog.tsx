import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { addressOf } from "../../data/address.ts";
import { clock, logEntries, selectedId } from "../../data/store.ts";
import { StatusBadge } from "../parts/StatusBadge.tsx";

const ENTRIES_SHOWN = 40;
const PRIORITY_SIGN = { P1: "■ P1", P2: "▲ P2", P3: "◆ P3", event: "" } as const;

/** What happened at the selected intersection, newest first. */
export function SiteLog(): JSX.Element {
  const entries = useComputed(() =>
    logEntries.value.filter(({ intersection }) => intersection === selectedId.value).slice(0, ENTRIES_SHOWN),
  );
  const { time } = clock.value;
  return (
    <section class="card" aria-labelledby="site-log-heading">
      <h3 id="site-log-heading">Log of this intersection</h3>
      {entries.value.length === 0 ? (
        <p class="reason dim">Nothing has been logged here yet.</p>
      ) : (
        <ul class="site-log live">
          {entries.value.map(({ id, at, topic, priority, text, reason, status, answer }) => (
            <li key={id}>
              <a
                href={addressOf({ view: "decisions", intersection: selectedId.value, at })}
                title="Why? The decisions in force then"
              >
                {time(at)}
              </a>
              <span class={`badge badge-${priority.toLowerCase()}`}>
                {PRIORITY_SIGN[priority]} {topic}
              </span>
              <span>
                {text} {status !== null && <StatusBadge status={status} />} {answer}
                {reason !== null && <em class="dim"> {reason}</em>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
