import type { Measure } from "./measures.ts";

/**
 * The measures by which a variant is compared with its base, and which difference is a gain: one family, judged together (`family.ts`).
 * Chosen before anything was run; what only says how a control works (plans, decisions) is no gain and no loss.
 */
export const COMPARED = {
  delaySeconds: "less",
  timeLossSeconds: "less",
  waitingSeconds: "less",
} as const satisfies Partial<Readonly<Record<Measure, "less" | "more">>>;

export type ComparedMeasure = keyof typeof COMPARED;

/** The keys of `COMPARED`, in its order. */
export const COMPARED_MEASURES = Object.keys(COMPARED) as readonly ComparedMeasure[];
