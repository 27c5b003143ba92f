import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { TokenPermission } from "../../../model/role.ts";
import { addToken, removeToken, type Token } from "../../data/people.ts";
import { ActsTable, type Column } from "./ActsTable.tsx";
import { dayText } from "./instant-text.ts";
import { Sure } from "./Sure.tsx";

const MAY = {
  view: "view, and wall displays",
  study: "what-if runs",
  metrics: "metrics",
} as const satisfies Record<TokenPermission, string>;
const PERMISSIONS = ["view", "study", "metrics"] as const satisfies readonly TokenPermission[];

const COLUMNS: readonly Column<Token>[] = [
  ["May", ({ permissions }) => permissions.map((permission) => MAY[permission]).join("; ")],
  ["Until", ({ endsAt }) => dayText(endsAt)],
  ["Made by", ({ createdBy }) => createdBy],
];

export function Tokens({ tokens }: { readonly tokens: readonly Token[] }): JSX.Element {
  return (
    <>
      <ActsTable
        rows={tokens}
        idOf={({ name }) => name}
        columns={COLUMNS}
        acts={({ name }) => (
          <Sure action="Revoke" question={`Revoke ${name}`} run={() => removeToken(name)} />
        )}
        empty="No machine has a token yet. A token lets a program or a wall display read, and never command."
      />
      <NewToken />
    </>
  );
}

function NewToken(): JSX.Element {
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [chosen, setChosen] = useState<readonly TokenPermission[]>(["view"]);
  const toggle = (permission: TokenPermission): void =>
    setChosen(PERMISSIONS.filter((one) => (one === permission) !== chosen.includes(one)));
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await addToken(name, chosen, days)) setName("");
  };
  return (
    <form class="people-new" aria-label="New token" onSubmit={(event) => void onSubmit(event)}>
      <label>
        Name
        <input
          type="text"
          required
          maxLength={64}
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
          title="Letters, digits and . _ -"
          autocomplete="off"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <fieldset>
        <legend>May</legend>
        {PERMISSIONS.map((permission) => (
          <label key={permission}>
            <input
              type="checkbox"
              checked={chosen.includes(permission)}
              onChange={() => toggle(permission)}
            />
            {MAY[permission]}
          </label>
        ))}
      </fieldset>
      <label>
        Good for (days)
        <input
          type="number"
          required
          min={1}
          max={732}
          value={days}
          onInput={({ currentTarget }) => setDays(currentTarget.valueAsNumber)}
        />
      </label>
      <button type="submit" disabled={chosen.length === 0}>
        Make a token
      </button>
    </form>
  );
}
