import type { JSX } from "preact";

export function WhatIfView(): JSX.Element {
  return <div class="view-page" />;
}
