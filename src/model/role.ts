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

/** Somebody who has signed in, or a machine with a token. */
export type Person = {
  readonly name: string;
  readonly role: Role;
};

export function mayDo({ role }: Person, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}
