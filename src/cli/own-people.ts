import { join } from "node:path";
import { type OpenPeople, openPeople } from "../adapters/people/people.ts";
import type { Role } from "../model/role.ts";
import type { Told } from "../ports/people.ts";
import { HOUR_MS } from "../units.ts";
import { type RawOptions, rolesOption } from "./options.ts";
import { wallClock, wallTime } from "./wall-clock.ts";

export const PEOPLE_FILE = join(".phasewise", "people.json");

/** Who may sign in here. Throws `DATA_INVALID` and `STORE_FAILED` of a file that cannot be used. */
export function openOwnPeople(): OpenPeople {
  return openPeople({
    path: PEOPLE_FILE,
    now: wallTime,
    timer: wallClock.after,
    failed: (message) => console.error(`People: ${message}; those known before stay in force`),
  });
}

/** `--sign-in-as`: who is given a link at the start. */
export function guestRoles(options: RawOptions, usual: readonly Role[]): readonly Role[] {
  const asked = rolesOption(options, "signInAs");
  return asked.length === 0 ? usual : asked;
}

/** The first line that names the console holds the first link; each works once. */
export function tellGuestLinks(address: string, people: OpenPeople, roles: readonly Role[]): void {
  for (const [place, role] of roles.entries()) {
    const link = signInAddress(address, people.guestLink(role));
    console.error(`${place === 0 ? "Phasewise console" : "Another guest"}: ${link} (works once, as ${role})`);
  }
}

/** Where nobody can administer yet, the link by which somebody becomes the first administrator. */
export function tellSetUpLink(address: string, people: OpenPeople): void {
  const told = people.setUpLink();
  if (told === undefined) console.error(`Phasewise console: ${address}/`);
  else {
    const hours = Math.round((told.endsAt - wallTime()) / HOUR_MS);
    console.error(
      `Phasewise console: ${signInAddress(address, told)} (works once, within ${hours} h: makes the first administrator)`,
    );
  }
}

export function signInAddress(address: string, { secret }: Told): string {
  return `${address.replace(/\/$/, "")}/sign-in#${secret}`;
}
