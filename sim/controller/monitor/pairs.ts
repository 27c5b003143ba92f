import type { Foe, HeadRules } from "./configuration.ts";
import { checkLeast, entry, type Findings, type Head, isGreen, isWalking } from "./watch.ts";

/** What the changes of one instant say about `index` and the heads that it conflicts with. */
export function judgePairs(
  rules: readonly HeadRules[],
  index: number,
  before: readonly Head[],
  heads: readonly Head[],
  at: number,
  findings: Findings,
): void {
  const own = entry(rules, index);
  const was = entry(before, index);
  const now = entry(heads, index);
  if (was === now) return;
  const begins = (now.lamp === "G" && was.lamp !== "G") || (now.lamp === "g" && !isGreen(was.lamp));
  if (begins) {
    for (const foe of own.foes) judgeBegin(rules, own, foe, now, heads, at, findings);
  }
  if (now.leadAt === at) {
    for (const foe of own.foes) judgeLeadBegin(rules, own, foe, heads, at, findings);
  }
  if (own.circular && was.lamp === "g" && now.lamp === "y")
    judgeTrap(rules, own, before, heads, at, findings);
  if (own.arrow !== null) judgeArrow(own, own.arrow, was, now, before, heads, at, findings);
}

/** A green that begins, or becomes a full one: whoever conflicts with it has cleared, vehicles and pedestrians. */
function judgeBegin(
  rules: readonly HeadRules[],
  own: HeadRules,
  foe: Foe,
  now: Head,
  heads: readonly Head[],
  at: number,
  findings: Findings,
): void {
  const other = entry(rules, foe.head);
  const head = entry(heads, foe.head);
  // Two full greens are a conflict for as long as they are seen.
  if (head.lamp === "G") return;
  const yielding = head.lamp === "g";
  const passedMs = at - (yielding ? head.protectedEndedAt : head.greenEndedAt);
  const neededMs = yielding ? other.clearanceMs : foe.afterMs;
  if (passedMs < neededMs) {
    const detail = `${own.name}: green ${passedMs} ms after ${other.name}, clearance is ${neededMs} ms`;
    findings.trips.push({ rule: "SHORT_CLEARANCE", at, detail });
  } else if (passedMs === neededMs) {
    findings.atLimit.push("SHORT_CLEARANCE", "CONFLICT");
  }
  if (other.walker === null || isWalking(head.walk)) return;
  const runsBeside = now.lamp === "g" ? foe.yields && isGreen(head.lamp) : foe.isYieldedTo && yielding;
  if (runsBeside) return;
  const what = `${own.name}: no walk of ${other.name} before green`;
  checkLeast(findings, "SHORT_BUFFER", at, at - head.walkEndedAt, other.walker.bufferMs, what);
}

/** Pedestrians that are sent ahead of their green: the vehicles that they cross have cleared. */
function judgeLeadBegin(
  rules: readonly HeadRules[],
  own: HeadRules,
  foe: Foe,
  heads: readonly Head[],
  at: number,
  findings: Findings,
): void {
  const other = entry(rules, foe.head);
  const head = entry(heads, foe.head);
  if (isGreen(head.lamp)) return;
  const passedMs = at - head.greenEndedAt;
  if (passedMs >= other.clearanceMs) return;
  const detail = `${own.name}: walk ${passedMs} ms after ${other.name}, clearance is ${other.clearanceMs} ms`;
  findings.trips.push({ rule: "SHORT_CLEARANCE", at, detail });
}

/** A turn that yields at a circular green sees yellow, and takes it that the traffic it yields to sees it too. */
function judgeTrap(
  rules: readonly HeadRules[],
  own: HeadRules,
  before: readonly Head[],
  heads: readonly Head[],
  at: number,
  findings: Findings,
): void {
  let together = false;
  for (const foe of own.foes) {
    if (entry(before, foe.head).lamp !== "G") continue;
    const { lamp } = entry(heads, foe.head);
    if (lamp === "G") {
      const detail = `${own.name}: yellow while ${entry(rules, foe.head).name}, to which it yielded, stays green`;
      findings.trips.push({ rule: "YELLOW_TRAP", at, detail });
    } else if (lamp === "y") {
      together = true;
    }
  }
  if (together) findings.atLimit.push("YELLOW_TRAP");
}

/** A flashing yellow arrow begins after its delay and ends with the phase that drives it, not before: that would be a trap too. */
function judgeArrow(
  own: HeadRules,
  arrow: NonNullable<HeadRules["arrow"]>,
  was: Head,
  now: Head,
  before: readonly Head[],
  heads: readonly Head[],
  at: number,
  findings: Findings,
): void {
  const opposing = entry(heads, arrow.opposing);
  const drives = isGreen(opposing.lamp);
  if (now.lamp === "g" && was.lamp !== "g" && drives) {
    const what = `${own.name}: opposing green before the flashing arrow`;
    checkLeast(findings, "FLASHING_ARROW", at, at - opposing.since, arrow.delayMs, what);
  }
  if (was.lamp !== "g" || now.lamp === "g") return;
  if (drives && isGreen(entry(before, arrow.opposing).lamp)) {
    const detail = `${own.name}: flashing arrow ended while its opposing phase stays green`;
    findings.trips.push({ rule: "FLASHING_ARROW", at, detail });
  } else if (opposing.greenEndedAt === at) {
    findings.atLimit.push("FLASHING_ARROW");
  }
}

type Seen = (rule: "CONFLICT" | "WALK_ON_RED" | "FLASHING_ARROW", key: string, detail: string) => void;

/** What must not be seen together, now. */
export function seeTogether(rules: readonly HeadRules[], heads: readonly Head[], seen: Seen): void {
  for (let index = 0; index < heads.length; index += 1) {
    const own = entry(rules, index);
    const head = entry(heads, index);
    const walking = isWalking(head.walk);
    if (walking && !isGreen(head.lamp) && head.leadAt === Infinity) {
      seen("WALK_ON_RED", own.name, `${own.name}: walk signal ${head.walk} while the lamp is ${head.lamp}`);
    }
    if (own.arrow !== null && head.lamp === "g") {
      const { lamp } = entry(heads, own.arrow.opposing);
      if (!isGreen(lamp))
        seen("FLASHING_ARROW", own.name, `${own.name}: flashing arrow while its opposing phase is ${lamp}`);
    }
    if (!walking && head.lamp === "r") continue;
    for (const foe of own.foes) {
      const other = entry(heads, foe.head);
      const { name } = entry(rules, foe.head);
      if (foe.head > index && areTogether(head, other, foe)) {
        seen("CONFLICT", `${own.name}/${name}`, `${own.name} shows ${head.lamp} and ${name} ${other.lamp}`);
      }
      // Who yields does so with a turn; the pedestrians beside it do not cross whom it yields to.
      if (walking && other.strong && !(head.lamp === "g" && foe.yields)) {
        const detail = `${own.name} shows walk signal ${head.walk} and ${name} ${other.lamp}`;
        seen("CONFLICT", `${own.name}/${name} walk`, detail);
      }
    }
  }
}

function areTogether(own: Head, other: Head, foe: Foe): boolean {
  if (own.strong && other.strong) return true;
  if (own.lamp === "f" && other.lamp === "f") return true;
  if (own.lamp === "g" && other.lamp === "G") return !foe.yields;
  return own.lamp === "G" && other.lamp === "g" && !foe.isYieldedTo;
}
