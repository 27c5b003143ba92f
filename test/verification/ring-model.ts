import { defined } from "../../src/assert.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import {
  hasCleared,
  type ModelPhase,
  modelPhases,
  see,
  type Seen,
  type Shown,
  shown,
  startGreen,
  startWalk,
  startYellow,
  tickLamps,
} from "./model-phase.ts";

/**
 * A ring-and-barrier controller in free operation, the slow and obvious way: every 100 ms it counts every timer by one and asks
 * every ring what to do. Written from the reference's §1, §1.1, §1.2, §2.2 and §2.3 and from the configuration; it shares nothing
 * with `src/signal`. README.md says what is left out.
 */
export type RingModel = {
  readonly phases: readonly ModelPhase[];
  readonly rings: readonly ModelRing[];
  readonly groupCount: number;
  /** The side of the barrier that is being served. */
  group: number;
  readonly seen: Seen;
};

type ModelRing = {
  readonly cells: readonly (readonly number[])[];
  /** Green, yellow or red clearance. */
  now: number | null;
  /** Committed: begins as soon as it may. */
  next: number | null;
  /** Was over at the barrier once: without simultaneous gap that is for good. */
  gaveUp: boolean;
};

/** What a run has to meet, so that it has compared something. */
export const RING_SITUATIONS = [
  "gap-out",
  "max-out",
  "walk holds a green that is over",
  "barrier crossed",
  "extended after it had given up at the barrier",
  "extended again at the barrier",
  "ring goes round on its own side",
  "idle ring takes up a call",
  "dual entry",
  "red revert",
  "walk again",
  "buffer before walk again",
] as const;

function note({ seen }: RingModel, situation: (typeof RING_SITUATIONS)[number]): void {
  see(seen, situation);
}

/** The first stage of the configuration is green when the model starts. */
export function startRingModel(intersection: Intersection, seen: Seen): RingModel {
  const indexOf = (id: string): number => intersection.phases.findIndex((phase) => phase.id === id);
  const rings = defined(intersection.rings, "rings").map(
    (ring): ModelRing => ({
      cells: ring.map((cell) => cell.map(indexOf)),
      now: null,
      next: null,
      gaveUp: false,
    }),
  );
  const model: RingModel = {
    phases: modelPhases(intersection),
    rings,
    groupCount: defined(rings[0], "ring").cells.length,
    group: 0,
    seen,
  };
  for (const index of defined(intersection.stages[0], "stage").phases.map(indexOf)) {
    for (const ring of rings) {
      const group = ring.cells.findIndex((cell) => cell.includes(index));
      if (group < 0) continue;
      model.group = group;
      ring.now = index;
    }
    startGreen(phaseOf(model, index));
  }
  return model;
}

export function ringModelShows({ phases }: RingModel): Shown {
  return shown(phases);
}

/**
 * The next instant. The one of the start is given: what there is to do then is done a tick later. Within an instant what is due
 * ends before an idle ring takes up a call (docstring of `runRings`), so a call that comes with the end waits beyond the barrier.
 */
export function tickRingModel(model: RingModel): void {
  for (const phase of model.phases) tickLamps(phase);
  for (let acted = true; acted; ) {
    acted = false;
    for (const ring of model.rings) {
      if (ring.now !== null && phaseOf(model, ring.now).lamp === "r") ring.now = null;
    }
    for (const ring of model.rings) {
      if (endGreen(model, ring)) acted = true;
    }
    if (crossBarrier(model)) acted = true;
    for (const ring of model.rings) {
      if (beginGreen(model, ring)) acted = true;
    }
    if (noticeWaiting(model)) acted = true;
  }
  for (let index = 0; index < model.phases.length; index += 1) repeatWalk(model, index);
}

function phaseOf({ phases }: RingModel, index: number): ModelPhase {
  return defined(phases[index], "phase");
}

