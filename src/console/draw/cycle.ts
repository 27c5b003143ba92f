import type { Intersection } from "../../model/intersection.ts";
import type { TimingView } from "../../protocol/live.ts";

/** What of a timing the bars are drawn from. */
export type Timing = Pick<TimingView, "cycleMs" | "stages">;

export type SegmentKind = "green" | "permissive" | "yellow" | "redClear";

/** A part of the cycle, in milliseconds since the begin of green of the first stage; `fromMs < toMs <= cycleMs`. */
type Segment = {
  readonly kind: SegmentKind;
  readonly fromMs: number;
  readonly toMs: number;
};

export type PhaseRow = {
  readonly phase: string;
  /** In the order of time; what is not covered is red. */
  readonly segments: readonly Segment[];
};

/**
 * When each phase shows what, over one cycle of a timing that repeats. A phase that the next stage serves too stays
 * green through the change; otherwise its green ends when the stage's intergreen begins, and its own yellow and red
 * clearance follow, both rounded up to the plant's step as the controller does.
 */
export function phaseRows(
  intersection: Pick<Intersection, "phases" | "stages">,
  timing: Timing,
  stepMs: number,
): readonly PhaseRow[] {
  const slots = stageSlots(timing);
  const stages = new Map(intersection.stages.map((stage) => [stage.id, stage]));
  return intersection.phases.map((phase) => {
    const segments: Segment[] = [];
    const add = (kind: SegmentKind, fromMs: number, toMs: number): void => {
      for (const part of wrap(fromMs, toMs, timing.cycleMs)) segments.push({ kind, ...part });
    };
    slots.forEach((slot, index) => {
      const stage = stages.get(slot.stage);
      if (!stage?.phases.includes(phase.id)) return;
      const kind = stage.permissive.includes(phase.id) ? "permissive" : "green";
      const next = slots[(index + 1) % slots.length];
      const goesOn = next !== undefined && (stages.get(next.stage)?.phases.includes(phase.id) ?? false);
      if (goesOn) {
        add(kind, slot.fromMs, slot.toMs);
        return;
      }
      const yellowFromMs = slot.greenToMs;
      const redFromMs = yellowFromMs + ceilSeconds(phase.yellowSeconds, stepMs);
      add(kind, slot.fromMs, yellowFromMs);
      add("yellow", yellowFromMs, redFromMs);
      add("redClear", redFromMs, redFromMs + ceilSeconds(phase.redClearSeconds, stepMs));
    });
    return { phase: phase.id, segments: joined(segments) };
  });
}

export type StageSlot = {
  readonly stage: string;
  readonly fromMs: number;
  /** End of its green; the intergreen follows. */
  readonly greenToMs: number;
  readonly toMs: number;
};

/** The stages of a cycle one after the other. */
export function stageSlots(timing: Timing): readonly StageSlot[] {
  let fromMs = 0;
  return timing.stages.map(({ stage, splitMs, intergreenMs }) => {
    const slot = { stage, fromMs, greenToMs: fromMs + splitMs - intergreenMs, toMs: fromMs + splitMs };
    fromMs = slot.toMs;
    return slot;
  });
}

export type SplitChange = {
  readonly stage: string;
  readonly splitMs: number;
  /** Against the same stage of the running timing; null where that one does not have it. */
  readonly differenceMs: number | null;
};

/** The splits of `next`, each with its difference from the running timing. A stage served twice is matched in order. */
export function splitChanges(running: Timing | null, next: Timing): readonly SplitChange[] {
  const unmatched = running === null ? [] : [...running.stages];
  return next.stages.map(({ stage, splitMs }) => {
    const index = unmatched.findIndex((split) => split.stage === stage);
    const before = index < 0 ? undefined : unmatched.splice(index, 1)[0];
    return { stage, splitMs, differenceMs: before === undefined ? null : splitMs - before.splitMs };
  });
}

/** Stages of the running timing that the next one no longer serves. */
export function droppedStages(running: Timing, next: Timing): readonly string[] {
  const kept = new Set(next.stages.map(({ stage }) => stage));
  return running.stages.map(({ stage }) => stage).filter((stage) => !kept.has(stage));
}

function ceilSeconds(seconds: number, stepMs: number): number {
  return Math.ceil(Math.round(seconds * 1000) / stepMs) * stepMs;
}

/** An interval that may pass the end of the cycle, as the one or two parts that lie within it. */
function wrap(
  fromMs: number,
  toMs: number,
  cycleMs: number,
): readonly { readonly fromMs: number; readonly toMs: number }[] {
  if (toMs <= fromMs) return [];
  if (toMs <= cycleMs) return [{ fromMs, toMs }];
  if (fromMs >= cycleMs) return [{ fromMs: fromMs - cycleMs, toMs: toMs - cycleMs }];
  return [
    { fromMs, toMs: cycleMs },
    { fromMs: 0, toMs: toMs - cycleMs },
  ];
}

/** In the order of time, with neighbours of the same kind made one. */
function joined(segments: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  for (const segment of segments.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last?.kind === segment.kind && last.toMs === segment.fromMs) {
      result[result.length - 1] = { ...last, toMs: segment.toMs };
    } else {
      result.push(segment);
    }
  }
  return result;
}
