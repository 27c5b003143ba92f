import type { Machine, Role, SignedPerson, TokenPermission } from "../model/role.ts";
import type { Result } from "../result.ts";

/** Instants here are of the wall, epoch milliseconds: sign-in outlives a run and knows nothing of its clock. */
export type Account = SignedPerson & {
  readonly hasPassword: boolean;
  /** Until when a link that sets a password is good; `null` where none is out. */
  readonly linkEndsAt: number | null;
  readonly createdBy: string;
  readonly createdAt: number;
};

export type Token = {
  readonly name: string;
  readonly permissions: readonly TokenPermission[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endsAt: number;
};

/** What a link that has not been used yet is good for. */
export type OneTimeLink =
  /** Signs a guest in. */
  | { readonly kind: "signIn"; readonly name: string; readonly role: Role; readonly endsAt: number }
  /** Makes the first administrator. */
  | { readonly kind: "setUp"; readonly endsAt: number }
  /** Sets the password of an account and signs in. */
  | { readonly kind: "password"; readonly name: string; readonly role: Role; readonly endsAt: number };

/** A secret that is told once and never again. */
export type Told = { readonly secret: string; readonly endsAt: number };

/** Why something is not done: it is not possible so, the link is used up or too old, or it cannot be kept. */
export type PeopleFault = { readonly kind: "refused" | "over" | "unstored"; readonly why: string };

/** Who may sign in, and what is known of machines. What is changed is stored when it resolves. */
export interface People {
  accounts(): readonly Account[];
  tokens(): readonly Token[];
  /** An account or a guest of this process, by name in any case; `undefined` where there is none any more. */
  find(name: string): SignedPerson | undefined;
  /** Who holds this token; `undefined` where it is none, or its time is over. */
  machine(secret: string): Machine | undefined;
  /** Whose name and password these are. A wrong name takes as long as a wrong password. */
  verify(name: string, password: string): Promise<SignedPerson | undefined>;
  /** What a link is good for, without using it; `undefined` where it was used, is too old, or never was one. */
  link(secret: string): OneTimeLink | undefined;
  /** Uses a link up, once. `name` is asked for by `setUp`, `password` by `setUp` and `password`; a refusal leaves the link good. */
  useLink(
    secret: string,
    given: { readonly name?: string | undefined; readonly password?: string | undefined },
  ): Promise<Result<SignedPerson, PeopleFault>>;
  /** A new account, which gets its password by the link that is told. */
  add(person: SignedPerson, by: string): Promise<Result<Told, PeopleFault>>;
  remove(name: string): Promise<Result<SignedPerson, PeopleFault>>;
  /** Who it was before. */
  setRole(name: string, role: Role): Promise<Result<SignedPerson, PeopleFault>>;
  /** A link that sets a new password; a link that was out before is good no longer. */
  makeLink(name: string): Promise<Result<Told & SignedPerson, PeopleFault>>;
  addToken(
    token: {
      readonly name: string;
      readonly permissions: readonly TokenPermission[];
      readonly endsAt: number;
    },
    by: string,
  ): Promise<Result<Told, PeopleFault>>;
  removeToken(name: string): Promise<Result<void, PeopleFault>>;
}
