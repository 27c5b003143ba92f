import { defined } from "../assert.ts";
import { type LoopQueues, startLoopQueues } from "../estimate/loop-queue.ts";
import { startZone, type ZoneMemory } from "../estimate/zone-memory.ts";
import type { StageSchedule } from "../model/stage-schedule.ts";
import type { StreetNow, TacticalDecision } from "../optimize/tactical/policy.ts";
import type { InstantMs } from "../units.ts";
import type { NodeTables } from "./configuration.ts";
import type { StageDecision } from "./decisions.ts";
import type { ShownDecision } from "./shadow.ts";

/** What the adaptive level remembers of one intersection. */
export type TacticalState = {
  /** `null` before the controller's first word. */
  readonly street: StreetNow | null;
  /** When any loop was heard last, or the controller at first; `null` before that. */
  readonly heardAt: InstantMs | null;
  /** Nothing that the detectors tell can be believed: stages are left to the plan. */
  readonly blind: boolean;
  /** What the loops tell of the queues. */
  readonly loops: LoopQueues;
  /** What the area detector's last looks have taught; unused without one. */
  readonly zone: ZoneMemory;
  /** The policy's own. */
  readonly memory: readonly number[];
  /** The stages that were decided last; what the controller was lent of them, and until when. */
  readonly stages: TacticalDecision["stages"];
  /** Nobody is to begin before this, for somebody is inside; `null` for nobody. */
  readonly redUntilAt: InstantMs | null;
  readonly lent: StageSchedule | null;
  /** Whether the heads have shown a stage of it since. */
  readonly applied: boolean;
  /** By exit: vehicles that are expected to leave, or to have left a short while ago; told to the intersections downstream. */
  readonly departures: readonly LeavingVehicles[];
  /** A decision that was only shown, to be compared with what the street does next; `null` for none. */
  readonly shown: ShownDecision | null;
  /** The last decision; `null` before the first. */
  readonly record: StageDecision | null;
  /** Newest last: each that was unlike the one before it; the last one made may be a later one than these. */
  readonly decisions: readonly StageDecision[];
};

/** Two lists of numbers, since a hundred departures of each of thousands of intersections are kept: `vehicles[i]` leave at `at[i]`. */
export type LeavingVehicles = { readonly at: readonly InstantMs[]; readonly vehicles: readonly number[] };

export const NOBODY_LEAVES: LeavingVehicles = { at: [], vehicles: [] };

export function startTactics({ lanes, loopGeometry }: NodeTables): TacticalState {
  return {
    street: null,
    heardAt: null,
    blind: false,
    loops: startLoopQueues(lanes, loopGeometry),
    zone: startZone(lanes),
    memory: [],
    stages: [],
    redUntilAt: null,
    lent: null,
    applied: false,
    departures: lanes.exits.map(() => NOBODY_LEAVES),
    shown: null,
    record: null,
    decisions: [],
  };
}

/**
 * Nothing more is decided for now: what was lent runs until its lease ends, who was to leave later is not told any more, and the
 * next decision begins from what the street shows then.
 */
export function handedBack(before: TacticalState, at: InstantMs): TacticalState {
  const departures = before.departures.map((leaving) => leftUntil(leaving, at));
  return { ...before, lent: null, stages: [], redUntilAt: null, memory: [], shown: null, departures };
}

/** Those of an exit who leave at `until` at the latest, without those before `from`. */
export function leftUntil({ at, vehicles }: LeavingVehicles, until: number, from = 0): LeavingVehicles {
  const among = (_: unknown, index: number): boolean => {
    const instant = defined(at[index], "departure");
    return instant >= from && instant <= until;
  };
  return { at: at.filter(among), vehicles: vehicles.filter(among) };
}
