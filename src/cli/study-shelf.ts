import type { KeptStudy, StudyMemory } from "../ports/studies.ts";
import { afterRestart, type Study, type StudyQueue } from "./study-queue.ts";

/** Studies with their run folders, as they outlive the engine. */
export type StudyShelf = {
  /** As they stand when the engine begins. */
  readonly queue: StudyQueue;
  /** Those of them that the engine's end interrupted. */
  readonly interrupted: readonly Study[];
  /** A study has left its results in a folder. */
  readonly put: (id: string, folder: string) => void;
  readonly folder: (id: string) => string | undefined;
  /** Keeps those that are not as they were known, and forgets those that are shown no more. */
  readonly changed: (known: StudyQueue, now: StudyQueue) => void;
  readonly close: () => Promise<void>;
};

/** Without a memory it ends with the process. */
export function createStudyShelf(memory: StudyMemory | undefined): StudyShelf {
  const kept = memory?.kept ?? [];
  const folders = new Map(kept.flatMap(({ id, folder }) => (folder === null ? [] : [[id, folder]])));
  const before = kept.map(studyOf);
  const queue = afterRestart(before);
  const changed = (known: StudyQueue, now: StudyQueue): void => {
    for (const study of now) {
      if (!known.includes(study)) memory?.keep(keptOf(study, folders.get(study.id) ?? null));
    }
    for (const { id } of known) {
      if (now.some((study) => study.id === id)) continue;
      folders.delete(id);
      memory?.forget(id);
    }
  };
  changed(before, queue);
  return {
    queue,
    interrupted: queue.filter((study) => !before.includes(study)),
    put: (id, folder) => folders.set(id, folder),
    folder: (id) => folders.get(id),
    changed,
    close: async () => await memory?.close(),
  };
}

/** Of its progress nothing is left when the engine is gone. */
function keptOf(study: Study, folder: string | null): KeptStudy {
  const { id, request, who, state, askedAt, startedAt, endedAt, streetAt, reason, result } = study;
  return { id, request, who, state, askedAt, startedAt, endedAt, streetAt, reason, result, folder };
}

function studyOf(kept: KeptStudy): Study {
  const { id, request, who, state, askedAt, startedAt, endedAt, streetAt, reason, result } = kept;
  return {
    id,
    request,
    who,
    state,
    askedAt,
    startedAt,
    endedAt,
    streetAt,
    progress: null,
    reason,
    result,
  };
}
