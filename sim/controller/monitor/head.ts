import type { HeadRules, MonitorRules } from "./configuration.ts";
import { isRangeEnd } from "./configuration.ts";
import { checkLeast, type Findings, type Head, isFlash, isGreen, isWalking } from "./watch.ts";

export const UNSEEN_HEAD: Head = {
  lamp: "r",
  since: -Infinity,
  strong: false,
  protectedEndedAt: -Infinity,
  greenEndedAt: -Infinity,
  redAt: -Infinity,
  walk: "D",
  walkSince: -Infinity,
  walkEndedAt: -Infinity,
  leadAt: Infinity,
};

/** What a lamp counts as: an indication that is none leaves things as they were. */
export function lampOf(rules: HeadRules, shown: string, before: string): string {
  if (shown === before) return before;
  const known = rules.isPhase ? "Ggyrxf" : "Gyrxf";
  return shown !== "" && known.includes(shown) ? shown : before;
}

/** What a walk signal counts as; in flash it may be dark. */
export function walkOf(rules: HeadRules, shown: string, before: string, lamp: string): string {
  if (rules.walker === null) return "D";
  if (shown === "-" && isFlash(lamp)) return "D";
  return isWalkSignal(shown) ? shown : before;
}

export function isWalkSignal(shown: string): boolean {
  return shown === "W" || shown === "F" || shown === "D";
}

/** A head at first sight: when things began is not known, but for a walk that leads. */
export function firstHead(rules: HeadRules, lamp: string, walk: string, at: number): Head {
  const leads = walk === "W" && lamp === "r" && (rules.walker?.leadMs ?? 0) > 0;
  const strong = lamp === "G" || lamp === "y";
  return { ...UNSEEN_HEAD, lamp, walk, strong, leadAt: leads ? at : Infinity };
}

/** The head after a change. */
export function followHead(rules: HeadRules, before: Head, lamp: string, walk: string, at: number): Head {
  if (lamp === before.lamp && walk === before.walk) return before;
  const wasGreen = isGreen(before.lamp);
  const greenNow = isGreen(lamp);
  const sameColour =
    lamp === before.lamp || (wasGreen && greenNow) || (isFlash(before.lamp) && isFlash(lamp));
  return {
    lamp,
    since: sameColour ? before.since : at,
    strong: lamp === "G" || (lamp === "y" && before.strong),
    protectedEndedAt: before.lamp === "G" && lamp !== "G" ? at : before.protectedEndedAt,
    greenEndedAt: wasGreen && !greenNow ? at : before.greenEndedAt,
    redAt: lamp === "r" && before.lamp !== "r" && !isFlash(before.lamp) ? at : before.redAt,
    walk,
    walkSince: walk === before.walk ? before.walkSince : at,
    walkEndedAt: isWalking(before.walk) && !isWalking(walk) ? at : before.walkEndedAt,
    leadAt: leadOf(rules, before, lamp, walk, at),
  };
}

function leadOf(rules: HeadRules, before: Head, lamp: string, walk: string, at: number): number {
  if (lamp !== "r" || !isWalking(walk)) return Infinity;
  if (before.leadAt < Infinity) return before.leadAt;
  const begins = walk === "W" && before.walk === "D" && (rules.walker?.leadMs ?? 0) > 0;
  return begins ? at : Infinity;
}

/** What the change of one head says about the head by itself. */
export function judgeHead(
  monitor: MonitorRules,
  rules: HeadRules,
  before: Head,
  now: Head,
  at: number,
  preempting: boolean,
  findings: Findings,
): void {
  const entry = preempting ? monitor.entry : null;
  if (before.lamp !== now.lamp) judgeLamp(rules, before, now, at, entry?.greenMs ?? Infinity, findings);
  judgeLead(rules, before, now, at, preempting, findings);
  if (before.walk !== now.walk) judgeWalk(rules, before, now, at, entry, findings);
}

function judgeLamp(
  rules: HeadRules,
  before: Head,
  now: Head,
  at: number,
  entryGreenMs: number,
  findings: Findings,
): void {
  const { name } = rules;
  const { trips, atLimit } = findings;
  if (isGreen(before.lamp) && !isGreen(now.lamp)) {
    if (now.lamp === "y") atLimit.push("NO_YELLOW");
    else trips.push({ rule: "NO_YELLOW", at, detail: `${name}: green turned to ${now.lamp}` });
    // A flashing arrow's time is that of the phase that drives it.
    const isArrow = rules.arrow !== null && before.lamp === "g";
    if (rules.isPhase && !isArrow) {
      const neededMs = Math.min(rules.greenMinMs, entryGreenMs);
      checkLeast(findings, "SHORT_GREEN", at, at - before.since, neededMs, `${name}: green`);
    }
  }
  if (before.lamp === "y") {
    if (now.lamp === "r") atLimit.push("COLOUR_ORDER");
    else trips.push({ rule: "COLOUR_ORDER", at, detail: `${name}: yellow turned to ${now.lamp}` });
    checkLeast(findings, "SHORT_YELLOW", at, at - before.since, rules.yellowMs, `${name}: yellow`);
    if (at - before.since === rules.yellowMostMs) {
      atLimit.push("LONG_YELLOW");
      if (isRangeEnd(rules.yellowMostMs)) atLimit.push("YELLOW_RANGE");
    }
  }
  if (before.lamp === "r" && now.lamp === "y") {
    trips.push({ rule: "COLOUR_ORDER", at, detail: `${name}: red turned to yellow` });
  }
  if (before.lamp === "r" && isGreen(now.lamp)) {
    checkLeast(
      findings,
      "RED_REVERT",
      at,
      at - before.redAt,
      rules.redRevertMs,
      `${name}: red before green again`,
    );
  }
}

