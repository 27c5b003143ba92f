import type { JSX } from "preact";

export function TimeSpaceView(): JSX.Element {
  return <div class="view-page" />;
}
