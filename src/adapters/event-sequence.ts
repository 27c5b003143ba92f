import type { EventLog, LogProgress } from "../ports/event-log.ts";
import { LOG_LOST_CODE, type LogFrame } from "../protocol/frames.ts";
import { err, ok, type Result } from "../result.ts";
import type { FrameRefusal } from "./frame-reader.ts";

type Events = LogFrame["events"];

/**
 * The part of a frame that is new to someone who has received the events below `received`; where it goes on from there. A gap is
 * taken only where the controller says itself that it has lost what is missing.
 */
export function newEvents(
  received: number,
  first: number,
  events: Events,
): Result<{ readonly first: number; readonly events: Events }, FrameRefusal> {
  if (!Number.isSafeInteger(first + events.length)) {
    return err({ code: "MALFORMED", detail: `log events from ${first} on cannot be counted` });
  }
  if (first <= received) return ok({ first: received, events: events.slice(received - first) });
  if (events[0]?.[1] === LOG_LOST_CODE) return ok({ first, events });
  return err({ code: "STALE_BASE", detail: `log events from ${first} on, ${received} comes next` });
}

/** A log that keeps nothing, for runs of which nothing is to be left behind: everything counts as stored at once. */
export function forgetfulEventLog(): EventLog {
  const received = new Map<string, number>();
  const progress = (intersection: string): LogProgress => {
    const count = received.get(intersection) ?? 0;
    return { received: count, stored: count };
  };
  return {
    progress,
    append: (intersection, first, events) => {
      const taken = newEvents(progress(intersection).received, first, events);
      if (!taken.ok) return taken.error;
      received.set(intersection, taken.value.first + taken.value.events.length);
      return undefined;
    },
    close: () => Promise.resolve(),
  };
}