/** A leading walk that ends: with its green, or without. How long it may last is judged while it lasts. */
function judgeLead(
  { name, walker }: HeadRules,
  before: Head,
  now: Head,
  at: number,
  preempting: boolean,
  findings: Findings,
): void {
  if (walker === null) return;
  if (before.leadAt < Infinity && now.leadAt === Infinity) {
    if (isGreen(now.lamp)) {
      checkLeast(findings, "LEAD_INTERVAL", at, at - before.leadAt, walker.leadMs, `${name}: leading walk`);
    } else if (!preempting) {
      // A preemption may take the green that was led; walk and flashing don't walk have their least times all the same.
      const detail = `${name}: leading walk ended without green`;
      findings.trips.push({ rule: "LEAD_INTERVAL", at, detail });
    }
  }
  const together = now.walk === "W" && before.walk === "D" && isGreen(now.lamp) && !isGreen(before.lamp);
  if (together && walker.leadMs > 0) {
    checkLeast(findings, "LEAD_INTERVAL", at, 0, walker.leadMs, `${name}: leading walk`);
  }
}

function judgeWalk(
  { name, walker }: HeadRules,
  before: Head,
  now: Head,
  at: number,
  entry: MonitorRules["entry"],
  findings: Findings,
): void {
  if (walker === null) return;
  const walkMs = Math.min(walker.walkMs, entry?.walkMs ?? Infinity);
  const clearMs = Math.min(walker.clearMs, entry?.clearMs ?? Infinity);
  const lastedMs = at - before.walkSince;
  if (before.walk === "W") {
    checkLeast(findings, "SHORT_WALK", at, lastedMs, walkMs, `${name}: walk`);
    // Only a preemption that asks for no flashing don't walk may leave it out.
    if (now.walk === "D") {
      checkLeast(findings, "SHORT_PEDESTRIAN_CLEAR", at, 0, clearMs, `${name}: flashing don't walk`);
    }
  } else if (before.walk === "F") {
    checkLeast(findings, "SHORT_PEDESTRIAN_CLEAR", at, lastedMs, clearMs, `${name}: flashing don't walk`);
    if (now.walk === "W") {
      findings.trips.push({
        rule: "SHORT_PEDESTRIAN_CLEAR",
        at,
        detail: `${name}: flashing don't walk turned to walk`,
      });
    } else if (isGreen(before.lamp) && !isGreen(now.lamp)) {
      findings.atLimit.push("WALK_ON_RED");
    }
  } else if (now.walk === "F") {
    findings.trips.push({
      rule: "SHORT_WALK",
      at,
      detail: `${name}: flashing don't walk without walk before it`,
    });
  }
}

/** What has by now lasted too long, as far as it had not at the observation before. */
export function judgeOverdue(
  rules: HeadRules,
  { lamp, since, walk, leadAt }: Head,
  before: number,
  at: number,
  preempting: boolean,
  lateMs: number,
  findings: Findings,
): void {
  const yellowMs = rules.yellowMostMs + lateMs;
  if (lamp === "y" && since > -Infinity && at - since > yellowMs && before - since <= yellowMs) {
    const detail = `${rules.name}: yellow for ${at - since} ms, ${rules.yellowMostMs} ms configured`;
    findings.trips.push({ rule: "LONG_YELLOW", at, detail });
  }
  const leadMs = (rules.walker?.leadMostMs ?? 0) + lateMs;
  // Walk that a preemption has cut is cleared on red and leads nothing any more.
  const leads = leadAt < Infinity && !(walk === "F" && preempting);
  if (leads && at - leadAt > leadMs && before - leadAt <= leadMs) {
    const detail = `${rules.name}: leading walk for ${at - leadAt} ms, ${leadMs - lateMs} ms configured`;
    findings.trips.push({ rule: "LEAD_INTERVAL", at, detail });
  }
}

/** Until when a head that does not change cannot be wrong. */
export function headQuietUntil(rules: HeadRules, { lamp, since, leadAt }: Head, lateMs: number): number {
  const yellow = lamp === "y" && since > -Infinity ? since + rules.yellowMostMs + lateMs : Infinity;
  return leadAt < Infinity ? Math.min(yellow, leadAt + (rules.walker?.leadMostMs ?? 0) + lateMs) : yellow;
}
