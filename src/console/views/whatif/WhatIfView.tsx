import type { JSX } from "preact";
import { ReplayTab } from "./ReplayTab.tsx";
import { type Tab, tab } from "./shown.ts";
import { StudiesTab } from "./StudiesTab.tsx";

const TABS: readonly (readonly [Tab, string])[] = [
  ["studies", "What-if studies"],
  ["replay", "Replay"],
];

/** What would be, and what was: studies of the running network, and what is stored of it. */
export function WhatIfView(): JSX.Element {
  return (
    <div class="view-page what-if">
      <div class="tabs" role="tablist" aria-label="What-if and replay">
        {TABS.map(([name, title]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab.value === name}
            aria-controls="what-if-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => (tab.value = name)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
              const other = name === "studies" ? "replay" : "studies";
              tab.value = other;
              document.querySelector<HTMLElement>(`#tab-${other}`)?.focus();
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="what-if-panel" class="what-if-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {tab.value === "studies" ? <StudiesTab /> : <ReplayTab />}
      </div>
    </div>
  );
}
