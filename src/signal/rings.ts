import { defined } from "../assert.ts";
import { EVENT_CODE } from "../model/event-code.ts";
import type { TimingTable } from "../model/timing.ts";
import { mayBegin, mayEnd } from "./guards.ts";
import { beginPhase, type EndReason, endPhase, type HeadsDraft, headOf, timingOfPhase } from "./heads.ts";

/** Order of service: ring → barrier group → phases. Within a group a left may lead or lag. */
export type RingOrder = readonly (readonly (readonly number[])[])[];

/** Where a ring stands. */
export type RingState = {
  /** Phase that is green or clearing; -1 for none. */
  readonly active: number;
  /** Phase that is committed to begin next; -1 for none. */
  readonly next: number;
  /** Its green may end at the barrier: kept, where the phase has no simultaneous gap, until the barrier is crossed. */
  readonly ready: EndReason | null;
};

export type RingsState = {
  readonly rings: readonly RingState[];
  /** Barrier group that is being served. */
  readonly group: number;
  /** Chosen when a barrier is crossed. */
  readonly order: RingOrder;
};

/** What the sequence is told: demand, and what coordination, priority and operators want. */
export type RingEnvironment = {
  /** Somebody waits for the phase, and it may be served now. */
  readonly called: (phase: number) => boolean;
  /** Its next green comes with walk. */
  readonly walkCalled: (phase: number) => boolean;
  /** Why its green may end now, by demand or by coordination; `null`: it may not. */
  readonly ended: (phase: number) => EndReason | null;
  readonly held: (phase: number) => boolean;
  /** Whether the green of `phase` will last at least so much longer when nobody ends it. */
  readonly lasts: (phase: number, durationMs: number) => boolean;
  /** Order of service from the next barrier on. */
  readonly order: () => RingOrder;
  /** All red when nobody waits anywhere. */
  readonly redRest: () => boolean;
};

export type RingsDraft = HeadsDraft & { rings: RingsState };

export function idleRings(table: TimingTable): RingsState {
  return {
    rings: table.rings.map(() => ({ active: -1, next: -1, ready: null })),
    group: 0,
    order: table.rings,
  };
}

/** The rings with these phases green: after start-up, preemption, or in the middle of a cycle. */
export function ringsWithGreen(table: TimingTable, order: RingOrder, green: readonly number[]): RingsState {
  const place = (ring: number): readonly [number, number] | undefined => {
    const groups = table.rings[ring] ?? [];
    for (const [group, phases] of groups.entries()) {
      const active = phases.find((phase) => green.includes(phase));
      if (active !== undefined) return [group, active];
    }
    return undefined;
  };
  const places = table.rings.map((_, ring) => place(ring));
  return {
    rings: places.map((found) => ({ active: found?.[1] ?? -1, next: -1, ready: null })),
    group: places.find((found) => found !== undefined)?.[0] ?? 0,
    order,
  };
}

/** One round over the rings: what has cleared leaves, what is due ends, what is committed begins. */
export function runRings(draft: RingsDraft, environment: RingEnvironment): void {
  clearEnded(draft);
  endDue(draft, environment);
  commitIdle(draft, environment);
  beginCommitted(draft, environment);
}

function updateRing(draft: RingsDraft, ring: number, changes: Partial<RingState>): void {
  const rings = draft.rings.rings.with(ring, { ...defined(draft.rings.rings[ring], "ring"), ...changes });
  draft.rings = { ...draft.rings, rings };
}

function clearEnded(draft: RingsDraft): void {
  draft.rings.rings.forEach(({ active }, ring) => {
    if (active < 0 || headOf(draft, active).interval !== "red") return;
    updateRing(draft, ring, { active: -1, ready: null });
  });
}

function groupOf(draft: RingsDraft, ring: number, group: number): readonly number[] {
  return draft.rings.order[ring]?.[group] ?? [];
}

/** Phases of the group that the ring has still to serve before the barrier; after the whole round, also those before. */
function nextInGroup(
  draft: RingsDraft,
  ring: number,
  environment: RingEnvironment,
  wrap: boolean,
): number | undefined {
  const { active } = defined(draft.rings.rings[ring], "ring");
  const phases = groupOf(draft, ring, draft.rings.group);
  const position = phases.indexOf(active);
  const after = phases.slice(position + 1).find((phase) => environment.called(phase));
  if (after !== undefined || !wrap) return after;
  return phases.slice(0, Math.max(0, position)).find((phase) => environment.called(phase));
}

