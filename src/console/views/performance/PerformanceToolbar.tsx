import type { JSX } from "preact";
import { ageText } from "../../data/clock.ts";
import type { Comparison, WindowName } from "../../data/performance-window.ts";
import { useSlowTime } from "../../data/polled.ts";
import { intersectionNames, selected } from "../../data/store.ts";
import { chooseWindow, comparisonChosen, phaseShown, showPhase, windowChosen } from "./choices.ts";
import type { PerformanceData } from "./use-performance.ts";

const WINDOW_TEXT: Readonly<Record<WindowName, string>> = {
  "15min": "15 min",
  "1h": "1 h",
  "3h": "3 h",
  start: "since start",
};

const COMPARISON_TEXT: Readonly<Record<Comparison, string>> = {
  none: "nothing",
  before: "window before",
  yesterday: "yesterday",
};

export function PerformanceToolbar({ data }: { readonly data: PerformanceData }): JSX.Element {
  const intersection = selected.value;
  return (
    <header class="pf-tools">
      <h2 title={intersection?.name}>{intersectionNames.value.get(intersection?.id ?? "") ?? ""}</h2>
      <div class="pf-group" role="group" aria-label="Window">
        {(Object.keys(WINDOW_TEXT) as WindowName[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === windowChosen.value}
            onClick={() => chooseWindow(name)}
          >
            {WINDOW_TEXT[name]}
          </button>
        ))}
      </div>
      <label>
        Phase{" "}
        <select
          value={phaseShown.value ?? ""}
          onChange={({ currentTarget }) => showPhase(currentTarget.value === "" ? null : currentTarget.value)}
        >
          <option value="">all</option>
          {intersection?.phases.map(({ id, name }) => (
            <option key={id} value={id}>
              ∅{id} {name ?? ""}
            </option>
          ))}
        </select>
      </label>
      <label>
        Against{" "}
        <select
          value={comparisonChosen.value}
          onChange={({ currentTarget }) => (comparisonChosen.value = currentTarget.value as Comparison)}
        >
          {Object.entries(COMPARISON_TEXT).map(([comparison, text]) => (
            <option key={comparison} value={comparison}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <Age data={data} />
    </header>
  );
}

/** How old the picture is, and what keeps it from being newer. */
function Age({ data }: { readonly data: PerformanceData }): JSX.Element {
  const now = useSlowTime();
  const { bins, events, compared } = data;
  // Where there is no picture yet, its place says why.
  const fault = bins.value === null && events.value === null ? null : (bins.fault ?? events.fault);
  const oldest = Math.min(bins.asOf ?? 0, events.asOf ?? 0);
  const comparison = comparisonChosen.value;
  return (
    <p class="pf-age live">
      {fault !== null && <span class="badge badge-p3">◆ {fault.message}</span>}{" "}
      {comparison !== "none" && compared.fault !== null && (
        <span class="badge badge-event">no comparison: {compared.fault.message}</span>
      )}{" "}
      {oldest > 0 && (
        <span class="dim">
          {fault !== null && "◷ "}
          {ageText(now - oldest)} old
        </span>
      )}
    </p>
  );
}
