import type { HeadRules } from "./configuration.ts";
import { quietUntilOf } from "./lasting.ts";
import type { Monitor } from "./monitor.ts";
import { entry, type Head, isFlash, isGreen, type Mode, type MonitorState, type Present } from "./watch.ts";

/** An instant that no rule asks for any more, or that never was. */
const NEVER = -1;

type Ages = readonly [
  since: number,
  protectedEnded: number,
  greenEnded: number,
  red: number,
  walkSince: number,
  walkEnded: number,
  lead: number,
];

/** A monitor's state without its instants: what it will say depends on nothing else. */
type Relative = {
  readonly outputs: MonitorState["outputs"];
  readonly heads: readonly (readonly [lamp: string, walk: string, strong: boolean, ...ages: Ages])[];
  readonly mode: Mode;
  readonly modeAge: number;
  readonly present: readonly Present[];
};

/**
 * The state at `at` as a text that is the same for states of which the monitor will say the same: instants as ages, capped a
 * millisecond above the limit that asks for them, and at `capMs`; left out where none asks. Expects a `capMs` not below what
 * the caller wants to tell apart.
 */
export function relativeState(
  { rules, limits }: Monitor,
  state: MonitorState,
  at: number,
  capMs: number,
): string {
  const age = (since: number, limitMs: number): number =>
    since === Infinity ? NEVER : Math.min(at - since, limitMs + 1, capMs);
  const relative: Relative = {
    outputs: state.outputs,
    heads: state.heads.map((head, index) => {
      const ages = agesOf(entry(rules.heads, index), longestMs(rules.heads, index), limits.lateMs, head, age);
      return [head.lamp, head.walk, head.strong, ...ages];
    }),
    mode: state.mode,
    modeAge: modeAgeOf(state, rules.startFlashMs, rules.allRedMs, age),
    present: state.present.map((one) => ({ ...one, since: one.told ? 0 : Math.min(at - one.since, capMs) })),
  };
  return JSON.stringify(relative);
}

type Age = (since: number, limitMs: number) => number;

function agesOf(rules: HeadRules, clearanceMs: number, lateMs: number, head: Head, age: Age): Ages {
  const { lamp, walk } = head;
  const walker = rules.walker;
  const greenMs = Math.max(rules.greenMinMs, rules.arrowDelayMs);
  let since = NEVER;
  if (isGreen(lamp)) since = age(head.since, greenMs);
  else if (lamp === "y" && head.since > -Infinity) since = age(head.since, rules.yellowMostMs + lateMs);
  const walkMs = walk === "W" ? (walker?.walkMs ?? 0) : (walker?.clearMs ?? 0);
  return [
    since,
    lamp === "G" ? NEVER : age(head.protectedEndedAt, rules.clearanceMs),
    isGreen(lamp) ? NEVER : age(head.greenEndedAt, clearanceMs),
    lamp === "r" || isFlash(lamp) ? age(head.redAt, rules.redRevertMs) : NEVER,
    walk === "D" ? NEVER : age(head.walkSince, walkMs),
    walk === "D" ? age(head.walkEndedAt, walker?.bufferMs ?? 0) : NEVER,
    age(head.leadAt, (walker?.leadMostMs ?? 0) + lateMs),
  ];
}

/** The longest that anybody waits after a green of this head. */
function longestMs(rules: readonly HeadRules[], head: number): number {
  let most = entry(rules, head).clearanceMs;
  for (const { foes } of rules) {
    for (const foe of foes) if (foe.head === head) most = Math.max(most, foe.afterMs);
  }
  return most;
}

function modeAgeOf(
  { mode, modeSince }: MonitorState,
  startFlashMs: number,
  allRedMs: number,
  age: Age,
): number {
  if (mode === "startFlash") return age(modeSince, startFlashMs);
  return mode === "allRed" ? age(modeSince, allRedMs) : NEVER;
}

/** The inverse: a state that at `at` has the ages of the text, and of which the monitor will say the same. */
export function absoluteState({ rules, limits }: Monitor, relative: string, at: number): MonitorState {
  // A text of `relativeState`, which made it from this type.
  const { outputs, heads: told, mode, modeAge, present: lasting } = JSON.parse(relative) as Relative;
  const since = (ageMs: number): number => (ageMs === NEVER ? -Infinity : at - ageMs);
  const heads = told.map(([lamp, walk, strong, ...ages]): Head => {
    const [own, protectedEnded, greenEnded, red, walkSince, walkEnded, lead] = ages;
    return {
      lamp,
      since: since(own),
      strong,
      protectedEndedAt: since(protectedEnded),
      greenEndedAt: since(greenEnded),
      redAt: since(red),
      walk,
      walkSince: since(walkSince),
      walkEndedAt: since(walkEnded),
      leadAt: lead === NEVER ? Infinity : at - lead,
    };
  });
  const present = lasting.map((one) => ({ ...one, since: at - one.since }));
  const quietUntil = quietUntilOf(rules, limits, heads, present);
  return { at, outputs, heads, mode, modeSince: since(modeAge), present, quietUntil };
}
