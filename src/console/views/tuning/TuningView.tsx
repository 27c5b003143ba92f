import type { JSX } from "preact";

export function TuningView(): JSX.Element {
  return <div class="view-page" />;
}
