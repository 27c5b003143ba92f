import type { FrameMessage } from "../protocol/live.ts";
import type { AlarmsNoted } from "./alarm-book.ts";
import type { Area, LiveRequest } from "../protocol/live-request.ts";

/** A console's connection, as little of a WebSocket as is needed. */
export type Viewer = {
  readonly send: (text: string) => void;
  /** Bytes that wait to be sent; a viewer with many is skipped until it has caught up. */
  readonly bufferedBytes: () => number;
};

/**
 * A console that looks on, and what it is owed: whatever changed since it was last told. Of what changes twice in the meantime only
 * the latest state is told, so that nothing piles up for one that reads slowly.
 */
export type Member = {
  readonly viewer: Viewer;
  /** Number of the latest message. */
  seq: number;
  /** The street as it was last told; undefined where it has to be told whole. */
  told: FrameMessage | undefined;
  /** Areas of which it wants vehicles: null for everywhere, none for no vehicles. */
  areas: readonly Area[] | null;
  /** Whether it has been told the vehicles of these areas. */
  areasTold: boolean;
  /** Intersections by index. */
  readonly details: Set<number>;
  readonly decisions: Set<number>;
  /** Wall time at which it was told decisions last. */
  decisionsAt: number;
  /** Entries by id. */
  readonly log: Set<number>;
  /** The alarms as they were last told; undefined where they have to be told whole. */
  alarms: AlarmsNoted | undefined;
  /** Whether the log was told at all: a console that joins is told that it is empty. */
  logTold: boolean;
};

export function newMember(viewer: Viewer): Member {
  return {
    viewer,
    seq: 0,
    told: undefined,
    areas: null,
    areasTold: false,
    details: new Set(),
    decisions: new Set(),
    decisionsAt: Number.NEGATIVE_INFINITY,
    log: new Set(),
    alarms: undefined,
    logTold: false,
  };
}

/** Everything is to be told anew, from number 1 on. */
export function oweEverything(member: Member, intersections: number, entries: Iterable<number>): void {
  member.seq = 0;
  member.told = undefined;
  member.alarms = undefined;
  member.logTold = false;
  member.decisions.clear();
  for (let index = 0; index < intersections; index += 1) member.details.add(index);
  for (const id of entries) member.log.add(id);
}

export function lookAt(member: Member, { bounds, vehicles }: Extract<LiveRequest, { kind: "view" }>): void {
  member.areas = vehicles ? bounds : [];
  member.areasTold = false;
}

export function wantsVehicles({ areas }: Member): boolean {
  return areas === null || areas.length > 0;
}

/** Whether there is something to tell it, where the street is as in `now`. */
export function isOwed(member: Member, now: FrameMessage): boolean {
  const { told, areasTold, details, decisions, log, logTold } = member;
  return told !== now || !areasTold || !logTold || details.size + decisions.size + log.size > 0;
}
