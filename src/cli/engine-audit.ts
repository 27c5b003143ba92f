import { networkDigest } from "../adapters/digest.ts";
import type { Network } from "../model/files.ts";
import { auditEntries } from "../pipeline/audit-entries.ts";
import type { Decided } from "../pipeline/run.ts";
import type { AuditEntry, AuditTrail } from "../ports/audit.ts";
import type { Store } from "../ports/store.ts";
import type { EngineOptions } from "./options.ts";
import { VERSION } from "./version.ts";

/** An instant's entries of the audit trail, before the plant is let go on from it. */
export function audited(audit: AuditTrail, { tables, instant, before, state, effects }: Decided): void {
  const { at, inputs } = instant;
  const told = { at, tables, before, state, inputs, effects };
  for (const entry of auditEntries(told)) audit.append(entry);
}

/** The trail, each of whose entries is remembered as well, so that it can be searched. */
export function searchable(trail: AuditTrail, store: Store | undefined): AuditTrail {
  if (store === undefined) return trail;
  return {
    append: (entry) => {
      const numbered = trail.append(entry);
      if (numbered === undefined) return undefined;
      const { recordedAt, number, who, action, where } = numbered;
      const at = entry.at ?? recordedAt;
      const row = { at, intersection: where ?? "", number, who, action, content: JSON.stringify(entry) };
      store.append({ table: "audit", rows: [row] });
      return numbered;
    },
    refusing: () => trail.refusing(),
    stored: () => trail.stored(),
    close: () => trail.close(),
  };
}

/** That the engine begins or ends, and with what configuration. */
export function engineEntry(
  verb: "start" | "stop",
  { network, mode, intervalMs, planValidMs, settings }: EngineOptions & { readonly network: Network },
  at?: number,
): AuditEntry {
  const parameters = (settings ?? []).map(({ path, value }) => ({ path, value }));
  const configuration = {
    version: VERSION,
    network: network.id,
    digest: networkDigest(network),
    mode,
    intervalMs,
    planValidMs,
    settings: parameters,
  };
  return {
    at: at ?? null,
    who: "engine",
    action: `engine.${verb}`,
    where: null,
    subject: network.id,
    before: null,
    after: verb === "start" ? configuration : null,
    reason: null,
    result: "done",
    correlation: null,
  };
}
