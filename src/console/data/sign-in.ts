import { signal } from "@preact/signals";
import { getJson, sendJson } from "./api.ts";
import { entranceOf } from "./entrance.ts";

/** What the page shows: that something is on its way, or a form. */
export type SignInStep =
  | { readonly kind: "working"; readonly text: string }
  | { readonly kind: "password" }
  /** The first administrator, by the set-up link. */
  | { readonly kind: "setUp"; readonly link: string }
  /** A password for an account, by a link. */
  | { readonly kind: "newPassword"; readonly link: string; readonly name: string; readonly role: string };

export const step = signal<SignInStep>({ kind: "working", text: "Looking who is signed in" });
/** Why it did not work, in the server's words. */
export const fault = signal<string | null>(null);
export const busy = signal(false);

let onward = "./";

type LinkAnswer =
  | { readonly kind: "signIn" | "password"; readonly name: string; readonly role: string }
  | { readonly kind: "setUp" };

/** Reads the address and does what it asks for. */
export async function begin(): Promise<void> {
  const entrance = entranceOf(location.search, location.hash);
  ({ onward } = entrance);
  const { link, token } = entrance;
  // A secret must not stand in the history, nor in a screenshot.
  if (link !== null || token !== null) history.replaceState(null, "", `sign-in${location.search}`);
  if (token !== null) return await byToken(token);
  if (link !== null) return await byLink(link);
  const answer = await getJson<{ readonly signedIn: boolean }>("api/sign-in");
  if (answer.ok && answer.value.signedIn) goOn();
  else ask(null);
}

async function byToken(token: string): Promise<void> {
  step.value = { kind: "working", text: "Opening the display" };
  await enter({ token });
}

async function byLink(link: string): Promise<void> {
  step.value = { kind: "working", text: "Opening the link" };
  const answer = await sendJson<LinkAnswer>("POST", "api/sign-in/link", { link });
  if (!answer.ok) ask(answer.fault.message);
  else if (answer.value.kind === "setUp") step.value = { kind: "setUp", link };
  else if (answer.value.kind === "signIn") await enter({ link });
  else step.value = { ...answer.value, kind: "newPassword", link };
}

/** Sends what was typed; goes on where it is right. */
export async function enter(body: Readonly<Record<string, string>>): Promise<void> {
  busy.value = true;
  fault.value = null;
  const answer = await sendJson("POST", "api/sign-in", body);
  busy.value = false;
  if (answer.ok) goOn();
  else if (step.peek().kind === "working") ask(answer.fault.message);
  else fault.value = answer.fault.message;
}

function ask(why: string | null): void {
  step.value = { kind: "password" };
  fault.value = why;
}

function goOn(): void {
  step.value = { kind: "working", text: "Opening the console" };
  location.replace(onward);
}
