/**
 * The conflict monitor: watches outputs, and only outputs. It imports nothing of the engine's or the controller's rules, so
 * that one mistake cannot hide in both. Every figure is computed here again from the configuration.
 */
import type { Intersection } from "../../../src/model/intersection.ts";
import { type MonitorRules, monitorRules } from "./configuration.ts";
import { firstHead, followHead, isWalkSignal, judgeHead, lampOf, UNSEEN_HEAD, walkOf } from "./head.ts";
import { judgeLasting, quietUntilOf, tellOverdue } from "./lasting.ts";
import { firstOperation, nextOperation, seeFlash } from "./operation.ts";
import { judgePairs, seeTogether } from "./pairs.ts";
import {
  entry,
  type Findings,
  type Head,
  isFlash,
  type MonitorLimits,
  type MonitorRule,
  type MonitorState,
  type Outputs,
  type Present,
  type Trip,
} from "./watch.ts";

export type { MonitorState, Outputs, Trip } from "./watch.ts";

/** Those of a cabinet: reference §2.8. */
export const CABINET_LIMITS: MonitorLimits = { conflictMs: 300, darkMs: 800, lateMs: 100, silenceMs: 1_000 };
/** Those of a proof: a single instant is one too many. */
export const STRICT_LIMITS: MonitorLimits = { conflictMs: 0, darkMs: 0, lateMs: 0, silenceMs: 1_000 };

export type MonitorOptions = {
  /** The controller's step, to which it rounds its durations up. */
  readonly stepMs: number;
  readonly limits: MonitorLimits;
};

export type MonitorStep = {
  readonly state: MonitorState;
  readonly trips: readonly Trip[];
  /** Rules that this observation met with nothing to spare; one entry for each time. */
  readonly atLimit: readonly MonitorRule[];
};

export type Monitor = {
  readonly rules: MonitorRules;
  readonly limits: MonitorLimits;
  /** Before anything was seen; also after a power failure and after a local reset, which begin with the start-up. */
  readonly start: () => MonitorState;
  /** What is shown from `at` on, until the next observation; needed only when it changes. */
  readonly observe: (state: MonitorState, at: number, outputs: Outputs) => MonitorStep;
  /** Whether the controller has been silent for too long; for those who observe at every step. */
  readonly watchdog: (state: MonitorState, now: number) => readonly Trip[];
};

const NOTHING: readonly never[] = [];

/** A monitor for one intersection. */
export function conflictMonitor(intersection: Intersection, { stepMs, limits }: MonitorOptions): Monitor {
  const rules = monitorRules(intersection, stepMs);
  const observe = (state: MonitorState, at: number, outputs: Outputs): MonitorStep => {
    if (!isSame(state.outputs, outputs) || state.mode === "unseen") {
      return observeChange(rules, limits, state, at, outputs);
    }
    if (at <= state.quietUntil) return { state: { ...state, at }, trips: NOTHING, atLimit: NOTHING };
    const findings: Findings = { trips: [], atLimit: [] };
    const present = judgeLasting(rules, limits, state, at, findings);
    const quietUntil = quietUntilOf(rules, limits, state.heads, present);
    return { state: { ...state, at, present, quietUntil }, ...findings };
  };
  const watchdog = (state: MonitorState, now: number): readonly Trip[] => {
    const silentMs = now - state.at;
    const mostMs = Math.max(limits.silenceMs, 2 * stepMs);
    if (state.mode === "unseen" || silentMs <= mostMs) return NOTHING;
    return [{ rule: "WATCHDOG", at: now, detail: `no outputs for ${silentMs} ms, at most ${mostMs} ms` }];
  };
  return { rules, limits, start: () => unseen(rules), observe, watchdog };
}

function isSame(left: Outputs, right: Outputs): boolean {
  return (
    left.lamps === right.lamps &&
    left.walk === right.walk &&
    left.overlaps === right.overlaps &&
    left.preempting === right.preempting
  );
}

function unseen({ heads }: MonitorRules): MonitorState {
  return {
    at: -Infinity,
    outputs: { lamps: "", overlaps: "", walk: "", preempting: false },
    heads: heads.map(() => UNSEEN_HEAD),
    mode: "unseen",
    modeSince: -Infinity,
    present: NOTHING,
    quietUntil: Infinity,
  };
}

