import type { JSX } from "preact";

export function PerformanceView(): JSX.Element {
  return <div class="view-page" />;
}
