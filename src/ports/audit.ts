import type { Result } from "../result.ts";

/** What a value was or became, as JSON; `null` where there is none. */
export type AuditValue =
  | string
  | number
  | boolean
  | null
  | readonly AuditValue[]
  | { readonly [name: string]: AuditValue };

/** Something that was done, asked for or refused (REQ-A2). */
export type AuditEntry = {
  /** The run's own clock; `null` before it is known. */
  readonly at: number | null;
  /** A person as he named himself, `engine`, or `controller <id>`. */
  readonly who: string;
  /** `subject.verb`, as `plan.push`. */
  readonly action: string;
  /** The intersection; `null` for the whole. */
  readonly where: string | null;
  /** What it is done to: an alarm, a plan. `null` where the place says it. */
  readonly subject: string | null;
  readonly before: AuditValue;
  readonly after: AuditValue;
  readonly reason: string | null;
  /** `done`, `sent`, or why not. */
  readonly result: string;
  /** Shared by what belongs together: a plan, its answer and what became of it. */
  readonly correlation: string | null;
};

/** An entry with its number in the trail and the wall's time, epoch milliseconds. */
export type NumberedEntry = AuditEntry & { readonly number: number; readonly recordedAt: number };

/** The trail of everything that was done. Nothing can be taken out of it again. */
export interface AuditTrail {
  /** Takes an entry and returns at once; `undefined` where it cannot be taken: it is counted, and the trail says later how many were not. */
  append(entry: AuditEntry): NumberedEntry | undefined;
  /** Why no more entries are taken; `undefined` while they are. What must not be done unseen is not to be done meanwhile. */
  refusing(): string | undefined;
  /** Resolves when everything taken so far is on the disk, or with why it cannot be brought there now. */
  stored(): Promise<Result<void, string>>;
  /** Stores what waits, as far as it can be stored. */
  close(): Promise<void>;
}
