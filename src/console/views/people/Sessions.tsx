import type { JSX } from "preact";
import { endSession, type Session } from "../../data/people.ts";
import { ActsTable, type Column } from "./ActsTable.tsx";
import { instantText } from "./instant-text.ts";
import { Sure } from "./Sure.tsx";

const COLUMNS: readonly Column<Session>[] = [
  ["From", ({ address }) => address],
  ["Signed in", ({ startedAt }) => instantText(startedAt)],
  ["Last seen", ({ seenAt }) => instantText(seenAt)],
];

export function Sessions({ sessions }: { readonly sessions: readonly Session[] }): JSX.Element {
  return (
    <ActsTable
      rows={sessions}
      idOf={({ number }) => number}
      columns={COLUMNS}
      acts={({ number, name, own }) =>
        own ? (
          <span class="dim">this one</span>
        ) : (
          <Sure action="End" question={`End the session of ${name}`} run={() => endSession(number)} />
        )
      }
      empty="Nobody is signed in."
    />
  );
}
