import type { JSX } from "preact";
import type { Intersection } from "../../../../model/intersection.ts";
import { secondsText } from "../../../data/clock.ts";
import { CAUSE_LETTERS, CAUSE_TEXT } from "../../../data/strip.ts";
import {
  COMPARISONS,
  compared,
  comparedAbsent,
  comparedMs,
  services,
  STRIP_SPANS,
  stripAbsent,
  stripSpanMs,
} from "../../../data/strip-source.ts";
import { clock, frameAt } from "../../../data/store.ts";
import { Figure, type FigureTable } from "../../parts/Figure.tsx";
import { StripChart } from "./StripChart.tsx";

/** The ring and barrier strip with its legend, its table twin, and how much of the past it shows. */
export function StripFigure({ intersection }: { readonly intersection: Intersection }): JSX.Element {
  const absent = stripAbsent.value;
  const ringed = (intersection.rings ?? []).length > 0;
  return (
    <div class="rings-card">
      <div class="rings-tools">
        <div role="group" aria-label="Past shown">
          {STRIP_SPANS.map((span) => (
            <button
              key={span}
              type="button"
              aria-pressed={stripSpanMs.value === span}
              onClick={() => (stripSpanMs.value = span)}
            >
              {span / 60_000} min
            </button>
          ))}
        </div>
        <label>
          Compare with{" "}
          <select
            value={comparedMs.value ?? ""}
            onChange={({ currentTarget }) =>
              (comparedMs.value = currentTarget.value === "" ? null : Number(currentTarget.value))
            }
          >
            {COMPARISONS.map(([name, ms]) => (
              <option key={name} value={ms ?? ""}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {comparedMs.value !== null && compared.value === null && (
          <span class="dim">{comparedAbsent.value ?? "reading it"}</span>
        )}
      </div>
      <Figure
        title={ringed ? "Rings and barriers" : "Phases"}
        fileName={`${intersection.id}-strip`}
        table={() => tableOf(intersection)}
      >
        <StripChart intersection={intersection} />
      </Figure>
      {absent !== null && (
        <p class="note">
          Causes, calls and detectors are absent, and lamps are known only since this page was opened:{" "}
          {absent}.
        </p>
      )}
      <Legend />
    </div>
  );
}

function tableOf({ phases }: Intersection): FigureTable {
  const { time } = clock.peek();
  const now = frameAt.peek();
  return {
    columns: ["Phase", "Name", "Green from", "Green to", "Seconds", "Ended by"],
    rows: services
      .peek()
      .toReversed()
      .map(({ phase, index, from, greenTo, cause, begunBefore }) => [
        phase,
        phases[index]?.name ?? null,
        begunBefore ? `before ${time(from)}` : time(from),
        greenTo === null ? "runs" : time(greenTo),
        Number(secondsText((greenTo ?? now) - from)),
        greenTo === null || cause === null ? null : CAUSE_TEXT[cause],
      ]),
  };
}

const CAUSES = ["gapOut", "maxOut", "forceOff", "preempt"] as const;

function Legend(): JSX.Element {
  return (
    <ul class="rings-legend" aria-label="Signs of the strip">
      {CAUSES.map((cause) => (
        <li key={cause}>
          <b>{CAUSE_LETTERS[cause]}</b> {CAUSE_TEXT[cause]}
        </li>
      ))}
      <li>
        <b>SK</b> skipped
      </li>
      <li>
        <b>▲</b> vehicle call
      </li>
      <li>
        <b>●</b> pedestrian call
      </li>
      <li>
        <Sign>
          <rect class="rings-walk" x="1" y="5" width="20" height="3" />
        </Sign>{" "}
        walk
      </li>
      <li>
        <Sign>
          <line class="rings-clearing" x1="1" x2="21" y1="6.5" y2="6.5" />
        </Sign>{" "}
        flashing don't walk
      </li>
      <li>
        <Sign>
          <path class="rings-barrier" d="M10 1V12M12 1V12" />
        </Sign>{" "}
        barrier
      </li>
      <li>
        <Sign>
          <path class="rings-planned" d="M21 2H1V11H21" />
        </Sign>{" "}
        planned, open end
      </li>
      <li>
        <Sign>
          <g class="rings-actuations">
            <path d="M2 6.5H8M12 6.5H14" />
          </g>
        </Sign>{" "}
        detector covered
      </li>
    </ul>
  );
}

function Sign({ children }: { readonly children: JSX.Element }): JSX.Element {
  return (
    <svg width="22" height="13" viewBox="0 0 22 13" aria-hidden="true">
      {children}
    </svg>
  );
}
