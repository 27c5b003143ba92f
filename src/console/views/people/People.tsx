import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Role } from "../../../model/role.ts";
import { type Account, addPerson, changeRole, makeLink, removePerson } from "../../data/people.ts";
import { ROLE_WORDS } from "../../data/person.ts";
import { ActsTable, type Column } from "./ActsTable.tsx";
import { instantText } from "./instant-text.ts";
import { Sure } from "./Sure.tsx";

const ROLES = [
  "viewer",
  "operator",
  "signalEngineer",
  "safetyEngineer",
  "administrator",
] as const satisfies readonly Role[];

const COLUMNS: readonly Column<Account>[] = [
  [
    "Role",
    ({ name, role }) => (
      <RoleChoice label={`Role of ${name}`} value={role} set={(next) => void changeRole(name, next)} />
    ),
  ],
  ["Password", passwordText],
  [
    "Made",
    ({ createdBy, createdAt }) => (
      <>
        {instantText(createdAt)} <small>by {createdBy}</small>
      </>
    ),
  ],
];

export function People({ people }: { readonly people: readonly Account[] }): JSX.Element {
  return (
    <>
      <ActsTable
        rows={people}
        idOf={({ name }) => name}
        columns={COLUMNS}
        acts={({ name }) => <AccountActs name={name} />}
        empty="Nobody has an account yet: whoever is here came by a one-time link."
      />
      <NewPerson />
    </>
  );
}

function AccountActs({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      <button
        type="button"
        title={`A link by which ${name} sets a new password, once`}
        onClick={() => void makeLink(name)}
      >
        Password link
      </button>
      <Sure action="Remove" question={`Remove ${name}`} run={() => removePerson(name)} />
    </>
  );
}

function passwordText({ hasPassword, linkEndsAt }: Account): string {
  const link = linkEndsAt === null ? "" : `link good until ${instantText(linkEndsAt)}`;
  if (hasPassword) return link === "" ? "set" : `set; ${link}`;
  return link === "" ? "none, and no link" : `none yet; ${link}`;
}

function NewPerson(): JSX.Element {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await addPerson(name, role)) setName("");
  };
  return (
    <form class="people-new" aria-label="New person" onSubmit={(event) => void onSubmit(event)}>
      <label>
        Name
        <input
          type="text"
          required
          maxLength={64}
          pattern="[A-Za-z0-9][A-Za-z0-9._@\-]*"
          title="Letters, digits and . _ - @"
          autocomplete="off"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <label>
        Role
        <RoleChoice value={role} set={setRole} />
      </label>
      <button type="submit">Add</button>
    </form>
  );
}

type ChoiceProps = { readonly value: Role; readonly set: (role: Role) => void; readonly label?: string };

function RoleChoice({ value, set, label }: ChoiceProps): JSX.Element {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => set(ROLES.find((role) => role === currentTarget.value) ?? value)}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {ROLE_WORDS[role]}
        </option>
      ))}
    </select>
  );
}
