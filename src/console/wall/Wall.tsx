import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { PRIORITY_SHAPE, STATE_TEXT } from "../data/alarm-list.ts";
import { alarmsById, alarmsKnown } from "../data/alarms.ts";
import { ageText } from "../data/clock.ts";
import { countLinks } from "../data/site.ts";
import {
  clock,
  details,
  frame,
  frameAt,
  intersectionNames,
  linkText,
  networkLoad,
  networkView,
  scene,
  staleText,
  wallAt,
} from "../data/store.ts";
import { benefit } from "./benefit.ts";
import {
  adaptiveFigure,
  delayFigure,
  emissionFigure,
  measuredFigure,
  shiftAt,
  sideText,
  type WallFigure,
  type WallWarning,
  wallAlarms,
  wallWarnings,
} from "./figures.ts";
import { delayStudy } from "./study.ts";
import { WallMap } from "./WallMap.tsx";

/** Rows that find room on a wall as wide as 3840 by 1080, and on one of 16 to 9. */
const ROOM = { wide: { alarms: 5, warnings: 4 }, usual: { alarms: 3, warnings: 2 } } as const;
/** As in `wall.css`. */
const WIDE = matchMedia("(min-aspect-ratio: 26 / 10)");

function room(): (typeof ROOM)["wide" | "usual"] {
  return WIDE.matches ? ROOM.wide : ROOM.usual;
}

/** The wall display: everything to be read from ten metres, nothing to be touched. */
export function Wall(): JSX.Element {
  const shift = useComputed(() => shiftAt(wallAt.value).join(" "));
  if (networkLoad.value.kind !== "ready" || frame.value === null) {
    return (
      <main class="wall wall-blank">
        <h1>Phasewise</h1>
        <p>{networkLoad.value.kind === "failed" ? networkLoad.value.reason : "Waiting for the street"}</p>
        <p>{linkText}</p>
      </main>
    );
  }
  const [right, down] = shift.value.split(" ");
  const stale = staleText.value;
  return (
    <main
      class="wall"
      data-state={stale === null ? "live" : "stale"}
      style={{ "--right": right, "--down": down }}
    >
      <Head stale={stale} />
      <Figures />
      <WallMap />
      <Alarms />
      <Warnings />
    </main>
  );
}

function Head({ stale }: { readonly stale: string | null }): JSX.Element {
  const time = useComputed(() => clock.value.time(frameAt.value));
  const day = useComputed(() => `${clock.value.weekday(frameAt.value)} ${clock.value.date(frameAt.value)}`);
  const factor = frame.value?.speedFactor ?? 1;
  return (
    <header class="wall-head">
      <h1>{networkView.value?.network.name}</h1>
      {stale !== null && (
        <p class="wall-stale" role="status">
          <b>STALE</b> {stale}
        </p>
      )}
      <p class="wall-day live">
        {day}
        {factor !== 1 && <small> simulated {factor === 0 ? "as fast as possible" : `×${factor}`}</small>}
      </p>
      <time class="wall-time live">{time}</time>
    </header>
  );
}

function Figures(): JSX.Element {
  const answer = benefit.value;
  const known = answer?.ok === true ? answer.value : null;
  const fault = answer?.ok === false ? answer.fault.message : null;
  const said = delayStudy.value;
  const study = said === null ? null : { ...said, day: clock.value.date(said.endedAt) };
  const counts = useComputed(() => countLinks(frame.value ?? { intersections: [] }));
  const measured = useComputed(() => JSON.stringify(measuredFigure(frame.value?.measures ?? null)));
  return (
    <section class="wall-figures live" aria-label="Key figures">
      <Figure figure={delayFigure(known, fault, study)} />
      <Figure figure={emissionFigure(known, fault)} />
      <Figure figure={adaptiveFigure(counts.value)} />
      <Figure figure={JSON.parse(measured.value) as WallFigure} />
    </section>
  );
}

function Figure({
  figure: { title, value, unit, text, note, isStudy },
}: {
  readonly figure: WallFigure;
}): JSX.Element {
  return (
    <section class="wall-figure" data-study={isStudy} aria-label={title}>
      <h2>{title}</h2>
      <p class="wall-value">
        {value} <small>{unit}</small>
      </p>
      <p class="wall-text">{text}</p>
      <p class="wall-note">{note}</p>
    </section>
  );
}

function Alarms(): JSX.Element {
  const { shown, more } = wallAlarms(alarmsById.value, room().alarms);
  const { flood } = alarmsKnown.value;
  return (
    <section class="wall-list wall-alarms live" aria-label="Alarms">
      <h2>
        Alarms <b>{shown.length + more}</b>
        {flood !== null && (
          <span class="wall-flood"> ▲ flood for {ageText(frameAt.value - flood.since)}</span>
        )}
      </h2>
      {shown.length === 0 && <p class="wall-text">None.</p>}
      <ul>
        {shown.map(({ id, priority, intersection, text, state, activeSince, children }) => (
          <li key={id}>
            <span
              class={`badge badge-${priority.toLowerCase()}`}
              data-calling={priority === "P1" && state === "activeUnacknowledged"}
            >
              {PRIORITY_SHAPE[priority]} {priority}
            </span>
            <div>
              <p>
                <b>
                  {intersection === null
                    ? "Network"
                    : (intersectionNames.value.get(intersection) ?? intersection)}
                </b>{" "}
                {text}
                {children > 0 && `, ${children} more with it`}
              </p>
              <small>
                {STATE_TEXT[state]}
                {activeSince !== null && `, since ${clock.value.minute(activeSince)}`}
              </small>
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="wall-text">and {more} more</p>}
    </section>
  );
}

function Warnings(): JSX.Element {
  const warnings = wallWarnings(details.value.values());
  const shown = warnings.slice(0, room().warnings);
  const more = warnings.length - shown.length;
  return (
    <section class="wall-list wall-warnings live" aria-label="Congestion expected">
      <h2>
        Congestion expected <b>{warnings.length}</b>
      </h2>
      {warnings.length === 0 && <p class="wall-text">None: no approach is expected to be full.</p>}
      <ul>
        {shown.map((warning) => (
          <li key={`${warning.link} ${warning.kind}`}>
            <span class={warning.kind === "spillback" ? "badge badge-p2" : "badge badge-p3"}>
              {warning.kind === "spillback" ? "▲ queue" : "◆ full"}
            </span>
            <div>
              <p>
                <b>{intersectionNames.value.get(warning.intersection) ?? warning.intersection}</b>{" "}
                {placeText(warning)}:{" "}
                {warning.kind === "spillback"
                  ? "a queue longer than the approach"
                  : "more than its greens let go"}
              </p>
              <small>
                from {clock.value.minute(warning.from)}, {Math.round(warning.probability * 100)} % likely
              </small>
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="wall-text">and {more} more</p>}
    </section>
  );
}

function placeText({ intersection, link }: WallWarning): string {
  const approach = scene.value?.sites
    .find(({ id }) => id === intersection)
    ?.approaches.find((one) => one.link === link);
  return approach === undefined ? link : sideText(approach.bearingDegrees);
}
