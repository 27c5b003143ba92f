import type { Candidate } from "./tune.ts";

/** What is to be done about it. */
export type Verdict = {
  readonly kind: "proposed" | "none" | "stopped";
  /** In a sentence. */
  readonly reason: string;
};

/** `confirmation` is of the best candidate on seeds that it was not chosen by. */
export function verdictOf(
  best: Candidate | undefined,
  confirmation: Candidate | undefined,
  stopped: boolean,
): Verdict {
  if (stopped)
    return { kind: "stopped", reason: "stopped before the confirmation was over: nothing is proposed" };
  if (confirmation === undefined) {
    const reason =
      best === undefined
        ? "nothing was tried"
        : "none of the settings that were tried beats the defaults on the training seeds";
    return { kind: "none", reason };
  }
  if (confirmation.unsafe > 0) {
    return {
      kind: "none",
      reason: "the best setting of the training showed signals that are unsafe on fresh seeds",
    };
  }
  if (confirmation.jammed > 0) {
    return {
      kind: "none",
      reason: "the best setting of the training jams on fresh seeds where the defaults do not",
    };
  }
  const [low, high] = confirmation.ci95 ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (low > 0) {
    return {
      kind: "none",
      reason: "none beats the defaults: the best setting of the training loses on fresh seeds",
    };
  }
  if (high >= 0) {
    return {
      kind: "none",
      reason:
        "none beats the defaults: what the best setting of the training does on fresh seeds is indistinguishable from noise",
    };
  }
  return { kind: "proposed", reason: "the whole interval of the difference on fresh seeds is a gain" };
}
