import { userInfo } from "node:os";
import { join } from "node:path";
import { openAuditTrail } from "../adapters/audit/trail.ts";
import type { OpenPeople } from "../adapters/people/people.ts";
import { lockRun } from "../adapters/run-lock.ts";
import { PhasewiseError } from "../errors.ts";
import { TOKEN_PERMISSIONS } from "../model/role.ts";
import type { AuditTrail, AuditValue } from "../ports/audit.ts";
import type { PeopleFault, Told } from "../ports/people.ts";
import { TOKEN_DAYS_MAX, TOKEN_NAME_PATTERN } from "../protocol/people.ts";
import type { Result } from "../result.ts";
import { DAY_MS } from "../units.ts";
import { HOST_DEFAULT, PORT_DEFAULT } from "./engine-host.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { listOption, numberOption, type RawOptions, rolesOption, textOption } from "./options.ts";
import { openOwnPeople, signInAddress } from "./own-people.ts";
import { wallClock, wallTime } from "./wall-clock.ts";

/** What is changed, and what the audit trail calls it. */
const CHANGES = {
  add: "person.add",
  role: "person.role",
  remove: "person.remove",
  link: "person.link",
  token: "token.add",
  "remove-token": "token.remove",
} as const;
type PeopleChange = keyof typeof CHANGES;

export const PEOPLE_ACTIONS: readonly string[] = ["list", ...Object.keys(CHANGES)];

export const TOKEN_DAYS_DEFAULT = 90;

/** Of what is changed at the command line: a running engine has its own trail for itself. */
const TRAIL_FOLDER = join(".phasewise", "people-audit");

/** What was done: what the trail keeps, what a person reads, what a program reads. */
type Outcome = {
  readonly before?: AuditValue;
  readonly after?: AuditValue;
  readonly text: string;
  readonly report: object;
};

/** `phasewise people list|add|role|remove|link|token|remove-token [NAME]`. Throws `OPTION_INVALID` where it is not possible so. */
export async function people(action: string, name: string | undefined, options: RawOptions): Promise<void> {
  if (action !== "list" && !isChange(action)) {
    throw new PhasewiseError("OPTION_INVALID", `people ${action}: allowed is ${PEOPLE_ACTIONS.join(", ")}`);
  }
  const own = openOwnPeople();
  if (action === "list") return await list(own, options);
  if (name === undefined) throw new PhasewiseError("OPTION_INVALID", `people ${action}: a name is needed`);
  const release = await lockRun(join(TRAIL_FOLDER, "lock"), "try again when it is done");
  try {
    const trail = await openTrail();
    try {
      await change(own, trail, action, name, options);
    } finally {
      await trail.close();
    }
  } finally {
    await release();
  }
}

function isChange(action: string): action is PeopleChange {
  return Object.hasOwn(CHANGES, action);
}

async function change(
  own: OpenPeople,
  trail: AuditTrail,
  action: PeopleChange,
  name: string,
  options: RawOptions,
): Promise<void> {
  const who = `shell ${userInfo().username}`;
  const verb = CHANGES[action];
  const entry = { at: null, who, action: verb, where: null, subject: name, reason: null, correlation: null };
  const result = await done(own, action, name, options, who);
  if (!result.ok) {
    const why = result.error.why;
    trail.append({ ...entry, before: null, after: null, result: `refused: ${why}` });
    throw new PhasewiseError(result.error.kind === "refused" ? "OPTION_INVALID" : "STORE_FAILED", why);
  }
  const { before = null, after = null, text, report } = result.value;
  trail.append({ ...entry, before, after, result: "done" });
  const stored = await trail.stored();
  if (!stored.ok)
    throw new PhasewiseError("STORE_FAILED", `done, but not in the audit trail: ${stored.error}`);
  if (!printsJson(options)) console.log(text);
  await writeJson(options, report);
}

