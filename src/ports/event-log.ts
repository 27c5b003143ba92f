import type { LogFrame, RefusalCode } from "../protocol/frames.ts";

/** How far the log of an intersection has come. */
export type LogProgress = {
  /** Number that the next event must bear. */
  readonly received: number;
  /** Events below this number survive whatever happens to the process. */
  readonly stored: number;
};

/** Where the controllers' high-resolution events are written down, each exactly once and without a gap. */
export interface EventLog {
  progress(intersection: string): LogProgress;
  /**
   * Takes the events that it has not yet, numbered from `first`; or says why none are taken. Returns at once: `progress` tells
   * later that they are stored.
   */
  append(
    intersection: string,
    first: number,
    events: LogFrame["events"],
  ): { readonly code: RefusalCode; readonly detail: string } | undefined;
  /** Stores what waits, as far as it can be stored. */
  close(): Promise<void>;
}
