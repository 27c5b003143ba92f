import type { Account } from "../ports/people.ts";
import type { KeptSession, Session, SessionMemory } from "../ports/sessions.ts";
import { HOUR_MS, MINUTE_MS } from "../units.ts";

export type Lifetimes = { readonly absoluteMs: number; readonly idleMs: number };

/** A shift of twelve hours, and an hour in which nothing is done. */
export const LIFETIMES: Lifetimes = { absoluteMs: 12 * HOUR_MS, idleMs: HOUR_MS };

/** Of one person at once: more are not browsers that somebody sits at, and the oldest ends. */
const OF_ONE_MAX = 10;

/** What its person does is written down so often at most: after a restart a session may end a minute early, never late. */
const SEEN_KEPT_EVERY_MS = MINUTE_MS;

export type Sessions = {
  /** A new session under a new secret, which is what its cookie holds. */
  begin(name: string, address: string): string;
  /** The session while it lasts; `undefined` where it is over or never was. */
  find(secret: string): Session | undefined;
  /** Its person did something. */
  touch(secret: string): void;
  end(number: number): Session | undefined;
  /** Ends all sessions of a person, but for the one of this secret. */
  endOf(name: string, but?: string): void;
  list(): readonly Session[];
  /** Resolves when all of it so far has been brought to where it survives the process, or could not be. */
  settled(): Promise<void>;
};

export type SessionPorts = {
  readonly now: () => number;
  readonly freshSecret: () => string;
  /** By which a secret is known again. */
  readonly digestOf: (secret: string) => string;
  readonly lifetimes: Lifetimes;
  /** Where sessions outlive the process; absent where they end with it. */
  readonly memory?: SessionMemory | undefined;
  /** Who has an account. */
  readonly accounts: () => readonly Pick<Account, "name" | "createdAt">[];
};

export function createSessions(ports: SessionPorts): Sessions {
  const { now, freshSecret, digestOf, lifetimes, memory } = ports;
  /** By digest, in the order of their begin. */
  const sessions = new Map(standing(ports).map(({ digest, ...session }) => [digest, session]));
  let last = Math.max(0, ...(memory?.kept ?? []).map(({ number }) => number));
  /** When each was seen last, as it was kept. */
  let seenKept = seenIn(sessions);
  let keeping: Promise<unknown> = Promise.resolve();

  const keep = (): void => {
    if (memory === undefined) return;
    seenKept = seenIn(sessions);
    keeping = memory.keep([...sessions].map(([digest, session]) => ({ ...session, digest })));
  };
  const isOver = (session: Session): boolean => isOverAt(session, now(), lifetimes);
  const find = (secret: string): Session | undefined => {
    const digest = digestOf(secret);
    const found = sessions.get(digest);
    if (found === undefined || !isOver(found)) return found;
    sessions.delete(digest);
    return undefined;
  };
  const forget = (isMeant: (session: Session, digest: string) => boolean): void => {
    for (const [digest, session] of sessions) if (isMeant(session, digest)) sessions.delete(digest);
  };

  return {
    begin: (name, address) => {
      forget(isOver);
      const own = [...sessions].filter(([, session]) => session.name === name);
      for (const [digest] of own.slice(0, Math.max(0, own.length - OF_ONE_MAX + 1))) sessions.delete(digest);
      const startedAt = now();
      last += 1;
      const secret = freshSecret();
      const endsAt = startedAt + lifetimes.absoluteMs;
      const session = { number: last, name, address, startedAt, seenAt: startedAt, endsAt };
      sessions.set(digestOf(secret), session);
      keep();
      return secret;
    },
    find,
    touch: (secret) => {
      const found = find(secret);
      if (found === undefined) return;
      const digest = digestOf(secret);
      const seenAt = now();
      sessions.set(digest, { ...found, seenAt });
      if (seenAt - (seenKept.get(digest) ?? 0) >= SEEN_KEPT_EVERY_MS) keep();
    },
    end: (number) => {
      const found = [...sessions].find(([, session]) => session.number === number);
      if (found === undefined) return undefined;
      const [digest, session] = found;
      sessions.delete(digest);
      keep();
      return isOver(session) ? undefined : session;
    },
    endOf: (name, but) => {
      const spared = but === undefined ? undefined : digestOf(but);
      forget((session, digest) => session.name === name && digest !== spared);
      keep();
    },
    list: () => {
      forget(isOver);
      return [...sessions.values()];
    },
    settled: async () => {
      await keeping;
    },
  };
}

function seenIn(sessions: ReadonlyMap<string, Session>): ReadonlyMap<string, number> {
  return new Map([...sessions].map(([digest, { seenAt }]) => [digest, seenAt]));
}

/**
 * Of the sessions that were kept, those that hold now: of somebody who had his account when he signed in and has it still (guests end with the process that
 * asked them in), and in time by a clock that has not gone back.
 */
function standing({ memory, accounts, now, lifetimes }: SessionPorts): readonly KeptSession[] {
  const kept = memory?.kept ?? [];
  if (kept.length === 0) return [];
  const at = now();
  const createdAt = new Map(accounts().map((account) => [account.name, account.createdAt]));
  return kept.filter((session) => {
    const { name, startedAt, seenAt, endsAt } = session;
    const since = createdAt.get(name);
    const hasAccount = since !== undefined && since <= startedAt;
    const isInTime = startedAt <= seenAt && seenAt <= at && endsAt <= startedAt + lifetimes.absoluteMs;
    return hasAccount && isInTime && !isOverAt(session, at, lifetimes);
  });
}

function isOverAt({ seenAt, endsAt }: Session, at: number, { idleMs }: Lifetimes): boolean {
  return at >= endsAt || at - seenAt >= idleMs;
}
