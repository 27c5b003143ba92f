import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { closeDoor, door, doorFault, loadDoor, toldOnce, type ToldOnce } from "../../data/people.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { dialog } from "../shell/switches.ts";
import { People } from "./People.tsx";
import { Sessions } from "./Sessions.tsx";
import { Tokens } from "./Tokens.tsx";

const TABS = ["People", "Tokens", "Sessions"] as const;

/** For administrators: who may sign in, which machines may read, who is signed in now. */
export function PeopleDialog(): JSX.Element {
  return (
    <Dialog name="people" title="People, tokens and sessions">
      <Door />
    </Dialog>
  );
}

function Door(): JSX.Element {
  const [tab, setTab] = useState<(typeof TABS)[number]>("People");
  useEffect(() => {
    void loadDoor();
    return closeDoor;
  }, [dialog.value]);
  const shown = door.value;
  return (
    <div class="people">
      <div class="people-tabs" role="group" aria-label="Shown">
        {TABS.map((name) => (
          <button key={name} type="button" aria-pressed={name === tab} onClick={() => setTab(name)}>
            {name}
          </button>
        ))}
      </div>
      <div role="alert">
        {doorFault.value !== null && (
          <p class="people-fault">
            <span aria-hidden="true">▲</span> {doorFault.value}
          </p>
        )}
      </div>
      {toldOnce.value !== null && <Told {...toldOnce.value} />}
      {shown === null && doorFault.value === null && <p role="status">Asking the server …</p>}
      {shown !== null && tab === "People" && <People people={shown.people} />}
      {shown !== null && tab === "Tokens" && <Tokens tokens={shown.tokens} />}
      {shown !== null && tab === "Sessions" && <Sessions sessions={shown.sessions} />}
    </div>
  );
}

function Told({ what, secret }: ToldOnce): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  };
  return (
    <section class="people-told" aria-label="Shown once">
      <p role="status">
        <b>{what}</b> is shown this once. Hand it over by a way that only its receiver reads.
      </p>
      <span>
        <input
          type="text"
          readOnly
          aria-label={what}
          value={secret}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button type="button" onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </button>
        <button type="button" onClick={() => (toldOnce.value = null)}>
          Hide
        </button>
      </span>
    </section>
  );
}
