import type { StudyProgress, StudyResult } from "../protocol/studies.ts";
import type { StudyTask } from "./study-request.ts";

/** What the process of a study is told: once what to do, and perhaps that it is wanted no more. */
export type StudyOrder = { readonly kind: "run"; readonly task: StudyTask } | { readonly kind: "stop" };

/** What it tells. */
export type StudyNews =
  | { readonly kind: "progress"; readonly progress: StudyProgress }
  | {
      readonly kind: "done";
      readonly result: StudyResult;
      /** The run folder. */
      readonly folder: string;
    }
  | { readonly kind: "failed"; readonly reason: string };
