import type { JSX } from "preact";
import type { ChangesView } from "../../../protocol/change.ts";
import { clock } from "../../data/store.ts";
import { StateBadge } from "./ChangeCard.tsx";
import { showChange, shownChange } from "./state.ts";

/** Every change, newest first. */
export function ChangeList({ changes: { changes } }: { readonly changes: ChangesView }): JSX.Element {
  const shown = shownChange.value?.id;
  return (
    <section class="card tuning-list" aria-labelledby="tuning-list">
      <h2 id="tuning-list">Changes</h2>
      {changes.length === 0 ? (
        <p class="dim">
          None yet. Change a value on the left to begin a draft: it is tried in a dry run, approved by a
          second person, put in force at an instant, and can be rolled back.
        </p>
      ) : (
        <table class="live">
          <thead>
            <tr>
              <th scope="col">Change</th>
              <th scope="col">State</th>
              <th scope="col">By</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ id, title, state, notes, draftedBy }) => {
              const last = notes.at(-1)?.at ?? null;
              return (
                <tr key={id} aria-selected={id === shown}>
                  <th scope="row">
                    <button type="button" onClick={() => showChange(id)} aria-pressed={id === shown}>
                      {id} {title}
                    </button>
                  </th>
                  <td>
                    <StateBadge state={state} />
                  </td>
                  <td>{draftedBy}</td>
                  <td class="number">{last === null ? "the start" : clock.value.time(last)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
