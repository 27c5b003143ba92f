import { messageOf, PhasewiseError } from "../../errors.ts";
import type { Machine, Role, SignedPerson } from "../../model/role.ts";
import type { Account, OneTimeLink, People, PeopleFault, Token, Told } from "../../ports/people.ts";
import type { Timer } from "../../ports/timer.ts";
import { PERSON_NAME } from "../../protocol/people.ts";
import { err, ok, type Result } from "../../result.ts";
import { DAY_MS, HOUR_MS } from "../../units.ts";
import {
  hashOfNobody,
  hashPassword,
  isPassword,
  PASSWORD_COST,
  type PasswordCost,
  passwordFault,
} from "./password.ts";
import { changePeople, type PeopleSeen, readPeople } from "./people-file.ts";
import {
  type AccountRecord,
  LINK_OVER,
  linkedAccount,
  type PeopleRecord,
  recordOf,
  sameName,
  withAccount,
  withLink,
  withoutAccount,
  withoutToken,
  withPassword,
  withRole,
  withToken,
} from "./people-record.ts";
import { digestOf, freshSecret } from "./secret.ts";

/** How long links are good. */
export const SET_UP_LINK_MS = HOUR_MS;
export const GUEST_LINK_MS = 12 * HOUR_MS;
export const PASSWORD_LINK_MS = DAY_MS;

export type PeopleOptions = {
  readonly path: string;
  /** The wall's time, epoch milliseconds. */
  readonly now: () => number;
  readonly timer: Timer;
  /** Told when the file that another hand changed cannot be used; what it said before stays in force. */
  readonly failed: (message: string) => void;
  readonly cost?: PasswordCost;
};

/** The people of a process: those of the file, and its own guests and first link, which end with it. */
export type OpenPeople = People & {
  /** A link that signs one guest in, with a name of its own that begins with `demo-`. */
  guestLink(role: Role): Told;
  /** A link that makes the first administrator; `undefined` where there is an administrator who can sign in. */
  setUpLink(): Told | undefined;
};

type ProcessLink = Extract<OneTimeLink, { readonly kind: "signIn" | "setUp" }>;

/** Throws `DATA_INVALID` and `STORE_FAILED` of a file that cannot be used. */
export function openPeople(options: PeopleOptions): OpenPeople {
  return new FilePeople(options);
}

