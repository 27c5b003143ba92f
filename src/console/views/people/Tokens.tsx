import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { TokenPermission } from "../../../model/role.ts";
import { addToken, removeToken, type Token } from "../../data/people.ts";
import { dayText } from "./instant-text.ts";
import { Sure } from "./Sure.tsx";

const MAY = {
  view: "view, and wall displays",
  study: "what-if runs",
  metrics: "metrics",
} as const satisfies Record<TokenPermission, string>;
const PERMISSIONS = ["view", "study", "metrics"] as const satisfies readonly TokenPermission[];

export function Tokens({ tokens }: { readonly tokens: readonly Token[] }): JSX.Element {
  return (
    <>
      {tokens.length === 0 ? (
        <p class="dim">
          No machine has a token yet. A token lets a program or a wall display read, and never command.
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col">Until</th>
              <th scope="col">Made by</th>
              <th scope="col">
                <span class="spoken">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.map(({ name, permissions, endsAt, createdBy }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{permissions.map((permission) => MAY[permission]).join("; ")}</td>
                <td>{dayText(endsAt)}</td>
                <td>{createdBy}</td>
                <td>
                  <div class="people-acts">
                    <Sure action="Revoke" question={`Revoke ${name}`} run={() => removeToken(name)} />
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
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
