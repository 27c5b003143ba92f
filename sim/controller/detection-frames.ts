import type { DetectionsFrame } from "../../src/protocol/frames.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";
import type { Actuation } from "../field/plant.ts";

/** Actuations of one frame: below the protocol's 2000, so that a frame with the longest ids is not longer than a link takes. */
export const ACTUATIONS_PER_FRAME_MAX = 1_000;

/**
 * The `detections` frames of a step that ends at `at`, numbered from `sequence` on: one, also without actuations, or as many as
 * the actuations need. Each says up to which instant everything is told, so a part ends before the next one's first instant.
 */
export function detectionFrames(
  at: InstantMs,
  sequence: number,
  actuations: readonly Actuation[],
): readonly Omit<DetectionsFrame, "seq">[] {
  const parts = Math.max(1, Math.ceil(actuations.length / ACTUATIONS_PER_FRAME_MAX));
  return Array.from({ length: parts }, (_, part) => {
    const begin = part * ACTUATIONS_PER_FRAME_MAX;
    const end = begin + ACTUATIONS_PER_FRAME_MAX;
    const following = actuations[end];
    return {
      type: "detections",
      at,
      sequence: sequence + part,
      until: following === undefined ? at : instantMs(following.at - 1),
      events: actuations.slice(begin, end).map((one) => [one.detector, one.at, one.on ? 1 : 0]),
    };
  });
}