class FilePeople implements OpenPeople {
  readonly #options: PeopleOptions;
  readonly #cost: PasswordCost;
  readonly #nobody: string;
  readonly #guests: SignedPerson[] = [];
  /** By digest. */
  readonly #links = new Map<string, ProcessLink>();
  #seen: PeopleSeen;
  /** Why the file cannot be used now, as it was told. */
  #failure: string | undefined;
  /** Changes and hashes one after the other: each takes memory and processor. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#cost = options.cost ?? PASSWORD_COST;
    this.#nobody = hashOfNobody(this.#cost);
    this.#seen = readPeople(options.path);
  }

  accounts(): readonly Account[] {
    const now = this.#options.now();
    return this.#record().people.map(({ hash, link, ...account }) => {
      const linkEndsAt = link !== null && link.endsAt > now ? link.endsAt : null;
      return { ...account, hasPassword: hash !== null, linkEndsAt };
    });
  }

  tokens(): readonly Token[] {
    return this.#record().tokens.map(({ name, permissions, createdBy, createdAt, endsAt }) => {
      return { name, permissions, createdBy, createdAt, endsAt };
    });
  }

  find(name: string): SignedPerson | undefined {
    const found = recordOf(this.#record(), name) ?? this.#guests.find((guest) => sameName(guest.name, name));
    return found === undefined ? undefined : { name: found.name, role: found.role };
  }

  machine(secret: string): Machine | undefined {
    const digest = digestOf(secret);
    const now = this.#options.now();
    const found = this.#record().tokens.find((token) => token.digest === digest && token.endsAt > now);
    return found && { name: `token ${found.name}`, role: "machine", permissions: found.permissions };
  }

  async verify(name: string, password: string): Promise<SignedPerson | undefined> {
    return await this.#inTurn(async () => {
      const account = recordOf(this.#record(), name);
      const isRight = await isPassword(password, account?.hash ?? this.#nobody);
      // Asked again: the account may have gone meanwhile.
      const still = recordOf(this.#record(), name);
      const isSame = account !== undefined && account.hash !== null && still?.hash === account.hash;
      return isRight && isSame ? { name: still.name, role: still.role } : undefined;
    });
  }

  link(secret: string): OneTimeLink | undefined {
    const digest = digestOf(secret);
    const now = this.#options.now();
    const own = this.#links.get(digest);
    if (own !== undefined) return own.endsAt > now ? own : undefined;
    const found = linkedAccount(this.#record(), digest, now);
    return found && { kind: "password", name: found.name, role: found.role, endsAt: found.endsAt };
  }

  async useLink(
    secret: string,
    given: { readonly name?: string | undefined; readonly password?: string | undefined },
  ): Promise<Result<SignedPerson, PeopleFault>> {
    return await this.#inTurn(async () => {
      const link = this.link(secret);
      if (link === undefined) return err(LINK_OVER);
      if (link.kind === "signIn") return ok(this.#guestOf(digestOf(secret), link));
      const name = link.kind === "setUp" ? given.name : link.name;
      const { password } = given;
      if (name === undefined || !PERSON_NAME.accepts(name)) return refused(NAME_ALLOWED);
      if (password === undefined) return refused("a new password is asked for");
      const fault = passwordFault(password, name);
      if (fault !== undefined) return refused(fault);
      const hash = await hashPassword(password, this.#cost);
      const digest = digestOf(secret);
      return link.kind === "setUp"
        ? await this.#firstAdministrator(digest, name, hash)
        : await this.#change((record) => withPassword(record, digest, hash, this.#options.now()));
    });
  }

  async add({ name, role }: SignedPerson, by: string): Promise<Result<Told, PeopleFault>> {
    return await this.#inTurn(async () => {
      if (!PERSON_NAME.accepts(name)) return refused(NAME_ALLOWED);
      const told = this.#told(PASSWORD_LINK_MS);
      const account = { ...this.#account(name, role, by), link: linkOf(told) };
      const added = await this.#change((record) => withAccount(record, account));
      return added.ok ? ok(told) : added;
    });
  }

  async remove(name: string) {
    return await this.#inTurn(async () => await this.#change((record) => withoutAccount(record, name)));
  }

  async setRole(name: string, role: Role) {
    return await this.#inTurn(async () => {
      const before = this.find(name);
      const changed = await this.#change((record) => withRole(record, name, role));
      return changed.ok ? ok(before ?? changed.value) : changed;
    });
  }

  async makeLink(name: string): Promise<Result<Told & SignedPerson, PeopleFault>> {
    return await this.#inTurn(async () => {
      const told = this.#told(PASSWORD_LINK_MS);
      const made = await this.#change((record) => withLink(record, name, linkOf(told)));
      return made.ok ? ok({ ...told, ...made.value }) : made;
    });
  }

  async addToken({ name, permissions, endsAt }: Parameters<People["addToken"]>[0], by: string) {
    return await this.#inTurn(async () => {
      const secret = freshSecret();
      const createdAt = this.#options.now();
      const token = { name, permissions, endsAt, createdBy: by, createdAt, digest: digestOf(secret) };
      const added = await this.#change((record) => withToken(record, token));
      return added.ok ? ok({ secret, endsAt }) : added;
    });
  }

  async removeToken(name: string) {
    return await this.#inTurn(async () => await this.#change((record) => withoutToken(record, name)));
  }

  guestLink(role: Role): Told {
    const told = this.#told(GUEST_LINK_MS);
    const made = [...this.#guests, ...[...this.#links.values()].filter((link) => link.kind === "signIn")];
    const taken = made.filter((guest) => guest.role === role);
    const name = taken.length === 0 ? `demo-${role}` : `demo-${role}-${taken.length + 1}`;
    this.#links.set(digestOf(told.secret), { kind: "signIn", name, role, endsAt: told.endsAt });
    return told;
  }

  setUpLink(): Told | undefined {
    if (hasAdministrator(this.#record())) return undefined;
    const told = this.#told(SET_UP_LINK_MS);
    this.#links.set(digestOf(told.secret), { kind: "setUp", endsAt: told.endsAt });
    return told;
  }

  #guestOf(digest: string, { name, role }: SignedPerson): SignedPerson {
    this.#links.delete(digest);
    const guest = { name, role };
    this.#guests.push(guest);
    return guest;
  }

  async #firstAdministrator(
    digest: string,
    name: string,
    hash: string,
  ): Promise<Result<SignedPerson, PeopleFault>> {
    const account = { ...this.#account(name, "administrator", "the set-up link"), hash };
    const made = await this.#change((record) =>
      hasAdministrator(record) ? refused("there is an administrator already") : withAccount(record, account),
    );
    if (made.ok) this.#links.delete(digest);
    return made;
  }

  #account(name: string, role: Role, createdBy: string): AccountRecord {
    return { name, role, hash: null, link: null, createdBy, createdAt: this.#options.now() };
  }

  #told(forMs: number): Told {
    return { secret: freshSecret(), endsAt: this.#options.now() + forMs };
  }

  /** As it stands in the file now, whoever wrote it. */
  #record(): PeopleRecord {
    try {
      this.#seen = readPeople(this.#options.path, this.#seen);
    } catch (cause) {
      const message = messageOf(cause);
      if (this.#failure !== message) this.#options.failed(message);
      this.#failure = message;
      return this.#seen.record;
    }
    this.#failure = undefined;
    return this.#seen.record;
  }

  async #change<T>(
    change: (
      record: PeopleRecord,
    ) => Result<{ readonly record: PeopleRecord; readonly answer: T }, PeopleFault>,
  ): Promise<Result<T, PeopleFault>> {
    try {
      return await changePeople<Result<T, PeopleFault>>(this.#options.path, this.#options.timer, (record) => {
        const changed = change(record);
        return changed.ok
          ? { record: changed.value.record, answer: ok(changed.value.answer) }
          : { record, answer: changed };
      });
    } catch (cause) {
      if (!(cause instanceof PhasewiseError)) throw cause;
      return err({ kind: "unstored", why: cause.message });
    }
  }

  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run, run);
    this.#last = turn;
    return await turn;
  }
}

const NAME_ALLOWED =
  "a name is 1 to 64 letters, digits and . _ - @, begins with a letter or digit, is not engine or system and does not begin with demo-";

function refused(why: string): Result<never, PeopleFault> {
  return err({ kind: "refused", why });
}

function linkOf({ secret, endsAt }: Told) {
  return { digest: digestOf(secret), endsAt };
}

function hasAdministrator({ people }: PeopleRecord): boolean {
  return people.some(({ role, hash }) => role === "administrator" && hash !== null);
}
