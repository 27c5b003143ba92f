import type { MonitorRules } from "./configuration.ts";
import { headQuietUntil, judgeOverdue } from "./head.ts";
import {
  entry,
  type Findings,
  type Head,
  type MonitorLimits,
  type MonitorRule,
  type MonitorState,
  type Present,
} from "./watch.ts";

/** What has lasted too long by now: of what must not be seen, of yellow and of a leading walk. */
export function judgeLasting(
  rules: MonitorRules,
  limits: MonitorLimits,
  { present, heads, at: before, outputs }: MonitorState,
  at: number,
  findings: Findings,
): readonly Present[] {
  heads.forEach((head, index) => {
    judgeOverdue(entry(rules.heads, index), head, before, at, outputs.preempting, limits.lateMs, findings);
  });
  return present.map((one) => tellOverdue(limits, one, at, findings));
}

/** A limit of 0 is reached at first sight; any other is to be exceeded. */
export function tellOverdue(limits: MonitorLimits, one: Present, at: number, { trips }: Findings): Present {
  const mostMs = limitOf(limits, one.rule);
  const lastedMs = at - one.since;
  if (one.told || (mostMs > 0 && lastedMs <= mostMs)) return one;
  trips.push({ rule: one.rule, at, detail: mostMs > 0 ? `${one.detail}, for ${lastedMs} ms` : one.detail });
  return { ...one, told: true };
}

function limitOf({ conflictMs, darkMs }: MonitorLimits, rule: MonitorRule): number {
  return rule === "DARK" || rule === "DUAL" ? darkMs : conflictMs;
}

/** Until when nothing can become wrong without a change. */
export function quietUntilOf(
  rules: MonitorRules,
  limits: MonitorLimits,
  heads: readonly Head[],
  present: readonly Present[],
): number {
  let until = Infinity;
  for (let index = 0; index < heads.length; index += 1) {
    until = Math.min(until, headQuietUntil(entry(rules.heads, index), entry(heads, index), limits.lateMs));
  }
  for (const { rule, since, told } of present) {
    if (!told) until = Math.min(until, since + limitOf(limits, rule));
  }
  return until;
}
