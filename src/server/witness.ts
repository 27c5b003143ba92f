import type { AuditEntry, AuditValue } from "../ports/audit.ts";
import { MINUTE_MS } from "../units.ts";

/** An entry of the audit trail without the instant of the run's clock, which access does not know of. */
export type AccessEntry = Omit<AuditEntry, "at">;

type Told = {
  readonly who: string;
  readonly action: string;
  readonly subject: string | null;
  readonly before?: AuditValue;
  readonly after?: AuditValue;
  readonly result?: string;
};

/** Sees to it that what people do with access is in the audit trail, and never a secret. */
export type Witness = {
  tell(told: Told): void;
  /** Somebody asked for what he may not: what, and the permission that it needs. */
  refused(name: string, what: string, needs: string): void;
};

/** Refusals of one person that are told one by one in a minute: a script that asks for ever must not fill the trail. */
const REFUSALS_MAX = 30;

export function createWitness(append: (entry: AccessEntry) => void, now: () => number): Witness {
  /** By name: since when they are counted, and how many. */
  const refusals = new Map<string, { readonly since: number; readonly count: number }>();

  const tell = ({ who, action, subject, before = null, after = null, result = "done" }: Told): void =>
    append({ who, action, where: null, subject, before, after, reason: null, result, correlation: null });

  return {
    tell,
    refused: (name, what, needs) => {
      const last = refusals.get(name);
      const isNew = last === undefined || now() - last.since >= MINUTE_MS;
      const counted = isNew ? { since: now(), count: 1 } : { ...last, count: last.count + 1 };
      refusals.set(name, counted);
      if (counted.count > REFUSALS_MAX) return;
      const more = counted.count === REFUSALS_MAX ? "; more of this minute are not listed" : "";
      tell({ who: name, action: "request.refuse", subject: what, result: `refused: needs ${needs}${more}` });
    },
  };
}