/** The next group with a call, in the order of the groups; `undefined` without a call beyond the barrier. */
function nextGroup(draft: RingsDraft, environment: RingEnvironment): number | undefined {
  const count = Math.max(...draft.table.rings.map((groups) => groups.length));
  for (let ahead = 1; ahead < count; ahead += 1) {
    const group = (draft.rings.group + ahead) % count;
    const called = draft.table.rings.some((groups) =>
      (groups[group] ?? []).some((phase) => environment.called(phase)),
    );
    if (called) return group;
  }
  return undefined;
}

function endDue(draft: RingsDraft, environment: RingEnvironment): void {
  const beyond = nextGroup(draft, environment);
  let ended = false;
  const count = draft.rings.rings.length;
  let allReady = beyond !== undefined;
  for (let ring = 0; ring < count; ring += 1) {
    const state = defined(draft.rings.rings[ring], "ring");
    if (state.active < 0) {
      // A ring that has yet to begin something in this group is not done with it.
      if (state.next >= 0) allReady = false;
      continue;
    }
    const next = nextInGroup(draft, ring, environment, beyond === undefined);
    const reason = readiness(draft, ring, environment, beyond !== undefined);
    if (next !== undefined) {
      allReady = false;
      if (reason === null) continue;
      endRing(draft, ring, next, reason);
      ended = true;
    } else if (reason === null) {
      allReady = false;
    }
  }
  if (ended) return;
  if (beyond === undefined) restRed(draft, environment);
  else if (allReady) crossBarrier(draft, environment, beyond);
  else serveConditionally(draft, environment);
}

/** Why the ring's green may end now, everything considered but who comes next; remembered where somebody waits beyond. */
function readiness(
  draft: RingsDraft,
  ring: number,
  environment: RingEnvironment,
  awaited: boolean,
): EndReason | null {
  const { active, ready } = defined(draft.rings.rings[ring], "ring");
  if (headOf(draft, active).interval !== "green" || environment.held(active)) return null;
  if (!mayEnd(draft, [active], null)) return null;
  const reason = ready ?? environment.ended(active);
  const keeps = awaited && !timingOfPhase(draft, active).actuation.simultaneousGap;
  if (keeps && reason !== null && ready === null) {
    updateRing(draft, ring, { ready: reason });
  }
  return reason;
}

function endRing(draft: RingsDraft, ring: number, next: number, reason: EndReason): void {
  const { active } = defined(draft.rings.rings[ring], "ring");
  endPhase(draft, active, reason);
  updateRing(draft, ring, { next, ready: null });
}

/** All rings end together, and the phases of the other side are committed. */
function crossBarrier(draft: RingsDraft, environment: RingEnvironment, group: number): void {
  const active = draft.rings.rings.flatMap((ring) => (ring.active >= 0 ? [ring.active] : []));
  if (!mayEnd(draft, active, null)) return;
  const reasons = draft.rings.rings.map(({ active: phase, ready }) =>
    phase < 0 ? null : (ready ?? environment.ended(phase)),
  );
  draft.events.push([draft.at, EVENT_CODE.barrier, draft.rings.group + 1]);
  draft.rings = { ...draft.rings, group, order: environment.order() };
  // While the greens still show: the recall of one that ends does not count against a soft recall beyond.
  commitGroup(draft, environment);
  draft.rings.rings.forEach(({ active: phase, next }, ring) => {
    if (phase >= 0) endRing(draft, ring, next, reasons[ring] ?? "forceOff");
  });
}