async function done(
  own: OpenPeople,
  action: PeopleChange,
  name: string,
  options: RawOptions,
  who: string,
): Promise<Result<Outcome, PeopleFault>> {
  const run: Readonly<Record<PeopleChange, () => Promise<Result<Outcome, PeopleFault>>>> = {
    add: async () => {
      const role = roleOf(options);
      const added = await own.add({ name, role }, who);
      return mapped(added, (told) => ({ after: role, ...linkTold(name, told, options) }));
    },
    role: async () => {
      const role = roleOf(options);
      return mapped(await own.setRole(name, role), (before) => ({
        before: before.role,
        after: role,
        text: `${before.name} is now ${role}, and was ${before.role}`,
        report: { name: before.name, role },
      }));
    },
    remove: async () =>
      mapped(await own.remove(name), (removed) => ({
        before: removed.role,
        text: `${removed.name} can sign in no longer`,
        report: { removed: removed.name },
      })),
    link: async () => mapped(await own.makeLink(name), (told) => linkTold(told.name, told, options)),
    token: async () => await tokenMade(own, name, options, who),
    "remove-token": async () =>
      mapped(await own.removeToken(name), () => ({
        text: `token ${name} is good no longer`,
        report: { removed: name },
      })),
  };
  return await run[action]();
}

async function tokenMade(
  own: OpenPeople,
  name: string,
  options: RawOptions,
  who: string,
): Promise<Result<Outcome, PeopleFault>> {
  if (!new RegExp(TOKEN_NAME_PATTERN).test(name)) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `people token ${JSON.stringify(name)}: allowed are 1 to 64 letters, digits and . _ -`,
    );
  }
  if (options["may"] === undefined) {
    throw new PhasewiseError("OPTION_INVALID", `--may is needed: some of ${TOKEN_PERMISSIONS.join(", ")}`);
  }
  const permissions = listOption(options, "may", TOKEN_PERMISSIONS, []);
  const bounds = { min: 1, max: TOKEN_DAYS_MAX, integer: true };
  const days = numberOption(options, "days", bounds) ?? TOKEN_DAYS_DEFAULT;
  const endsAt = wallTime() + days * DAY_MS;
  const added = await own.addToken({ name, permissions, endsAt }, who);
  return mapped(added, ({ secret }) => ({
    after: { permissions, endsAt },
    text: `${secret}\nThe token ${name} may ${permissions.join(", ")} until ${dayOf(endsAt)}. It is shown this once.`,
    report: { name, permissions, endsAt, token: secret },
  }));
}

function mapped<T>(
  result: Result<T, PeopleFault>,
  outcome: (value: T) => Outcome,
): Result<Outcome, PeopleFault> {
  return result.ok ? { ok: true, value: outcome(result.value) } : result;
}

function linkTold(name: string, told: Told, options: RawOptions): Pick<Outcome, "text" | "report"> {
  const engine = textOption(options, "engine") ?? `http://${HOST_DEFAULT}:${PORT_DEFAULT}`;
  const link = signInAddress(engine, told);
  return {
    text: `${link}\nBy this link ${name} sets a password, once, until ${dayOf(told.endsAt)}. It is shown this once.`,
    report: { name, link, endsAt: told.endsAt },
  };
}

async function list(own: OpenPeople, options: RawOptions): Promise<void> {
  const [accounts, tokens] = [own.accounts(), own.tokens()];
  if (!printsJson(options)) {
    const lines = [
      ...accounts.map(
        ({ name, role, hasPassword, createdBy }) =>
          `${name}  ${role}${hasPassword ? "" : "  (no password yet)"}  made by ${createdBy}`,
      ),
      ...tokens.map(
        ({ name, permissions, endsAt }) => `token ${name}  ${permissions.join(", ")}  until ${dayOf(endsAt)}`,
      ),
    ];
    console.log(lines.length === 0 ? "Nobody has an account yet" : lines.join("\n"));
  }
  await writeJson(options, { people: accounts, tokens });
}

function roleOf(options: RawOptions) {
  const [role] = rolesOption(options, "role");
  if (role === undefined) throw new PhasewiseError("OPTION_INVALID", "--role is needed");
  return role;
}

async function openTrail(): Promise<AuditTrail> {
  return await openAuditTrail({
    folder: TRAIL_FOLDER,
    now: wallTime,
    failed: ({ message }) => console.error(`Audit trail: ${message}`),
    recovered: () => undefined,
    timer: wallClock.after,
  });
}

/** Minutes are enough, in the zone that everybody can work out. */
function dayOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
