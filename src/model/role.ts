/** What people may be (REQ-A3): each may do what its row below says, and nothing else. */
export const ROLES = ["viewer", "operator", "signalEngineer", "safetyEngineer", "administrator"] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  /** See what is live and what is remembered. */
  "view",
  /** Modes, commands, advised plans, alarms, control of an area. */
  "operate",
  /** What-if runs. */
  "study",
  /** Draft, dry-run, schedule and roll back changes of engine parameters. */
  "draft",
  /** Approve a change that somebody else drafted. */
  "approve",
  /** People and tokens; nothing of the street. */
  "administer",
  /** Figures about the process itself. */
  "metrics",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ["view"],
  operator: ["view", "operate", "study"],
  signalEngineer: ["view", "operate", "study", "draft", "approve"],
  safetyEngineer: ["view", "operate", "study", "approve"],
  administrator: ["view", "administer", "metrics"],
};

/** All that a machine's token can be given: nothing that acts on the street, and nothing of people. */
export const TOKEN_PERMISSIONS = ["view", "study", "metrics"] as const;
export type TokenPermission = (typeof TOKEN_PERMISSIONS)[number];

/** Somebody with an account or a guest's link. */
export type SignedPerson = { readonly name: string; readonly role: Role };

/** A machine with a token; its name begins with `token `, which no person's does. */
export type Machine = {
  readonly name: string;
  readonly role: "machine";
  readonly permissions: readonly TokenPermission[];
};

/** Who asks. */
export type Person = SignedPerson | Machine;

export function permissionsOf(person: Person): readonly Permission[] {
  return person.role === "machine" ? person.permissions : ROLE_PERMISSIONS[person.role];
}

export function mayDo(person: Person, permission: Permission): boolean {
  return permissionsOf(person).includes(permission);
}
