import Type, { type Static } from "typebox";
import { shapeOf } from "../../model/fault.ts";
import { type Role, ROLES, type SignedPerson, TOKEN_PERMISSIONS } from "../../model/role.ts";
import type { PeopleFault, Token } from "../../ports/people.ts";
import { PERSON_NAME_PATTERN, TOKEN_NAME_PATTERN } from "../../protocol/people.ts";
import { err, ok, type Result } from "../../result.ts";
import { ENCODED_PATTERN } from "./password.ts";

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 });
const Digest = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Name = Type.String({ pattern: PERSON_NAME_PATTERN });
const By = Type.String({ minLength: 1, maxLength: 100 });

const AccountRecord = Type.Object(
  {
    name: Name,
    role: Type.Enum([...ROLES]),
    /** `null` until a password is set by a link. */
    hash: Type.Union([Type.String({ pattern: ENCODED_PATTERN }), Type.Null()]),
    link: Type.Union([Type.Object({ digest: Digest, endsAt: Instant }, strict), Type.Null()]),
    createdBy: By,
    createdAt: Instant,
  },
  strict,
);

const TokenRecord = Type.Object(
  {
    name: Type.String({ pattern: TOKEN_NAME_PATTERN }),
    digest: Digest,
    permissions: Type.Array(Type.Enum([...TOKEN_PERMISSIONS]), { minItems: 1, uniqueItems: true }),
    createdBy: By,
    createdAt: Instant,
    endsAt: Instant,
  },
  strict,
);

const PeopleRecord = Type.Object(
  {
    version: Type.Literal(1),
    people: Type.Array(AccountRecord, { maxItems: 10_000 }),
    tokens: Type.Array(TokenRecord, { maxItems: 10_000 }),
  },
  strict,
);

/** What stands in the file. */
export type PeopleRecord = Static<typeof PeopleRecord>;
export type AccountRecord = Static<typeof AccountRecord>;
export const PEOPLE_RECORD = shapeOf(PeopleRecord);

export const NOBODY: PeopleRecord = { version: 1, people: [], tokens: [] };

/** A change of the record: what it becomes, and what the one who asked is told. */
type Change<T> = Result<{ readonly record: PeopleRecord; readonly answer: T }, PeopleFault>;

const refused = (why: string) => err<PeopleFault>({ kind: "refused", why });

/** Names are told apart without regard to case: two people that look alike would act for one another. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

export function recordOf({ people }: PeopleRecord, name: string): AccountRecord | undefined {
  return people.find((one) => sameName(one.name, name));
}

export function withAccount(record: PeopleRecord, account: AccountRecord): Change<SignedPerson> {
  const { name, role } = account;
  if (recordOf(record, name) !== undefined) return refused(`${name} has an account already`);
  const people = [...record.people, account];
  return ok({ record: { ...record, people }, answer: { name, role } });
}

export function withoutAccount(record: PeopleRecord, name: string): Change<SignedPerson> {
  const found = recordOf(record, name);
  if (found === undefined) return refused(`${name} has no account`);
  if (isLastAdministrator(record, found)) return refused(LAST_ADMINISTRATOR);
  const people = record.people.filter((one) => one !== found);
  return ok({ record: { ...record, people }, answer: { name: found.name, role: found.role } });
}

export function withRole(record: PeopleRecord, name: string, role: Role): Change<SignedPerson> {
  const found = recordOf(record, name);
  if (found === undefined) return refused(`${name} has no account`);
  if (role !== "administrator" && isLastAdministrator(record, found)) return refused(LAST_ADMINISTRATOR);
  return ok({
    record: replaced(record, found, { ...found, role }),
    answer: { name: found.name, role: found.role },
  });
}

export function withLink(
  record: PeopleRecord,
  name: string,
  link: AccountRecord["link"],
): Change<SignedPerson> {
  const found = recordOf(record, name);
  if (found === undefined) return refused(`${name} has no account`);
  return ok({
    record: replaced(record, found, { ...found, link }),
    answer: { name: found.name, role: found.role },
  });
}

/** Sets the password of the account whose link this is, and uses the link up. */
export function withPassword(
  record: PeopleRecord,
  digest: string,
  hash: string,
  now: number,
): Change<SignedPerson> {
  const found = linkedAccount(record, digest, now);
  if (found === undefined) return err(LINK_OVER);
  const { account } = found;
  return ok({
    record: replaced(record, account, { ...account, hash, link: null }),
    answer: { name: found.name, role: found.role },
  });
}

export const LINK_OVER: PeopleFault = { kind: "over", why: "this link was used already, or is too old" };

/** The account whose link this is, while it is good. */
export function linkedAccount(
  { people }: PeopleRecord,
  digest: string,
  now: number,
): (SignedPerson & { readonly account: AccountRecord; readonly endsAt: number }) | undefined {
  for (const account of people) {
    const { name, role, link } = account;
    if (link?.digest === digest && link.endsAt > now) return { name, role, account, endsAt: link.endsAt };
  }
  return undefined;
}

export function withToken(record: PeopleRecord, token: Token & { readonly digest: string }): Change<void> {
  if (record.tokens.some(({ name }) => sameName(name, token.name))) {
    return refused(`there is a token ${token.name} already`);
  }
  const tokens = [...record.tokens, { ...token, permissions: [...token.permissions] }];
  return ok({ record: { ...record, tokens }, answer: undefined });
}

export function withoutToken(record: PeopleRecord, name: string): Change<void> {
  const tokens = record.tokens.filter((token) => !sameName(token.name, name));
  if (tokens.length === record.tokens.length) return refused(`there is no token ${name}`);
  return ok({ record: { ...record, tokens }, answer: undefined });
}

const LAST_ADMINISTRATOR = "this is the last administrator with a password; make another one first";

/** One who cannot sign in yet is not counted: nobody would be left to let him in. */
function isLastAdministrator({ people }: PeopleRecord, account: AccountRecord): boolean {
  const able = people.filter(({ role, hash }) => role === "administrator" && hash !== null);
  return able.length === 1 && able[0] === account;
}

function replaced(record: PeopleRecord, before: AccountRecord, after: AccountRecord): PeopleRecord {
  return { ...record, people: record.people.map((one) => (one === before ? after : one)) };
}
