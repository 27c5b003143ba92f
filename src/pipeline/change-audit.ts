import type { ChangeAct } from "../changes/acts.ts";
import type { Change } from "../changes/change.ts";
import type { InputOf } from "../engine/input.ts";
import type { Setting } from "../engine/parameters/settings.ts";
import type { AuditEntry, AuditValue } from "../ports/audit.ts";
import type { AuditedInstant } from "./audit-entries.ts";

/** That the engine took other parameters, or why not. */
export function settingsEntry(
  { before, tables, effects }: AuditedInstant,
  input: InputOf<"settings">,
): AuditEntry {
  const { at, by, change, settings, reason } = input;
  const was = before?.tuning?.settings ?? tables.configuration.settings ?? [];
  const told = effects
    .flatMap((effect) => (effect.kind === "log" && effect.entry.topic === "engine" ? [effect.entry] : []))
    .find(({ text }) => text.includes(change));
  return {
    at,
    who: by,
    action: "settings.change",
    where: null,
    subject: change,
    before: settingsValue(was),
    after: settingsValue(settings),
    reason,
    result: told?.priority === "event" ? "done" : (told?.text ?? "refused"),
    correlation: change,
  };
}

/** What somebody did with a change of the parameters, or why it was not done. `before` is the state that it was at. */
export function changeActEntry(
  act: ChangeAct,
  at: number,
  {
    before,
    changed,
    refusal,
  }: {
    readonly before: string | undefined;
    readonly changed: Change | undefined;
    readonly refusal: string | null;
  },
): AuditEntry {
  const id = act.kind === "draft" ? (changed?.id ?? null) : act.change;
  const wanted = act.kind === "draft" || act.kind === "revise" ? { set: settingsValue(act.set) } : {};
  return {
    at,
    who: act.by,
    action: `change.${act.kind}`,
    where: null,
    subject: id,
    before: before ?? null,
    after: { state: changed?.state ?? before ?? null, ...wanted },
    reason: "reason" in act ? act.reason : null,
    result: refusal === null ? "done" : `refused: ${refusal}`,
    correlation: id,
  };
}

function settingsValue(settings: readonly Setting[]): AuditValue {
  return Object.fromEntries(settings.map(({ path, value }) => [path, value]));
}
