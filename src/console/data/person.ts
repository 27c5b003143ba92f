import { signal } from "@preact/signals";
import type { Permission, Person } from "../../model/role.ts";
import { getJson, sendJson } from "./api.ts";
import { leaveToSignIn } from "./signed-out.ts";

/** What `GET /api/me` answers. */
export type Me = {
  readonly name: string;
  readonly role: keyof typeof ROLE_WORDS;
  readonly permissions: readonly Permission[];
  /** Wall time, epoch milliseconds; null for a display's token. */
  readonly endsAt: number | null;
};

export const ROLE_WORDS = {
  viewer: "viewer",
  operator: "operator",
  signalEngineer: "signal engineer",
  safetyEngineer: "safety engineer",
  administrator: "administrator",
  machine: "display",
} as const satisfies Record<Person["role"], string>;

export const me = signal<Me | null>(null);

/** Whether the person who is signed in may do it; what he may not is shown and disabled, with the reason. */
export function may(permission: Permission): boolean {
  return me.value?.permissions.includes(permission) ?? false;
}

export async function loadMe(): Promise<void> {
  const answer = await getJson<Me>("api/me");
  if (answer.ok) me.value = answer.value;
}

export async function signOut(): Promise<void> {
  await sendJson("POST", "api/sign-out", {});
  leaveToSignIn();
}

/** A session ends after an hour in which its person does nothing; whoever looks and clicks does something. */
const TOLD_EVERY_MS = 5 * 60_000;

/** Tells the server now and then that somebody sits here; the returned function ends it. */
export function followPresence(): () => void {
  let toldAt = Date.now();
  const tell = (): void => {
    if (Date.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = Date.now();
    void loadMe();
  };
  const kinds = ["pointerdown", "keydown", "wheel"] as const;
  for (const kind of kinds) addEventListener(kind, tell, { passive: true });
  return () => {
    for (const kind of kinds) removeEventListener(kind, tell);
  };
}
