import type { LOG_LOST_CODE, LogFrame, WelcomeFrame } from "../../src/protocol/frames.ts";

/** A high-resolution event: instant in ms, code, parameter (reference §6). */
export type LogEvent = LogFrame["events"][number];

/** A controller's log, as far as an engine has not yet said that it has stored it. */
export type LogBuffer = {
  /** Events in order, in pieces of at most `PIECE_EVENTS`, so that neither adding nor dropping copies them all. */
  readonly pieces: readonly (readonly LogEvent[])[];
  /** How many are kept at most. */
  readonly keptMax: number;
  /** Number of the oldest event that is kept. */
  readonly first: number;
  /** Number of the next event. */
  readonly next: number;
  /** Instant of the newest event that is kept no longer. */
  readonly goneAt: number;
  /** How many events the engine has stored. */
  readonly stored: number;
  /** Whether an engine has said where this log's numbers begin; until then they are provisional. */
  readonly numbered: boolean;
  readonly sending: Sending | null;
};

/** What the link that is up has been given; `null` while none is. */
type Sending = {
  /** Number of the next event to send. */
  readonly next: number;
  /** Events from this number on count as being under way. */
  readonly from: number;
  /** What the engine has received when the link came up: it may hold events below this number that it has not stored. */
  readonly received: number;
  /** How many events may be under way. */
  readonly window: number;
  /** What was stored when that was last looked at, and since when it has not grown although something is under way. */
  readonly storedThen: number;
  readonly since: number | null;
};

/** Events of one frame, and of one piece of the buffer. */
const PIECE_EVENTS = 1_000;

/** Events that a controller keeps while nobody stores them: about six hours at ten a second. */
export const EVENTS_KEPT_MAX = 200_000;

/** Frames that a controller sends in one instant at most, so that catching up delays nothing else. */
export const FRAMES_PER_INSTANT_MAX = 4;

/** After this long without a confirmation what is under way is sent again: a link may lose a frame and stay up. */
export const RESEND_AFTER_MS = 30_000;

const LOST_CODE: typeof LOG_LOST_CODE = 65_535;
const PARAMETER_MAX = 65_535;

/** The log of a controller that starts at `startsAt`: whatever it lost before it, it lost by then. */
export function emptyLog(keptMax = EVENTS_KEPT_MAX, startsAt = 0): LogBuffer {
  return {
    pieces: [],
    keptMax,
    first: 0,
    next: 0,
    goneAt: startsAt,
    stored: 0,
    numbered: false,
    sending: null,
  };
}

/** Adds events, numbered on from the last one. Beyond `keptMax` the oldest are dropped, a piece at a time. */
export function append(before: LogBuffer, events: readonly LogEvent[]): LogBuffer {
  if (events.length === 0) return before;
  const pieces = [...before.pieces];
  const last = pieces.at(-1) ?? [];
  const room = last.length < PIECE_EVENTS ? PIECE_EVENTS - last.length : 0;
  if (last.length > 0) pieces[pieces.length - 1] = [...last, ...events.slice(0, room)];
  for (let taken = last.length > 0 ? room : 0; taken < events.length; taken += PIECE_EVENTS) {
    pieces.push(events.slice(taken, taken + PIECE_EVENTS));
  }
  let { first, goneAt } = before;
  const next = before.next + events.length;
  while (next - first > before.keptMax) {
    const dropped = pieces.shift() ?? [];
    first += dropped.length;
    goneAt = dropped.at(-1)?.[0] ?? goneAt;
  }
  return { ...before, pieces, first, next, goneAt };
}

/** The events that are kept, oldest first. */
export function eventsOf({ pieces }: LogBuffer): readonly LogEvent[] {
  return pieces.flat();
}

/** An engine has recognised this controller: what it has not stored is sent again, from its number on. */
export function welcomed(before: LogBuffer, welcome: WelcomeFrame): LogBuffer {
  const { logStored, logReceived, logWindow } = welcome;
  // A controller without a memory, or of another life, must not take numbers that the engine has given to other events.
  const foreign = !before.numbered || logReceived > before.next;
  const shift = foreign ? logReceived - (before.numbered ? before.first : 0) : 0;
  const log = confirmed(
    { ...before, numbered: true, first: before.first + shift, next: before.next + shift, stored: logStored },
    logStored,
  );
  // What the engine has received and not yet stored may be gone here; then there is nothing to send again.
  const next = foreign ? logReceived : Math.max(logStored, Math.min(log.first, logReceived));
  const sending: Sending = {
    next,
    from: logStored,
    received: logReceived,
    window: logWindow,
    storedThen: logStored,
    since: null,
  };
  return { ...log, sending };
}

