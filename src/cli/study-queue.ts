import type { StudyProgress, StudyRequest, StudyResult, StudyState } from "../protocol/studies.ts";

/** A study, from being asked for to its end. Wall times are epoch milliseconds. */
export type Study = {
  readonly id: string;
  readonly request: StudyRequest;
  readonly who: string;
  readonly askedAt: number;
  readonly streetAt: number | null;
  readonly state: StudyState;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** As it was last told, and when. */
  readonly progress: (StudyProgress & { readonly toldAt: number }) | null;
  readonly reason: string | null;
  readonly result: StudyResult | null;
};

/** In the order in which they were asked for. */
export type StudyQueue = readonly Study[];

export type QueueEvent =
  | {
      readonly kind: "asked";
      readonly study: Pick<Study, "id" | "request" | "who" | "streetAt">;
      readonly at: number;
    }
  | { readonly kind: "progress"; readonly id: string; readonly progress: StudyProgress; readonly at: number }
  | { readonly kind: "done"; readonly id: string; readonly result: StudyResult; readonly at: number }
  | { readonly kind: "failed"; readonly id: string; readonly reason: string; readonly at: number }
  | { readonly kind: "cancelled"; readonly id: string; readonly reason: string; readonly at: number };

/** What is to be done about it: at most one study runs. */
export type QueueCommand =
  | { readonly kind: "run"; readonly id: string }
  | { readonly kind: "stop"; readonly id: string };

export type QueueStep = { readonly queue: StudyQueue; readonly commands: readonly QueueCommand[] };

/** Studies that are over and still shown; the history has all. */
export const KEPT_MAX = 50;

/**
 * The queue after an event, and what to do: a study runs alone and the next one begins when it has ended, however it did. What
 * is told of a study that is over, or of none, changes nothing.
 */
export function advanceQueue(queue: StudyQueue, event: QueueEvent): QueueStep {
  if (event.kind === "asked") {
    const { at: askedAt, study } = event;
    return next([...queue, { ...study, ...WAITING, askedAt }], askedAt, []);
  }
  const study = queue.find(({ id }) => id === event.id);
  if (study === undefined || isOver(study)) return { queue, commands: [] };
  const changed = queue.map((one) => (one === study ? changedBy(study, event) : one));
  if (event.kind === "progress") return { queue: changed, commands: [] };
  const stops = event.kind === "cancelled" && study.state === "running";
  return next(changed, event.at, stops ? [{ kind: "stop", id: study.id }] : []);
}

const WAITING = {
  state: "queued",
  startedAt: null,
  endedAt: null,
  progress: null,
  reason: null,
  result: null,
} as const;

export function isOver({ state }: Study): boolean {
  return state !== "queued" && state !== "running";
}

function changedBy(study: Study, event: Exclude<QueueEvent, { readonly kind: "asked" }>): Study {
  const { at } = event;
  if (event.kind === "progress") return { ...study, progress: { ...event.progress, toldAt: at } };
  const ended = { ...study, state: event.kind, endedAt: at, progress: null };
  return event.kind === "done" ? { ...ended, result: event.result } : { ...ended, reason: event.reason };
}

/** The queue after the engine stopped and began anew: what was not over has no process any more, and waits for nobody. */
export function afterRestart(kept: StudyQueue): StudyQueue {
  return kept.map((study): Study => {
    if (isOver(study)) return study;
    const reason =
      study.state === "running"
        ? "the engine stopped while it ran"
        : "the engine stopped before its turn came";
    return { ...study, state: "interrupted", progress: null, reason };
  });
}

/** Begins the oldest that waits where none runs, and forgets the oldest of too many that are over. */
function next(queue: StudyQueue, at: number, commands: readonly QueueCommand[]): QueueStep {
  const over = queue.filter(isOver);
  const forgotten = new Set(over.slice(0, Math.max(0, over.length - KEPT_MAX)));
  const kept = queue.filter((study) => !forgotten.has(study));
  const first = kept.find(({ state }) => state === "queued");
  if (first === undefined || kept.some(({ state }) => state === "running")) return { queue: kept, commands };
  return {
    queue: kept.map((one) => (one === first ? { ...one, state: "running", startedAt: at } : one)),
    commands: [...commands, { kind: "run", id: first.id }],
  };
}

/** What is left of a study's time by now, or null where nobody knows. */
export function leftMsAt({ progress }: Study, at: number): number | null {
  if (progress === null || progress.leftMs === null) return null;
  return Math.max(0, Math.round(progress.leftMs - (at - progress.toldAt)));
}
