import type { JSX } from "preact";
import type { AlarmPriority } from "../../../model/alarm.ts";
import { intersectionNames, selectedId } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";
import { PriorityBadge } from "../alarms/PriorityBadge.tsx";
import { LayerSwitches } from "./LayerSwitches.tsx";
import { type Home, zoomToSelected } from "./map-commands.ts";
import { closeUpShown, dialog, toggleCloseUp } from "../shell/switches.ts";

type Props = {
  readonly home: Home;
  readonly onFit: () => void;
  readonly onZoom: (direction: 1 | -1) => void;
};

export function MapTools({ home, onFit, onZoom }: Props): JSX.Element {
  const name = intersectionNames.value.get(selectedId.value ?? "") ?? "the selected intersection";
  return (
    <>
      <p class="map-title">{home === "network" ? "Network" : `Close-up · ${name}`}</p>
      <div class="map-tools" role="toolbar" aria-label={home === "network" ? "Map" : "Close-up"}>
        <button type="button" onClick={() => onZoom(-1)} aria-label="Zoom out" title="Zoom out (−)">
          −
        </button>
        <button type="button" onClick={() => onZoom(1)} aria-label="Zoom in" title="Zoom in (+)">
          +
        </button>
        <button type="button" onClick={onFit} title="Show everything (0)">
          fit
        </button>
        {home === "network" ? (
          <>
            <button type="button" onClick={zoomToSelected} title={`Zoom to ${name} (z)`}>
              zoom to
            </button>
            <button
              type="button"
              aria-pressed={closeUpShown.value}
              onClick={toggleCloseUp}
              title={`Close-up of ${name} (d)`}
            >
              close-up
            </button>
            <button
              type="button"
              onClick={() => (dialog.value = "operate")}
              title="Ask something of an intersection, or of several (o)"
            >
              operate
            </button>
            <button type="button" onClick={() => (dialog.value = "table")} title="The map as a table (t)">
              table
            </button>
            <button
              type="button"
              onClick={() => (dialog.value = "help")}
              aria-label="Keyboard help"
              title="Keyboard help (?)"
            >
              ?
            </button>
          </>
        ) : (
          <button type="button" onClick={toggleCloseUp} aria-label="Close the close-up" title="Close (d)">
            ×
          </button>
        )}
      </div>
      {home === "network" && <LayerSwitches />}
      {home === "network" && <Legend />}
    </>
  );
}

const PRIORITIES = ["P1", "P2", "P3"] as const satisfies readonly AlarmPriority[];

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <path class="ring" d="M7 1.2L12.8 7 7 12.8 1.2 7z" />
          <circle class="dot" cx="7" cy="7" r="1.7" />
        </svg>
        adaptive
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <circle class="ring" cx="7" cy="7" r="4.6" />
          <circle class="dot" cx="7" cy="7" r="1.7" />
        </svg>
        engine plan
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <circle class="ring" cx="7" cy="7" r="4.6" stroke-dasharray="2.6 2.2" />
        </svg>
        local
      </li>
      <li>
        <svg viewBox="0 0 14 14" aria-hidden="true">
          <circle class="ring" cx="7" cy="7" r="4.6" />
          <path class="ring" d="M2.4 7h9.2" />
        </svg>
        interrupted
      </li>
      <li>
        <svg class="warn" viewBox="0 0 14 14" aria-hidden="true">
          <circle class="ring" cx="7" cy="7" r="4.6" />
          <path class="ring" d="M1.5 12.5l11-11" />
        </svg>
        not linked
      </li>
      <li>
        <svg class="arms" viewBox="0 0 40 14" aria-hidden="true">
          <path class="arm-g" d="M0 7h10" />
          <path class="arm-y" d="M14 7h10" />
          <path class="arm-r" d="M28 7h10" />
        </svg>
        green, yellow, red
      </li>
      <li>
        <svg class="links" viewBox="0 0 40 14" aria-hidden="true">
          <path class="queue" d="M0 7h14" />
          <path class="high" d="M18 4h22" />
          <path class="over" d="M18 10h22" />
        </svg>
        queue, v/c from 0.85, from 1
      </li>
      <li>
        {PRIORITIES.map((priority) => (
          <PriorityBadge key={priority} priority={priority} />
        ))}
        {isReplay.value ? "alarms are not told in a replay" : "alarm, unacknowledged"}
      </li>
      <li>
        <span class="badge badge-detectors">3 det</span> detectors not good
      </li>
    </ul>
  );
}