/** The link is down: nothing is under way any more. */
export function linkLost(before: LogBuffer): LogBuffer {
  return before.sending === null ? before : { ...before, sending: null };
}

/** The engine has stored the events below this number; they are kept no longer. */
export function confirmed(before: LogBuffer, logStored: number): LogBuffer {
  const stored = Math.max(before.stored, logStored);
  let { first, goneAt } = before;
  const upTo = Math.min(stored, before.next);
  if (upTo <= first) return stored === before.stored ? before : { ...before, stored };
  const pieces = [...before.pieces];
  while (first < upTo) {
    const piece = pieces[0] ?? [];
    const gone = Math.min(piece.length, upTo - first);
    goneAt = piece[gone - 1]?.[0] ?? goneAt;
    first += gone;
    if (gone === piece.length) pieces.shift();
    else pieces[0] = piece.slice(gone);
  }
  return { ...before, pieces, first, goneAt, stored };
}

export type LogFrames = {
  readonly log: LogBuffer;
  readonly frames: readonly Omit<LogFrame, "seq">[];
};

/** The frames to send at this instant: as many as the engine's window and `FRAMES_PER_INSTANT_MAX` leave room for. */
export function framesToSend(before: LogBuffer, at: number): LogFrames {
  if (before.sending === null) return { log: before, frames: [] };
  let sending = watched(before, before.sending, at);
  const frames: Omit<LogFrame, "seq">[] = [];
  while (frames.length < FRAMES_PER_INSTANT_MAX) {
    const made = nextFrame(before, sending, at);
    if (made === undefined) break;
    frames.push(made.frame);
    sending = made.sending;
  }
  return { log: sending === before.sending ? before : { ...before, sending }, frames };
}

/** Begins again with what is not stored when nothing has been confirmed for too long. */
function watched(log: LogBuffer, sending: Sending, at: number): Sending {
  const { stored, first } = log;
  if (stored >= sending.next) return sending.since === null ? sending : { ...sending, since: null };
  if (sending.since === null || stored > sending.storedThen) {
    return { ...sending, storedThen: stored, since: at };
  }
  if (at - sending.since <= RESEND_AFTER_MS) return sending;
  const next = first <= sending.next ? first : stored;
  return { ...sending, next, from: stored, received: stored, since: at };
}

function nextFrame(
  log: LogBuffer,
  sending: Sending,
  at: number,
): { readonly frame: Omit<LogFrame, "seq">; readonly sending: Sending } | undefined {
  const lost = log.first - sending.next;
  if (lost > 0) {
    // Only over a link with nothing under way: the engine's window counts what it has not stored, whatever its number.
    if (log.stored < Math.max(sending.next, sending.received)) return undefined;
    const marker: LogEvent = [log.goneAt, LOST_CODE, Math.min(lost, PARAMETER_MAX)];
    const events = [marker, ...eventsFrom(log, log.first, Math.min(PIECE_EVENTS, sending.window) - 1)];
    const first = log.first - 1;
    const next = first + events.length;
    return { frame: { type: "log", at, first, events }, sending: { ...sending, next, from: first } };
  }
  const underWay = sending.next - Math.max(sending.from, log.stored);
  const room = Math.min(PIECE_EVENTS, sending.window - underWay);
  const events = room > 0 ? eventsFrom(log, sending.next, room) : [];
  if (events.length === 0) return undefined;
  const next = sending.next + events.length;
  return { frame: { type: "log", at, first: sending.next, events }, sending: { ...sending, next } };
}

function eventsFrom(log: LogBuffer, from: number, countMax: number): LogEvent[] {
  const events: LogEvent[] = [];
  let first = log.first;
  for (const piece of log.pieces) {
    if (first + piece.length > from) {
      const start = Math.max(0, from - first);
      events.push(...piece.slice(start, start + countMax - events.length));
    }
    if (events.length >= countMax) break;
    first += piece.length;
  }
  return events;
}