/** §1.1: two phases may run together in different rings of the same group only. */
function conflict({ rings }: RingModel, left: number, right: number): boolean {
  if (left === right) return false;
  for (const ring of rings) {
    const own = ring.cells.flat();
    if (own.includes(left) && own.includes(right)) return true;
  }
  const groupOf = (index: number): number | undefined =>
    rings.map(({ cells }) => cells.findIndex((cell) => cell.includes(index))).find((group) => group >= 0);
  return groupOf(left) !== groupOf(right);
}

function called(model: RingModel, index: number): boolean {
  const phase = phaseOf(model, index);
  if (phase.lamp === "G") return false;
  // §1: a recall of pedestrians is a demand like the others.
  const walkers = phase.walkTime > 0 && (phase.walkCall || phase.walkRecall);
  return phase.vehicleCall || walkers || phase.recall !== "none";
}

/** Whether somebody waits for the end of this green. */
function waitsFor(model: RingModel, index: number): boolean {
  return model.phases.some((_, foe) => conflict(model, index, foe) && called(model, foe));
}

/** §1.2.4: when what conflicts has cleared; after its red revert when it has been green before. */
function mayStart(model: RingModel, index: number): boolean {
  const phase = phaseOf(model, index);
  if (phase.lamp !== "r") return false;
  if (!model.phases.every((other, foe) => !conflict(model, index, foe) || hasCleared(other))) return false;
  if (phase.redTicks >= phase.redRevert) return true;
  note(model, "red revert");
  return false;
}

/** §1.2.2: minimum green and pedestrians over, and the gap or the maximum. */
function isOver(model: RingModel, phase: ModelPhase): boolean {
  const gapOut = hasGap(phase);
  if (!gapOut && !isAtMaximum(phase)) return false;
  if (mayStop(phase)) return true;
  if (phase.greenTicks >= phase.greenMin) note(model, "walk holds a green that is over");
  return false;
}

function mayStop(phase: ModelPhase): boolean {
  return phase.greenTicks >= phase.greenMin && phase.walk === "D";
}

function hasGap(phase: ModelPhase): boolean {
  return phase.recall !== "maximum" && phase.detectorsOn === 0 && phase.gapTicks >= phase.passage;
}

function isAtMaximum(phase: ModelPhase): boolean {
  return phase.waitedFor && phase.maximumTicks >= phase.greenMax;
}

function end(model: RingModel, index: number): void {
  const phase = phaseOf(model, index);
  if (hasGap(phase)) note(model, "gap-out");
  else if (isAtMaximum(phase)) note(model, "max-out");
  startYellow(phase);
}

/** A ring goes on on its own side of the barrier; the next phase is committed with the end of green (§1.2.3). */
function endGreen(model: RingModel, ring: ModelRing): boolean {
  if (ring.now === null || phaseOf(model, ring.now).lamp !== "G") return false;
  const phase = phaseOf(model, ring.now);
  // What was given up at the barrier is also given to a later phase of this side (docstrings of `RingState.ready`, `readiness`).
  if (!isOver(model, phase) && !hasGivenUp(ring, phase)) return false;
  const next = nextWithin(model, ring, ring.now);
  if (next === null) return false;
  end(model, ring.now);
  ring.next = next;
  return true;
}

function beginGreen(model: RingModel, ring: ModelRing): boolean {
  if (ring.now !== null) return false;
  if (ring.next === null) {
    ring.next = (ring.cells[model.group] ?? []).find((index) => called(model, index)) ?? null;
    if (ring.next !== null) note(model, "idle ring takes up a call");
  }
  if (ring.next === null || !mayStart(model, ring.next)) return false;
  ring.now = ring.next;
  ring.next = null;
  ring.gaveUp = false;
  startGreen(phaseOf(model, ring.now));
  return true;
}

