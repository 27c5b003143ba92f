import type { Intersection, Overlap, Phase, Preempt } from "../../../src/model/intersection.ts";
import { entry, milliseconds } from "./watch.ts";

/** What the monitor holds one head to. Phases come first, then the normal overlaps, each in the order of the configuration. */
export type HeadRules = {
  /** As messages call it. */
  readonly name: string;
  readonly isPhase: boolean;
  readonly yellowMs: number;
  /** Yellow rounded up to the controller's step. */
  readonly yellowMostMs: number;
  /** Yellow and red clearance. */
  readonly clearanceMs: number;
  /** 0 for an overlap: its parents have theirs. */
  readonly greenMinMs: number;
  readonly redRevertMs: number;
  readonly walker: WalkerRules | null;
  /** Its turn yields at a circular green. */
  readonly circular: boolean;
  /** Its `g` is a flashing yellow arrow. */
  readonly arrow: { readonly opposing: number; readonly delayMs: number } | null;
  /** Longest delay of an arrow that it drives. */
  readonly arrowDelayMs: number;
  readonly flashesYellow: boolean;
  /** First green after flash. */
  readonly starts: boolean;
  readonly foes: readonly Foe[];
};

export type WalkerRules = {
  readonly walkMs: number;
  readonly clearMs: number;
  readonly bufferMs: number;
  readonly leadMs: number;
  /** Leading walk rounded up to the controller's step. */
  readonly leadMostMs: number;
};

/** A head that this one conflicts with. */
export type Foe = {
  readonly head: number;
  /** From the end of the foe's green to the begin of this one's. */
  readonly afterMs: number;
  /** This one's green may yield to the foe's: both may be shown together. */
  readonly yields: boolean;
  /** The foe's green may yield to this one's. */
  readonly isYieldedTo: boolean;
};

export type MonitorRules = {
  readonly heads: readonly HeadRules[];
  readonly phaseCount: number;
  readonly overlapCount: number;
  /** What greens and walks have at least while a preemption ends them; `null` without preemption. */
  readonly entry: { readonly greenMs: number; readonly walkMs: number; readonly clearMs: number } | null;
  /** Whether the controller begins with a start-up; otherwise in the middle of its cycle. */
  readonly hasStartUp: boolean;
  readonly startFlashMs: number;
  readonly allRedMs: number;
  /** Configured yellows that are no yellows. */
  readonly yellowFaults: readonly string[];
};

const YELLOW_MIN_MS = 3_000;
const YELLOW_MAX_MS = 6_000;
const RED_REVERT_DEFAULT_MS = 2_000;
/** All red after flash where no start-up is configured: the least that a configuration could ask for. */
const ALL_RED_MIN_MS = 3_000;

type Normal = Extract<Overlap, { readonly kind: "normal" }>;

/** Works everything out again from the configuration; durations in milliseconds. */
export function monitorRules(intersection: Intersection, stepMs: number): MonitorRules {
  const { phases, startUp, preempts = [] } = intersection;
  const overlaps = (intersection.overlaps ?? []).filter((overlap) => overlap.kind === "normal");
  const foes = foesOf(intersection, overlaps);
  const bare = [
    ...phases.map((phase) => phaseRules(phase, intersection, stepMs)),
    ...overlaps.map((overlap) => overlapRules(overlap, intersection, stepMs)),
  ];
  const heads = bare.map((rules, index): HeadRules => ({ ...rules, foes: entry(foes, index) }));
  return {
    heads,
    phaseCount: phases.length,
    overlapCount: overlaps.length,
    entry: preempts.length === 0 ? null : leastEntry(preempts),
    hasStartUp: startUp !== undefined,
    startFlashMs: milliseconds(startUp?.flashSeconds ?? 0),
    allRedMs: startUp === undefined ? ALL_RED_MIN_MS : milliseconds(startUp.allRedSeconds),
    yellowFaults: heads
      .filter(({ yellowMs }) => yellowMs < YELLOW_MIN_MS || yellowMs > YELLOW_MAX_MS)
      .map(({ name, yellowMs }) => `${name}: yellow of ${yellowMs} ms is not within 3000 to 6000 ms`),
  };
}

function leastEntry(preempts: readonly Preempt[]): NonNullable<MonitorRules["entry"]> {
  return {
    greenMs: milliseconds(Math.min(...preempts.map((preempt) => preempt.entry.greenMinSeconds))),
    walkMs: milliseconds(Math.min(...preempts.map((preempt) => preempt.entry.walkSeconds))),
    clearMs: milliseconds(Math.min(...preempts.map((preempt) => preempt.entry.clearSeconds))),
  };
}

/** A yellow at an end of its range. */
export function isRangeEnd(yellowMs: number): boolean {
  return yellowMs === YELLOW_MIN_MS || yellowMs === YELLOW_MAX_MS;
}

type BareRules = Omit<HeadRules, "foes">;

function roundUp(durationMs: number, stepMs: number): number {
  return Math.ceil(durationMs / stepMs) * stepMs;
}

