import type { JSX } from "preact";
import { endSession, type Session } from "../../data/people.ts";
import { instantText } from "./instant-text.ts";
import { Sure } from "./Sure.tsx";

export function Sessions({ sessions }: { readonly sessions: readonly Session[] }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">From</th>
          <th scope="col">Signed in</th>
          <th scope="col">Last seen</th>
          <th scope="col">
            <span class="spoken">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map(({ number, name, address, startedAt, seenAt, own }) => (
          <tr key={number}>
            <th scope="row">{name}</th>
            <td>{address}</td>
            <td>{instantText(startedAt)}</td>
            <td>{instantText(seenAt)}</td>
            <td>
              <div class="people-acts">
                {own ? (
                  <span class="dim">this one</span>
                ) : (
                  <Sure action="End" question={`End the session of ${name}`} run={() => endSession(number)} />
                )}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