/** Where the ring goes on this side of the barrier: to a called phase that follows in its order. */
function nextWithin(model: RingModel, ring: ModelRing, now: number): number | null {
  const cell = ring.cells[model.group] ?? [];
  const place = cell.indexOf(now);
  const later = cell.slice(place + 1).find((index) => called(model, index));
  if (later !== undefined) return later;
  // Those before it have to wait for the next round (docstring of `nextInGroup`), unless nobody waits beyond the barrier.
  if (groupBeyond(model) !== null) return null;
  const earlier = cell.slice(0, place).find((index) => called(model, index));
  if (earlier === undefined) return null;
  note(model, "ring goes round on its own side");
  return earlier;
}

/** The next side of the barrier with a call. */
function groupBeyond(model: RingModel): number | null {
  for (let ahead = 1; ahead < model.groupCount; ahead += 1) {
    const group = (model.group + ahead) % model.groupCount;
    const waits = model.rings.some(({ cells }) => (cells[group] ?? []).some((index) => called(model, index)));
    if (waits) return group;
  }
  return null;
}

/** §1: every ring has ended its phase before any phase beyond the barrier starts; they end together. */
function crossBarrier(model: RingModel): boolean {
  const beyond = groupBeyond(model);
  if (beyond === null) return false;
  // Every ring is asked, not only up to the first that is not ready: each may give up in the same instant.
  const ready = model.rings.map((ring) => readyToCross(model, ring));
  if (ready.includes(false)) return false;
  note(model, "barrier crossed");
  for (const ring of model.rings) {
    if (ring.now !== null) end(model, ring.now);
    const cell = ring.cells[beyond] ?? [];
    ring.next = cell.find((index) => called(model, index)) ?? null;
    if (ring.next !== null) continue;
    ring.next = cell.find((index) => phaseOf(model, index).dualEntry) ?? null;
    if (ring.next !== null) note(model, "dual entry");
  }
  model.group = beyond;
  return true;
}

/** An idle ring is ready; a green one when it is over, or was so once where its phase has no simultaneous gap. */
function readyToCross(model: RingModel, ring: ModelRing): boolean {
  if (ring.next !== null) return false;
  if (ring.now === null) return true;
  const phase = phaseOf(model, ring.now);
  if (phase.lamp !== "G" || nextWithin(model, ring, ring.now) !== null) return false;
  const over = isOver(model, phase);
  if (!over && ring.gaveUp) {
    note(
      model,
      phase.simultaneousGap
        ? "extended again at the barrier"
        : "extended after it had given up at the barrier",
    );
  }
  if (over) ring.gaveUp = true;
  return over || hasGivenUp(ring, phase);
}

function hasGivenUp(ring: ModelRing, phase: ModelPhase): boolean {
  return ring.gaveUp && !phase.simultaneousGap && mayStop(phase);
}

/**
 * §1: the maximum counts from the first conflicting call on; under maximum recall from the begin of green. Who waits is noticed after
 * a round of the sequence (docstring of `settleCalls`), which is then repeated: what the gap ends goes before what the maximum ends.
 */
function noticeWaiting(model: RingModel): boolean {
  let noticed = false;
  model.phases.forEach((phase, index) => {
    if (phase.lamp !== "G" || phase.waitedFor || !waitsFor(model, index)) return;
    phase.waitedFor = true;
    if (phase.recall !== "maximum") phase.maximumTicks = 0;
    noticed = true;
  });
  return noticed;
}

/**
 * A pedestrian who calls during the green gets walk in it while nobody waits for its end; after flashing don't walk the steady hand
 * is shown for the buffer, and for a tick at least (docstrings of `walksAgain` and `walkAgainAt`). §2.3 would also let walk come
 * again where it fits before the maximum; in free operation the machine does not use that.
 */
function repeatWalk(model: RingModel, index: number): void {
  const phase = phaseOf(model, index);
  if (!phase.walkCall || phase.lamp !== "G" || phase.walk !== "D" || waitsFor(model, index)) return;
  if (phase.handTicks < Math.max(1, phase.buffer)) {
    note(model, "buffer before walk again");
    return;
  }
  note(model, "walk again");
  startWalk(phase);
}