function phaseRules(
  phase: Phase,
  { phases, overlaps = [], startUp }: Intersection,
  stepMs: number,
): BareRules {
  const { id, pedestrian } = phase;
  const arrows = overlaps.filter((overlap) => overlap.kind === "flashingYellowArrow");
  const arrow = arrows.find(({ left }) => left === id);
  const driven = arrows.filter(({ opposing }) => opposing === id);
  const yellowMs = milliseconds(phase.yellowSeconds);
  const leadMs = milliseconds(pedestrian?.leadSeconds ?? 0);
  return {
    name: `phase ${id}`,
    isPhase: true,
    yellowMs,
    yellowMostMs: roundUp(yellowMs, stepMs),
    clearanceMs: yellowMs + milliseconds(phase.redClearSeconds),
    greenMinMs: milliseconds(phase.greenMinSeconds),
    redRevertMs:
      phase.redRevertSeconds === undefined ? RED_REVERT_DEFAULT_MS : milliseconds(phase.redRevertSeconds),
    walker:
      pedestrian === undefined
        ? null
        : {
            walkMs: milliseconds(pedestrian.walkSeconds),
            clearMs: milliseconds(pedestrian.clearSeconds),
            bufferMs: milliseconds(pedestrian.bufferSeconds),
            leadMs,
            leadMostMs: roundUp(leadMs, stepMs),
          },
    circular: phase.permissiveDisplay === "circular",
    arrow:
      arrow === undefined
        ? null
        : {
            opposing: phases.findIndex((other) => other.id === arrow.opposing),
            delayMs: milliseconds(arrow.delaySeconds),
          },
    arrowDelayMs: Math.max(0, ...driven.map(({ delaySeconds }) => milliseconds(delaySeconds))),
    flashesYellow: startUp?.flashYellow.includes(id) ?? false,
    starts: startUp?.phases.includes(id) ?? true,
  };
}

function overlapRules(overlap: Normal, { startUp }: Intersection, stepMs: number): BareRules {
  const yellowMs = milliseconds(overlap.yellowSeconds);
  const someOf = (ids: readonly string[] | undefined): boolean =>
    overlap.included.some((id) => ids?.includes(id) ?? false);
  return {
    name: `overlap ${overlap.id}`,
    isPhase: false,
    yellowMs,
    yellowMostMs: roundUp(yellowMs, stepMs),
    clearanceMs: yellowMs + milliseconds(overlap.redClearSeconds),
    greenMinMs: 0,
    redRevertMs: RED_REVERT_DEFAULT_MS,
    walker: null,
    circular: false,
    arrow: null,
    arrowDelayMs: 0,
    flashesYellow: someOf(startUp?.flashYellow),
    starts: startUp === undefined || someOf(startUp.phases),
  };
}

/**
 * A head as the phases that it may be green with. A phase is its own only parent; an overlap's movement is compatible with
 * every phase it includes, so it crosses a phase only if that one conflicts with all of them, and besides its minus phases.
 */
type Parents = {
  readonly id: string | null;
  readonly parents: readonly string[];
  readonly minus: readonly string[];
};

function foesOf(intersection: Intersection, overlaps: readonly Normal[]): readonly (readonly Foe[])[] {
  const heads: readonly Parents[] = [
    ...intersection.phases.map(({ id }) => ({ id, parents: [id], minus: [] })),
    ...overlaps.map(({ included, minus }) => ({ id: null, parents: included, minus })),
  ];
  const clearances = [...intersection.phases, ...overlaps].map(({ yellowSeconds, redClearSeconds }) =>
    milliseconds(yellowSeconds + redClearSeconds),
  );
  const listed = new Set(intersection.conflicts.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  const yielding = yieldingPairs(intersection);
  return heads.map((own, index) =>
    heads.flatMap((other, head): readonly Foe[] => {
      if (head === index || !areFoes(own, other, listed)) return [];
      const afterMs = Math.max(entry(clearances, head), intergreenMs(intersection, other, own));
      return [
        {
          head,
          afterMs,
          yields: yieldsTo(own, other, yielding),
          isYieldedTo: yieldsTo(other, own, yielding),
        },
      ];
    }),
  );
}

function areFoes(left: Parents, right: Parents, listed: ReadonlySet<string>): boolean {
  if (left.id !== null && right.minus.includes(left.id)) return true;
  if (right.id !== null && left.minus.includes(right.id)) return true;
  return left.parents.every((a) => right.parents.every((b) => a !== b && listed.has(`${a} ${b}`)));
}

/** An overlap begins with one of its parents, which one is not known: the shortest of theirs. What an overlap ends has none. */
function intergreenMs({ intergreens = [] }: Intersection, ends: Parents, begins: Parents): number {
  if (ends.id === null) return 0;
  const configured = begins.parents.map((parent) => {
    const found = intergreens.find(([from, to]) => from === ends.id && to === parent);
    return milliseconds(found?.[2] ?? 0);
  });
  return Math.min(...configured);
}

/** Pairs of phases of which the first yields to the second: in a stage that has both, or by a flashing yellow arrow. */
function yieldingPairs({ stages, overlaps = [] }: Intersection): ReadonlySet<string> {
  const staged = stages.flatMap(({ phases, permissive }) =>
    permissive.flatMap((yielding) => phases.map((other) => `${yielding} ${other}`)),
  );
  const arrows = overlaps.flatMap((overlap) =>
    overlap.kind === "flashingYellowArrow" ? [`${overlap.left} ${overlap.opposing}`] : [],
  );
  return new Set([...staged, ...arrows]);
}

/** Who yields to all parents of an overlap yields to it. */
function yieldsTo(own: Parents, other: Parents, pairs: ReadonlySet<string>): boolean {
  return own.id !== null && other.parents.every((parent) => pairs.has(`${own.id} ${parent}`));
}