function observeChange(
  rules: MonitorRules,
  limits: MonitorLimits,
  state: MonitorState,
  at: number,
  outputs: Outputs,
): MonitorStep {
  const findings: Findings = { trips: [], atLimit: [] };
  const first = state.mode === "unseen";
  const lasted = at > state.quietUntil ? judgeLasting(rules, limits, state, at, findings) : state.present;
  const preempting = outputs.preempting || state.outputs.preempting;
  const heads = state.heads.map((before, index) => {
    const own = entry(rules.heads, index);
    const lamp = lampOf(own, lampShown(rules, outputs, index), before.lamp);
    const walk = walkOf(own, outputs.walk[index] ?? "", before.walk, lamp);
    if (first) return firstHead(own, lamp, walk, at);
    const now = followHead(own, before, lamp, walk, at);
    if (now !== before) judgeHead(rules, own, before, now, at, preempting, findings);
    return now;
  });
  if (first) {
    for (const detail of rules.yellowFaults) findings.trips.push({ rule: "YELLOW_RANGE", at, detail });
  } else {
    for (let index = 0; index < heads.length; index += 1) {
      judgePairs(rules.heads, index, state.heads, heads, at, findings);
    }
  }
  const { mode, modeSince } = first
    ? firstOperation(rules, heads, at)
    : nextOperation(rules, state, heads, at, outputs.preempting, findings);
  const present = presentNow(rules, limits, heads, outputs, lasted, at, findings);
  const quietUntil = quietUntilOf(rules, limits, heads, present);
  const next: MonitorState = { at, outputs, heads, mode, modeSince, present, quietUntil };
  return { state: next, ...findings };
}

function lampShown({ phaseCount }: MonitorRules, { lamps, overlaps }: Outputs, head: number): string {
  return (head < phaseCount ? lamps[head] : overlaps[head - phaseCount]) ?? "";
}

/** What must not be seen and is; what was seen before goes on. */
function presentNow(
  rules: MonitorRules,
  limits: MonitorLimits,
  heads: readonly Head[],
  outputs: Outputs,
  before: readonly Present[],
  at: number,
  findings: Findings,
): readonly Present[] {
  let found: Present[] | undefined;
  const seen = (rule: MonitorRule, key: string, detail: string): void => {
    const known = before.find((one) => one.rule === rule && one.key === key);
    found ??= [];
    found.push(known ?? tellOverdue(limits, { rule, key, detail, since: at, told: false }, at, findings));
  };
  seeIndications(rules, heads, outputs, seen);
  seeTogether(rules.heads, heads, seen);
  seeFlash(rules, heads, seen);
  return found ?? NOTHING;
}

/** Heads without an indication, with one that is none, or with two that exclude one another. */
function seeIndications(
  rules: MonitorRules,
  heads: readonly Head[],
  outputs: Outputs,
  seen: (rule: "DARK" | "DUAL", key: string, detail: string) => void,
): void {
  const { lamps, overlaps, walk } = outputs;
  const { phaseCount, overlapCount } = rules;
  if (lamps.length !== phaseCount || walk.length !== phaseCount || overlaps.length !== overlapCount) {
    const shown = `${lamps.length} lamps, ${walk.length} walk signals and ${overlaps.length} overlaps`;
    seen("DUAL", "all", `${shown} for ${phaseCount} phases and ${overlapCount} overlaps`);
  }
  for (let index = 0; index < heads.length; index += 1) {
    const own = entry(rules.heads, index);
    const head = entry(heads, index);
    const lamp = lampShown(rules, outputs, index);
    if (lamp !== head.lamp) seen("DARK", own.name, `${own.name}: no lamp but "${lamp}"`);
    if (!own.isPhase) continue;
    const shown = walk[index] ?? "";
    if (own.walker === null) {
      if (shown !== "-") seen("DUAL", own.name, `${own.name}: walk signal "${shown}" without pedestrians`);
    } else if (!isWalkSignal(shown) && !(shown === "-" && isFlash(head.lamp))) {
      seen("DARK", `${own.name} walk`, `${own.name}: no walk signal but "${shown}"`);
    }
  }
}
