import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { ageText } from "../../data/clock.ts";
import { countLinks } from "../../data/site.ts";
import { clock, frame, frameAt, networkView, staleText } from "../../data/store.ts";
import { AlarmCounter } from "../alarms/AlarmCounter.tsx";
import { isReplay, replayAt, timeSource } from "../../data/time.ts";
import { Mark } from "../parts/Mark.tsx";
import { PersonMenu } from "./PersonMenu.tsx";

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** Measures come every few simulated seconds; twice as long without one and they are shown as old. */
const MEASURES_OLD_AFTER_MS = 20_000;

export function TopBar(): JSX.Element {
  return (
    <header class="bar">
      <h1 class="brand">
        <Mark /> Phasewise
      </h1>
      <p class="network-name" title={networkView.value?.network.name}>
        {networkView.value?.network.name}
      </p>
      <Clock />
      <Links />
      <Measures />
      <AlarmCounter />
      <LiveTag />
      <PersonMenu />
    </header>
  );
}

function Clock(): JSX.Element {
  // Of a replay that is being opened, the instant that was asked for.
  const at = useComputed(() => (timeSource.value.kind === "replay" ? timeSource.value.at : frameAt.value));
  const time = useComputed(() => clock.value.time(at.value));
  const day = useComputed(() => clock.value.weekday(at.value));
  const date = useComputed(() => `${clock.value.date(at.value)} ${clock.value.offset(at.value)}`);
  const speed = useComputed(() => {
    const factor = frame.value?.speedFactor ?? 0;
    return factor === 0 ? "as fast as possible" : `×${factor}`;
  });
  return (
    <div class="clock live" role="group" aria-label="Simulated local time">
      <span class="clock-day">{day}</span>
      <time class="clock-time">{time}</time>
      <span class="clock-date">
        <span>{date}</span>
        <span>
          {isReplay.value ? "replayed" : "simulated"} <b>{speed}</b>
        </span>
      </span>
    </div>
  );
}

function Links(): JSX.Element {
  const counts = useComputed(() => countLinks(frame.value ?? { intersections: [] }));
  const { total, linked, adaptive, plan, local, interrupted } = counts.value;
  return (
    <dl class="tiles live" aria-label="Controllers">
      <div class="tile" data-abnormal={linked < total}>
        <dt>Linked</dt>
        <dd>
          {linked < total && <span class="shape-p2">▲</span>} {linked}
          <small>/{total}</small>
        </dd>
      </div>
      <div class="tile" title="The engine decides each second">
        <dt>Adaptive</dt>
        <dd>{adaptive}</dd>
      </div>
      <div class="tile">
        <dt>Engine plan</dt>
        <dd>{plan}</dd>
      </div>
      <div class="tile">
        <dt>Local plan</dt>
        <dd>{local}</dd>
      </div>
      <div class="tile" data-abnormal={interrupted > 0} title="In start-up, preemption or flash">
        <dt>Interrupted</dt>
        <dd>{interrupted}</dd>
      </div>
    </dl>
  );
}

function wholeText(value: number | undefined): string {
  return value === undefined ? "—" : whole.format(value);
}

function Measures(): JSX.Element {
  const measures = frame.value?.measures ?? null;
  const ageMs = measures === null ? 0 : frameAt.value - measures.at;
  const old = measures !== null && ageMs > MEASURES_OLD_AFTER_MS;
  const delay = measures?.delaySeconds ?? null;
  return (
    <dl class="tiles live" aria-label="Measures of the plant" data-old={old}>
      <div class="tile tile-main">
        <dt>Mean delay</dt>
        <dd>
          {delay === null ? "—" : delay.toFixed(1)}
          <small> s/veh</small>
        </dd>
      </div>
      <div class="tile">
        <dt>Running</dt>
        <dd>
          {wholeText(measures?.vehiclesRunning)}
          <small> veh</small>
        </dd>
      </div>
      <div class="tile tile-optional">
        <dt>Waiting to enter</dt>
        <dd>
          {wholeText(measures?.vehiclesWaitingToEnter)}
          <small> veh</small>
        </dd>
      </div>
      <div class="tile tile-optional">
        <dt>Arrived</dt>
        <dd>
          {wholeText(measures?.vehiclesArrived)}
          <small> veh</small>
        </dd>
      </div>
      <div class="tile tile-age">
        <dt>Age</dt>
        <dd>
          {old && "◷ "}
          {measures === null ? "—" : ageText(ageMs)}
        </dd>
      </div>
    </dl>
  );
}

function LiveTag(): JSX.Element {
  if (isReplay.value) return <p class="tag tag-replay">REPLAY</p>;
  const stale = staleText.value !== null;
  return (
    <div class="live-tools">
      <p class={stale ? "tag tag-stale" : "tag tag-live"}>{stale ? "STALE" : "LIVE"}</p>
      <button
        type="button"
        onClick={() => replayAt(frameAt.peek())}
        title="Stop the picture: a replay of this instant (space)"
        aria-label="Replay of this instant"
      >
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M6 4v12M13 4v12" />
        </svg>
      </button>
    </div>
  );
}
