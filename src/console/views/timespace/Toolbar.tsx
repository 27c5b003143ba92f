import type { JSX } from "preact";
import { redo, resetTrial, undo } from "../../data/offset-trial.ts";
import { may } from "../../data/person.ts";
import { intersectionNames } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";
import type { Corridor } from "../../draw/corridor.ts";
import { proposeOffsets } from "../whatif/shown.ts";
import {
  type BandKind,
  bandKind,
  beginTrial,
  changeTrial,
  chooseCorridor,
  corridors,
  designSpeedChosen,
  designSpeedKmh,
  freeSpeedKmh,
  minutesShown,
  partChosen,
  pathsShown,
  SPEED_RANGE_KMH,
  trial,
  wholeCorridor,
} from "./choices.ts";
import { shiftsToTry } from "./street-picture.ts";

/** The keys that take back and do again what was tried. */
export function onTrialKey(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  changeTrial(key === "y" || event.shiftKey ? redo : undo);
}

type Props = {
  readonly corridor: Corridor;
  readonly now: number;
  readonly cyclesMs: readonly number[];
};

export function Toolbar({ corridor, now, cyclesMs }: Props): JSX.Element {
  return (
    <header class="card ts-tools">
      <h2>Time–space</h2>
      <CorridorChoice corridor={corridor} />
      <SpeedChoice />
      <ShownChoice />
      <TrialTools now={now} cyclesMs={cyclesMs} />
    </header>
  );
}

function CorridorChoice({ corridor }: { readonly corridor: Corridor }): JSX.Element {
  const stops = wholeCorridor.value?.onward.stops ?? [];
  const [first, last] = [corridor.onward.stops[0], corridor.onward.stops.at(-1)];
  const choose = (part: { readonly first?: string; readonly last?: string }): void => {
    partChosen.value = { first: first?.intersection ?? "", last: last?.intersection ?? "", ...part };
  };
  const options = stops.map(({ intersection }) => (
    <option key={intersection} value={intersection}>
      {intersectionNames.value.get(intersection) ?? intersection}
    </option>
  ));
  return (
    <div class="ts-group">
      <label>
        Corridor{" "}
        <select
          value={wholeCorridor.value?.id}
          onChange={(event) => chooseCorridor(event.currentTarget.value)}
        >
          {corridors.value.map(({ id, name, onward }) => (
            <option key={id} value={id}>
              {name} ({onward.stops.length})
            </option>
          ))}
        </select>
      </label>
      <label>
        from{" "}
        <select
          value={first?.intersection}
          onChange={(event) => choose({ first: event.currentTarget.value })}
        >
          {options.slice(0, -1)}
        </select>
      </label>
      <label>
        to{" "}
        <select value={last?.intersection} onChange={(event) => choose({ last: event.currentTarget.value })}>
          {options.slice(1)}
        </select>
      </label>
    </div>
  );
}

const MPH_PER_KMH = 0.621_371;

function SpeedChoice(): JSX.Element {
  const kmh = designSpeedKmh.value;
  const [least, most] = SPEED_RANGE_KMH;
  return (
    <div class="ts-group">
      <label>
        Band speed{" "}
        <input
          type="range"
          min={least}
          max={most}
          value={kmh}
          aria-valuetext={`${kmh} kilometres an hour`}
          onInput={(event) => (designSpeedChosen.value = Number(event.currentTarget.value))}
        />
      </label>
      <output class="ts-speed">
        {kmh} <small>km/h · {Math.round(kmh * MPH_PER_KMH)} mph</small>
      </output>
      <button
        type="button"
        disabled={kmh === freeSpeedKmh.value}
        title="The speed of free flow along the corridor"
        onClick={() => (designSpeedChosen.value = null)}
      >
        free flow
      </button>
    </div>
  );
}

const BAND_TEXT: Readonly<Record<BandKind, string>> = {
  through: "through all",
  neighbours: "to the next",
  none: "none",
};

function ShownChoice(): JSX.Element {
  return (
    <div class="ts-group">
      <label>
        Bands{" "}
        <select
          value={bandKind.value}
          onChange={(event) => (bandKind.value = event.currentTarget.value as BandKind)}
        >
          {Object.entries(BAND_TEXT).map(([kind, text]) => (
            <option key={kind} value={kind}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {trial.value === null && (
        <>
          <label>
            Window{" "}
            <select
              value={minutesShown.value}
              onChange={(event) =>
                (minutesShown.value = Number(event.currentTarget.value) as typeof minutesShown.value)
              }
            >
              <option value={5}>5 min</option>
              <option value={10}>10 min</option>
              <option value={20}>20 min</option>
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              checked={pathsShown.value}
              onChange={() => (pathsShown.value = !pathsShown.peek())}
            />{" "}
            vehicles
          </label>
        </>
      )}
    </div>
  );
}

function TrialTools({ now, cyclesMs }: Omit<Props, "corridor">): JSX.Element {
  const running = trial.value;
  if (running === null) {
    return (
      <div class="ts-group ts-trial">
        <button
          type="button"
          disabled={cyclesMs.length === 0}
          title={
            cyclesMs.length === 0
              ? "No plan is known whose offset could be tried"
              : "Try other offsets on this screen; nothing is sent"
          }
          onClick={() => beginTrial(now)}
        >
          Try offsets
        </button>
      </div>
    );
  }
  const { past, present, future } = running.offsets;
  return (
    <div class="ts-group ts-trial" role="group" aria-label="Sandbox of offsets">
      <p class="ts-ribbon" role="status">
        SANDBOX – NOTHING IS SENT
      </p>
      {cyclesMs.length > 1 && (
        <span class="badge badge-event">
          cycles differ: {cyclesMs.map((cycle) => cycle / 1_000).join(", ")} s
        </span>
      )}
      <button type="button" title="Ctrl Z" disabled={past.length === 0} onClick={() => changeTrial(undo)}>
        Undo
      </button>
      <button type="button" title="Ctrl Y" disabled={future.length === 0} onClick={() => changeTrial(redo)}>
        Redo
      </button>
      <button type="button" disabled={present.size === 0} onClick={() => changeTrial(resetTrial)}>
        Reset
      </button>
      <WhatIfButton offsets={shiftsToTry(present)} />
      <button type="button" onClick={() => (trial.value = null)}>
        Back to the street
      </button>
    </div>
  );
}

/** Takes what was dragged to a new study: a simulation beside the engine, of which nothing reaches the street either. */
function WhatIfButton({ offsets }: { readonly offsets: readonly string[] }): JSX.Element {
  const lacks = isReplay.value
    ? "A replay is of the past: a study begins from the street as it is now"
    : !may("study")
      ? "Your role may not start studies"
      : offsets.length === 0
        ? "Move an offset first"
        : null;
  return (
    <button
      type="button"
      class="primary"
      disabled={lacks !== null}
      title={lacks ?? "What these offsets are worth: runs with them against the same plans without"}
      onClick={() => proposeOffsets(offsets)}
    >
      Try in a what-if
    </button>
  );
}
