import { signal } from "@preact/signals";
import type { Role, TokenPermission } from "../../model/role.ts";
import { getJson, sendJson } from "./api.ts";

/** As `GET api/people`, `api/tokens` and `api/sessions` tell them; instants are of the wall, epoch milliseconds. */
export type Account = {
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly linkEndsAt: number | null;
  readonly createdBy: string;
  readonly createdAt: number;
};
export type Token = {
  readonly name: string;
  readonly permissions: readonly TokenPermission[];
  readonly createdBy: string;
  readonly endsAt: number;
};
export type Session = {
  readonly number: number;
  readonly name: string;
  readonly address: string;
  readonly startedAt: number;
  readonly seenAt: number;
  /** The one that asks. */
  readonly own: boolean;
};

export type Door = {
  readonly people: readonly Account[];
  readonly tokens: readonly Token[];
  readonly sessions: readonly Session[];
};

/** Something that is told once: a link that sets a password, or a token. */
export type ToldOnce = { readonly what: string; readonly secret: string };

export const door = signal<Door | null>(null);
export const doorFault = signal<string | null>(null);
export const toldOnce = signal<ToldOnce | null>(null);

export async function loadDoor(): Promise<void> {
  const [people, tokens, sessions] = await Promise.all([
    getJson<Pick<Door, "people">>("api/people"),
    getJson<Pick<Door, "tokens">>("api/tokens"),
    getJson<Pick<Door, "sessions">>("api/sessions"),
  ]);
  if (people.ok && tokens.ok && sessions.ok) {
    door.value = { ...people.value, ...tokens.value, ...sessions.value };
    return;
  }
  const failed = [people, tokens, sessions].find((answer) => !answer.ok);
  if (failed?.ok === false) doorFault.value = failed.fault.message;
}

/** Forgets what was told once: it must not stay on a screen. */
export function closeDoor(): void {
  door.value = null;
  doorFault.value = null;
  toldOnce.value = null;
}

type LinkAnswer = { readonly name: string; readonly link: { readonly path: string } };

export async function addPerson(name: string, role: Role): Promise<boolean> {
  return await change(
    sendJson<LinkAnswer>("POST", "api/people", { name, role }).then((answer) => told(answer, linkTold)),
  );
}

export async function makeLink(name: string): Promise<boolean> {
  const path = `api/people/${encodeURIComponent(name)}/link`;
  return await change(sendJson<LinkAnswer>("POST", path, {}).then((answer) => told(answer, linkTold)));
}

export async function changeRole(name: string, role: Role): Promise<boolean> {
  return await change(sendJson("PUT", `api/people/${encodeURIComponent(name)}`, { role }));
}

export async function removePerson(name: string): Promise<boolean> {
  return await change(sendJson("DELETE", `api/people/${encodeURIComponent(name)}`, {}));
}

export async function addToken(
  name: string,
  permissions: readonly TokenPermission[],
  days: number,
): Promise<boolean> {
  const asked = sendJson<{ readonly name: string; readonly token: string }>("POST", "api/tokens", {
    name,
    permissions,
    days,
  });
  return await change(
    asked.then((answer) => told(answer, (made) => ({ what: `The token ${made.name}`, secret: made.token }))),
  );
}

export async function removeToken(name: string): Promise<boolean> {
  return await change(sendJson("DELETE", `api/tokens/${encodeURIComponent(name)}`, {}));
}

export async function endSession(number: number): Promise<boolean> {
  return await change(sendJson("DELETE", `api/sessions/${number}`, {}));
}

type Answer<Value> = Awaited<ReturnType<typeof sendJson<Value>>>;

function told<Value>(answer: Answer<Value>, what: (value: Value) => ToldOnce): Answer<Value> {
  toldOnce.value = answer.ok ? what(answer.value) : null;
  return answer;
}

function linkTold({ name, link }: LinkAnswer): ToldOnce {
  return {
    what: `The link by which ${name} sets a password`,
    secret: new URL(link.path, document.baseURI).href,
  };
}

/** Whether it was done; what there is now is read again either way. */
async function change(asked: Promise<Answer<unknown>>): Promise<boolean> {
  const answer = await asked;
  doorFault.value = answer.ok ? null : answer.fault.message;
  await loadDoor();
  return answer.ok;
}
