import type { JSX } from "preact";

export function DecisionsView(): JSX.Element {
  return <div class="view-page" />;
}
