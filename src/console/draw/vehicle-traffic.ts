import { type Motion, NO_MOTION, nextMotion, smoothedGapMs } from "./motion.ts";

/** The vehicles on their way from one frame to the next; every map paints the same ones. */
export type Traffic = {
  readonly motion: Motion;
  readonly beganAtMs: number | null;
  readonly gapMs: number | null;
  /** False where whoever looks has asked for less motion: vehicles stand where the latest frame has them. */
  readonly glides: boolean;
};

export const NO_TRAFFIC: Traffic = { motion: NO_MOTION, beganAtMs: null, gapMs: null, glides: true };

/** Between two frames, until two have come. */
const USUAL_GAP_MS = 100;

/** The traffic from the moment on at which a frame came; its vehicles as in `FrameMessage.vehicles`. */
export function nextTraffic(
  before: Traffic,
  vehicles: ArrayLike<number>,
  { nowMs, glides }: { readonly nowMs: number; readonly glides: boolean },
): Traffic {
  const { beganAtMs, gapMs } = before;
  return {
    motion: nextMotion(before.motion, progressAt(before, nowMs), vehicles),
    gapMs: smoothedGapMs(gapMs, beganAtMs === null ? USUAL_GAP_MS : nowMs - beganAtMs),
    beganAtMs: nowMs,
    glides,
  };
}

/** How much of the way is done, 0 to 1. */
export function progressAt({ glides, gapMs, beganAtMs }: Traffic, nowMs: number): number {
  if (!glides || gapMs === null || beganAtMs === null) return 1;
  return Math.min(1, Math.max(0, (nowMs - beganAtMs) / gapMs));
}
