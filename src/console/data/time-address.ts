import { effect } from "@preact/signals";
import { go, place } from "./store.ts";
import { backToLive, replayAt, timeSource } from "./time.ts";

/** Browsers refuse an address that changes too often. */
const WRITE_EVERY_MS = 1_000;

/**
 * Keeps the instant of the address and what is shown together: an address with `?at=` opens the replay of that instant, one without it goes back to the
 * present, and a replay writes where it is. The returned function ends it.
 */
export function followTimeInAddress(): () => void {
  /** As it was last written here, or read: what differs from it, somebody else has changed. */
  let known: number | null = null;
  let waiting: ReturnType<typeof setTimeout> | null = null;

  const write = (): void => {
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    const source = timeSource.peek();
    known = source.kind === "live" ? null : Math.round(source.at);
    if (place.peek().at !== known) go({ at: known });
  };
  const endReading = effect(() => {
    const { at } = place.value;
    if (at === known) return;
    known = at;
    if (at === null) backToLive();
    else replayAt(at);
  });
  const endWriting = effect(() => {
    const source = timeSource.value;
    // Whether there is an instant changes at once: Why? asks for the decision of the instant in the address.
    if ((source.kind === "live") !== (place.peek().at === null)) write();
    else if (source.kind === "replay") waiting ??= setTimeout(write, WRITE_EVERY_MS);
  });
  return () => {
    endReading();
    endWriting();
    if (waiting !== null) clearTimeout(waiting);
  };
}
