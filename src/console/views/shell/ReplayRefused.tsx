import type { JSX } from "preact";
import type { Replay } from "../../data/conductor.ts";
import { instantText } from "../../data/playback.ts";
import { replayAt, stored } from "../../data/time.ts";
import { BackToLive } from "../parts/BackToLive.tsx";

/** Played from where something is known of every intersection. */
const BEFORE_END_MS = 900_000;

/** Why an instant cannot be shown, what can, and the way back to the present. */
export function ReplayRefused({ source }: { readonly source: Replay }): JSX.Element {
  const known = stored.value?.ok === true ? stored.value.value : null;
  return (
    <div class="blank" role="alert">
      <h2>No replay of {instantText(source.at)}</h2>
      <p>{source.reason}</p>
      <p class="blank-tools">
        {known !== null && (
          <>
            <button type="button" onClick={() => replayAt(known.from)}>
              From the begin, {instantText(known.from)}
            </button>
            <button type="button" onClick={() => replayAt(Math.max(known.from, known.to - BEFORE_END_MS))}>
              The last 15 minutes
            </button>
          </>
        )}
        <button type="button" onClick={() => replayAt(source.at)}>
          Try again
        </button>
        <BackToLive />
      </p>
    </div>
  );
}
