import type { Kept } from "./kept.ts";

/** Somebody who has signed in on one browser. Instants are of the wall. */
export type Session = {
  /** By which others may speak of it: the secret in the cookie is told to nobody else. */
  readonly number: number;
  readonly name: string;
  /** Where it was begun from. */
  readonly address: string;
  readonly startedAt: number;
  /** When its person did something last. */
  readonly seenAt: number;
  readonly endsAt: number;
};

/** A session as it outlives the process: by the digest of its secret, which nobody can sign in with. */
export type KeptSession = Session & { readonly digest: string };

/** Who is signed in, where it survives the process. */
export type SessionMemory = Kept<readonly KeptSession[]>;
