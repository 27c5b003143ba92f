import type { JSX } from "preact";
import { addressOf } from "../../data/address.ts";
import { place, viewShown } from "../../data/store.ts";
import { theme, toggleTheme } from "../../data/theme.ts";
import { NAVIGATION } from "./navigation-items.ts";
import { dialog } from "./switches.ts";

export function Navigation(): JSX.Element {
  return (
    <nav class="navigation" aria-label="Views">
      {NAVIGATION.map((item) => (
        <a
          key={item.view}
          href={addressOf({ ...place.value, view: item.view })}
          aria-current={item.view === viewShown.value ? "page" : undefined}
          title={`${item.name} (g ${item.key})`}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d={item.path} />
          </svg>
          {item.name}
        </a>
      ))}
      <span class="spring" />
      <button type="button" onClick={toggleTheme} title="Dark for the control room, light for the office">
        {theme.value === "dark" ? "Light" : "Dark"}
      </button>
      <button type="button" onClick={() => (dialog.value = "help")} title="Keyboard and signs (?)">
        Help
      </button>
    </nav>
  );
}
