import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StoredPeriod } from "../../../protocol/playback.ts";
import { instantText } from "../../data/playback.ts";
import { clock, networkView } from "../../data/store.ts";
import { loadStored, replayAt, stored } from "../../data/time.ts";
import { Bookmarks } from "./Bookmarks.tsx";
import { daysBetween, instantOn } from "./bookmarks.ts";

/** What is stored grows while it is looked at. */
const STORED_EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What is stored of the street, and where to begin a replay of it. */
export function ReplayTab(): JSX.Element {
  useEffect(() => {
    void loadStored();
    const timer = setInterval(() => void loadStored(), STORED_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const answer = stored.value;
  if (answer === null) {
    return (
      <p class="card" role="status">
        Asking the server what is stored…
      </p>
    );
  }
  if (!answer.ok) {
    return (
      <div class="card" role="alert">
        <p>Nothing can be replayed: {answer.fault.message}</p>
        <button type="button" onClick={() => void loadStored()}>
          Try again
        </button>
      </div>
    );
  }
  return (
    <div class="replay-tab">
      <Stored period={answer.value} />
      <Bookmarks period={answer.value} />
    </div>
  );
}

function Stored({ period }: { readonly period: StoredPeriod }): JSX.Element {
  const { from, to, gaps } = period;
  const last = (ms: number): void => replayAt(Math.max(from, to - ms), true);
  return (
    <section class="card stored" aria-label="What is stored">
      <h2>Replay</h2>
      <dl class="facts-list">
        <div>
          <dt>Stored from</dt>
          <dd>{instantText(from)}</dd>
        </div>
        <div>
          <dt>to</dt>
          <dd>{instantText(to)}</dd>
        </div>
        <div>
          <dt>that is</dt>
          <dd>{durationText(to - from)}</dd>
        </div>
        <div>
          <dt>Gaps</dt>
          <dd>{gaps.length === 0 ? "none" : gaps.length}</dd>
        </div>
      </dl>
      {gaps.length > 0 && (
        <ul class="gaps">
          {gaps.map((gap) => (
            <li key={gap.from}>
              {instantText(gap.from)} to {instantText(gap.to)}: the engine did not run
            </li>
          ))}
        </ul>
      )}
      <div class="presets" role="group" aria-label="Begin a replay">
        <button type="button" class="primary" onClick={() => last(HOUR_MS)}>
          Replay the last hour
        </button>
        <button type="button" onClick={() => last(15 * MINUTE_MS)}>
          Last 15 min
        </button>
        <button type="button" onClick={() => last(5 * MINUTE_MS)}>
          Last 5 min
        </button>
        <button type="button" onClick={() => replayAt(from, true)}>
          From the begin
        </button>
      </div>
      <PickTime period={period} />
      <p class="dim">
        Lamps, plans, operation, forecasts and the log are stored; vehicles, decisions on the way and measures
        of the plant are not. In every view, space stops the picture and <kbd>[</kbd> <kbd>]</kbd> step; the
        address is a permanent link to the instant.
      </p>
    </section>
  );
}

/** To minutes, as people say it. */
function durationText(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function PickTime({ period: { from, to } }: { readonly period: StoredPeriod }): JSX.Element {
  const days = daysBetween(from, to, networkView.value?.midnightAt ?? 0);
  const [day, setDay] = useState(days[0] ?? from);
  const [time, setTime] = useState(clock.peek().time(Math.max(from, to - 15 * MINUTE_MS)));
  const at = instantOn(day, time, clock.value.time);
  return (
    <form
      class="pick-time"
      aria-label="Pick a time"
      onSubmit={(event) => {
        event.preventDefault();
        if (at !== null) replayAt(at);
      }}
    >
      <label for="replay-day">Day</label>
      <select
        id="replay-day"
        value={String(day)}
        onChange={({ currentTarget }) => setDay(Number(currentTarget.value))}
      >
        {days.map((one) => (
          <option key={one} value={String(one)}>
            {clock.value.weekday(one)} {clock.value.date(one)}
          </option>
        ))}
      </select>
      <label for="replay-time">Time</label>
      <input
        id="replay-time"
        type="text"
        placeholder="08:00:00"
        maxLength={8}
        value={time}
        onInput={({ currentTarget }) => setTime(currentTarget.value)}
      />
      <button type="submit" disabled={at === null}>
        Show it
      </button>
    </form>
  );
}
