import { ceilToStep, secondsToMs } from "../units.ts";
import type {
  Coordination,
  Intersection,
  Overlap,
  Phase,
  Preempt,
  Priority,
  Recall,
} from "./intersection.ts";

/** How a phase answers to detectors, in milliseconds; defaults are those of the schema. */
export type ActuationTiming = {
  readonly greenMax2Ms: number;
  readonly passageMs: number;
  readonly gapReduction: {
    readonly beforeMs: number;
    readonly toReduceMs: number;
    readonly gapMinMs: number;
  } | null;
  readonly redRevertMs: number;
  readonly recall: Recall;
  readonly dualEntry: boolean;
  readonly simultaneousGap: boolean;
  readonly conditionalService: boolean;
  /** A turn that yields and looks at the circular green of its approach. */
  readonly circular: boolean;
  readonly pedestrianRecall: boolean;
  readonly restInWalk: boolean;
  readonly bufferMs: number;
  /** Leading pedestrian interval, 0 without. */
  readonly leadMs: number;
};

export type OverlapTiming =
  | {
      readonly kind: "normal";
      readonly id: string;
      readonly included: readonly number[];
      readonly minus: readonly number[];
      /** Phases that its movement crosses: the minus phases, and those that conflict with every included phase. */
      readonly conflicts: readonly number[];
      readonly yellowMs: number;
      readonly redClearMs: number;
    }
  | {
      readonly kind: "flashingYellowArrow";
      readonly id: string;
      readonly left: number;
      readonly opposing: number;
      readonly delayMs: number;
    };

export type PreemptTiming = {
  readonly id: string;
  readonly kind: Preempt["kind"];
  readonly delayMs: number;
  readonly entryGreenMinMs: number;
  readonly entryWalkMs: number;
  readonly entryClearMs: number;
  readonly track: { readonly phases: readonly number[]; readonly greenMs: number } | null;
  readonly dwellPhases: readonly number[];
  readonly dwellMinMs: number;
  readonly exitPhases: readonly number[];
  readonly presenceMaxMs: number;
};

export type PriorityTiming = {
  readonly id: string;
  readonly phases: readonly number[];
  readonly extensionMaxMs: number;
  readonly earlyMaxMs: number;
  readonly cooldownMs: number;
};

export type ExtraTiming = {
  /** By `intergreenKey`; only the pairs that are configured. */
  readonly intergreens: ReadonlyMap<string, number>;
  readonly overlaps: readonly OverlapTiming[];
  /** In the order of authority. */
  readonly preempts: readonly PreemptTiming[];
  readonly priorities: readonly PriorityTiming[];
  /** `null`: the controller is in the middle of its cycle when a run starts, and has no flash. */
  readonly startUp: {
    readonly flashMs: number;
    readonly allRedMs: number;
    readonly phases: readonly number[];
    readonly flashYellow: ReadonlySet<number>;
  } | null;
  readonly coordination: Coordination;
  readonly redRest: boolean;
  /** After this a call that waits outweighs everything but preemption. */
  readonly waitMaxMs: number;
};

const COORDINATION_DEFAULT: Coordination = {
  forceOff: "fixed",
  correction: "shortway",
  reference: "beginGreen",
  maximum: "inhibit",
};

export const PASSAGE_DEFAULT_SECONDS = 3;
const RED_REVERT_DEFAULT_SECONDS = 2;

export function intergreenKey(ends: number, begins: number): string {
  return `${ends}>${begins}`;
}

export function actuationTiming(phase: Phase, stepMs: number): ActuationTiming {
  const up = (seconds: number): number => ceilToStep(secondsToMs(seconds), stepMs);
  const { gapReduction, pedestrian } = phase;
  return {
    greenMax2Ms: up(phase.greenMax2Seconds ?? phase.greenMaxSeconds),
    passageMs: up(phase.passageSeconds ?? PASSAGE_DEFAULT_SECONDS),
    gapReduction:
      gapReduction === undefined
        ? null
        : {
            beforeMs: up(gapReduction.beforeSeconds),
            toReduceMs: up(gapReduction.toReduceSeconds),
            gapMinMs: up(gapReduction.gapMinSeconds),
          },
    redRevertMs: up(phase.redRevertSeconds ?? RED_REVERT_DEFAULT_SECONDS),
    recall: phase.recall ?? "maximum",
    dualEntry: phase.dualEntry ?? false,
    simultaneousGap: phase.simultaneousGap ?? true,
    conditionalService: phase.conditionalService ?? false,
    circular: phase.permissiveDisplay === "circular",
    pedestrianRecall: pedestrian?.recall ?? true,
    restInWalk: pedestrian?.restInWalk ?? false,
    bufferMs: up(pedestrian?.bufferSeconds ?? 0),
    leadMs: up(pedestrian?.leadSeconds ?? 0),
  };
}

