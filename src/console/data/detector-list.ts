import type { DetectorStateView } from "../../protocol/detector-view.ts";

export const DETECTOR_COLUMNS = [
  "intersection",
  "detector",
  "state",
  "fault",
  "since",
  "lastHitAt",
  "hitsPerHour",
  "expectedPerHour",
] as const;
export type DetectorColumn = (typeof DETECTOR_COLUMNS)[number];

export type DetectorOrder = { readonly by: DetectorColumn; readonly descending: boolean };

/** The worst first. */
const STATE_RANK: Readonly<Record<DetectorStateView["state"], number>> = {
  failed: 0,
  suspect: 1,
  recovering: 2,
  good: 3,
};

/** Whether somebody should look at it: it is not good, or nobody hears it. */
export function isAbnormal({ state, linked }: DetectorStateView): boolean {
  return state !== "good" || !linked;
}

/** The detectors in an order; what has no value comes last, whichever way. Alike ones are by intersection and name. */
export function orderedDetectors(
  detectors: readonly DetectorStateView[],
  { by, descending }: DetectorOrder,
): readonly DetectorStateView[] {
  const sign = descending ? -1 : 1;
  return detectors.toSorted((left, right) => {
    const [a, b] = [keyOf(left, by), keyOf(right, by)];
    const both = a === null || b === null ? Number(a === null) - Number(b === null) : sign * compared(a, b);
    return both || compared(left.intersection, right.intersection) || compared(left.detector, right.detector);
  });
}

function keyOf(detector: DetectorStateView, by: DetectorColumn): string | number | null {
  return by === "state" ? STATE_RANK[detector.state] : detector[by];
}

function compared(left: string | number, right: string | number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
