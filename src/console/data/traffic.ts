import { effect } from "@preact/signals";
import { type Motion, NO_MOTION, nextMotion, smoothedGapMs } from "../draw/motion.ts";
import { frame } from "./store.ts";

/** The vehicles on their way from one frame to the next; every canvas draws the same motion. */
let motion: Motion = NO_MOTION;
let beganAt = 0;
let gapMs: number | null = null;

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function progressAt(now: number): number {
  if (stillness.matches || gapMs === null) return 1;
  return Math.min(1, (now - beganAt) / gapMs);
}

/** Keeps the motion up to date with the frames; the returned function ends it. */
export function followTraffic(): () => void {
  return effect(() => {
    const latest = frame.value;
    if (latest === null) return;
    const now = performance.now();
    motion = nextMotion(motion, progressAt(now), latest.vehicles);
    gapMs = smoothedGapMs(gapMs, beganAt === 0 ? 100 : now - beganAt);
    beganAt = now;
  });
}

/** The motion at a time of `performance.now()`, and how much of it is done, 0 to 1. */
export function trafficAt(now: number): { readonly motion: Motion; readonly progress: number } {
  return { motion, progress: progressAt(now) };
}
