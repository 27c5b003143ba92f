import type { Link } from "../ports/link.ts";
import { FRAME_BYTES_MAX } from "./websocket-link.ts";

/** One link as the gateway keeps it: who speaks, how far it has come, and how much it has sent. */
export type Session = {
  readonly link: Link;
  /** Whom the link speaks for; `undefined` until its hello is accepted. */
  identity: string | undefined;
  open: boolean;
  /** Ends the wait for its hello. */
  cancelHello: () => void;
  framesSent: number;
  /** Number of the last frame that could be read; −1 before the first. */
  lastSeq: number;
  /** Frames behind it that could not. */
  unreadable: number;
  refusals: number;
  /** The plant's instant in which the counts below were taken. */
  instant: number;
  frames: number;
  characters: number;
  /** The plant's instant in which the link was last heard. */
  heardIn: number;
};

/** What a link may send from one instant of the plant to the next; an honest controller sends about ten frames. */
export const FRAMES_PER_INSTANT_MAX = 1_000;
export const CONTROLLER_CHARACTERS_PER_INSTANT_MAX = 4 * 1024 * 1024;
/** The plant sends every vehicle's position. */
const PLANT_CHARACTERS_PER_INSTANT_MAX = 4 * FRAME_BYTES_MAX;

export function openSession(link: Link): Session {
  return {
    link,
    identity: undefined,
    open: true,
    cancelHello: () => undefined,
    framesSent: 0,
    lastSeq: -1,
    unreadable: 0,
    refusals: 0,
    instant: 0,
    frames: 0,
    characters: 0,
    heardIn: 0,
  };
}

/** Counts a frame that has come in; false where it is more than a link may send in one instant. */
export function countFrame(session: Session, instant: number, characters: number, isPlant: boolean): boolean {
  if (session.instant !== instant) {
    session.instant = instant;
    session.frames = 0;
    session.characters = 0;
  }
  session.frames += 1;
  session.characters += characters;
  const charactersMax = isPlant ? PLANT_CHARACTERS_PER_INSTANT_MAX : CONTROLLER_CHARACTERS_PER_INSTANT_MAX;
  return session.frames <= FRAMES_PER_INSTANT_MAX && session.characters <= charactersMax;
}

/** Whether a frame with this number is new; one that has been passed already is a duplicate, replayed, or too late. */
export function countSeq(session: Session, seq: number): boolean {
  if (seq <= session.lastSeq) return false;
  session.lastSeq = seq;
  session.unreadable = 0;
  return true;
}

/** The place on its link of a frame that could not be read: both ends count the frames of a link from 0. */
export function placeOfUnreadable(session: Session): number {
  session.unreadable += 1;
  return session.lastSeq + session.unreadable;
}