export function extraTiming(
  intersection: Intersection,
  stepMs: number,
  indexOf: (phase: string) => number,
  conflicts: readonly ReadonlySet<number>[],
): ExtraTiming {
  const up = (seconds: number): number => ceilToStep(secondsToMs(seconds), stepMs);
  const { startUp } = intersection;
  return {
    intergreens: new Map(
      (intersection.intergreens ?? []).map(([ends, begins, seconds]) => [
        intergreenKey(indexOf(ends), indexOf(begins)),
        up(seconds),
      ]),
    ),
    overlaps: (intersection.overlaps ?? []).map((overlap) => overlapTiming(overlap, up, indexOf, conflicts)),
    preempts: byAuthority(intersection.preempts ?? []).map((preempt) => preemptTiming(preempt, up, indexOf)),
    priorities: (intersection.priorities ?? []).map((priority) => priorityTiming(priority, up, indexOf)),
    startUp:
      startUp === undefined
        ? null
        : {
            flashMs: up(startUp.flashSeconds),
            allRedMs: up(startUp.allRedSeconds),
            phases: startUp.phases.map(indexOf),
            flashYellow: new Set(startUp.flashYellow.map(indexOf)),
          },
    coordination: intersection.coordination ?? COORDINATION_DEFAULT,
    redRest: intersection.redRest ?? false,
    waitMaxMs: secondsToMs(intersection.envelope.waitMaxSeconds),
  };
}

/** Railways before all others, otherwise the order of the configuration (reference §2.7). */
function byAuthority(preempts: readonly Preempt[]): readonly Preempt[] {
  return [
    ...preempts.filter(({ kind }) => kind === "railway"),
    ...preempts.filter(({ kind }) => kind !== "railway"),
  ];
}

type Up = (seconds: number) => number;
type IndexOf = (phase: string) => number;

function overlapTiming(
  overlap: Overlap,
  up: Up,
  indexOf: IndexOf,
  conflicts: readonly ReadonlySet<number>[],
): OverlapTiming {
  if (overlap.kind === "flashingYellowArrow") {
    const { id, kind, left, opposing, delaySeconds } = overlap;
    return { id, kind, left: indexOf(left), opposing: indexOf(opposing), delayMs: up(delaySeconds) };
  }
  const included = overlap.included.map(indexOf);
  const minus = overlap.minus.map(indexOf);
  const crossed = conflicts.flatMap((_, phase) =>
    minus.includes(phase) ||
    (!included.includes(phase) && included.every((parent) => conflicts[parent]?.has(phase) === true))
      ? [phase]
      : [],
  );
  return {
    id: overlap.id,
    kind: overlap.kind,
    included,
    minus,
    conflicts: crossed,
    yellowMs: up(overlap.yellowSeconds),
    redClearMs: up(overlap.redClearSeconds),
  };
}

function preemptTiming(preempt: Preempt, up: Up, indexOf: IndexOf): PreemptTiming {
  const { id, kind, entry, track, dwell, exit } = preempt;
  return {
    id,
    kind,
    delayMs: up(preempt.delaySeconds),
    entryGreenMinMs: up(entry.greenMinSeconds),
    entryWalkMs: up(entry.walkSeconds),
    entryClearMs: up(entry.clearSeconds),
    track:
      track === undefined ? null : { phases: track.phases.map(indexOf), greenMs: up(track.greenSeconds) },
    dwellPhases: dwell.phases.map(indexOf),
    dwellMinMs: up(dwell.greenMinSeconds),
    exitPhases: exit.phases.map(indexOf),
    presenceMaxMs: up(preempt.presenceMaxSeconds),
  };
}

function priorityTiming(priority: Priority, up: Up, indexOf: IndexOf): PriorityTiming {
  return {
    id: priority.id,
    phases: priority.phases.map(indexOf),
    extensionMaxMs: up(priority.extensionMaxSeconds),
    earlyMaxMs: up(priority.earlyMaxSeconds),
    cooldownMs: up(priority.cooldownSeconds),
  };
}
