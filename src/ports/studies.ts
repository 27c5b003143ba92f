import type { StudiesView, StudyDetail, StudyRequest, StudyView } from "../protocol/studies.ts";

/** What came of asking for a study, or of cancelling one. */
export type StudyAnswer =
  | { readonly kind: "done"; readonly study: StudyView }
  /** The request does not hold: what was found and what is allowed. */
  | { readonly kind: "invalid"; readonly why: string }
  /** Not now: the queue is full, or nothing is left to cancel. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unknown" };

/** Where what-if studies of the running network are asked for, run one after the other, and shown. */
export interface Studies {
  view(): StudiesView;
  find(id: string): StudyDetail | undefined;
  ask(request: StudyRequest, who: string): Promise<StudyAnswer>;
  cancel(id: string, who: string): StudyAnswer;
  /** The report as a page; undefined where there is none. */
  report(id: string): Promise<string | undefined>;
}

/** A study as it outlives the process. */
export type KeptStudy = Omit<StudyDetail, "progress" | "verdicts"> & {
  /** The run folder, in which its report stands; null without a result. */
  readonly folder: string | null;
};

/** Studies, where they outlive the process. What cannot be brought to the disk now is tried again with the next change. */
export interface StudyMemory {
  /** As the process before left them, in the order in which they were asked for. */
  readonly kept: readonly KeptStudy[];
  keep(study: KeptStudy): void;
  forget(id: string): void;
  /** Resolves when all was tried. */
  close(): Promise<void>;
}
