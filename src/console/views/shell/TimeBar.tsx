import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type Replay, SPEEDS } from "../../data/conductor.ts";
import { instantText } from "../../data/playback.ts";
import { clock } from "../../data/store.ts";
import { loadStored, stored, tellTime, timeSource } from "../../data/time.ts";
import { BackToLive } from "../parts/BackToLive.tsx";
import { stepInTime } from "./time-keys.ts";

/** What is stored grows while it is played. */
const STORED_EVERY_MS = 10_000;

/** The conductor of a replay: which instant is shown, where to go from it, and the way back to the present. Nothing while the present is shown. */
export function TimeBar(): JSX.Element | null {
  const source = timeSource.value;
  return source.kind === "live" ? null : <Conductor source={source} />;
}

function Conductor({ source }: { readonly source: Replay }): JSX.Element {
  useEffect(() => {
    const timer = setInterval(() => void loadStored(), STORED_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { at, playing, speed } = source;
  return (
    <section class="timebar" aria-label="Replay">
      <p class="timebar-name">
        <b>REPLAY</b>
        <span>
          {clock.value.weekday(at)} {clock.value.date(at)} <time>{clock.value.time(at)}</time>
        </span>
        <small role="status">{phaseText(source)}</small>
      </p>
      <div class="timebar-tools" role="group" aria-label="Replay controls">
        <button
          type="button"
          onClick={() => stepInTime(-1)}
          title="A cycle back, or 60 s ([)"
          aria-label="Step back"
        >
          <Icon path="M13 4v12L6 10zM4 4v12" />
        </button>
        <button
          type="button"
          class="timebar-play"
          onClick={() => tellTime({ kind: playing ? "pause" : "play" })}
          title={`${playing ? "Stand still" : "Play"} (space)`}
        >
          <Icon path={playing ? "M6 4v12M13 4v12" : "M6 4v12l9-6z"} /> {playing ? "Pause" : "Play"}
        </button>
        <button
          type="button"
          onClick={() => stepInTime(1)}
          title="A cycle forwards, or 60 s (])"
          aria-label="Step forwards"
        >
          <Icon path="M7 4v12l7-6zM16 4v12" />
        </button>
        <label class="timebar-speed">
          <span class="dim">Speed</span>
          <select
            value={String(speed)}
            onChange={({ currentTarget }) => tellTime({ kind: "speed", speed: Number(currentTarget.value) })}
          >
            {SPEEDS.map((one) => (
              <option key={one} value={String(one)}>
                ×{one}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Scrubber at={at} />
      <BackToLive />
    </section>
  );
}

function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

const PHASE_TEXT: Readonly<Record<Exclude<Replay["phase"], "showing">, string>> = {
  opening: "opening…",
  returning: "going back to the present…",
  over: "end of what was stored when it was opened",
  refused: "nothing to show",
};

function phaseText({ phase, playing }: Replay): string {
  if (phase !== "showing") return PHASE_TEXT[phase];
  return playing ? "playing" : "stands still";
}

/** All that is stored, as far as it is known; gaps are marked. */
function Scrubber({ at }: { readonly at: number }): JSX.Element {
  const known = stored.value;
  if (known?.ok !== true) return <span class="timebar-scrubber" />;
  const { from, to, gaps } = known.value;
  const share = (instant: number): string => `${(100 * (instant - from)) / Math.max(1, to - from)}%`;
  return (
    <div class="timebar-scrubber">
      <div class="timebar-track">
        <input
          type="range"
          min={from}
          max={to}
          step={1_000}
          value={at}
          aria-label="Instant of the replay"
          aria-valuetext={instantText(at)}
          onInput={({ currentTarget }) => tellTime({ kind: "seek", at: Number(currentTarget.value) })}
        />
        {gaps.map((gap) => (
          <i
            key={gap.from}
            class="timebar-gap"
            style={{ left: share(gap.from), width: `calc(${share(gap.to)} - ${share(gap.from)})` }}
            title={`Nothing stored ${instantText(gap.from)} to ${instantText(gap.to)}`}
          />
        ))}
      </div>
      <span class="timebar-ends dim">
        <span>{instantText(from)}</span>
        <span>{instantText(to)}</span>
      </span>
    </div>
  );
}
