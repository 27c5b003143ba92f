import type { Condition } from "../alarms/alarm.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../units.ts";

/** How often somebody may be wrong before he has to wait, and how long at most. */
type Patience = { readonly free: number; readonly waitMaxMs: number };

/**
 * A name waits half a minute at most: whoever fails with it on purpose must not keep its owner from the street. An address waits longer; there may be
 * several people behind it.
 */
const OF_NAME: Patience = { free: 5, waitMaxMs: 30 * SECOND_MS };
const OF_ADDRESS: Patience = { free: 15, waitMaxMs: 15 * MINUTE_MS };

/** Failures are forgotten after so long without another. */
const FORGOTTEN_MS = HOUR_MS;
/** Names and addresses that are remembered; the oldest are forgotten first. */
const KEPT_MAX = 10_000;

/** So many failures in so long, whoever they are of, are an alarm. */
const ALARM_FAILURES = 10;
const ALARM_WINDOW_MS = 10 * MINUTE_MS;

type Failures = { readonly count: number; readonly at: number };

/** Who tries to sign in. */
export type Attempt = { readonly name: string | undefined; readonly address: string };

export type Attempts = {
  /** How long this one has to wait, ms; 0 where he may try. */
  waitMs(attempt: Attempt): number;
  failed(attempt: Attempt): void;
  succeeded(attempt: Attempt): void;
  /** What alarms are to know since this was asked last. */
  conditions(): readonly Condition[];
};

/** Sign-ins that failed: each one more doubles the wait, and many together are an alarm. `now`: the wall's time. */
export function createAttempts(now: () => number): Attempts {
  const failures = new Map<string, Failures>();
  let recent: number[] = [];
  let waiting: Condition[] = [];

  const remembered = (key: string): Failures | undefined => {
    const found = failures.get(key);
    return found !== undefined && now() - found.at < FORGOTTEN_MS ? found : undefined;
  };
  const waitOf = (key: string, { free, waitMaxMs }: Patience): number => {
    const found = remembered(key);
    if (found === undefined || found.count < free) return 0;
    const wait = Math.min(waitMaxMs, SECOND_MS * 2 ** (found.count - free));
    return Math.max(0, found.at + wait - now());
  };
  const count = (key: string): void => {
    const before = remembered(key)?.count ?? 0;
    failures.delete(key);
    failures.set(key, { count: before + 1, at: now() });
    const oldest = failures.keys().next();
    if (failures.size > KEPT_MAX && oldest.done !== true) failures.delete(oldest.value);
  };

  return {
    waitMs: ({ name, address }) =>
      Math.max(
        waitOf(addressKey(address), OF_ADDRESS),
        name === undefined ? 0 : waitOf(nameKey(name), OF_NAME),
      ),
    failed: ({ name, address }) => {
      count(addressKey(address));
      if (name !== undefined) count(nameKey(name));
      recent = [...recent.filter((at) => now() - at < ALARM_WINDOW_MS), now()].slice(-ALARM_FAILURES);
      if (recent.length === ALARM_FAILURES) waiting = [tooMany(address)];
    },
    succeeded: ({ name, address }) => {
      failures.delete(addressKey(address));
      if (name !== undefined) failures.delete(nameKey(name));
    },
    conditions: () => {
      const told = waiting;
      waiting = [];
      return told;
    },
  };
}

function nameKey(name: string): string {
  return `name ${name.toLowerCase()}`;
}

function addressKey(address: string): string {
  return `address ${address}`;
}

function tooMany(address: string): Condition {
  const text = `${ALARM_FAILURES} sign-ins failed within ${ALARM_WINDOW_MS / MINUTE_MS} minutes, the last one from ${address}`;
  return { type: "signInsFailed", intersection: null, part: null, raised: true, text };
}
