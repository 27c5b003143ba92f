import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { controlReleaseDraft, countdownText } from "../../data/drafts.ts";
import { areas } from "../../data/operate.ts";
import { me } from "../../data/person.ts";
import { clock, frameAt, intersectionNames } from "../../data/store.ts";
import { AskButton } from "./AskButton.tsx";

/** Who has control of what, until when. */
export function AreaBar(): JSX.Element {
  const held = areas.value;
  return (
    <section class="areas" aria-label="Control of areas">
      <h3>Control</h3>
      {held.length === 0 ? (
        <p class="dim">Nobody has control of anything: everybody who may operate may ask.</p>
      ) : (
        <ul>
          {held.map(({ area, by, until, reason, intersections }) => (
            <li key={area}>
              <b>{by}</b> until {clock.value.time(until)} <Left until={until} />:{" "}
              {intersections.map((id) => intersectionNames.value.get(id) ?? id).join(", ")}{" "}
              <span class="dim">({reason})</span>{" "}
              {by === me.value?.name && (
                <AskButton asks={controlReleaseDraft(area, intersections)}>Give up…</AskButton>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Left({ until }: { readonly until: number }): JSX.Element {
  const left = useComputed(() => countdownText(until - frameAt.value));
  return <span aria-hidden="true">({left})</span>;
}
