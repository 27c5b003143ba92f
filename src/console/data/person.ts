import { signal } from "@preact/signals";
import type { Permission } from "../../model/role.ts";
import { getJson } from "./api.ts";

/** What `GET /api/me` answers. */
export type Me = {
  readonly name: string;
  readonly role: string;
  readonly permissions: readonly Permission[];
};

export const me = signal<Me | null>(null);

/** Whether the person who is signed in may do it; what he may not is shown and disabled, with the reason. */
export function may(permission: Permission): boolean {
  return me.value?.permissions.includes(permission) ?? false;
}

export async function loadMe(): Promise<void> {
  const answer = await getJson<Me>("api/me");
  if (answer.ok) me.value = answer.value;
}
