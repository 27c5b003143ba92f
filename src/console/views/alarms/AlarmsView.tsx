import type { JSX } from "preact";

export function AlarmsView(): JSX.Element {
  return <div class="view-page" />;
}
