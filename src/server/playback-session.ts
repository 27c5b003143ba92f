import type { PlaybackRequest } from "../protocol/playback.ts";
import type { Timer } from "../ports/timer.ts";
import type { Result } from "../result.ts";
import type { Viewer } from "./live-member.ts";
import type { PlaybackSource } from "./playback-source.ts";
import { messageOf } from "../errors.ts";

export type Played = {
  readonly from: number;
  readonly to: number;
  readonly speed: number;
  /** Where it begins. */
  readonly at: number;
  /** Whether it stands there at first. */
  readonly paused: boolean;
};

export type SessionPorts = {
  /** A period from an instant on; asked again when the viewer seeks. */
  readonly open: (from: number) => Promise<Result<PlaybackSource, string>>;
  readonly timer: Timer;
  readonly viewer: Viewer;
  /** Ends the connection with a code of WebSocket and a sentence. */
  readonly close: (code: number, reason: string) => void;
};

export type Session = {
  readonly ask: (request: PlaybackRequest) => void;
  /** The viewer has left. */
  readonly end: () => void;
};

/** As often as live. */
const FRAME_INTERVAL_MS = 100;
/** A viewer that has this much waiting is waited for: a period of the past does not run away. */
const BUFFERED_BYTES_MAX = 1024 * 1024;

export const ENDED = { over: 1000, refused: 1008, failed: 1011 } as const;

/** Plays a period to one viewer, as fast as it says, until its end. One that stands is shown where it stands, and stays. */
export function startSession(played: Played, { open, timer, viewer, close }: SessionPorts): Session {
  const { from, to } = played;
  let { speed } = played;
  let source: PlaybackSource | undefined;
  let next = played.at;
  let shownAt: number | undefined;
  let moving = !played.paused;
  /** A picture is to be shown even while it stands: the first one, and that of every seek. */
  let due = true;
  /** Number of the latest message; a console that is told 1 forgets what it was told before. */
  let seq = 0;
  let cancel: (() => void) | undefined;
  /** Rises with every seek and with the end: what was asked for before is for nobody. */
  let round = 0;

  const finish = (code: number, reason: string): void => {
    round += 1;
    cancel?.();
    close(code, reason);
  };
  const tell = ({ playback }: PlaybackSource, at: number): void => {
    shownAt = at;
    for (const message of playback.messagesAt(at, { speedFactor: speed, moving })) {
      seq += 1;
      viewer.send(JSON.stringify({ seq, ...message }));
    }
  };
  const showNext = async (own: number): Promise<void> => {
    if (!(moving || due) || viewer.bufferedBytes() >= BUFFERED_BYTES_MAX) return;
    const opened = source === undefined ? await open(next) : { ok: true as const, value: source };
    if (own !== round) return;
    if (!opened.ok) return finish(ENDED.failed, opened.error);
    source = opened.value;
    const read = await source.readUpTo(next);
    if (own !== round) return;
    if (!read.ok) return finish(ENDED.failed, read.error);
    tell(source, next);
    due = false;
    if (!moving) return;
    if (next >= to) return finish(ENDED.over, "the period is over");
    next = Math.min(to, next + Math.round(speed * FRAME_INTERVAL_MS));
  };
  /** One after the other: of many seeks while the store is asked, only the last one is answered. */
  let busy = Promise.resolve();
  const run = (own: number): void => {
    busy = busy
      .then(async () => {
        if (own === round) await showNext(own);
        if (own === round) cancel = timer(FRAME_INTERVAL_MS, () => run(own));
      })
      .catch((error: unknown) => {
        if (own === round) finish(ENDED.failed, messageOf(error));
      });
  };
  run(round);

  return {
    ask: (request) => {
      if (request.kind === "seek") {
        if (request.at < from || request.at > to) {
          return finish(ENDED.refused, `at ${request.at}: allowed is ${from} to ${to}`);
        }
        cancel?.();
        round += 1;
        [source, next, shownAt, due, seq] = [undefined, request.at, undefined, true, 0];
        run(round);
        return;
      }
      if (request.kind === "speed") speed = request.speed;
      else moving = request.kind === "play";
      // Told at once, so that the viewer sees that it stands still.
      if (request.kind === "pause" && source !== undefined && shownAt !== undefined) tell(source, shownAt);
    },
    end: () => {
      round += 1;
      cancel?.();
    },
  };
}
