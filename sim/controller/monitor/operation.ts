import type { MonitorRules } from "./configuration.ts";
import { checkLeast, entry, type Findings, type Head, isFlash, isGreen, type Mode } from "./watch.ts";

export type Operation = { readonly mode: Mode; readonly modeSince: number };

/** The mode at first sight. A start-up is seen from its begin; otherwise the controller is in the middle of something. */
export function firstOperation(
  { hasStartUp, startFlashMs }: MonitorRules,
  heads: readonly Head[],
  at: number,
): Operation {
  if (heads.every(({ lamp }) => isFlash(lamp)))
    return { mode: hasStartUp ? "startFlash" : "flash", modeSince: at };
  const startsRed = hasStartUp && startFlashMs === 0 && isAllRed(heads);
  return { mode: startsRed ? "allRed" : "normal", modeSince: at };
}

/** The mode after a change: flash is entered from red that has cleared, and left over all red to the start phases. */
export function nextOperation(
  rules: MonitorRules,
  operation: Operation,
  heads: readonly Head[],
  at: number,
  preempting: boolean,
  findings: Findings,
): Operation {
  const { mode, modeSince } = operation;
  if (mode === "startFlash" || mode === "flash") {
    if (heads.some(({ lamp }) => isFlash(lamp))) return operation;
    if (mode === "startFlash") {
      checkLeast(findings, "FLASH", at, at - modeSince, rules.startFlashMs, "start-up flash");
    }
    if (isAllRed(heads)) return { mode: "allRed", modeSince: at };
    const detail = `flash turned to ${heads.map(({ lamp }) => lamp).join("")}, not to all red`;
    findings.trips.push({ rule: "FLASH", at, detail });
    return { mode: "normal", modeSince: at };
  }
  if (heads.every(({ lamp }) => isFlash(lamp))) {
    judgeEntry(rules, heads, at, findings);
    return { mode: "flash", modeSince: at };
  }
  if (mode !== "allRed" || isAllRed(heads)) return operation;
  judgeStart(rules, heads, at, at - modeSince, preempting, findings);
  return { mode: "normal", modeSince: at };
}

function isAllRed(heads: readonly Head[]): boolean {
  return heads.every(({ lamp, walk }) => lamp === "r" && walk === "D");
}

/** Yellow has its own rules; what remains is the red clearance of the last greens. */
function judgeEntry(rules: MonitorRules, heads: readonly Head[], at: number, findings: Findings): void {
  heads.forEach(({ greenEndedAt }, index) => {
    const { name, clearanceMs } = entry(rules.heads, index);
    checkLeast(findings, "FLASH", at, at - greenEndedAt, clearanceMs, `${name}: yellow and red before flash`);
  });
}

function judgeStart(
  { heads: rules, allRedMs }: MonitorRules,
  heads: readonly Head[],
  at: number,
  lastedMs: number,
  preempting: boolean,
  findings: Findings,
): void {
  checkLeast(findings, "FLASH", at, lastedMs, allRedMs, "all red after flash");
  // A preemption that waited has its own phases first.
  if (preempting) return;
  heads.forEach(({ lamp, walk }, index) => {
    const { name, starts, arrow } = entry(rules, index);
    const isDriven = lamp === "g" && arrow !== null && isGreen(entry(heads, arrow.opposing).lamp);
    if (starts || isDriven || (lamp === "r" && walk === "D")) return;
    findings.trips.push({
      rule: "FLASH",
      at,
      detail: `${name}: not a start phase, shows ${lamp} first after flash`,
    });
  });
}

/** Heads that flash while others do not, or that flash yellow where they should flash red. */
export function seeFlash(
  { heads: rules }: MonitorRules,
  heads: readonly Head[],
  seen: (rule: "FLASH", key: string, detail: string) => void,
): void {
  const flashing = heads.filter(({ lamp }) => isFlash(lamp)).length;
  if (flashing === 0) return;
  if (flashing < heads.length) seen("FLASH", "all", `only ${flashing} of ${heads.length} heads flash`);
  heads.forEach(({ lamp }, index) => {
    const { name, flashesYellow } = entry(rules, index);
    if (lamp === "f" && !flashesYellow) seen("FLASH", name, `${name}: flashes yellow, red is configured`);
  });
}