/** The first called phase of each ring, and beside it, where a ring has no call, a phase with dual entry. */
function commitGroup(draft: RingsDraft, environment: RingEnvironment): void {
  const { group } = draft.rings;
  const chosen: number[] = [];
  const ringCount = draft.rings.rings.length;
  for (let ring = 0; ring < ringCount; ring += 1) {
    const first = groupOf(draft, ring, group).find((phase) => environment.called(phase));
    if (first === undefined) continue;
    chosen.push(first);
    updateRing(draft, ring, { next: first });
  }
  for (let ring = 0; ring < ringCount; ring += 1) {
    if (defined(draft.rings.rings[ring], "ring").next >= 0) continue;
    const entry = groupOf(draft, ring, group).find(
      (phase) =>
        timingOfPhase(draft, phase).actuation.dualEntry &&
        chosen.every((other) => draft.table.conflicts[phase]?.has(other) !== true),
    );
    if (entry === undefined) continue;
    chosen.push(entry);
    updateRing(draft, ring, { next: entry });
  }
}

/**
 * A ring that waits at the barrier gives its green back to a called phase before it, where the other rings last long enough
 * for that one's service (reference §1, conditional service).
 */
function serveConditionally(draft: RingsDraft, environment: RingEnvironment): void {
  for (const [ring, { active }] of draft.rings.rings.entries()) {
    if (active < 0 || !timingOfPhase(draft, active).actuation.conditionalService) continue;
    const reason = readiness(draft, ring, environment, true);
    if (reason === null) continue;
    const phases = groupOf(draft, ring, draft.rings.group);
    const back = phases.slice(0, phases.indexOf(active)).find((phase) => environment.called(phase));
    if (back === undefined) continue;
    const own = timingOfPhase(draft, active);
    const wanted = timingOfPhase(draft, back);
    const neededMs =
      own.yellowMs +
      own.redClearMs +
      wanted.actuation.leadMs +
      wanted.serviceMinMs +
      wanted.yellowMs +
      wanted.redClearMs;
    const others = draft.rings.rings.filter((other, place) => place !== ring && other.active >= 0);
    if (!others.some((other) => environment.lasts(other.active, neededMs))) continue;
    endRing(draft, ring, back, reason);
    return;
  }
}

/** With nobody waiting anywhere the greens rest, or end where red rest is configured. */
function restRed(draft: RingsDraft, environment: RingEnvironment): void {
  if (!environment.redRest()) return;
  const active = draft.rings.rings.flatMap((ring) => (ring.active >= 0 ? [ring.active] : []));
  const demanded = draft.rings.rings.some(
    ({ next }, ring) => next >= 0 || nextInGroup(draft, ring, environment, true) !== undefined,
  );
  if (active.length === 0 || demanded || active.some((phase) => environment.called(phase))) return;
  if (active.some((phase) => environment.held(phase)) || !mayEnd(draft, active, null)) return;
  if (active.some((phase) => environment.ended(phase) === null)) return;
  draft.rings.rings.forEach(({ active: phase }, ring) => {
    if (phase >= 0) endRing(draft, ring, -1, "gapOut");
  });
}

/** A ring without a phase takes up a call of its group; when every ring is idle, the nearest group with a call. */
function commitIdle(draft: RingsDraft, environment: RingEnvironment): void {
  const idle = draft.rings.rings.every(({ active, next }) => active < 0 && next < 0);
  if (idle) {
    const here = draft.table.rings.some((groups) =>
      (groups[draft.rings.group] ?? []).some((phase) => environment.called(phase)),
    );
    const group = here ? draft.rings.group : nextGroup(draft, environment);
    if (group === undefined) return;
    draft.rings = { ...draft.rings, group, order: environment.order() };
    commitGroup(draft, environment);
    return;
  }
  draft.rings.rings.forEach(({ active, next }, ring) => {
    if (active >= 0 || next >= 0) return;
    const first = groupOf(draft, ring, draft.rings.group).find((phase) => environment.called(phase));
    if (first === undefined || isCrossing(draft)) return;
    updateRing(draft, ring, { next: first });
  });
}

/** Whether the greens of the last group are still clearing. */
function isCrossing(draft: RingsDraft): boolean {
  return draft.rings.rings.some(
    ({ active }, ring) => active >= 0 && !groupOf(draft, ring, draft.rings.group).includes(active),
  );
}

function beginCommitted(draft: RingsDraft, environment: RingEnvironment): void {
  draft.rings.rings.forEach(({ active, next }, ring) => {
    if (active >= 0 || next < 0 || !mayBegin(draft, next)) return;
    beginPhase(draft, next, environment.walkCalled(next), false);
    updateRing(draft, ring, { active: next, next: -1, ready: null });
  });
}
