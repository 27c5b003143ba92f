import { HOUR_MS } from "../units.ts";

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

export type Lifetimes = { readonly absoluteMs: number; readonly idleMs: number };

/** A shift of twelve hours, and an hour in which nothing is done. */
export const LIFETIMES: Lifetimes = { absoluteMs: 12 * HOUR_MS, idleMs: HOUR_MS };

/** Of one person at once: more are not browsers that somebody sits at, and the oldest ends. */
const OF_ONE_MAX = 10;

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
};

export type SessionPorts = {
  readonly now: () => number;
  readonly freshSecret: () => string;
  readonly lifetimes: Lifetimes;
};

export function createSessions({ now, freshSecret, lifetimes }: SessionPorts): Sessions {
  /** By secret, in the order of their begin. */
  const sessions = new Map<string, Session>();
  let last = 0;

  const isOver = ({ seenAt, endsAt }: Session): boolean => {
    const at = now();
    return at >= endsAt || at - seenAt >= lifetimes.idleMs;
  };
  const find = (secret: string): Session | undefined => {
    const found = sessions.get(secret);
    if (found === undefined || !isOver(found)) return found;
    sessions.delete(secret);
    return undefined;
  };
  const forget = (isMeant: (session: Session, secret: string) => boolean): void => {
    for (const [secret, session] of sessions) if (isMeant(session, secret)) sessions.delete(secret);
  };

  return {
    begin: (name, address) => {
      forget(isOver);
      const own = [...sessions].filter(([, session]) => session.name === name);
      for (const [secret] of own.slice(0, Math.max(0, own.length - OF_ONE_MAX + 1))) sessions.delete(secret);
      const startedAt = now();
      last += 1;
      const secret = freshSecret();
      const endsAt = startedAt + lifetimes.absoluteMs;
      sessions.set(secret, { number: last, name, address, startedAt, seenAt: startedAt, endsAt });
      return secret;
    },
    find,
    touch: (secret) => {
      const found = find(secret);
      if (found !== undefined) sessions.set(secret, { ...found, seenAt: now() });
    },
    end: (number) => {
      const found = [...sessions].find(([, session]) => session.number === number);
      if (found === undefined) return undefined;
      const [secret, session] = found;
      sessions.delete(secret);
      return isOver(session) ? undefined : session;
    },
    endOf: (name, but) => forget((session, secret) => session.name === name && secret !== but),
    list: () => {
      forget(isOver);
      return [...sessions.values()];
    },
  };
}
