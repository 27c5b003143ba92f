import { computed, signal } from "@preact/signals";
import type { StoredPeriod } from "../../protocol/playback.ts";
import { type ApiAnswer, getJson } from "./api.ts";
import { advanceTime, LIVE, type TimeCommand, type TimeEvent, type TimeSource } from "./conductor.ts";

/** What every view shows: the street now, or a stored period of it. */
export const timeSource = signal<TimeSource>(LIVE);

/** Whether the past is shown: nothing can be commanded from it. */
export const isReplay = computed(() => timeSource.value.kind === "replay");

/** What can be played back; null until it was asked for. */
export const stored = signal<ApiAnswer<StoredPeriod> | null>(null);

export async function loadStored(): Promise<ApiAnswer<StoredPeriod>> {
  const answer = await getJson<StoredPeriod>("api/playback");
  stored.value = answer;
  return answer;
}

let perform: (command: TimeCommand) => void = () => undefined;

/** Who opens and closes sockets for the conductor. */
export function performWith(by: (command: TimeCommand) => void): void {
  perform = by;
}

/** Tells the conductor what somebody wants, or what the server said. */
export function tellTime(event: TimeEvent): void {
  const { source, commands } = advanceTime(timeSource.peek(), event);
  timeSource.value = source;
  for (const command of commands) perform(command);
}

/** Shows an instant of the past. */
export function replayAt(at: number, playing = false): void {
  tellTime({ kind: "replay", at, playing });
}

export function backToLive(): void {
  tellTime({ kind: "live" });
}

/** Space: stops the picture where it is, or lets it go on. */
export function togglePlaying(at: number): void {
  const source = timeSource.peek();
  if (source.kind === "live") replayAt(at);
  else tellTime({ kind: source.playing ? "pause" : "play" });
}

/** Goes forwards or backwards from what is shown, and stands there. */
export function stepBy(ms: number, at: number): void {
  const source = timeSource.peek();
  if (source.kind === "live") {
    replayAt(at + ms);
    return;
  }
  if (source.playing) tellTime({ kind: "pause" });
  tellTime({ kind: "seek", at: source.at + ms });
}
