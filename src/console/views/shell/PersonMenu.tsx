import type { JSX } from "preact";
import { me, may, ROLE_WORDS, signOut } from "../../data/person.ts";
import { dialog } from "./switches.ts";

const untilText = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });

/** Who is signed in, and what he can do about it. The browser opens and closes the menu, and gives the focus back. */
export function PersonMenu(): JSX.Element | null {
  const person = me.value;
  if (person === null) return null;
  const { name, role, endsAt } = person;
  return (
    <div class="person">
      <button
        type="button"
        class="person-button"
        popovertarget="person-menu"
        title={`${name}, ${ROLE_WORDS[role]}`}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="7" r="3.4" />
          <path d="M3.5 17c.6-3.6 3.2-5.2 6.5-5.2s5.9 1.6 6.5 5.2" />
        </svg>
        <span class="person-name">{name}</span>
        <small>{ROLE_WORDS[role]}</small>
      </button>
      <div id="person-menu" class="person-menu" popover="auto" role="group" aria-label="Who is signed in">
        <p>
          <b>{name}</b>
          <span class="dim">{ROLE_WORDS[role]}</span>
        </p>
        {endsAt !== null && <p class="dim">Signed in until {untilText.format(endsAt)} at the latest</p>}
        {may("administer") && (
          <button
            type="button"
            popovertarget="person-menu"
            popovertargetaction="hide"
            onClick={() => (dialog.value = "people")}
          >
            People, tokens and sessions
          </button>
        )}
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </div>
  );
}
