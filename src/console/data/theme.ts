import { effect, signal } from "@preact/signals";

export type Theme = "dark" | "light";

const KEPT_AS = "phasewise-theme";

/** Dark for control rooms, light for offices and print; the choice stays with the browser. */
export const theme = signal<Theme>("dark");

export function toggleTheme(): void {
  theme.value = theme.peek() === "dark" ? "light" : "dark";
}

/** Begins with what was chosen before, and keeps what is chosen. */
export function followTheme(): () => void {
  if (localStorage.getItem(KEPT_AS) === "light") theme.value = "light";
  return effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    localStorage.setItem(KEPT_AS, theme.value);
  });
}
