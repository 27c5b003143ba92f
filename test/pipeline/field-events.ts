import type { FieldEvent, PlantClock } from "../../src/ports/field.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";

/** Begin of the runs of these tests: a whole hour after midnight. */
export const START = instantMs(1_767_596_400_000);
export const MIDNIGHT = instantMs(START - 3_600_000);

export const second = (count: number): InstantMs => instantMs(START + count * 1000);

export const clockAt = (at: InstantMs): PlantClock => ({
  at,
  stepMs: 1000,
  midnightAt: MIDNIGHT,
  speedFactor: 10,
});

export const plantUp = (at: InstantMs = START): FieldEvent => ({ kind: "plantUp", clock: clockAt(at) });

export const linkUp = (intersection: string, at: InstantMs = START): FieldEvent => ({
  kind: "linkUp",
  at,
  intersection,
  plan: "day",
});

export const linkDown = (intersection: string): FieldEvent => ({
  kind: "linkDown",
  intersection,
  reason: "gone",
});

/** The smallest frame of a controller; its detail names it. */
export const frame = (intersection: string, seq: number, at: InstantMs): FieldEvent => ({
  kind: "frame",
  intersection,
  frame: { type: "alarm", seq, at, code: "ENGINE_LOST", detail: `${intersection}${seq}` },
});

export const ready = (at: InstantMs, links: Readonly<Record<string, number>> = {}): FieldEvent => ({
  kind: "ready",
  frame: { type: "ready", seq: 1, at, links: Object.entries(links) },
});
